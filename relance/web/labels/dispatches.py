"""Sentences about sends that a person asks for: what is about to leave, how far it is, what became of it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from relance import i18n
from relance.domain.delivery import ChannelName, Postage
from relance.domain.status import MessageState
from relance.services.dispatches import APPROVE, Progress
from relance.web.labels import N_, Say
from relance.web.labels.counted import counted
from relance.web.labels.delivery import FAILURES
from relance.web.labels.reasons import channel as channel_name
from relance.web.labels.reasons import translate

EURO = "EUR"
REFUSALS: dict[str, str] = {
    "dispatch.nothing": N_("Nothing can leave any more: see why below."),
    "dispatch.changed": N_("What would leave has changed meanwhile. Look at it again, then send."),
    "approval.none_waits": N_("None of these messages waits for approval any more."),
}
# What is said of an account that isn't set up stands among the failures of messages.
_SHUT = {"email.not_set_up": "email.not_set_up", "sms.not_set_up": "sms.not_set_up", "demo.sending_impossible": "demo"}
CHANNEL_COUNTS: dict[ChannelName, tuple[str, str]] = {
    ChannelName.EMAIL: (N_("%(count)s e-mail"), N_("%(count)s e-mails")),
    ChannelName.SMS: (N_("%(count)s text message"), N_("%(count)s text messages")),
    ChannelName.LETTER: (N_("%(count)s letter"), N_("%(count)s letters")),
}
TO_PRINT = (N_("%(count)s letter to print"), N_("%(count)s letters to print"))
POSTAGES: dict[Postage, str] = {
    Postage.ECONOMY: N_("Economy letter"),
    Postage.PRIORITY: N_("Priority letter"),
    Postage.REGISTERED: N_("Registered letter"),
    Postage.REGISTERED_RECEIPT: N_("Registered letter with proof of receipt"),
}
# What the result counts, in the order a reader wants to know it.
OUTCOMES: tuple[tuple[MessageState, tuple[str, str]], ...] = (
    (MessageState.SENT, (N_("%(count)s message sent"), N_("%(count)s messages sent"))),
    (MessageState.FAILED, (N_("%(count)s message refused"), N_("%(count)s messages refused"))),
    (MessageState.UNKNOWN, (N_("%(count)s message of unknown fate"), N_("%(count)s messages of unknown fate"))),
    (MessageState.HELD, (N_("%(count)s message held back"), N_("%(count)s messages held back"))),
    (MessageState.DEFERRED, (N_("%(count)s message to be tried again"), N_("%(count)s messages to be tried again"))),
    (MessageState.WITHDRAWN, (N_("%(count)s message withdrawn"), N_("%(count)s messages withdrawn"))),
)
# The headings of the report as a file.
COLUMNS = (
    N_("Customer"),
    N_("Invoices"),
    N_("Level"),
    N_("Channel"),
    N_("Recipients"),
    N_("State"),
    N_("Why"),
    N_("Date"),
)


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of sends."""
    if code in _SHUT:
        return _(FAILURES[_SHUT[code]])
    return _(REFUSALS[code]) % facts if code in REFUSALS else None


def question(sent: int, printed: int, language: str) -> str:
    """The title of the page that confirms; letters to print don't leave by themselves."""
    if sent:
        return counted((N_("Send %(count)s reminder now?"), N_("Send %(count)s reminders now?")), sent, language)
    if printed:
        return counted((N_("Prepare %(count)s letter now?"), N_("Prepare %(count)s letters now?")), printed, language)
    return translate(language)(N_("Nothing can be sent"))


def button(sent: int, printed: int, language: str) -> str:
    """The button: a verb and a number."""
    letters = counted((N_("Prepare %(count)s letter"), N_("Prepare %(count)s letters")), printed, language)
    if not sent:
        return letters
    said = counted((N_("Send %(count)s reminder"), N_("Send the %(count)s reminders")), sent, language)
    if not printed:
        return said
    words = (N_("%(send)s and prepare %(count)s letter"), N_("%(send)s and prepare %(count)s letters"))
    return counted(words, printed, language, send=said)


def channel_count(channel: ChannelName, count: int, language: str, *, printed: bool = False) -> str:
    """How many messages go through a channel."""
    return counted(TO_PRINT if printed else CHANNEL_COUNTS[channel], count, language)


def parts(count: int, language: str) -> str:
    """How many parts text messages take: what is paid for."""
    return counted((N_("%(count)s part"), N_("%(count)s parts")), count, language)


def price(amount: Decimal, language: str) -> str:
    """An amount in euros."""
    return i18n.money(amount.quantize(Decimal("0.01"), ROUND_HALF_UP), EURO, language)


def postage(value: Postage, amount: Decimal | None, language: str) -> str:
    """A way of posting a letter, with its price where it is known."""
    name = translate(language)(POSTAGES[value])
    return f"{name} ({price(amount, language)})" if amount is not None else name


def dropped(count: int, language: str) -> str:
    """Invoices that were confirmed, and left out because something had changed by then."""
    words = (
        N_("%(count)s invoice changed meanwhile: it was left out, see why below."),
        N_("%(count)s invoices changed meanwhile: they were left out, see why below."),
    )
    return counted(words, count, language)


def paid_meanwhile(count: int, language: str) -> str:
    """The same, where all of them were paid."""
    words = (
        N_("%(count)s invoice was paid meanwhile: it was left out."),
        N_("%(count)s invoices were paid meanwhile: they were left out."),
    )
    return counted(words, count, language)


def called_back(count: int, kind: str, language: str) -> str:
    """What taking a send back did."""
    words = (
        N_("Cancelled: %(count)s message does not leave."),
        N_("Cancelled: %(count)s messages do not leave."),
    )
    if kind == APPROVE:
        words = (
            N_("Cancelled: %(count)s message waits for approval again."),
            N_("Cancelled: %(count)s messages wait for approval again."),
        )
    return counted(words, count, language)


def count_of(found: Progress, language: str) -> str:
    """How far a send is: 2 of 3."""
    told = {"done": found.total - found.left, "total": found.total}
    return translate(language)(N_("%(done)s of %(total)s")) % told


def when(found: Progress, now: datetime, local: datetime, language: str) -> str:
    """When a send leaves, in the words of a person who waits for it; `local` is that moment in the firm's zone."""
    _ = translate(language)
    seconds = int((found.dispatch.leaves_at - now).total_seconds())
    if found.done or found.total == 0:
        return ""
    if seconds <= 0:
        return _("Leaving now")
    told = {"minutes": seconds // 60, "seconds": seconds % 60, "hour": i18n.clock_time(local, language)}
    if seconds >= 60:
        return _("Leaves in %(minutes)s min %(seconds)s s, at %(hour)s") % told
    return _("Leaves in %(seconds)s s, at %(hour)s") % told


def outcomes(states: Mapping[MessageState, int], language: str, *, printed: int = 0) -> list[tuple[MessageState, str]]:
    """What became of the messages so far, each outcome with its count; letters to print are said apart."""
    counts = {**states, MessageState.HELD: states.get(MessageState.HELD, 0) - printed}
    return [(state, counted(words, counts[state], language)) for state, words in OUTCOMES if counts.get(state, 0)]


def letters_to_print(count: int, language: str) -> str:
    """How many letters wait for the printer."""
    return counted(TO_PRINT, count, language)


def left_out(said: str, channel: ChannelName | None, language: str) -> str:
    """Why an invoice is left out, or which of its channels is."""
    if channel is None:
        return said
    return translate(language)(N_("Not by %(channel)s: %(why)s")) % {
        "channel": channel_name(channel, language),
        "why": said,
    }
