"""What the bar at the top of every page is told by the rows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from relance.domain.status import TO_PRINT, UNUSUAL_VOLUME, MessageState
from relance.storage.models import DailyRun, InboxAccount, LetterAccount, MailAccount, Message, News, Sender, SmsAccount
from relance.storage.queries.senders import refused_senders
from relance.storage.queries.to_do import REPLIES
from relance.storage.ways import FIRM_ACCOUNT

WATCHED = (MessageState.APPROVAL, MessageState.UNKNOWN, MessageState.HELD)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a person should look at, and the day of the last run."""

    last_run: date | None
    approvals: int
    unknown: int
    held: int
    mail_held_code: str | None  # why a person must look at the account; so for the others
    sms_held_code: str | None = None
    letter_held_code: str | None = None
    mailbox_failed_code: str | None = None
    replies: int = 0  # that nobody has answered for
    letters: int = 0  # to print, or printed and to be posted
    unusual: int = 0  # held back: the run would have sent far more than usual
    senders_held: int = 0  # senders whose own e-mail account is refused
    sender_held: str = ""  # the name of the first of them


def waiting(session: Session) -> Waiting:
    """Read it: two small queries."""
    mail = select(MailAccount.held_code).where(MailAccount.id == FIRM_ACCOUNT).scalar_subquery()
    others = (select(kind.held_code).scalar_subquery() for kind in (SmsAccount, LetterAccount))
    refused = (refused_senders(what).scalar_subquery() for what in (func.count(), func.min(Sender.name)))
    mailbox = select(InboxAccount.failed_code).where(InboxAccount.active).scalar_subquery()
    replies = select(func.count()).select_from(News).where(News.handled_at.is_(None), News.kind.in_(REPLIES))
    last_run = select(func.max(DailyRun.local_date)).scalar_subquery()
    day, unread, words, senders, sender, *held = session.execute(
        select(last_run, mailbox, replies.scalar_subquery(), *refused, mail, *others)
    ).one()
    apart = case(*((Message.code == code, code) for code in (TO_PRINT, UNUSUAL_VOLUME)), else_="")
    counted = select(Message.state, apart, func.count()).where(Message.state.in_(WATCHED))
    rows = session.execute(counted.group_by(Message.state, apart)).all()
    counts = {state: count for state, code, count in rows if not code}
    of_code = {code: count for _state, code, count in rows}
    return Waiting(
        last_run=day,
        approvals=counts.get(MessageState.APPROVAL, 0),
        unknown=counts.get(MessageState.UNKNOWN, 0),
        held=counts.get(MessageState.HELD, 0),
        mail_held_code=held[0],
        sms_held_code=held[1],
        letter_held_code=held[2],
        mailbox_failed_code=unread,
        replies=words,
        letters=of_code.get(TO_PRINT, 0),
        unusual=of_code.get(UNUSUAL_VOLUME, 0),
        senders_held=senders,
        sender_held=sender or "",
    )
