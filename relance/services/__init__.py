"""What Relance does, one file for each verb. No Flask here; the only code that writes to the database.

A service takes a session or an engine, the time as an argument, and raises Refused with a code for what it won't do.

The rooms: `imports` brings files in; `programs` and `texts` are what people set up; `messages` composes one message, in
the name of one of the `senders`; `delivery` hands it over once; `letters` prints and posts; `mailbox` reads what comes
back; `reporting` counts; `settings` is the settings file; `examples` makes the firm to try with. Beside them stands one
file for each thing a person or the day's run does: `run`, `simulate`, `remind`, `approve`, `mark`, `payments`…
"""
