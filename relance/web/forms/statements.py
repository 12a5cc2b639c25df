"""The days of a statement of account; they stand in the address."""

from relance.web.forms.base import PageForm
from relance.web.forms.fields import DayField
from relance.web.labels import N_


class StatementForm(PageForm):
    """From a day until another."""

    refused_at = {"statement.days": "du", "statement.too_long": "du"}

    du = DayField(N_("From"), description=N_("Empty: from the beginning."))
    au = DayField(N_("Until"), description=N_("Empty: today."))
