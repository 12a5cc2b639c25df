"""What templates that show a forecast's rows need: words, amounts and the addresses of invoices."""

from relance.web import links
from relance.web.labels import forecast as labels
from relance.web.labels.reasons import SCOPES
from relance.web.language import gettext, language


def words() -> dict[str, object]:
    """For the context of a page."""
    return {
        "amounts": lambda total: labels.amounts(total, language()),
        "explained": lambda row: labels.explained(row, language()),
        "channels_of": lambda row: labels.channels_of(row, language()),
        "scope_name": lambda scope: gettext(SCOPES[scope]),
        "invoice_address": links.invoice,
    }
