"""Sentences of the invoice pages: tabs, filters, what follows, steps, holds, payments, and what is refused there."""

from collections.abc import Mapping
from datetime import date

from relance import i18n
from relance.domain.book import DocumentStatus
from relance.domain.plan import Decision, Outcome
from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.services.holds import EXCLUSION, RESTART, HoldKind
from relance.services.sheet import PlannedStep, Source, Stage
from relance.storage.queries.invoice import Waiting
from relance.storage.queries.invoices import NEVER, Lateness, Tab
from relance.web.labels import N_, Say, reasons
from relance.web.labels.reasons import translate

TABS: dict[Tab, str] = {
    Tab.UPCOMING: N_("Not yet due"),
    Tab.LATE: N_("Late"),
    Tab.SILENT: N_("Late, not reminded"),
    Tab.PAID: N_("Paid invoices"),
    Tab.ALL: N_("All invoices"),
}
NOTHING: dict[Tab, str] = {
    Tab.UPCOMING: N_("No invoice is waiting for its due date."),
    Tab.LATE: N_("No invoice is late."),
    Tab.SILENT: N_("Every late invoice was reminded of."),
    Tab.PAID: N_("No invoice is paid yet."),
    Tab.ALL: N_("No invoices yet. Import a file to begin."),
}
CAPTIONS: dict[Tab, str] = {
    Tab.UPCOMING: N_("Invoices not yet due"),
    Tab.LATE: N_("Late invoices"),
    Tab.SILENT: N_("Late invoices that no reminder was sent for"),
    Tab.PAID: N_("Paid invoices"),
    Tab.ALL: N_("All invoices"),
}
LATENESS: dict[Lateness, str] = {
    Lateness.MONTH: N_("1 to 30 days"),
    Lateness.TWO: N_("31 to 60 days"),
    Lateness.THREE: N_("61 to 90 days"),
    Lateness.MORE: N_("More than 90 days"),
}
LEVELS: dict[int, str] = {
    NEVER: N_("Not reminded"),
    0: N_("Reminder"),
    1: N_("Level 1"),
    2: N_("Level 2"),
    3: N_("Level 3"),
}
# The headings of the list as a file.
COLUMNS = (
    N_("Invoice"),
    N_("Customer"),
    N_("Due date"),
    N_("Days late"),
    N_("Total"),
    N_("Left to pay"),
    N_("Currency"),
    N_("Level reached"),
    N_("Last reminder"),
)
STATUSES: dict[DocumentStatus, str] = {
    DocumentStatus.DRAFT: N_("Draft"),
    DocumentStatus.ISSUED: N_("Issued"),
    DocumentStatus.CANCELLED: N_("Cancelled"),
    DocumentStatus.CREDITED: N_("Cancelled by a credit note"),
}
SOURCES: dict[Source, str] = {
    Source.INVOICE: N_("chosen for this invoice"),
    Source.CUSTOMER: N_("chosen for the customer"),
    Source.GROUP: N_("chosen for the customer's group"),
    Source.GENERAL: N_("the general program"),
    Source.NONE: N_("no program is the general one"),
}
HOLDS: dict[str, str] = {
    HoldKind.PAUSE: N_("Paused"),
    HoldKind.DISPUTE: N_("In dispute"),
    HoldKind.PROMISE: N_("Payment promised"),
    EXCLUSION: N_("Excluded from reminders"),
    RESTART: N_("Program started again from its first step"),
}
ORIGINS: dict[str, str] = {
    "entered": N_("Entered by hand"),
    "file": N_("From a file of payments"),
    "deduced": N_("From a file of invoices"),
}
REFUSALS: dict[str, str] = {
    "payment.amount": N_("Give an amount above zero."),
    "payment.currency": N_("This invoice is in %(currency)s: give the amount in that currency."),
    "payment.date": N_("Give a date between %(first)s and %(last)s."),
    "payment.settled_on": N_("Give a day from %(first)s on, today at the latest."),
    "payment.from_a_file": N_("This payment came from a file: undo that import, or correct the file and import it."),
    "hold.no_date": N_("Give the day for which the payment is promised."),
    "hold.date": N_("Give a day from %(first)s on, within ten years."),
    "hold.no_program": N_("This program was removed meanwhile: choose another one."),
}
_NEXT: dict[Outcome, str] = {
    Outcome.SEND: N_("%(level)s at the next sending"),
    Outcome.APPROVAL: N_("%(level)s: waits for your approval"),
    Outcome.MANUAL: N_("%(level)s: to be sent by hand"),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of payments and holds."""
    if code not in REFUSALS:
        return None
    told = {name: _day(value, _) if isinstance(value, date) else value for name, value in facts.items()}
    return _(REFUSALS[code]) % told


def _day(value: date, _: Say) -> str:
    return value.strftime("%d/%m/%Y")


def what_follows(decision: Decision, offset: int | None, language: str) -> str:
    """In a few words, what comes next for an invoice."""
    _ = translate(language)
    level = reasons.level(decision.step.level, language, offset=offset) if decision.step else ""
    if decision.outcome in _NEXT:
        return _(_NEXT[decision.outcome]) % {"level": level}
    if not decision.reasons:
        return reasons.outcome(decision.outcome, language)
    return _short(decision, language, _)


def what_waits(found: Waiting, language: str) -> str:
    """In a few words, what became of a reminder that was made and hasn't left."""
    _ = translate(language)
    told = {"level": reasons.level(found.level, language)}
    if found.state is MessageState.APPROVAL:
        return _(_NEXT[Outcome.APPROVAL]) % told
    if found.state is MessageState.HELD:
        return _("%(level)s: held back, see its message") % told
    return _("%(level)s: on its way") % told


def _short(decision: Decision, language: str, _: Say) -> str:
    why = decision.reasons[0]
    if why.code in (ReasonCode.WAIT, ReasonCode.TOO_SOON) and decision.next_on and "level" in why.facts:
        told = {
            "level": reasons.level(int(str(why.facts["level"])), language),
            "day": i18n.short_date(decision.next_on, language),
        }
        return _("%(level)s on %(day)s") % told
    if why.code in (ReasonCode.PAUSED, ReasonCode.PROMISED):
        return reasons.reason(why, language)
    return reasons.headline(why.code, language)


def step_choice(step: PlannedStep, language: str) -> str:
    """A step in a list to choose from: which, and its day."""
    _ = translate(language)
    told = {
        "position": step.position,
        "level": reasons.level(step.level, language, offset=step.offset),
        "day": i18n.short_date(step.on, language) if step.on else "",
    }
    if step.stage is Stage.DONE:
        return (
            _("%(position)s. %(level)s (done on %(day)s)") if step.on else _("%(position)s. %(level)s (done)")
        ) % told
    if step.stage is Stage.DROPPED:
        return _("%(position)s. %(level)s (its time has passed)") % told
    if step.on is None:
        return _("%(position)s. %(level)s (after the step before it)") % told
    return _("%(position)s. %(level)s (planned for %(day)s)") % told
