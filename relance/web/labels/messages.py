"""Sentences about one message: who decided it, why it was taken back, why it can't be written."""

from collections.abc import Mapping

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.web.labels import N_, Say, reasons
from relance.web.labels.delivery import delivery_error
from relance.web.labels.reasons import translate

COMPOSE: dict[str, str] = {
    "compose.missing_field": N_(
        "The message can't be written: #%(field)s# has no value for invoice %(invoice)s. "
        "Fill it in, or change the text."
    ),
    "compose.unknown_field": N_(
        "The message can't be written: its text names #%(field)s#, a field that doesn't exist."
    ),
    "compose.unknown_template": N_("The message can't be written: the text “%(template)s” was removed."),
    "compose.no_sender": N_("The message can't be written: give the firm's e-mail address in the settings."),
    "compose.no_recipient": N_("%(customer)s has no valid e-mail address for invoice %(invoice)s: add one."),
    "compose.no_step": N_("The program no longer has this step (%(step)s)."),
    "compose.no_invoice": N_("Nothing is left to claim in this message."),
    "compose.channel": N_("Messages of this kind can't be written yet (%(channel)s)."),
    "compose.currencies_differ": N_("The invoices of this message are in several currencies: %(invoices)s."),
    "compose.recipients_differ": N_("The invoices of this message don't go to the same people: %(invoices)s."),
}
ANSWERS: dict[str, str] = {
    "approve": N_("Approved: the message leaves now, if nothing has changed."),
    "withdraw": N_("Taken back: the message won't leave."),
    "left": N_("Noted: the message left."),
    "again": N_("The message is sent again."),
}
# The headings of the history as a file.
COLUMNS = (
    N_("Date"),
    N_("Customer"),
    N_("Invoices"),
    N_("Level"),
    N_("Channel"),
    N_("State"),
    N_("Why"),
    N_("Recipients"),
    N_("Subject"),
    N_("Decided by"),
)
TOO_LATE = N_("This message has changed meanwhile: see what became of it.")
BY_HAND = N_("Taken back by hand")


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """Why a message can't be written."""
    if code not in COMPOSE:
        return None
    told = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in facts.items()}
    if "channel" in told:
        told["channel"] = _(reasons.CHANNELS[ChannelName(str(told["channel"]))])
    return _(COMPOSE[code]) % told


def by_whom(kind: ReminderKind, person: str, language: str) -> str:
    """Who or what decided a message."""
    _ = translate(language)
    if kind is ReminderKind.AUTO and person:
        return _("Automatic, on the word of %(person)s") % {"person": person}
    if person and kind is not ReminderKind.AUTO:
        return f"{_(reasons.SENT_BY[kind])}{_(': ')}{person}"
    return _(reasons.SENT_BY[kind])


def withdrawn(code: str, language: str) -> str:
    """Why a reminder was taken out before it left."""
    if code in {one.value for one in ReasonCode}:
        return reasons.headline(ReasonCode(code), language)
    return translate(language)(BY_HAND)


def why(state: MessageState, code: str | None, detail: str, language: str) -> str:
    """Why a message didn't leave, or may not have; empty when there is nothing to explain."""
    if not code or state is MessageState.SENT:
        return ""
    if state is MessageState.WITHDRAWN:
        return withdrawn(code, language)
    facts = dict(part.split("=", 1) for part in detail.split(", ") if "=" in part)
    try:
        said = sentence(code, facts, translate(language))
    except KeyError:  # stored by another version, with other facts
        said = None
    return said or delivery_error(code, "", language)
