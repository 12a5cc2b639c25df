"""Forms of the invoice pages: the filters of the list, a payment, what holds reminders back, the program."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import HiddenField, StringField

from relance.domain.book import Choose
from relance.services.holds import HoldKind
from relance.storage.queries.customer_filters import Choice
from relance.storage.queries.invoices import Lateness
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.fields import AmountField, AtMost, ChoiceField, DayField
from relance.web.labels import N_
from relance.web.labels.invoices import LATENESS, LEVELS
from relance.web.language import gettext

EVERY = {"": N_("All")}


class FilterForm(PageForm):
    """What the list is narrowed to; it stands in the address."""

    q = StringField(N_("Search"), [AtMost(100)], render_kw={"type": "search"})
    niveau = ChoiceField(
        N_("Level reached"), choices=options({**EVERY, **{str(key): text for key, text in LEVELS.items()}}), default=""
    )
    retard = ChoiceField(
        N_("Days late"), choices=options({**EVERY, **{one.value: LATENESS[one] for one in Lateness}}), default=""
    )
    programme = ChoiceField(N_("Program"), default="")

    def __init__(self, programs: Sequence[tuple[int, str]], **values: Any) -> None:
        super().__init__(**values)
        others = {
            Choice.OWN.value: gettext("The customer's own steps"),
            Choice.NEVER.value: gettext("Never automatically"),
        }
        names = {str(key): name for key, name in programs}
        self.programme.choices = options({"": gettext("All"), **names, **others})


class PaymentForm(PageForm):
    """A payment, received or announced."""

    refused_at = {"payment.amount": "amount", "payment.currency": "amount", "payment.date": "paid_on"}

    amount = AmountField(N_("Amount received"), [Filled()], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    paid_on = DayField(
        N_("Date of the payment"),
        [Filled()],
        description=N_("A day to come announces the payment: the reminders wait for it."),
    )
    reference = StringField(N_("Reference"), [AtMost(200)], render_kw={"autocomplete": "off"})
    after = HiddenField(default="0")

    @property
    def seen(self) -> int:
        """The newest payment that the person saw."""
        text = str(self.after.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


class PaidForm(PageForm):
    """Several invoices, each settled in full on one day."""

    refused_at = {"payment.settled_on": "paid_on"}

    paid_on = DayField(N_("Date of the payment"), [Filled()], description=N_("Today, or the day the money came."))
    reference = StringField(N_("Reference"), [AtMost(200)], render_kw={"autocomplete": "off"})


class HoldForm(PageForm):
    """A pause, a dispute or a promise."""

    refused_at = {"hold.no_date": "until", "hold.date": "until"}

    kind: HoldKind

    @property
    def day(self) -> date | None:
        """The date entered, on the forms that ask for one."""
        return self["until"].data if "until" in self else None

    note = StringField(N_("Note"), [AtMost(500)], render_kw={"autocomplete": "off"})


class PauseForm(HoldForm):
    """Until a day, or without end."""

    kind = HoldKind.PAUSE
    until = DayField(N_("Until"), description=N_("Without a date, the pause lasts until you end it."))


class DisputeForm(HoldForm):
    """Until it is settled."""

    kind = HoldKind.DISPUTE


class PromiseForm(HoldForm):
    """The day a customer named."""

    kind = HoldKind.PROMISE
    until = DayField(N_("Promised for"), [Filled()])


HOLD_FORMS: dict[HoldKind, type[HoldForm]] = {
    HoldKind.PAUSE: PauseForm,
    HoldKind.DISPUTE: DisputeForm,
    HoldKind.PROMISE: PromiseForm,
}


class ExcludeForm(PageForm):
    """Out of the automatic reminders, with a word why."""

    note = StringField(N_("Note"), [AtMost(500)], render_kw={"autocomplete": "off"})


class ProgramForm(PageForm):
    """The invoice's own program. Its choices are set by the page."""

    refused_at = {"hold.no_program": "program"}

    program = ChoiceField(N_("Program of this invoice"))

    def __init__(self, programs: list[tuple[int, str]], **values: Any) -> None:
        super().__init__(**values)
        self.program.choices = options(
            {
                Choose.INHERIT.value: gettext("As for the customer"),
                Choose.NEVER.value: gettext("Never automatically"),
                **{str(key): name for key, name in programs},
            }
        )
