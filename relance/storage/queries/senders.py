"""What the pages say of senders: who uses each, what waits for it, whether its own account is refused."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from relance.domain.status import LIVE, MessageState
from relance.storage.models import Customer, CustomerGroup, MailAccount, Message, Sender
from relance.storage.ways import FIRM_ACCOUNT

# Still to leave, or a person may yet send them again.
UNFINISHED = LIVE | {MessageState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Uses:
    """Who is written to in the name of a sender, and the messages that wait for it."""

    customers: int
    groups: int
    messages: int

    @property
    def any(self) -> bool:
        """Whether something would be left without a sender."""
        return bool(self.customers or self.groups or self.messages)


@dataclass(frozen=True, slots=True)
class Listed:
    """A sender, with its uses."""

    sender: Sender
    uses: Uses


def listed(session: Session) -> list[Listed]:
    """All senders by name."""
    query = select(Sender, *_counts()).options(joinedload(Sender.mail_account)).order_by(Sender.name)
    return [Listed(sender, Uses(*counts)) for sender, *counts in session.execute(query)]


def uses(session: Session, sender_id: int) -> Uses:
    """What uses one sender."""
    return Uses(*session.execute(select(*_counts()).select_from(Sender).where(Sender.id == sender_id)).one())


def _counts() -> tuple[Any, ...]:
    return (
        _count(Customer, Customer.sender_id == Sender.id),
        _count(CustomerGroup, CustomerGroup.sender_id == Sender.id),
        _count(Message, Message.sender_id == Sender.id, Message.state.in_(UNFINISHED)),
    )


def _count(kind: Any, *which: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(kind).where(*which).correlate(Sender).scalar_subquery()


def others(session: Session, sender_id: int) -> list[tuple[int, str]]:
    """The senders that could take over from one: id and name."""
    query = select(Sender.id, Sender.name).where(Sender.id != sender_id).order_by(Sender.name)
    return [(key, name) for key, name in session.execute(query)]


def refused_senders(what: Any) -> Select[Any]:
    """Something of the senders whose own e-mail account a person must look at."""
    query = select(what).select_from(Sender).join(MailAccount, Sender.mail_account_id == MailAccount.id)
    return query.where(MailAccount.id != FIRM_ACCOUNT, MailAccount.held_code.is_not(None))


def held(session: Session) -> list[tuple[str, str]]:
    """The name of each of them, and why its account is refused."""
    query = refused_senders(Sender.name).add_columns(MailAccount.held_code).order_by(Sender.name)
    return [(name, code) for name, code in session.execute(query)]
