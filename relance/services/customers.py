"""Saves what a person changes of a customer: who it is, how it is reached, how it is reminded (RULES 1.4, 2, 4.2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.book import Choose, ProgramChoice
from relance.domain.reasons import ReasonCode
from relance.services import bad_addresses, customer_contacts
from relance.services.customer_contacts import ContactLine
from relance.services.database import the_firm
from relance.services.delivery import outcomes
from relance.services.imports.known import name_key
from relance.services.mailbox.replies import settle_returned
from relance.services.programs import own as own_programs
from relance.services.programs.own import Own
from relance.services.refusal import Refused
from relance.services.settings import values
from relance.services.settings.apply import set_columns
from relance.services.settings.customers import ADDRESS_LINES, COLUMNS, postal_lines
from relance.services.settings.problems import Problems
from relance.services.settings.tables import read_table
from relance.services.settings.values import Read
from relance.services.withdraw import withdraw_waiting_of
from relance.storage.bad_addresses import own, postal_key
from relance.storage.book import BY_REPLY
from relance.storage.models import Customer, CustomerGroup, Hold, Invoice, Message, Program, Reminder, Sender
from relance.storage.recipients import mobiles_of

PAUSE = "pause"
FURTHEST = timedelta(days=3660)
# What a message goes to: when one of these changes, a step that found no way out may be tried again.
_POSTAL = frozenset(("country", "postcode", "city", *ADDRESS_LINES))
_REACH = _POSTAL | {"phone"}
KEYS: dict[str, Read] = {**COLUMNS, "charges": values.boolean, "address": postal_lines, "group": values.line}


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent until a day; None: without end."""

    until: date | None


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """A customer as a person wants it. `columns` have the keys of a settings file; `group` among them is a name.

    No sender: its group's, else the firm itself.
    """

    columns: Mapping[str, object]
    contacts: Sequence[ContactLine]
    program: ProgramChoice | Own
    pause: Pause | None
    sender: int | None = None


def save(session: Session, customer_id: int, change: CustomerChange, *, by: str, now: datetime) -> bool:
    """Save it; whether steps of its own were just made for it. `now` is the firm's local time.

    Raises Refused, every problem at once, before anything is written.
    """
    given, contacts = _read(change, own(session, the_firm(session)))
    group = str(given.pop("group", ""))
    if change.pause is not None:
        _check_pause(change.pause, now.date())
    _check_choices(session, change)
    row = session.get_one(Customer, customer_id)
    before = {column: getattr(row, column) for column in _REACH}
    numbers = _mobiles(session, row)
    reached = customer_contacts.replace(row, contacts)
    set_columns(row, {**given, "group_id": _group(session, group), "sender_id": change.sender})
    made = _set_program(session, row, change.program)
    _set_pause(session, row.id, change.pause, by, now)
    session.flush()
    new_numbers = _mobiles(session, row).difference(numbers)
    moved = (postal_key(row.id),) if any(getattr(row, column) != before[column] for column in _POSTAL) else ()
    forgiven = bad_addresses.forgive(session, (*reached.vouched, *new_numbers, *moved))
    if forgiven or reached.changed or any(getattr(row, column) != value for column, value in before.items()):
        outcomes.clear_failures(session, row.id)
        settle_returned(session, row.id, by=by, now=now)
    _withdraw(session, row, paused=change.pause is not None)
    return made


def _check_choices(session: Session, change: CustomerChange) -> None:
    if not isinstance(change.program, Choose | Own):
        program = session.get(Program, change.program)
        if program is None or program.own:
            raise Refused("customer.no_program")
    if change.sender is not None and session.get(Sender, change.sender) is None:
        raise Refused("customer.no_sender")


def _mobiles(session: Session, row: Customer) -> set[str]:
    """The mobile numbers that it has, in international form."""
    phones = (row.phone, *(one.phone for one in row.contacts))
    return set(mobiles_of(phones, row.country or the_firm(session).country)) if any(phones) else set()


