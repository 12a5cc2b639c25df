"""The form that lets an unusually big run go."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import Length

from relance.web.forms.base import Filled, PageForm
from relance.web.labels import N_


class UnusualForm(PageForm):
    """Its token makes a second click harmless."""

    token = HiddenField(validators=[Filled(), Length(max=64)])
    payments = BooleanField(
        N_("I have entered the payments received up to today"),
        [Filled(N_("Tick this box once the payments are entered."))],
    )
