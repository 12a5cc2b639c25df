"""Sentences for the decision's answers: reasons, outcomes, levels, and the states of messages."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from relance import i18n, paths
from relance.domain.book import ReminderKind, Scope
from relance.domain.delivery import ChannelName
from relance.domain.documents import DocumentKind
from relance.domain.plan import Outcome
from relance.domain.reasons import Reason, ReasonCode
from relance.domain.status import MessageState
from relance.services.simulate import SkippedRun
from relance.web.labels import N_, Say

_R = ReasonCode

# The headline of each reason; those with facts have a fuller sentence below.
REASONS: dict[ReasonCode, str] = {
    _R.KIND: N_("Not a document that is chased"),
    _R.DRAFT: N_("Still a draft"),
    _R.CANCELLED: N_("Cancelled"),
    _R.CREDITED: N_("Cancelled by a credit note"),
    _R.PAID: N_("Paid"),
    _R.SMALL: N_("Below the smallest amount chased"),
    _R.NO_DUE_DATE: N_("No due date: add one"),
    _R.INSOLVENCY: N_("The customer is in insolvency proceedings"),
    _R.NET_CREDIT: N_("The customer's credit covers all that is due"),
    _R.EXCLUDED: N_("Excluded from reminders"),
    _R.DISPUTED: N_("In dispute"),
    _R.PROMISED: N_("A payment is promised"),
    _R.PAUSED: N_("Paused"),
    _R.CUSTOMER: N_("Never reminded automatically"),
    _R.INACTIVE: N_("Automatic reminders are off"),
    _R.PREDATES: N_("Older than the start of automatic reminders"),
    _R.TOO_SOON: N_("Too soon after the last reminder"),
    _R.SUPERSEDED: N_("Replaced by a reminder sent by hand"),
    _R.WAIT: N_("Nothing to send yet"),
    _R.FINISHED: N_("All the steps of the program are done"),
    _R.APPROVAL: N_("Waits for your approval"),
    _R.MANUAL: N_("To be sent by hand"),
    _R.NO_RECIPIENT: N_("No address to send to: add one"),
    _R.UNKNOWN: N_("We don't know whether the last message left: check it"),
    _R.FAILED: N_("The last message was refused: correct the address or send it again"),
}
# (code, a fact that must be there): the sentence that says it.
FULLER: dict[tuple[ReasonCode, str], str] = {
    (_R.KIND, "kind"): N_("A document of this kind is not chased: %(kind)s"),
    (_R.SMALL, "threshold"): N_("Below %(threshold)s, the smallest amount chased"),
    (_R.PROMISED, "on"): N_("Payment promised for %(on)s; chased again from %(until)s"),
    (_R.PAUSED, "replied_on"): N_("Paused: the customer replied on %(replied_on)s; say what follows"),
    (_R.PAUSED, "until"): N_("Paused until %(until)s"),
    (_R.INACTIVE, "program"): N_("The program “%(program)s” is switched off"),
    (_R.PREDATES, "activated_on"): N_("Older than the start of automatic reminders on %(activated_on)s"),
    (_R.TOO_SOON, "until"): N_("Too soon after the reminder of %(last)s; next possible on %(until)s"),
    (_R.WAIT, "until"): N_("Next step (%(level)s) on %(until)s"),
    (_R.WAIT, "level"): N_("%(level)s waits for the step before it"),
    (_R.NO_RECIPIENT, "channels"): N_("No address to send to by %(channels)s: add one"),
}
OUTCOMES: dict[Outcome, str] = {
    Outcome.SEND: N_("Will be sent"),
    Outcome.APPROVAL: N_("Waits for your approval"),
    Outcome.MANUAL: N_("To be sent by hand"),
    Outcome.WAIT: N_("Will not be sent today"),
    Outcome.SUPERSEDED: N_("Replaced by a reminder sent by hand"),
    Outcome.NONE: N_("Set aside"),
}
LEVELS: dict[int, str] = {1: N_("Level 1"), 2: N_("Level 2"), 3: N_("Level 3")}
STATES: dict[MessageState, str] = {
    MessageState.APPROVAL: N_("To approve"),
    MessageState.QUEUED: N_("Queued"),
    MessageState.CLAIMED: N_("Being prepared"),
    MessageState.TRANSMITTING: N_("Being sent"),
    MessageState.SENT: N_("Sent"),
    MessageState.DEFERRED: N_("Will be tried again"),
    MessageState.FAILED: N_("Refused"),
    MessageState.UNKNOWN: N_("Unknown: sent or not"),
    MessageState.HELD: N_("Held back"),
    MessageState.WITHDRAWN: N_("Withdrawn"),
}
CHANNELS: dict[ChannelName, str] = {
    ChannelName.EMAIL: N_("E-mail"),
    ChannelName.SMS: N_("Text message"),
    ChannelName.LETTER: N_("Letter"),
}
KINDS: dict[DocumentKind, str] = {
    DocumentKind.INVOICE: N_("Invoice"),
    DocumentKind.DEPOSIT: N_("Deposit invoice"),
    DocumentKind.FINAL: N_("Final invoice"),
    DocumentKind.RECEIPT: N_("Receipt"),
    DocumentKind.OTHER: N_("Other document"),
    DocumentKind.CREDIT_NOTE: N_("Credit note"),
    DocumentKind.QUOTE: N_("Quote"),
    DocumentKind.ORDER: N_("Order"),
    DocumentKind.DELIVERY_NOTE: N_("Delivery note"),
    DocumentKind.INTERVENTION: N_("Intervention sheet"),
    DocumentKind.PROFORMA: N_("Pro forma invoice"),
}
SENT_BY: dict[ReminderKind, str] = {
    ReminderKind.AUTO: N_("Automatic"),
    ReminderKind.MANUAL: N_("By hand"),
    ReminderKind.MARKED: N_("Marked as sent"),
    ReminderKind.SUPERSEDED: N_("Replaced"),
}
SCOPES: dict[Scope, str] = {
    Scope.NEW: N_("Invoices entered from now on"),
    Scope.UPCOMING: N_("Invoices not yet due, and new ones"),
    Scope.ALL: N_("All invoices, even those already late"),
}
SKIPPED: dict[SkippedRun, str] = {
    SkippedRun.DONE_TODAY: N_("Today's run is done already."),
    SkippedRun.BEFORE_HOUR: N_("It is too early for today's run."),
    SkippedRun.NOT_WORKING_DAY: N_("Today is not a working day."),
    SkippedRun.INACTIVE: N_("Automatic reminders are off."),
    SkippedRun.STALE_DATA: N_("Payments are not up to date: import them, or confirm that they are."),
    SkippedRun.LOCKED: N_("These data were restored or copied: nothing leaves before you confirm it."),
    SkippedRun.LONG_ABSENCE: N_("Relance was closed for a long time: the reminders wait for your word."),
}


def reason(why: Reason, language: str) -> str:
    """The full sentence of a reason, its dates and amounts in the reader's language."""
    _ = translate(language)
    for (code, fact), msgid in FULLER.items():
        if code is why.code and why.facts.get(fact) is not None:
            return _(msgid) % _told(why.facts, language, _)
    return headline(why.code, language)


