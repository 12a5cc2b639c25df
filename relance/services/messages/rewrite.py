"""A person writes one message anew before it leaves: its subject and text replace the template's, for this time alone.

What each invoice owes at that moment is kept on its reminder: should it change, the text would be wrong, and the
message is held back (`compose.edited_then_changed`).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance.domain import merge
from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.merge import FaultCode
from relance.domain.program import Mode
from relance.domain.status import MessageState
from relance.services import texts
from relance.services.dispatches import UNDO
from relance.services.messages import compose
from relance.services.messages.compose import Composed
from relance.services.messages.compose_text import wanted
from relance.services.messages.facts import MessageFacts
from relance.services.messages.recipients import house_of
from relance.services.messages.rows import drafts, facts_of
from relance.services.messages.values import conditions, lines, values
from relance.services.refusal import Refused
from relance.services.senders import lookup as senders
from relance.services.sending import Office
from relance.storage.models import Message, Reminder, Step

LONGEST_SUBJECT, LONGEST_TEXT = 250, 20_000
# Refusals that another text would mend.
_OF_THE_TEXT = frozenset(("compose.empty_text", "compose.sms_too_long", "compose.letter_failed"))
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FAULTS = {
    FaultCode.UNKNOWN_FIELD: "rewrite.unknown_field",
    FaultCode.OPEN_FIELD: "rewrite.open_field",
    FaultCode.UNKNOWN_BLOCK: "rewrite.block",
    FaultCode.OPEN_BLOCK: "rewrite.block",
    FaultCode.STRAY_ELSE: "rewrite.block",
    FaultCode.STRAY_END: "rewrite.block",
}


@dataclass(frozen=True, slots=True)
class Editing:
    """A message that can be written anew, as it would leave now. `mark` changes with every change of its own text."""

    message: Message
    subject: str
    text: str
    mark: str
    content: Composed | None
    problem: Refused | None  # why it can't leave as it is


@dataclass(frozen=True, slots=True)
class Given:
    """What a person wrote. `seen` is the mark of what they started from; `now` is the firm's local time."""

    subject: str
    text: str
    seen: str
    by: str
    now: datetime


def can_be_written(message: Message) -> bool:
    """Whether a message waits for a person's word, or is held because it can't be written."""
    stuck = message.state is MessageState.HELD and (message.code or "").startswith("compose.")
    return message.state is MessageState.APPROVAL or stuck


def begin(session: Session, office: Office, message_id: int, now: datetime) -> Editing:
    """Show a message as it would leave, to be written anew. Raises Refused when it is too late for that."""
    message = _message(session, message_id)
    content = _composed(session, office, message_id, now)
    if isinstance(content, Composed):
        return Editing(message, content.subject, content.text, _mark(message), content, None)
    subject, text = _as_far_as_it_goes(session, office, message, now)
    return Editing(message, subject, text, _mark(message), None, content)


def save(session: Session, office: Office, message_id: int, given: Given) -> MessageState:
    """Keep what a person wrote; the state of the message then: one that was held goes on its way again.

    Raises Refused for a text that can't be, or when somebody else changed or decided on the message meanwhile.
    """
    editing = begin(session, office, message_id, given.now)
    message = editing.message
    if given.seen != editing.mark:
        raise Refused("rewrite.changed_meanwhile")
    subject, text = _checked(session, office, editing, given)
    message.own_subject = subject if message.channel is not ChannelName.SMS else None
    message.own_text = text
    _note(session, office, message, by=given.by, now=given.now)
    return _go_on(session, office, message, by=given.by, now=given.now)


def back_to_template(session: Session, office: Office, message_id: int, *, by: str, now: datetime) -> MessageState:
    """Take the text of a person away again; the state of the message then. A second click does nothing."""
    message = _message(session, message_id)
    if message.own_text is None and message.own_subject is None:
        return message.state
    message.own_subject = message.own_text = None
    _note(session, office, message, by=message.decided_by, now=now)
    return _go_on(session, office, message, by=by, now=now)


def _message(session: Session, message_id: int) -> Message:
    message = session.get(Message, message_id)
    if message is None or not can_be_written(message):
        raise Refused("rewrite.too_late")
    return message


def _mark(message: Message) -> str:
    return sha256(repr((message.own_subject, message.own_text)).encode()).hexdigest()[:16]


def _composed(session: Session, office: Office, message_id: int, now: datetime) -> Composed | Refused:
    made = compose.prepare(session, [message_id], office.firm, office.accounts, now.date(), office.data_dir, keep=False)
    return made[message_id]


def _facts(session: Session, office: Office, message_id: int, now: datetime) -> MessageFacts | None:
    draft = drafts(session, [message_id])[message_id]
    [facts] = facts_of(session, office.firm, [draft], now.date())
    return facts if facts is not None and facts.claims else None


