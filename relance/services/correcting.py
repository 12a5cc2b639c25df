"""Mends an address: a new one in the place of one that doesn't work, or another try of the same (RULES 4.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance.services import bad_addresses
from relance.services.customer_contacts import BY_USER, read_address
from relance.services.database import the_firm
from relance.services.delivery import outcomes
from relance.services.refusal import Refused
from relance.services.settings import values
from relance.services.settings.problems import BadValue, ProblemCode
from relance.storage.bad_addresses import key, own
from relance.storage.models import Contact, Customer, Firm, Invoice, News
from relance.storage.recipients import mobiles_of, why_not

SETTLED = "corrected"  # what a person did about the news of an address
_CAME_BACK = ("bounced", "refused")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address stands. `old` is as it is written there, empty where there is none yet.

    `own`: among the customer's invoices' own addresses, `invoices` being those that it is about.
    """

    customer: int
    old: str = ""
    own: bool = False
    invoices: tuple[int, ...] = ()


def correct(session: Session, place: Place, typed: str, *, by: str, now: datetime) -> str:
    """Put an e-mail address or a mobile number in the place of one that doesn't work; what was saved.

    Raises Refused, with nothing written.
    """
    firm, row = the_firm(session), _customer(session, place)
    new = _read(session, firm, row, typed)
    if "@" not in new:
        _save_number(firm, row, place.old, new)
    elif place.own:
        _save_own(session, place, new)
    else:
        _save_email(row, place.old, new)
    session.flush()
    _settle(session, place, (new, place.old), (new, *mobiles_of((new,), row.country or firm.country)), by, now)
    return new


def retry(session: Session, place: Place, *, by: str, now: datetime) -> None:
    """The address is right after all, a person says: it is used again, and what failed is tried again."""
    firm, row = the_firm(session), _customer(session, place)
    numbers = mobiles_of((place.old,), row.country or firm.country) if place.old and "@" not in place.old else ()
    _settle(session, place, (place.old,), (place.old, *numbers), by, now)


def _customer(session: Session, place: Place) -> Customer:
    row = session.get(Customer, place.customer)
    if row is None:
        raise Refused("correction.gone")
    return row


def _read(session: Session, firm: Firm, row: Customer, typed: str) -> str:
    """An address where there is an @, else a mobile number as it is typed."""
    try:
        if "@" in typed:
            return read_address(typed, own(session, firm))
        number = values.line(typed)
    except BadValue as error:
        code = "correction.own" if error.code is ProblemCode.EMAIL_OWN else "correction.address"
        raise Refused(code, value=typed) from error
    if not number:
        raise Refused("correction.empty")
    why = why_not(number, row.country or firm.country)
    if why is not None:
        raise Refused(f"correction.{why.value.partition('.')[2]}", value=typed)
    return number


def _save_email(row: Customer, old: str, new: str) -> None:
    """The contact keeps its name, its role and its part in each level; without one, there is one more."""
    mine = [one for one in row.contacts if one.email and key(one.email) == key(old)]
    twins = [one for one in row.contacts if one.email and key(one.email) == key(new) and one not in mine]
    for twin in twins if mine else ():
        row.contacts.remove(twin)
    for one in mine:
        one.email = new
    if not mine:
        for twin in twins:
            twin.reminders, twin.use = True, "to"
        if not twins:
            row.contacts.append(Contact(email=new))
    row.email_origin = BY_USER


def _save_own(session: Session, place: Place, new: str) -> None:
    asked = select(Invoice).where(Invoice.customer_id == place.customer, Invoice.id.in_(place.invoices))
    for invoice in session.scalars(asked):
        kept = [one for one in invoice.emails if place.old and key(one) != key(place.old)]
        invoice.emails = list(dict.fromkeys((*kept, new)))


def _save_number(firm: Firm, row: Customer, old: str, new: str) -> None:
    """In the place of a mobile number that doesn't work; beside a landline, which is still good to call."""
    country = row.country or firm.country
    dead = set(mobiles_of((old,), country)) if old else set()
    for one in row.contacts:
        if dead.intersection(mobiles_of((one.phone,), country)):
            one.phone = new
            return
    keep = row.phone.strip() and not dead.intersection(mobiles_of((row.phone,), country))
    row.phone = f"{row.phone.strip()} / {new}" if keep else new


def _settle(
    session: Session, place: Place, spoken: tuple[str, ...], vouched: tuple[str, ...], by: str, now: datetime
) -> None:
    """What a person vouched for is used again, what failed is tried again, and the news of it are settled."""
    bad_addresses.forgive(session, vouched)
    outcomes.clear_failures(session, place.customer)
    about = [key(address) for address in spoken if address]
    session.execute(
        update(News)
        .where(
            News.customer_id == place.customer,
            News.kind.in_(_CAME_BACK),
            News.handled_at.is_(None),
            News.address.in_(about),
        )
        .values(handled_at=now, handled_by=by, decision=SETTLED)
        .execution_options(synchronize_session=False)
    )
