"""The form of what follows from a customer's words."""

from wtforms import StringField

from relance.services.mailbox.news import Decision
from relance.web.forms.base import PageForm
from relance.web.forms.fields import AtMost, DayField
from relance.web.labels import N_

# What can be decided, in the order of the buttons.
BUTTONS: dict[Decision, str] = {
    Decision.RESUME: N_("Go on with the reminders"),
    Decision.PROMISE: N_("Note the promise to pay"),
    Decision.PAUSE: N_("Pause"),
    Decision.DISPUTE: N_("Open a dispute"),
    Decision.EXCLUDE: N_("Never remind again"),
}


class ReplyForm(PageForm):
    """A date where one is meant, and a word why."""

    refused_at = {"hold.no_date": "until", "hold.date": "until"}

    until = DayField(N_("Date"), description=N_("The day the customer promises to pay, or the last day of the pause."))
    note = StringField(N_("Note"), [AtMost(500)], render_kw={"autocomplete": "off"})
