"""The form of the simulation: which day, and as if which invoices were chased."""

import datetime as dt

from flask import request
from wtforms import SelectField, StringField, ValidationError
from wtforms.fields import Field

from relance.domain.book import Scope
from relance.web.forms.base import PageForm, options
from relance.web.labels import N_
from relance.web.labels.reasons import SCOPES
from relance.web.language import gettext

FURTHEST = dt.timedelta(days=366)


class DayForm(PageForm):
    """Read from the address; `today` is the firm's."""

    date = StringField(N_("Day"), render_kw={"type": "date"})
    portee = SelectField(
        N_("As if switched on for"),
        choices=options({scope.value: SCOPES[scope] for scope in Scope}),
        validate_choice=False,
    )

    def __init__(self, today: dt.date, scope: Scope) -> None:
        asked = request.values
        super().__init__(
            formdata=asked if "portee" in asked else asked | {"portee": scope.value}, data={"date": today.isoformat()}
        )
        self._today = today

    @property
    def day(self) -> dt.date:
        """The day asked for; today where none, or none that can be."""
        found = _day(self.date.data or "")
        return found if found is not None and not self.date.errors else self._today

    @property
    def scope(self) -> Scope | None:
        """Which invoices, while automatic sending is off; None for a word that is no scope."""
        return Scope(self.portee.data) if self.portee.data in {scope.value for scope in Scope} else None

    def validate_date(self, field: Field) -> None:
        """A day from today on, within a year."""
        found = _day(field.data or "")
        if not field.data:
            return
        if found is None:
            raise ValidationError(gettext("This is not a date. Example: 2026-12-31."))
        if not self._today <= found <= self._today + FURTHEST:
            raise ValidationError(gettext("Choose a day from today on, within a year."))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
