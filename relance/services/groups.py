"""Customer groups ("typologies"): made, changed and taken away, and who belongs to them (RULES 1.4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relance.domain.book import Choose, ProgramChoice
from relance.domain.program import Tone
from relance.domain.reasons import ReasonCode
from relance.services.imports.known import name_key
from relance.services.refusal import Refused
from relance.services.settings import values
from relance.services.settings.apply import set_columns
from relance.services.settings.problems import BadValue, Problems
from relance.services.withdraw import withdraw_waiting_of
from relance.storage.models import Customer, CustomerGroup, Invoice, Program, Reminder, Sender

MOST_NAMED = 500  # customers added at once


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A group as a person wants it; no sender: the firm itself."""

    name: str
    program: ProgramChoice
    tone: Tone
    sender: int | None


def create(session: Session, name: str) -> int:
    """A new group, which changes nothing yet. Raises Refused for a name that can't be used or is taken."""
    row = CustomerGroup(name=_checked_name(session, name, None))
    session.add(row)
    session.flush()
    return row.id


def save(session: Session, group_id: int, change: GroupChange) -> None:
    """Bring a group to what is asked. Raises Refused before anything is written."""
    name = _checked_name(session, change.name, group_id)
    named = None if isinstance(change.program, Choose) else int(change.program)
    program = session.get(Program, named) if named is not None else None
    if named is not None and (program is None or program.own):
        raise Refused("customer.no_program")
    if change.sender is not None and session.get(Sender, change.sender) is None:
        raise Refused("customer.no_sender")
    row = session.get_one(CustomerGroup, group_id)
    choice = change.program if isinstance(change.program, Choose) else Choose.INHERIT
    set_columns(
        row,
        {
            "name": name,
            "program_choice": choice,
            "program_id": named,
            "tone": change.tone,
            "sender_id": change.sender,
        },
    )
    session.flush()
    if choice is Choose.NEVER:
        _withdraw(session, row.id)


def delete(session: Session, group_id: int, replacement: int | None) -> None:
    """Take a group away; its customers go to another one, or to none. Raises Refused for one that isn't there."""
    if replacement is not None and (replacement == group_id or session.get(CustomerGroup, replacement) is None):
        raise Refused("group.no_replacement")
    row = session.get_one(CustomerGroup, group_id)
    session.execute(
        update(Customer)
        .where(Customer.group_id == group_id)
        .values(group_id=replacement)
        .execution_options(synchronize_session=False)
    )
    session.delete(row)
    session.flush()
    if replacement is not None and session.get_one(CustomerGroup, replacement).program_choice is Choose.NEVER:
        _withdraw(session, replacement)


def add_customers(session: Session, group_id: int, typed: str) -> int:
    """Put customers into a group by their codes or names, one a line; how many came in.

    Raises Refused, naming every line that is nobody or several, before anything is written.
    """
    wanted = [line for line in (" ".join(line.split()) for line in typed.splitlines()) if line]
    if not wanted:
        raise Refused("group.nobody")
    if len(wanted) > MOST_NAMED:
        raise Refused("group.too_many", most=MOST_NAMED)
    ids = _found(session, wanted)
    moved = session.execute(
        update(Customer)
        .where(Customer.id.in_(ids), Customer.group_id.is_distinct_from(group_id))
        .values(group_id=group_id)
        .returning(Customer.id)
        .execution_options(synchronize_session=False)
    ).all()
    if session.get_one(CustomerGroup, group_id).program_choice is Choose.NEVER:
        _withdraw(session, group_id)
    return len(moved)


def remove_customer(session: Session, group_id: int, customer_id: int) -> bool:
    """Take a customer out of a group; False when it isn't in it any more."""
    found = session.execute(
        update(Customer)
        .where(Customer.id == customer_id, Customer.group_id == group_id)
        .values(group_id=None)
        .returning(Customer.id)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


def _found(session: Session, wanted: Iterable[str]) -> set[int]:
    """A code says who it is; else a name does, if one customer alone has it."""
    codes: dict[str, int] = {}
    names: dict[str, list[int]] = {}
    for key, code, name in session.execute(select(Customer.id, Customer.code, Customer.name)):
        codes[code.casefold()] = key
        names.setdefault(name_key(name), []).append(key)
    by_line = {line: _one(line, codes, names) for line in wanted}
    for code, wrong in (("group.unknown", 0), ("group.ambiguous", 2)):
        lines = [line for line, ids in by_line.items() if min(len(ids), 2) == wrong]
        if lines:
            raise Refused(code, names=lines)
    return {ids[0] for ids in by_line.values()}


def _one(line: str, codes: dict[str, int], names: dict[str, list[int]]) -> list[int]:
    return [codes[line.casefold()]] if line.casefold() in codes else names.get(name_key(line), [])


def _checked_name(session: Session, name: str, group_id: int | None) -> str:
    problems = Problems()
    try:
        checked = values.name(name)
    except BadValue as error:
        problems.add(("group", "name"), error.code, owner="", value=name, **error.facts)
        problems.refuse()
        raise
    for key, known in session.execute(select(CustomerGroup.id, CustomerGroup.name)):
        if key != group_id and name_key(known) == name_key(checked):
            raise Refused("group.name_taken", name=known)
    return checked


def _withdraw(session: Session, group_id: int) -> None:
    """What waits to leave to those who follow the group is taken out: it is never reminded (RULES 4.1)."""
    query = select(Reminder.invoice_id).join(Invoice, Invoice.id == Reminder.invoice_id)
    query = query.join(Customer, Customer.id == Invoice.customer_id).where(Reminder.live)
    follow = (Customer.program_id.is_(None), Customer.program_choice == Choose.INHERIT)
    own = (Invoice.program_id.is_(None), Invoice.program_choice == Choose.INHERIT)
    found = session.scalars(query.where(Customer.group_id == group_id, *follow, *own).distinct())
    withdraw_waiting_of(session, list(found), ReasonCode.CUSTOMER.value, by_hand_too=False)
