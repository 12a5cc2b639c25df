"""What templates that show a forecast's rows need: words, amounts and the addresses of invoices."""

from relance.services.forecast import Row
from relance.web import links, mends
from relance.web.labels import forecast as labels
from relance.web.labels.reasons import SCOPES
from relance.web.language import gettext, language
from relance.web.mends import Mend
from relance.web.message_words import customer_page


def words() -> dict[str, object]:
    """For the context of a page."""
    return {
        "amounts": lambda total: labels.amounts(total, language()),
        "explained": lambda row: labels.explained(row, language()),
        "channels_of": lambda row: labels.channels_of(row, language()),
        "scope_name": lambda scope: gettext(SCOPES[scope]),
        "invoice_address": links.invoice,
        "customer_address": customer_page,
        "mend_of": _mend_of,
    }


def _mend_of(row: Row) -> Mend | None:
    """Where the first thing that can be mended about a row is mended, if a person may go there."""
    found = (mends.of_reason(why, row.invoice) for why in row.decision.reasons)
    return next((mend for mend in found if mend and mend[0]), None)
