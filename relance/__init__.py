"""Relance: reminders for unpaid invoices, on the firm's own machine.

Read `domain/` first: what happens to an invoice today is one pure decision. Everything else brings facts to it
(`importers`, `storage`) or carries out what it says (`services`, `channels`). `cli` and `web` are its two faces.
"""

__version__ = "0.1.0"
