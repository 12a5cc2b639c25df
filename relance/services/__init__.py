"""What Relance does, one file for each verb. No Flask here; the only code that writes to the database.

A service takes a session or an engine, the time as an argument, and raises Refused with a code for what it won't do.
"""
