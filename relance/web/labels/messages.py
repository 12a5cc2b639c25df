"""Sentences about one message: who decided it, why it was taken back, why it did not leave."""

from relance.domain.book import ReminderKind
from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.services.mailbox.sent_search import FOUND_BY
from relance.services.mailbox.undelivered import UNDELIVERED
from relance.services.refuse import REFUSED
from relance.web.labels import N_, compose, reasons
from relance.web.labels.delivery import delivery_error
from relance.web.labels.reasons import translate

ANSWERS: dict[str, str] = {
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
    N_("Arrival"),
    N_("Addresses refused"),
    N_("SMS or sheets"),
    N_("Price"),
    N_("Currency"),
    N_("Postage"),
    N_("Registered letter no."),
)
TOO_LATE = N_("This message has changed meanwhile: see what became of it.")
BY_HAND = N_("Taken back by hand")
REACHED_NOBODY = N_("It reached nobody")
REFUSED_BY_HAND = N_("Refused instead of being approved")


def by_whom(kind: ReminderKind, person: str, language: str, code: str | None = None) -> str:
    """Who or what decided a message; `code` tells a refusal."""
    _ = translate(language)
    if person.startswith(FOUND_BY):
        return _("Found among the sent mails by %(person)s") % {"person": person.removeprefix(FOUND_BY)}
    if code == REFUSED and person:
        return _("Refused by %(person)s") % {"person": person}
    if kind is ReminderKind.AUTO and person:
        return _("Automatic, on the word of %(person)s") % {"person": person}
    if person and kind is not ReminderKind.AUTO:
        return f"{_(reasons.SENT_BY[kind])}{_(': ')}{person}"
    return _(reasons.SENT_BY[kind])


def withdrawn(code: str, language: str) -> str:
    """Why a reminder was taken out before it left."""
    if code in {one.value for one in ReasonCode}:
        return reasons.headline(ReasonCode(code), language)
    if code == UNDELIVERED:
        return translate(language)(REACHED_NOBODY)
    return translate(language)(REFUSED_BY_HAND if code == REFUSED else BY_HAND)


def why(state: MessageState, code: str | None, detail: str, language: str) -> str:
    """Why a message didn't leave, or may not have; empty when there is nothing to explain."""
    if not code or state is MessageState.SENT:
        return ""
    if state is MessageState.WITHDRAWN:
        return withdrawn(code, language)
    return compose.of_held(code, detail, translate(language)) or delivery_error(code, "", language)
