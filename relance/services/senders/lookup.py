"""In whose name a customer is written to: its own sender, else its group's, else the firm itself (None)."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from relance.services.refusal import Refused
from relance.storage.models import Customer, CustomerGroup, MailAccount, Sender
from relance.storage.ways import FIRM_ACCOUNT

MOST_IDS = 500  # in one query


def senders_of(session: Session, customers: Collection[int]) -> dict[int, int]:
    """The sender of each of some customers; those that the firm writes to in its own name are left out.

    Two queries at most, however many customers there are.
    """
    wanted = set(customers)
    if not wanted or session.scalar(select(Sender.id).limit(1)) is None:
        return {}
    sender = func.coalesce(Customer.sender_id, CustomerGroup.sender_id)
    query = select(Customer.id, sender).outerjoin(CustomerGroup, Customer.group_id == CustomerGroup.id)
    query = query.where(sender.is_not(None))
    if len(wanted) <= MOST_IDS:
        query = query.where(Customer.id.in_(wanted))
    return {customer: key for customer, key in session.execute(query) if customer in wanted}


def sender_of(session: Session, customer: int) -> Sender | None:
    """The sender of one customer; None where that is the firm itself."""
    found = senders_of(session, [customer]).get(customer)
    return None if found is None else session.get_one(Sender, found, options=[joinedload(Sender.mail_account)])


def accounts_of(session: Session, customers: Collection[int]) -> dict[int, MailAccount]:
    """The e-mail accounts of those customers whose sender has one of its own."""
    theirs = senders_of(session, customers)
    known = by_id(session, set(theirs.values()))
    own = {customer: own_account(known[key]) for customer, key in theirs.items()}
    return {customer: account for customer, account in own.items() if account is not None}


def own_account(sender: Sender | None) -> MailAccount | None:
    """The account that its e-mails leave through; None where that is the firm's."""
    if sender is None or sender.mail_account_id == FIRM_ACCOUNT:
        return None
    return sender.mail_account


def find(session: Session, sender_id: int) -> Sender:
    """The sender of an id. Raises Refused: it is gone."""
    found = session.get(Sender, sender_id)
    if found is None:
        raise Refused("senders.gone")
    return found


def by_id(session: Session, ids: Collection[int | None]) -> dict[int, Sender]:
    """Senders with their accounts, by a single query; none where the firm alone writes."""
    known = {one for one in ids if one is not None}
    if not known:
        return {}
    query = select(Sender).where(Sender.id.in_(known)).options(joinedload(Sender.mail_account))
    return {one.id: one for one in session.scalars(query)}
