"""Forms of automatic sending: what to chase when it is switched on, and its rules."""

from typing import Any

from wtforms import BooleanField, RadioField, StringField

from relance.domain.book import Scope
from relance.services.activation import OFFERED
from relance.services.settings.tables import AUTOMATION
from relance.storage.models import Firm
from relance.web.forms.base import PageForm, options
from relance.web.forms.problems import SettingsForm, decimal, number
from relance.web.labels import N_
from relance.web.labels.reasons import SCOPES

_NUMBER = {"inputmode": "numeric", "size": "6"}


class ScopeForm(PageForm):
    """Which of the invoices that are already there."""

    scope = RadioField(
        N_("Which invoices are chased?"),
        choices=options({scope.value: SCOPES[scope] for scope in OFFERED}),
        default=Scope.UPCOMING.value,
        validate_choice=False,
    )

    @property
    def chosen(self) -> Scope | None:
        """The scope; None for a word that is none."""
        return Scope(self.scope.data) if self.scope.data in {scope.value for scope in Scope} else None


class RulesForm(SettingsForm):
    """When reminders leave, and how far apart."""

    run_at = StringField(
        N_("Hour of the daily sending"),
        description=N_("In the firm's time zone."),
        render_kw={"type": "time", "required": True},
    )
    working_days_only = BooleanField(N_("On working days only: never on Saturdays, Sundays and public holidays"))
    minimum_gap_days = StringField(N_("Days between two reminders of one invoice, at least"), render_kw=_NUMBER)
    threshold = StringField(
        N_("Smallest amount chased"),
        description=N_("Invoices that owe less are left alone. Empty: none."),
        render_kw={"inputmode": "decimal", "size": "10"},
    )
    freshness_days = StringField(
        N_("Days after which payments are no longer up to date"),
        description=N_("Without an import or a payment for longer, sending waits. 0 switches this off."),
        render_kw=_NUMBER,
    )
    promise_grace_days = StringField(N_("Days of grace after a promised payment"), render_kw=_NUMBER)
    manual_cancels_hours = StringField(
        N_("Hours during which a reminder by hand replaces the automatic one"), render_kw=_NUMBER
    )

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked."""
        return {
            "run_at": (self.run_at.data or "")[:5],
            "working_days_only": bool(self.working_days_only.data),
            "minimum_gap_days": number(self.minimum_gap_days.data),
            "threshold": decimal(self.threshold.data),
            "freshness_days": number(self.freshness_days.data),
            "promise_grace_days": number(self.promise_grace_days.data),
            "manual_cancels_hours": number(self.manual_cancels_hours.data),
        }


def rules_of(firm: Firm, language: str) -> dict[str, Any]:
    """The rules as the form shows them."""
    names = [name for name in AUTOMATION if name in vars(RulesForm) and name != "threshold"]
    return {name: getattr(firm, name) for name in names} | {"threshold": _amount(firm, language)}


def _amount(firm: Firm, language: str) -> str:
    if firm.threshold is None:
        return ""
    text = f"{firm.threshold.normalize():f}"
    return text.replace(".", ",") if language == "fr" else text