def _read(change: CustomerChange, firms: Collection[str]) -> tuple[dict[str, Any], tuple[ContactLine, ...]]:
    problems = Problems()
    given = dict(read_table(dict(change.columns), ("customer",), KEYS, problems))
    contacts = customer_contacts.read(change.contacts, firms, problems)
    problems.refuse()
    if "address" in given:
        given |= dict(zip(ADDRESS_LINES, (*given.pop("address"), "", "", ""), strict=False))
    return given, contacts


def _group(session: Session, name: str) -> int | None:
    """The group of that name, made if there is none; its name is compared without case, accents and spaces."""
    if not name:
        return None
    for key, known in session.execute(select(CustomerGroup.id, CustomerGroup.name)):
        if name_key(known) == name_key(name):
            return int(key)
    group = CustomerGroup(name=name)
    session.add(group)
    session.flush()
    return group.id


def _set_program(session: Session, row: Customer, choice: ProgramChoice | Own) -> bool:
    """Set it; whether it had to be made. An own program that is left goes, unless the history names it."""
    if isinstance(choice, Own):
        program, made = own_programs.take(session, row)
        set_columns(row, {"program_choice": Choose.INHERIT, "program_id": program.id})
        return made
    left = own_programs.followed_own(session, row)
    named = not isinstance(choice, Choose)
    set_columns(row, {"program_choice": Choose.INHERIT if named else choice, "program_id": choice if named else None})
    session.flush()
    if left is not None:
        own_programs.leave(session, left)
    return False


def _check_pause(pause: Pause, today: date) -> None:
    until = pause.until
    if until is not None and not today < until <= today + FURTHEST:
        raise Refused("customer.pause_date")


def open_pauses(session: Session, customer_id: int) -> list[Hold]:
    """The customer's own pauses that nobody has ended; the last one counts."""
    query = select(Hold).where(Hold.customer_id == customer_id, Hold.invoice_id.is_(None), Hold.kind == PAUSE)
    query = query.where(Hold.closed_at.is_(None), Hold.origin != BY_REPLY)  # that one ends with a person's answer
    return list(session.scalars(query.order_by(Hold.id)))


def _set_pause(session: Session, customer_id: int, wanted: Pause | None, by: str, now: datetime) -> None:
    """A pause that changes is closed and another one opened: the history keeps both."""
    before = open_pauses(session, customer_id)
    if wanted is not None and before and before[-1].until == wanted.until:
        return
    for hold in before:
        hold.closed_at, hold.closed_by = now, by
    if wanted is not None:
        session.add(
            Hold(customer_id=customer_id, kind=PAUSE, until=wanted.until, opened_at=now, opened_by=by, origin="user")
        )


def _withdraw(session: Session, row: Customer, *, paused: bool) -> None:
    """What waits to leave to somebody who isn't reminded any more is taken out (RULES 4.1)."""
    for stops, reason, by_hand_too in (
        (row.insolvent, ReasonCode.INSOLVENCY, True),
        (paused, ReasonCode.PAUSED, False),
        (_is_never(session, row), ReasonCode.CUSTOMER, False),
    ):
        if stops:
            found = _with_live_reminders(session, row.id, own_choice=reason is not ReasonCode.CUSTOMER)
            withdraw_waiting_of(session, found, reason.value, by_hand_too=by_hand_too)


def _is_never(session: Session, row: Customer) -> bool:
    """Whether its own choice, or its group's, is never (RULES 1.4)."""
    if row.program_id is not None or row.group_id is None or row.program_choice is Choose.NEVER:
        return row.program_choice is Choose.NEVER
    group = session.get_one(CustomerGroup, row.group_id)
    return group.program_id is None and group.program_choice is Choose.NEVER


def _with_live_reminders(session: Session, customer_id: int, *, own_choice: bool) -> list[int]:
    """Its invoices with a reminder that may leave; `own_choice`: those that choose their program themselves too."""
    query = (
        select(Invoice.id)
        .join(Reminder, Reminder.invoice_id == Invoice.id)
        .join(Message, Reminder.message_id == Message.id)
        .where(Invoice.customer_id == customer_id, Reminder.live)
    )
    if not own_choice:
        query = query.where(Invoice.program_id.is_(None), Invoice.program_choice == Choose.INHERIT)
    return list(session.scalars(query.distinct()))