def headline(code: ReasonCode, language: str) -> str:
    """A reason in a few words."""
    return translate(language)(REASONS[code])


def outcome(what: Outcome, language: str) -> str:
    """What the run does."""
    return translate(language)(OUTCOMES[what])


def level(number: int, language: str, *, offset: int | None = None) -> str:
    """A level's name. Level 0 is a reminder before the due date, or on the day itself when `offset` is 0."""
    _ = translate(language)
    if number > 0:
        return _(LEVELS[number])
    return _("Due date") if offset == 0 else _("Reminder")


def state(what: MessageState, language: str) -> str:
    """A message's state."""
    return translate(language)(STATES[what])


def skipped(why: SkippedRun, language: str) -> str:
    """Why no run was made."""
    return translate(language)(SKIPPED[why])


def channel(name: ChannelName, language: str) -> str:
    """A channel's name."""
    return translate(language)(CHANNELS[name])


def translate(language: str) -> Say:
    """The gettext function of a language."""
    return i18n.translator(language, paths.locales()).gettext


def _told(facts: Mapping[str, object], language: str, _: Say) -> dict[str, str]:
    return {name: _word(name, value, facts, language, _) for name, value in facts.items()}


def _word(name: str, value: object, facts: Mapping[str, object], language: str, _: Say) -> str:
    if isinstance(value, date):
        return i18n.short_date(value, language)
    if isinstance(value, Decimal):
        return i18n.money(value, str(facts.get("currency", "EUR")), language)
    if isinstance(value, DocumentKind):
        return _(KINDS[value])
    if name == "level" and isinstance(value, int):
        return level(value, language)
    if isinstance(value, tuple):
        return ", ".join(_(CHANNELS[one]) for one in value)
    return str(value)
