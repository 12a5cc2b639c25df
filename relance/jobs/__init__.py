"""The doorbell: Huey wakes code that looks into the tables. No truth is in its queue; losing it costs a minute."""
