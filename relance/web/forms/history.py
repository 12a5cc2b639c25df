"""The filters of the history; they stand in the address."""

from wtforms import StringField

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.web.forms.base import PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField, DayField
from relance.web.forms.invoices import EVERY
from relance.web.labels import N_
from relance.web.labels.reasons import CHANNELS, SENT_BY

# The states as a reader looks for them: what is on its way has one word.
STATES: dict[str, tuple[str, tuple[MessageState, ...]]] = {
    "envoye": (N_("Sent"), (MessageState.SENT,)),
    "echec": (N_("Refused"), (MessageState.FAILED,)),
    "inconnu": (N_("Unknown: sent or not"), (MessageState.UNKNOWN,)),
    "a-valider": (N_("To approve"), (MessageState.APPROVAL,)),
    "en-cours": (
        N_("On its way"),
        (MessageState.QUEUED, MessageState.CLAIMED, MessageState.TRANSMITTING, MessageState.DEFERRED),
    ),
    "retenu": (N_("Held back"), (MessageState.HELD,)),
    "retire": (N_("Withdrawn"), (MessageState.WITHDRAWN,)),
}
MADE_BY = (ReminderKind.AUTO, ReminderKind.MANUAL, ReminderKind.MARKED)
LEVELS = {0: N_("Reminder"), 1: N_("Level 1"), 2: N_("Level 2"), 3: N_("Level 3")}


class HistoryForm(PageForm):
    """Days, channel, level, state, who decided, customer."""

    du = DayField(N_("From"))
    au = DayField(N_("Until"))
    canal = ChoiceField(
        N_("Channel"), choices=options({**EVERY, **{one.value: CHANNELS[one] for one in ChannelName}}), default=""
    )
    niveau = ChoiceField(
        N_("Level"), choices=options({**EVERY, **{str(key): text for key, text in LEVELS.items()}}), default=""
    )
    etat = ChoiceField(
        N_("State"), choices=options({**EVERY, **{key: text for key, (text, _) in STATES.items()}}), default=""
    )
    mode = ChoiceField(
        N_("Decided by"), choices=options({**EVERY, **{one.value: SENT_BY[one] for one in MADE_BY}}), default=""
    )
    client = StringField(N_("Customer"), [AtMost(100)])
