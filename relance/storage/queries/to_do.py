"""How much waits for a person, counted in one statement: the menu of every page shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from relance.domain.status import LATE_DISPATCH, RESTORED, TO_PRINT, UNUSUAL_VOLUME, MessageState
from relance.storage.models import Firm, InboxAccount, LetterAccount, MailAccount, Message, News, SmsAccount
from relance.storage.queries.senders import refused_senders
from relance.storage.ways import FIRM_ACCOUNT

PERSONS_MATTER = (TO_PRINT, LATE_DISPATCH, UNUSUAL_VOLUME, RESTORED)  # held, and not for an account
REPLIES = ("replied", "complaint")  # a customer said something


@dataclass(frozen=True, slots=True)
class ToDo:
    """What nothing happens to before a person has seen to it."""

    approvals: int
    letters: int  # ready to be printed
    replies: int
    unknown: int  # messages that may or may not have left
    late: int  # messages of a send that Relance wasn't there for
    unwritten: int  # messages that can't be written as they are
    held: int  # other messages that wait for an account, or for a word
    mail: int  # 1 where the account is refused
    texts: int
    posting: int
    mailbox: int  # 1 where it can't be read
    unusual: int  # messages of a run that would have sent far more than usual
    locked: int  # 1 where nothing leaves after a restore or a copy
    senders: int  # senders whose own account is refused

    @property
    def total(self) -> int:
        """All together. A refused account counts once, and not with each of its messages again."""
        messages = self.approvals + self.letters + self.unknown + self.late + self.unwritten + self.unusual
        accounts = self.mail + self.senders + self.texts + self.posting + self.mailbox
        return messages + self.replies + accounts + self.locked


def to_do(session: Session) -> ToDo:
    """Count it."""
    held = Message.state == MessageState.HELD
    unwritten, known = Message.code.like("compose.%"), Message.code.in_(PERSONS_MATTER)
    replies = select(func.count()).select_from(News).where(News.handled_at.is_(None), News.kind.in_(REPLIES))
    row: Any = session.execute(
        select(
            _messages(Message.state == MessageState.APPROVAL),
            _messages(held, Message.code == TO_PRINT),
            replies.scalar_subquery(),
            _messages(Message.state == MessageState.UNKNOWN),
            _messages(held, Message.code == LATE_DISPATCH),
            _messages(held, unwritten),
            _messages(held, ~func.coalesce(unwritten | known, False)),
            _held(MailAccount, MailAccount.id == FIRM_ACCOUNT),
            _held(SmsAccount),
            _held(LetterAccount),
            _unread(),
            _messages(held, Message.code == UNUSUAL_VOLUME),
            _locked(),
            refused_senders(func.count()).scalar_subquery(),
        )
    ).one()
    return ToDo(*(int(count) for count in row))


def refused_since(session: Session, moment: datetime) -> int:
    """How many messages were refused since then: later on, they are the past."""
    lost = Message.state == MessageState.FAILED, Message.created_at >= moment
    return session.scalar(select(func.count()).select_from(Message).where(*lost)) or 0


def _messages(*which: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(Message).where(*which).scalar_subquery()


def _unread() -> Any:
    which = InboxAccount.active, InboxAccount.failed_code.is_not(None)
    return select(func.count()).select_from(InboxAccount).where(*which).scalar_subquery()


def _locked() -> Any:
    return select(func.count()).select_from(Firm).where(Firm.sending_lock.is_not(None)).scalar_subquery()


def _held(kind: type[MailAccount] | type[SmsAccount] | type[LetterAccount], *which: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(kind).where(kind.held_code.is_not(None), *which).scalar_subquery()
