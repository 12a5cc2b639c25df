"""The outbox on its way out: claimed, handed over once, its outcome kept; accounts, lanes, pace and journal."""
