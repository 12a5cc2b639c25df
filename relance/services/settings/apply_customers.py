"""Writes the customers of a settings file: their columns, their addresses, their pause."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from relance.domain.documents import CustomerKind
from relance.services.delivery.outcomes import stuck
from relance.services.settings.addresses import Address
from relance.services.settings.apply import Ids, Tally, set_choice, set_columns, set_sender
from relance.services.settings.contacts import ContactSpec
from relance.services.settings.customers import ADDRESS_LINES, CustomerSpec, Paused
from relance.storage.book import BY_REPLY
from relance.storage.chunks import chunks
from relance.storage.models import Contact, Customer, Hold, Invoice

BY_USER = "user"
# What a reminder goes to: when one of these changes, a step that found no way out may be tried again.
_REACH = frozenset(("phone", "country", "postcode", "city", *ADDRESS_LINES))


def apply_customers(session: Session, specs: Sequence[CustomerSpec], ids: Ids, now: datetime) -> Tally:
    """Add and change customers, found by their codes."""
    if not specs:
        return Tally()
    tally = Tally()
    rows = _known(session, [spec.code for spec in specs])
    new = _added(session, [spec for spec in specs if spec.code not in rows])
    pauses = _pauses(session)
    moved: list[int] = []
    for spec in specs:
        row = new.get(spec.code) or rows[spec.code]
        if _set_reach(row, spec):
            moved.append(row.id)
        changed = _set_customer(row, spec, ids)
        changed |= _set_pause(session, row, spec.pause, pauses, now)
        tally = tally.plus(added=row.code in new, changed=changed or row.id in moved[-1:])
    _try_again(session, moved)
    return tally


def _known(session: Session, codes: Sequence[str]) -> dict[str, Customer]:
    found: dict[str, Customer] = {}
    for part in chunks(codes):
        query = select(Customer).where(Customer.code.in_(part))
        found |= {row.code: row for row in session.scalars(query.options(selectinload(Customer.contacts)))}
    return found


def _pauses(session: Session) -> dict[int, list[Hold]]:
    """The open pauses of customers, the one that counts last."""
    query = select(Hold).where(Hold.kind == "pause", Hold.customer_id.is_not(None), Hold.invoice_id.is_(None))
    query = query.where(Hold.origin != BY_REPLY)  # that one ends with a person's answer
    found: dict[int, list[Hold]] = {}
    for hold in session.scalars(query.where(Hold.closed_at.is_(None)).order_by(Hold.id)):
        found.setdefault(hold.customer_id or 0, []).append(hold)
    return found


def _added(session: Session, specs: Sequence[CustomerSpec]) -> dict[str, Customer]:
    new = {
        spec.code: Customer(code=spec.code, name=spec.columns["name"], kind=CustomerKind.UNKNOWN, contacts=[])
        for spec in specs
    }
    session.add_all(new.values())
    session.flush()  # defaults are compared with what is given, and a pause needs an id
    return new


def _set_reach(row: Customer, spec: CustomerSpec) -> bool:
    columns = {column: value for column, value in spec.columns.items() if column in _REACH}
    changes = [set_columns(row, columns) > 0]
    changes.append(_set_people(row, spec.people))
    theirs = {person.email.casefold() for person in spec.people}
    changes.extend(_set_contacts(row, use, wanted, theirs) for use, wanted in spec.contacts.items())
    return any(changes)


def _set_customer(row: Customer, spec: CustomerSpec, ids: Ids) -> bool:
    changed = set_columns(row, spec.columns) > 0
    if spec.group is not None:
        changed |= set_columns(row, {"group_id": ids.groups[spec.group] if spec.group else None}) > 0
    changed |= set_sender(row, spec.sender, ids.senders)
    return set_choice(row, spec.program, ids.programs) or changed


def _try_again(session: Session, customers: Sequence[int]) -> None:
    for part in chunks(customers):
        theirs = Invoice.customer_id.in_(part)
        session.execute(update(Invoice).where(theirs, stuck()).values(failed_step=None, unreachable_on=None))


def _set_people(row: Customer, people: tuple[ContactSpec, ...]) -> bool:
    """Add and change the contacts that have a table of their own."""
    by_email = {contact.email.casefold(): contact for contact in reversed(row.contacts) if contact.email}
    changes = [_set_person(row, by_email.get(person.email.casefold()), person) for person in people]
    if any(changes):
        row.email_origin = BY_USER
    return any(changes)


def _set_person(row: Customer, known: Contact | None, person: ContactSpec) -> bool:
    if known is not None:
        return set_columns(known, person.columns) > 0
    row.contacts.append(Contact(**{"email": person.email, "use": "to", "use_by_level": {}, **person.columns}))
    return True


def _set_contacts(row: Customer, use: str, wanted: tuple[Address, ...], others: Collection[str]) -> bool:
    """Make a customer's addresses of one use those of the file; an address that stays keeps all that is known of it.

    Those of `others` have a table of their own: that alone says what they are.
    """
    theirs = [contact for contact in row.contacts if contact.use == use and contact.email.casefold() not in others]
    by_email = {contact.email: contact for contact in theirs if contact.email}
    wanted = tuple(address for address in wanted if address.email.casefold() not in others)
    emails = {"", *(address.email for address in wanted)}
    gone = [contact for contact in theirs if contact.reminders and contact.email not in emails]
    for contact in gone:
        row.contacts.remove(contact)
    changes = [bool(gone), *(_set_contact(row, use, address, by_email) for address in wanted)]
    if any(changes):
        row.email_origin = BY_USER
    return any(changes)


def _set_contact(row: Customer, use: str, address: Address, by_email: Mapping[str, Contact]) -> bool:
    contact = by_email.get(address.email)
    if contact is None:
        row.contacts.append(Contact(name=address.name, email=address.email, use=use, reminders=True))
        return True
    name = address.name or contact.name
    return set_columns(contact, {"name": name, "reminders": True}) > 0


def _set_pause(
    session: Session, row: Customer, wanted: date | Paused | None, pauses: Mapping[int, list[Hold]], now: datetime
) -> bool:
    """A pause that changes is closed, and another one opened: the history keeps both."""
    if wanted is None:
        return False
    open_ones = pauses.get(row.id, [])
    until = None if isinstance(wanted, Paused) else wanted
    if wanted is Paused.NO:
        return _close(open_ones, now)
    if open_ones and open_ones[-1].until == until:
        return False
    _close(open_ones, now)
    session.add(Hold(customer_id=row.id, kind="pause", until=until, origin=BY_USER, opened_at=now))
    return True


def _close(holds: Iterable[Hold], now: datetime) -> bool:
    closed = False
    for hold in holds:
        hold.closed_at = now
        closed = True
    return closed
