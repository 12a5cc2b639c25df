"""Forms of reminding by hand: which step, and the word to send it."""

from typing import Any

from relance.services.sheet import Sheet
from relance.web.forms.base import PageForm, options
from relance.web.forms.fields import ChoiceField
from relance.web.labels import N_
from relance.web.labels.invoices import step_choice
from relance.web.language import language


class StepForm(PageForm):
    """The step to test or to send; the one offered is chosen already (RULES 3.12)."""

    refused_at = {"remind.unknown_step": "etape"}

    etape = ChoiceField(N_("Level to send"))

    def __init__(self, found: Sheet, **values: Any) -> None:
        offered = found.situation.step.position if found.situation.step else 0
        super().__init__(**{"data": {"etape": str(offered)}, **values})
        self.etape.choices = options({str(step.position): step_choice(step, language()) for step in found.steps})

    @property
    def position(self) -> int:
        """The step's place in its program, from 1."""
        return int(self.etape.data)
