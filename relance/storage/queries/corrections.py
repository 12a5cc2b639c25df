"""Read models of what keeps reminders from arriving: whose addresses are marked, which messages failed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, func, null, or_, select
from sqlalchemy.orm import Session

from relance.domain.status import MessageState
from relance.storage.bad_addresses import key
from relance.storage.chunks import chunks
from relance.storage.contacts import NONE, read_levels
from relance.storage.models import BadAddress, Contact, Customer, Firm, Invoice, Message, Reminder
from relance.storage.recipients import mobiles_of

NOT_DELIVERED = ("bounced", "refused")  # what the news say of a message that came back
_OPEN = and_(Invoice.chased, Invoice.balance > 0)


@dataclass(frozen=True, slots=True)
class User:
    """Where an address is used: by a customer, or by one of its invoices alone. `written` is how it stands there."""

    customer: int
    written: str
    invoice: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Invoices of a customer whose step was refused for good, and the message that was, while it is kept."""

    customer: int
    message: Message | None
    invoices: tuple[int, ...]


def marked(session: Session, today: date) -> dict[str, BadAddress]:
    """The addresses that may not be used on a day."""
    query = select(BadAddress).where(or_(BadAddress.until.is_(None), BadAddress.until > today))
    return {row.address: row for row in session.scalars(query)}


def users_of(session: Session, firm: Firm, addresses: Collection[str]) -> dict[str, list[User]]:
    """Who uses some e-mail addresses and mobile numbers, among those with something left to pay."""
    found: dict[str, list[User]] = {address: [] for address in sorted(addresses)}
    for some in chunks(sorted(addresses)):
        _add_contacts(session, some, found)
        _add_numbers(session, firm, some, found)
        _add_own(session, some, found)
    return {address: users for address, users in found.items() if users}


def _owes(customer: ColumnElement[int]) -> ColumnElement[bool]:
    return select(Invoice.id).where(Invoice.customer_id == customer, _OPEN).exists()


def _add_contacts(session: Session, addresses: Sequence[str], found: dict[str, list[User]]) -> None:
    query = select(Contact.customer_id, Contact.email, Contact.reminders, Contact.use_by_level)
    query = query.where(func.lower(Contact.email).in_(addresses), _owes(Contact.customer_id.expression))
    for customer, email, reminders, levels in session.execute(query.order_by(Contact.id)):
        if key(email) in found and (reminders or any(use != NONE for use in read_levels(levels).values())):
            found[key(email)].append(User(customer, email))


def _add_numbers(session: Session, firm: Firm, addresses: Sequence[str], found: dict[str, list[User]]) -> None:
    """A number is looked for where the message went for which it was marked: it may be written in any way."""
    numbers = {address for address in addresses if address.startswith("+")}
    if not numbers:
        return
    asked = select(Message.customer_id).join(BadAddress, BadAddress.message_id == Message.id)
    asked = asked.where(BadAddress.address.in_(numbers))
    theirs = select(Customer.id, Customer.country, Customer.phone)
    theirs = theirs.where(Customer.id.in_(asked), _owes(Customer.id.expression))
    of_contacts = select(Contact.customer_id, Customer.country, Contact.phone).join(Customer)
    of_contacts = of_contacts.where(Contact.customer_id.in_(asked), _owes(Customer.id.expression))
    for customer, country, phone in (*session.execute(theirs), *session.execute(of_contacts)):
        for number in numbers.intersection(mobiles_of((phone,), country or firm.country)):
            found[number].append(User(customer, phone))


def _add_own(session: Session, addresses: Sequence[str], found: dict[str, list[User]]) -> None:
    """An invoice's own address is looked for among those of the message for which it was marked."""
    query = (
        select(Invoice.customer_id, Invoice.id, Invoice.emails)
        .join(Reminder, Reminder.invoice_id == Invoice.id)
        .join(BadAddress, BadAddress.message_id == Reminder.message_id)
        .where(BadAddress.address.in_(addresses), _OPEN)
        .distinct()
    )
    for customer, invoice, emails in session.execute(query.order_by(Invoice.id)):
        for email in emails or ():
            if key(email) in found:
                found[key(email)].append(User(customer, email, invoice))


def failed(session: Session) -> list[Failed]:
    """The invoices whose step was refused for good, by the last message that failed or came back."""
    lost = or_(Message.state == MessageState.FAILED, Message.news.in_(NOT_DELIVERED))
    of_step = and_(Reminder.invoice_id == Invoice.id, Reminder.step == Invoice.failed_step, Reminder.done.is_(False))
    query = (
        select(Invoice.id.label("invoice"), Invoice.customer_id, Message)
        .outerjoin(Reminder, of_step)
        .outerjoin(Message, and_(Message.id == Reminder.message_id, lost))
        .where(Invoice.failed_step.is_not(None), _OPEN)
        .order_by(Invoice.due_date, Invoice.id, Message.id.desc().nulls_last())
    )
    seen: set[int] = set()
    found: dict[tuple[int, int | None], Failed] = {}
    for invoice, customer, message in session.execute(query):
        if invoice not in seen:
            seen.add(invoice)
            key_ = (customer, message.id if message else None)
            known = found.get(key_) or Failed(customer, message, ())
            found[key_] = replace(known, invoices=(*known.invoices, invoice))
    return list(found.values())


def count(session: Session, firm: Firm, today: date) -> int:
    """How many customers have something to correct, as the last run and the messages since then know it."""
    # What is open is told here: asked of the database, it would walk every open invoice to find these few.
    facts = (Invoice.customer_id, Invoice.chased, Invoice.balance, null())
    stuck = select(*facts).where(Invoice.unreachable_on > date.min)  # a range: the index serves
    refused = select(*facts).where(Invoice.failed_step > 0)
    active = or_(BadAddress.until.is_(None), BadAddress.until > today)
    marked = select(null(), null(), null(), BadAddress.address).where(active)
    rows = session.execute(stuck.union(refused, marked)).all()
    found = {customer for customer, chased, balance, _ in rows if customer is not None and chased and balance > 0}
    bad = [str(address) for customer, _, _, address in rows if customer is None]
    for users in users_of(session, firm, bad).values():
        found.update(user.customer for user in users)
    return len(found)
