"""Figures over query rows: aged balance, delays, DSO, the effect of each level. Pure functions."""
