"""The mailbox: read for what comes back and who answers, and what follows from it."""
