"""Kills the program, fills its disk, moves its clock, and counts what was sent twice or lost (RELIABILITY 4)."""
