"""The made-up firm's customers with their addresses, its second office, and the notes about some."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.services import customer_contacts
from relance.services.customer_contacts import ContactLine, Role, Use
from relance.services.examples.cast import CAST, CLAIRE, Client
from relance.services.examples.words import words
from relance.storage.models import Contact, Customer, CustomerGroup, Note, Sender


def people(session: Session, keys: dict[str, int], now: datetime) -> None:
    """Add the customers to the groups; `keys` gets their ids by name."""
    groups = {group.name: group for group in session.scalars(select(CustomerGroup))}
    _senders(session, groups)
    for number, one in enumerate(CAST, 1):
        row = _customer(one, number, groups.get(one.group))
        session.add(row)
        session.flush()
        if one.manager:
            customer_contacts.replace(row, _lines(one))
        keys[one.name] = row.id
    for note in words()["note"]:
        session.add(Note(customer_id=keys[note["customer"]], text=note["text"], at=now, by=CLAIRE))


def _senders(session: Session, groups: dict[str, CustomerGroup]) -> None:
    for one in words()["sender"]:
        sender = Sender(**{name: value for name, value in one.items() if name != "groups"})
        session.add(sender)
        session.flush()
        for name in one["groups"]:
            groups[name].sender_id = sender.id


def _customer(one: Client, number: int, group: CustomerGroup | None) -> Customer:
    return Customer(
        code=f"C{number:03}",
        name=one.name,
        kind=one.kind,
        language=None if one.language == "fr" else one.language,
        group=group,
        phone="" if number % 4 == 0 or one.language != "fr" else f"06 00 00 00 {number:02}",
        address_1=f"{number} rue de la Loire",
        postcode=one.postcode,
        city=one.town,
        country={"de": "DE", "en": "GB"}.get(one.language, ""),
        contacts=[Contact(email=address(one.name), name=one.contact)] if one.email else [],
    )


def _lines(one: Client) -> list[ContactLine]:
    billing = address(one.name)
    levels = {1: Use.NONE, 2: Use.NONE, 3: Use.CC}
    return [
        ContactLine(billing, one.contact, role=Role.BILLING),
        ContactLine(billing.replace("compta", "direction"), one.manager, Use.NONE, role=Role.MANAGEMENT, levels=levels),
    ]


def address(name: str) -> str:
    """The invented address of a customer."""
    plain = name.lower().translate(str.maketrans("éèêëàâçîïôöûüœ", "eeeeaaciioouuo"))
    word = "".join(char for char in plain.split()[-1] if char.isalnum())
    return f"compta@{word}.example"
