"""Words of the statement of account on screen; its letter has those of the customer's language."""

from relance.reports.statement import Entry, Line
from relance.web.labels import N_
from relance.web.labels.reasons import translate

ENTRIES: dict[Entry, str] = {
    Entry.INVOICE: N_("Invoice"),
    Entry.DEPOSIT: N_("Deposit invoice"),
    Entry.RECEIPT: N_("Receipt"),
    Entry.OTHER: N_("Other document"),
    Entry.CREDIT_NOTE: N_("Credit note"),
    Entry.PAYMENT: N_("Payment"),
    Entry.REFUND: N_("Refund"),
}
# The parts of the aged balance, in order.
PARTS = (N_("Not due"), N_("1 to 30 days"), N_("31 to 60 days"), N_("61 to 90 days"), N_("More than 90 days"))


def named(line: Line, language: str) -> str:
    """What a line is."""
    return f"{translate(language)(ENTRIES[line.entry])} {line.reference}".strip()