def _as_far_as_it_goes(session: Session, office: Office, message: Message, now: datetime) -> tuple[str, str]:
    """What stands on a message that can't be composed: a person's own text, else the template filled in with gaps."""
    if message.own_text:
        return message.own_subject or "", message.own_text
    facts = _facts(session, office, message.id, now)
    if facts is None:
        return "", ""
    body = texts.find(session, wanted(facts, office.firm.language))
    fields, met = _fields(session, office, message, facts, None, now), conditions(facts, now.date(), attached=False)
    return merge.fill(body.subject, fields, met).text, merge.fill(body.body, fields, met).text


def _fields(
    session: Session,
    office: Office,
    message: Message,
    facts: MessageFacts,
    content: Composed | None,
    now: datetime,
) -> dict[str, str | None]:
    language = content.language if content else facts.language
    to = content.to if content and facts.channel is ChannelName.EMAIL else ()
    sender = senders.by_id(session, [message.sender_id]).get(message.sender_id or 0)
    return values(facts, house_of(office.firm, office.accounts.mail, sender), to, language, now.date())


def _checked(session: Session, office: Office, editing: Editing, given: Given) -> tuple[str, str]:
    """Subject and text as they will leave; raises Refused."""
    is_sms = editing.message.channel is ChannelName.SMS
    subject, text = given.subject.strip(), lines(given.text.replace("\r\n", "\n"))
    if not text.strip():
        raise Refused("rewrite.empty")
    if not subject and not is_sms:
        raise Refused("rewrite.no_subject")
    if _CONTROLS.search(subject):
        raise Refused("rewrite.subject_controls")
    if len(subject) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        raise Refused("rewrite.too_long", subject=LONGEST_SUBJECT, text=LONGEST_TEXT)
    subject = "" if is_sms else _filled(session, office, editing, given, subject)
    return subject, _filled(session, office, editing, given, text)


def _filled(session: Session, office: Office, editing: Editing, given: Given, text: str) -> str:
    """A text with the fields that a person typed replaced by their values; raises Refused for one that can't be.

    What looks like a field and stood there before is a customer's name or the like: it stays.
    """
    before = f"{editing.subject}\n{editing.text}"
    for fault in merge.faults(text):
        if fault.written not in before:
            facts = {"written": fault.written, "suggestion": fault.suggestion or "", "line": fault.line}
            raise Refused(_FAULTS[fault.code], **facts)
    typed = {name for name in merge.uses(text) if f"#{name}#" not in before}
    if not typed:
        return text
    found = _facts(session, office, editing.message.id, given.now)
    if found is None:
        raise Refused("compose.no_invoice")
    known = _fields(session, office, editing.message, found, editing.content, given.now)
    for name in sorted(typed):
        if not known.get(name):
            raise Refused("rewrite.no_value", field=name)
        text = text.replace(f"#{name}#", known[name] or "")
    return text


def _note(session: Session, office: Office, message: Message, *, by: str, now: datetime) -> None:
    """Keep who wrote the text, when, and what was claimed then: nothing of an invoice that had left the message."""
    session.flush()
    facts = _facts(session, office, message.id, now)
    claimed = facts.claimed if facts else {}
    for reminder in session.scalars(select(Reminder).where(Reminder.message_id == message.id)):
        if reminder.live:
            reminder.amount, reminder.by, reminder.at = claimed.get(reminder.invoice_id, 0), by, now
        else:
            reminder.amount = 0
    session.flush()


def _go_on(session: Session, office: Office, message: Message, *, by: str, now: datetime) -> MessageState:
    """One that was held waits for approval again where its step wants that, else it leaves in two minutes.

    Raises Refused for a text that can't leave in any case; another hindrance keeps it held.
    """
    content = _composed(session, office, message.id, now)
    if isinstance(content, Refused):
        if content.code in _OF_THE_TEXT:
            raise content
        return message.state
    if message.state is MessageState.APPROVAL:
        return message.state
    after = MessageState.APPROVAL if _wants_approval(session, message) else MessageState.QUEUED
    fresh = {"code": None, "detail": "", "owner": None, "lease_until": None, "created_at": now, "next_at": now + UNDO}
    fresh["decided_by"] = "" if after is MessageState.APPROVAL else message.decided_by or by
    held = Message.id == message.id, Message.state == MessageState.HELD
    session.execute(update(Message).where(*held).values(state=after, **fresh))
    return after


def _wants_approval(session: Session, message: Message) -> bool:
    step = Step.program_id == message.program_id, Step.position == message.step
    return message.kind is ReminderKind.AUTO and session.scalar(select(Step.mode).where(*step)) is Mode.APPROVAL
