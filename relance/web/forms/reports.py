"""The choices of the reports; they stand in the address."""

from datetime import date
from typing import Any

from wtforms import HiddenField, ValidationError

from relance.services.reporting.aged import Order
from relance.services.reporting.debtors import MOST
from relance.services.reporting.reminding import WITHIN
from relance.storage.queries.report_keys import By
from relance.web.forms.base import PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField, DayField
from relance.web.labels import N_
from relance.web.labels.reports import BY, DAYS
from relance.web.language import gettext


class ClosedForm(PageForm):
    """The day that a report is closed on; today without one."""

    arrete = DayField(N_("Closed on"))

    def __init__(self, today: date, **values: object) -> None:
        super().__init__(**values)
        self.today = today

    def validate(self, extra_validators: Any = None) -> bool:
        """Without a day, it is today that is shown."""
        valid = super().validate(extra_validators)
        if self.arrete.data is None and not self.arrete.errors:
            self.arrete.data = self.today
        return valid

    @property
    def day(self) -> date:
        """The day asked for, today where it can't be."""
        asked: date | None = self.arrete.data if not self.arrete.errors else None
        return asked or self.today

    def validate_arrete(self, field: DayField) -> None:
        """What is still to come isn't known."""
        if field.data and field.data > self.today:
            raise ValidationError(gettext("Choose a day until today."))


class AgedForm(ClosedForm):
    """The aged balance: the day, and what its rows are."""

    par = ChoiceField(
        N_("By"), choices=options({one.value: BY[one] for one in (By.CUSTOMER, By.GROUP)}), default=By.CUSTOMER.value
    )
    devise = HiddenField(validators=[AtMost(3)])
    tri = HiddenField(validators=[AtMost(20)])

    @property
    def by(self) -> By:
        """What the rows are."""
        return By.GROUP if self.par.data == By.GROUP.value else By.CUSTOMER

    @property
    def order(self) -> tuple[Order, bool]:
        """What they are sorted by, and whether from the largest."""
        word = (self.tri.data or f"-{Order.TOTAL}")[:20]
        found = word.removeprefix("-")
        return (Order(found), word.startswith("-")) if found in set(Order) else (Order.TOTAL, True)


class WithinForm(PageForm):
    """In how many days a reminder must have brought its payment."""

    delai = ChoiceField(
        N_("Paid within"),
        choices=options({str(days): DAYS[days] for days in WITHIN}),
        default=str(WITHIN[1]),
    )

    @property
    def days(self) -> int:
        """The days asked for."""
        return int(self.delai.data) if self.delai.data in map(str, WITHIN) else WITHIN[1]


class MostForm(PageForm):
    """How many debtors are listed."""

    nombre = ChoiceField(
        N_("How many"), choices=options({str(number): str(number) for number in MOST}), default=str(MOST[0])
    )

    @property
    def most(self) -> int:
        """The number asked for."""
        return int(self.nombre.data) if self.nombre.data in map(str, MOST) else MOST[0]
