"""Read models of what customers wrote and of what came back, and of what waits for a person's word about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from relance.domain.delivery import ChannelName
from relance.storage.chunks import chunks
from relance.storage.models import BadAddress, Customer, Invoice, Message, News, Reminder
from relance.storage.queries.corrections import NOT_DELIVERED
from relance.storage.queries.to_do import REPLIES as WORDS

MOST_OF_EACH = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """The message that somebody answered."""

    id: int
    channel: ChannelName
    level: int
    at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Debt:
    """An open invoice that a decision may be about; minor units."""

    id: int
    number: str
    due_date: date | None
    balance: int
    currency: str
    level: int | None
    about: bool  # named by a message that was answered


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one customer wrote, the oldest first, and what it owes."""

    customer: int
    name: str
    news: tuple[News, ...]
    answered: dict[int, Answered]
    debts: tuple[Debt, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """A message that came back, and whose it was."""

    news: News
    customer: str


def waiting_words() -> ColumnElement[bool]:
    """The condition of what customers wrote and nobody has answered for."""
    return News.handled_at.is_(None) & News.kind.in_(WORDS)


def count_customers(session: Session) -> int:
    """How many customers wait for an answer."""
    return session.scalar(select(func.count(News.customer_id.distinct())).where(waiting_words())) or 0


def conversations(session: Session, *, limit: int, offset: int = 0) -> list[Conversation]:
    """One page of them, who has waited longest first."""
    order = (
        select(News.customer_id)
        .where(waiting_words(), News.customer_id.is_not(None))
        .group_by(News.customer_id)
        .order_by(func.min(News.at), News.customer_id)
    )
    customers = [one for one in session.scalars(order.limit(limit).offset(offset)) if one is not None]
    names = dict(session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(customers))).all())
    news = _words_of(session, customers)
    messages = {one.message_id for some in news.values() for one in some if one.message_id is not None}
    answered, debts = _answered(session, messages), _debts(session, customers, messages)
    return [
        Conversation(
            customer,
            names[customer],
            tuple(news[customer]),
            {one.message_id: answered[one.message_id] for one in news[customer] if one.message_id is not None},
            tuple(debts.get(customer, ())),
        )
        for customer in customers
    ]


def _words_of(session: Session, customers: Collection[int]) -> dict[int, list[News]]:
    found: dict[int, list[News]] = {}
    for one in _newest_of_each(session, News.customer_id, waiting_words() & News.customer_id.in_(customers)):
        found.setdefault(one.customer_id or 0, []).append(one)
    return found


def _newest_of_each(
    session: Session, whose: InstrumentedAttribute[int | None], which: ColumnElement[bool]
) -> Sequence[News]:
    """At most MOST_OF_EACH, the oldest first: whoever writes a thousand times fills no page with it."""
    place = func.row_number().over(partition_by=whose, order_by=(News.at.desc(), News.id.desc()))
    placed = select(News.id.label("id"), place.label("place")).where(which).subquery()
    newest = select(placed.c.id).where(placed.c.place <= MOST_OF_EACH)
    return session.scalars(select(News).where(News.id.in_(newest)).order_by(News.at, News.id)).all()


def _answered(session: Session, messages: Collection[int]) -> dict[int, Answered]:
    query = select(
        Message.id,
        Message.channel,
        Message.level,
        func.coalesce(Message.sent_at, Message.created_at, type_=Message.created_at.type),
        Message.subject,
    ).where(Message.id.in_(messages))
    return {row[0]: Answered(*row) for row in session.execute(query)}


def _debts(session: Session, customers: Collection[int], messages: Collection[int]) -> dict[int, list[Debt]]:
    """Those that the answered messages named come first."""
    named = set(session.scalars(select(Reminder.invoice_id).where(Reminder.message_id.in_(messages))))
    query = select(Invoice).where(Invoice.customer_id.in_(customers), Invoice.chased, Invoice.balance > 0)
    found: dict[int, list[Debt]] = {}
    for row in session.scalars(query.order_by(Invoice.due_date, Invoice.number)):
        one = Debt(row.id, row.number, row.due_date, row.balance, row.currency, row.level, row.id in named)
        found.setdefault(row.customer_id, []).append(one)
    return {customer: sorted(debts, key=lambda one: not one.about) for customer, debts in found.items()}


def count_returned(session: Session) -> int:
    """How many messages came back and nobody has looked at that."""
    return session.scalar(select(func.count()).select_from(News).where(_came_back())) or 0


def count_unlisted(session: Session) -> int:
    """Those of them that no address to correct stands for: nothing is marked, and no step was lost."""
    marked = select(BadAddress.address)
    lost = (
        select(Reminder.message_id)
        .join(Invoice)
        .where(Reminder.message_id.is_not(None), Invoice.failed_step.is_not(None))
    )
    unlisted = News.address.not_in(marked), or_(News.message_id.is_(None), News.message_id.not_in(lost))
    return session.scalar(select(func.count()).select_from(News).where(_came_back(), *unlisted)) or 0


def returned(session: Session, *, limit: int) -> list[Returned]:
    """The newest of them."""
    query = select(News, Customer.name).outerjoin(Customer, News.customer_id == Customer.id).where(_came_back())
    found = session.execute(query.order_by(News.at.desc(), News.id.desc()).limit(limit))
    return [Returned(news, name or "") for news, name in found]


def _came_back() -> ColumnElement[bool]:
    return News.handled_at.is_(None) & News.kind.in_(NOT_DELIVERED)


def heard_of(session: Session, messages: Collection[int]) -> dict[int, list[News]]:
    """What customers wrote about some messages and why these came back, the oldest first."""
    ids = sorted(messages)
    found: dict[int, list[News]] = {}
    for part in chunks(ids):
        some = News.message_id.in_(part)
        for one in _newest_of_each(session, News.message_id, some & _worth_telling()):
            found.setdefault(one.message_id or 0, []).append(one)
    return found


def of_customer(session: Session, customer: int, *, most: int) -> Sequence[News]:
    """The newest of what it wrote and of what came back from it."""
    query = select(News).where(News.customer_id == customer, _worth_telling())
    return session.scalars(query.order_by(News.at.desc(), News.id.desc()).limit(most)).all()


def _worth_telling() -> ColumnElement[bool]:
    return or_(News.kind.in_(WORDS), News.kind.in_(NOT_DELIVERED))
