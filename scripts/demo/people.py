"""The demonstration firm's customers, with their addresses."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.services import customer_contacts
from relance.services.customer_contacts import ContactLine, Role, Use
from relance.storage.models import Contact, Customer, CustomerGroup
from scripts.demo.cast import CAST, Client


def people(session: Session, keys: dict[str, int]) -> None:
    """Add the customers to the groups; `keys` gets their ids by name."""
    groups = {group.name: group for group in session.scalars(select(CustomerGroup))}
    for number, one in enumerate(CAST, 1):
        row = Customer(
            code=f"C{number:03}",
            name=one.name,
            kind=one.kind,
            language=None if one.language == "fr" else one.language,
            group=groups.get(one.group),
            phone="" if number % 4 == 0 or one.language != "fr" else f"06 00 00 00 {number:02}",
            address_1=f"{number} rue de la Loire",
            postcode=one.postcode,
            city=one.town,
            country={"de": "DE", "en": "GB"}.get(one.language, ""),
        )
        if one.email:
            row.contacts = [Contact(email=address(one.name), name=one.contact)]
        session.add(row)
        session.flush()
        if one.manager:
            customer_contacts.replace(row, _lines(one))
        keys[one.name] = row.id


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
