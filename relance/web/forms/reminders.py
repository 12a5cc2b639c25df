"""The form of testing and reminding by hand: which step, through which channel, to whom the test goes."""

from collections.abc import Mapping
from typing import Any

from flask import session
from wtforms import StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from relance.domain.delivery import ChannelName
from relance.services.by_hand import channels_of, pick
from relance.services.delivery.outbox import recipients
from relance.services.sheet import Sheet
from relance.web.forms.base import PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField
from relance.web.labels import N_, reasons
from relance.web.labels.customers import LANGUAGE_NAMES
from relance.web.labels.invoices import step_choice
from relance.web.language import gettext, language

NUMBER = "test_number"  # of the cookie: one's own telephone
UNREACHED: dict[ChannelName, str] = {
    ChannelName.EMAIL: N_("the customer has no address"),
    ChannelName.SMS: N_("the customer has no mobile number"),
    ChannelName.LETTER: N_("the customer has no postal address"),
}


class StepForm(PageForm):
    """The step to test or to send; the one offered is chosen already (RULES 3.12)."""

    refused_at = {"remind.unknown_step": "etape", "compose.no_mobile": "numero", "remind.no_number": "numero"}

    etape = ChoiceField(N_("Level to send"))
    canal = ChoiceField(N_("Channel"), default="")
    langue = ChoiceField(N_("Language"), default="")
    numero = StringField(
        N_("Your mobile number, for a test by text message"),
        [AtMost(40)],
        render_kw={"type": "tel", "autocomplete": "tel"},
    )

    def __init__(self, found: Sheet, shut: Mapping[ChannelName, str], **values: Any) -> None:
        offered = found.situation.step.position if found.situation.step else 0
        super().__init__(
            **{"data": {"etape": str(offered), "canal": "", "langue": "", "numero": session.get(NUMBER, "")}, **values}
        )
        self._found = found
        self.etape.choices = options({str(step.position): step_choice(step, language()) for step in found.steps})
        self.closed = {one: why for one in ChannelName if (why := _closed(one, found, shut))}
        self.canal.choices = [SelectChoice("", gettext("As the program says")), *map(self._choice, ChannelName)]
        self.langue.choices = options({"": gettext("As for the customer"), **LANGUAGE_NAMES})
        for field in (self.canal, self.langue):
            if field.data is None:
                field.data = ""

    def _choice(self, channel: ChannelName) -> SelectChoice:
        name = reasons.channel(channel, language())
        if channel not in self.closed:
            return SelectChoice(channel.value, name)
        return SelectChoice(channel.value, f"{name} ({self.closed[channel]})", {"disabled": True})

    @property
    def position(self) -> int:
        """The step's place in its program, from 1."""
        return int(self.etape.data)

    @property
    def position_name(self) -> str:
        """The step as its choice names it."""
        return next((str(name) for value, name, *_ in self.etape.iter_choices() if value == str(self.etape.data)), "")

    @property
    def channel(self) -> ChannelName | None:
        """The one picked; None for those of the program."""
        return ChannelName(self.canal.data) if self.canal.data else None

    @property
    def tested(self) -> ChannelName:
        """What a test goes through: the channel picked, else the first of the step."""
        if self.channel is not None:
            return self.channel
        situation = self._found.situation
        return next(iter(channels_of(situation, pick(situation, self.position))), ChannelName.EMAIL)


def _closed(channel: ChannelName, found: Sheet, shut: Mapping[ChannelName, str]) -> str:
    """Why nothing can go to this customer through a channel; empty when it can."""
    if channel in shut:
        return gettext("not set up")
    reached = any(recipients(found.invoice, found.customer, channel, step.level) for step in found.steps)
    return "" if reached else gettext(UNREACHED[channel])
