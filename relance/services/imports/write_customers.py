"""Writes the customers, groups and addresses that a file of invoices brings, in bulk."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from relance.domain.book import Choose
from relance.domain.documents import CustomerKind
from relance.services.delivery.outcomes import stuck
from relance.services.imports.holds import IMPORT
from relance.services.imports.known import name_key
from relance.services.imports.parties import Party, address_key
from relance.services.imports.plan import InvoicePlan
from relance.services.imports.record import update_rows
from relance.services.imports.writer import Writer
from relance.storage.chunks import chunks
from relance.storage.models import Contact, Customer, CustomerGroup, Invoice

# Failed steps are tried again when one of these changes, as when an address does.
_REACHES = frozenset(("phone",))
_NEW_CUSTOMER: dict[str, Any] = {
    "kind": CustomerKind.UNKNOWN,
    "language": None,
    "group_id": None,
    "program_choice": Choose.INHERIT,
    "program_id": None,
    "insolvent": False,
    **dict.fromkeys(("phone", "address_1", "address_2", "address_3", "postcode", "city", "country", "notes"), ""),
    "email_origin": IMPORT,
}


def write_customers(writer: Writer, plan: InvoicePlan) -> None:
    """Groups first, then who belongs to them, then how they are reached."""
    _groups(writer, plan)
    _customers(writer, plan)
    _contacts(writer, plan)


def _groups(writer: Writer, plan: InvoicePlan) -> None:
    names: dict[str, str] = {}
    for party in plan.parties:
        if party.new_group:
            names.setdefault(name_key(party.new_group), party.new_group)
    if not names:
        return
    rows = [{"name": name, "program_choice": Choose.INHERIT, "program_id": None} for name in names.values()]
    writer.connection.execute(insert(CustomerGroup), rows)
    made = writer.connection.execute(
        select(CustomerGroup.id, CustomerGroup.name).where(CustomerGroup.name.in_(names.values()))
    ).all()
    writer.record.creates("groups", [key for key, _ in made])
    ids = {name: key for key, name in made}
    for party in plan.parties:
        if party.new_group:
            party.changes["group_id"] = ids[names[name_key(party.new_group)]]


def _customers(writer: Writer, plan: InvoicePlan) -> None:
    new = [party for party in plan.parties if party.known is None]
    if new:
        rows = [{**_NEW_CUSTOMER, "extra": {}, "code": p.code, "name": p.code, **p.changes} for p in new]
        writer.connection.execute(insert(Customer), rows)
    for codes in chunks([party.code for party in new]):
        made = writer.connection.execute(select(Customer.code, Customer.id).where(Customer.code.in_(codes)))
        writer.customer_ids.update((code, key) for code, key in made)
    writer.record.creates("customers", writer.customer_ids.values())
    changes: dict[int, dict[str, Any]] = {}
    for party in plan.parties:
        if party.known is not None:
            writer.customer_ids[party.code] = party.known.id
            if party.changes:
                changes[party.known.id] = party.changes
                before = {column: getattr(party.known, column) for column in party.changes}
                writer.record.changes("customers", party.known.id, before, party.changes)
    update_rows(writer.connection, Customer, changes)


def _contacts(writer: Writer, plan: InvoicePlan) -> None:
    """An address that stays keeps its row; whether one is dead is known by the address, whoever has it."""
    added: list[dict[str, Any]] = []
    removed: list[int] = []
    revived: list[int] = []
    for party in plan.parties:
        if party.to is not None:
            added.extend(_contact_rows(writer, party, removed))
        if party.known is not None and (party.to is not None or _REACHES & party.changes.keys()):
            revived.append(party.known.id)
    for ids in chunks(removed):
        writer.connection.execute(delete(Contact).where(Contact.id.in_(ids)))
    if added:
        writer.connection.execute(insert(Contact), added)
    for ids in chunks(revived):
        failed = update(Invoice).where(Invoice.customer_id.in_(ids), stuck())
        writer.connection.execute(failed.values(failed_step=None, unreachable_on=None))


def _contact_rows(writer: Writer, party: Party, removed: list[int]) -> list[dict[str, Any]]:
    customer = writer.customer_ids[party.code]
    wanted = address_key(party.to or ())
    before = [one for one in party.known.contacts if one.use == "to" and one.email] if party.known else []
    gone = [one for one in before if one.email.casefold() not in wanted]
    kept = {one.email.casefold() for one in before} & wanted
    new = [address for address in party.to or () if address.casefold() not in kept]
    removed.extend(one.id for one in gone)
    if party.known is not None:
        taken = [{"email": one.email, "reminders": one.reminders} for one in gone]
        writer.record.contacts[str(customer)] = {"added": new, "removed": taken}
    blank = {"name": "", "phone": "", "language": None, "role": "", "use": "to", "reminders": True}
    return [{**blank, "use_by_level": {}, "customer_id": customer, "email": address} for address in new]
