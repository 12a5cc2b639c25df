"""The form that marks invoices as reminded by other means."""

from collections.abc import Mapping
from typing import Any

from wtforms import StringField, TextAreaField

from relance.services.letters.posted import LONGEST_NOTE, LONGEST_NUMBER
from relance.services.mark import Means
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField, DayField
from relance.web.labels import N_
from relance.web.labels.letters import MEANS
from relance.web.language import gettext


class MarkForm(PageForm):
    """How, when, which step. The steps are those of the program, where all invoices have the same."""

    refused_at = {
        "mark.day": "day",
        "letter.bad_number": "number",
        "letter.note_too_long": "note",
        "remind.unknown_step": "step",
    }

    means = ChoiceField(N_("How they were reminded"), choices=options(MEANS), default=Means.CALL.value)
    day = DayField(N_("On"), [Filled()], description=N_("Today, or up to 30 days ago."))
    step = ChoiceField(N_("Level"), default="")
    number = StringField(
        N_("Registered letter's number"),
        [AtMost(LONGEST_NUMBER)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    note = TextAreaField(
        N_("Note"),
        [AtMost(LONGEST_NOTE)],
        description=N_("Whom you spoke to, what was said."),
        render_kw={"rows": "3"},
    )

    def __init__(self, steps: Mapping[int, str], **values: Any) -> None:
        super().__init__(**values)
        offered = gettext("The next one in each invoice's program")
        self.step.choices = options({"": offered, **{str(key): name for key, name in steps.items()}})

    @property
    def position(self) -> int | None:
        """The step's place in its program; None: the one offered."""
        return int(self.step.data) if self.step.data else None
