"""Prints letters: looks at each again, writes those anew that aren't on paper yet, and makes one PDF of them all.

Printing isn't sending: the steps count as done once a person has said that the letters were posted.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from relance import paths
from relance.channels.letter import Letter, LetterError, to_pdf
from relance.config import Settings
from relance.domain.status import TO_PRINT, MessageState
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.letters.source import SOURCE, keep_source, read_source
from relance.services.messages import compose
from relance.services.messages.compose import Composed
from relance.services.messages.freezing import freeze
from relance.services.recheck import Verdict, recheck
from relance.services.refusal import Refused
from relance.storage import db, transitions
from relance.storage.chunks import chunks
from relance.storage.models import Firm, Message, Reminder

FOLDER = "printed"  # batches ready to be opened; each can be made again from its letters
KEPT_FOR = timedelta(days=2)
AT_ONCE = 50  # letters written in one transaction: the write lock is never held for long
MOST = 500  # letters of one batch


@dataclass(slots=True)
class Printed:
    """What became of the letters asked for."""

    batch: str = ""  # the hash of the PDF of them all; empty where there was nothing to print
    letters: list[int] = field(default_factory=list)
    withdrawn: dict[int, str] = field(default_factory=dict)  # why it isn't sent any more
    refused: dict[int, Refused] = field(default_factory=dict)  # why it can't be written
    again: int = 0  # how many were on paper already


def print_letters(
    engine: Engine,
    settings: Settings,
    ids: Sequence[int],
    *,
    now: datetime,
    local: datetime,
    part_of: Callable[[int], str] = str,
    title: str = "",
    anew: bool = False,
) -> Printed:
    """Print letters in this order. Those printed before are printed as they were, unless they are wanted `anew`.

    `part_of` names the part of the batch that letters of a level stand in, `local` is the firm's time. What may not
    leave any more is withdrawn, with its reason (RULES 4.5). Raises Refused where there are too many.
    """
    if len(ids) > MOST:
        raise Refused("letter.too_many", count=len(ids), most=MOST)
    done = Printed()
    for part in chunks(ids, AT_ONCE):
        with db.writing(engine) as session:
            _write(session, settings, list(part), now, local, done, anew=anew)
    if done.letters:
        with db.reading(engine) as session:
            done.batch = _bind(session, settings, done.letters, part_of, title, now)
    return done


def _write(
    session: Session, settings: Settings, ids: list[int], now: datetime, local: datetime, done: Printed, *, anew: bool
) -> None:
    """Look again at some letters and freeze what they say."""
    firm = the_firm(session)
    waiting = {one.id: one for one in session.scalars(select(Message).where(Message.id.in_(ids), *TO_BE_PRINTED))}
    fresh = [one for one in waiting.values() if anew or one.printed_at is None or not _source_of(one)]
    kept = _still_meant(session, firm, fresh, local, done)
    accounts, today = read_accounts(session), local.date()
    composed = compose.prepare(session, [one.id for one in kept], firm, accounts, today, settings.data_dir)
    for message in kept:
        made = composed[message.id]
        if isinstance(made, Refused):
            _hold(message, made)
            done.refused[message.id] = made
        else:
            _freeze(session, settings, message, made, now)
    gone = {*done.withdrawn, *done.refused}
    done.again += len(waiting) - len(fresh)
    done.letters += [key for key in ids if key in waiting and key not in gone]


TO_BE_PRINTED = (Message.state == MessageState.HELD, Message.code == TO_PRINT)


def _still_meant(
    session: Session, firm: Firm, messages: Collection[Message], local: datetime, done: Printed
) -> list[Message]:
    """Withdraw what may not leave any more."""
    kept = []
    for message, verdict in look_again(session, firm, messages, local):
        transitions.withdraw_reminders(session.connection(), [(key, code.value) for key, code in verdict.out])
        if verdict.keep:
            kept.append(message)
            continue
        code = verdict.out[0][1].value if verdict.out else None
        message.state, message.code, message.owner = MessageState.WITHDRAWN, code, None
        done.withdrawn[message.id] = code or ""
    session.flush()
    return kept


def look_again(
    session: Session, firm: Firm, messages: Collection[Message], local: datetime
) -> list[tuple[Message, Verdict]]:
    """Each letter with the verdict of now."""
    if not messages:
        return []
    verdicts = recheck(session, firm, messages, local)
    return [(message, verdicts[message.id]) for message in messages]


def _hold(message: Message, refused: Refused) -> None:
    """It waits with its reason, and the next run tries it again, as any message that can't be written."""
    message.code = refused.code
    message.detail = ", ".join(f"{key}={value}" for key, value in refused.facts.items())


def _freeze(session: Session, settings: Settings, message: Message, made: Composed, now: datetime) -> None:
    assert made.letter is not None
    file, *rest = made.attachments
    source = keep_source(settings.data_dir, made.letter)
    freeze(message, made, now)
    message.attachments = [{**file, SOURCE: source}, *map(dict, rest)]
    message.printed_at = message.dated_at = now
    for invoice, amount in made.claimed.items():
        session.execute(
            update(Reminder)
            .where(Reminder.message_id == message.id, Reminder.invoice_id == invoice, Reminder.live)
            .values(deadline=made.deadline, amount=amount)
        )


def _source_of(message: Message) -> str:
    """The hash of what a printed letter was made of; empty for one that was never printed."""
    first: Mapping[str, object] = message.attachments[0] if message.attachments else {}
    return str(first.get(SOURCE, ""))


def _bind(
    session: Session, settings: Settings, ids: Sequence[int], part_of: Callable[[int], str], title: str, now: datetime
) -> str:
    """One PDF of the letters as they are frozen, kept for a while; its hash. The same letters give the same bytes."""
    rows = {one.id: one for one in session.scalars(select(Message).where(Message.id.in_(ids)))}
    found = [(rows[key].level, _letter_of(settings.data_dir, rows[key])) for key in ids]
    parts = [part_of(level) for level, _ in found]
    try:
        pdf = to_pdf([letter for _, letter in found], paths.static() / "fonts", title=title, parts=parts)
    except LetterError as error:
        raise Refused("letter.batch_failed", fault=error.code.value) from error
    return _keep(settings.data_dir, pdf, now)


def _letter_of(data_dir: Path, message: Message) -> Letter:
    try:
        return read_source(data_dir, _source_of(message))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("letter.file_gone", message=message.id) from error


def _keep(data_dir: Path, pdf: bytes, now: datetime) -> str:
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.glob("*.pdf"):
        if old.stat().st_mtime < (now - KEPT_FOR).timestamp():
            old.unlink(missing_ok=True)
    sha256 = hashlib.sha256(pdf).hexdigest()
    fresh = folder / f"{sha256}.new"
    fresh.write_bytes(pdf)
    fresh.replace(folder / f"{sha256}.pdf")
    return sha256


def batch_file(data_dir: Path, sha256: str) -> Path | None:
    """The PDF of a batch, while it is kept."""
    if re.fullmatch("[0-9a-f]{64}", sha256) is None:
        return None
    path = data_dir / FOLDER / f"{sha256}.pdf"
    return path if path.is_file() else None
