"""Who a batch of messages is about and who reads them: customers and their contacts, by a query each (RULES 4.2)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.charges import PROFESSIONALS
from relance.domain.delivery import PostalAddress
from relance.domain.documents import CustomerKind
from relance.domain.program import Tone
from relance.services.messages.facts import Person
from relance.services.messages.queries import chunked, grouped
from relance.storage.bad_addresses import key as key_of
from relance.storage.contacts import NONE, Levels, read_levels
from relance.storage.models import Contact, Customer, CustomerGroup, Firm


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer's row, as far as messages speak of it or go to it."""

    name: str
    kind: CustomerKind
    phone: str
    country: str
    address: PostalAddress
    tone: Tone
    charged: bool = True  # late interest and the fixed indemnity may be announced

    @property
    def owes_charges(self) -> bool:
        """Whether its late invoices carry them."""
        return self.charged and self.kind in PROFESSIONALS


@dataclass(frozen=True, slots=True)
class Party:
    """A contact. Its use is to, cc, bcc or none; `levels` are those where it differs."""

    name: str
    email: str
    phone: str
    use: str
    levels: Levels


def debtors(session: Session, firm: Firm, ids: Collection[int]) -> dict[int, Debtor]:
    """The customers of some ids."""
    query = select(
        Customer.id,
        Customer.name,
        Customer.kind,
        Customer.phone,
        Customer.country,
        CustomerGroup.tone,
        Customer.charges,
        Customer.address_1,
        Customer.address_2,
        Customer.address_3,
        Customer.postcode,
        Customer.city,
    ).outerjoin(Customer.group)
    found = {}
    for row in chunked(session, query, Customer.id, ids):
        key, name, kind, phone, country, tone, charged, *lines, postcode, city = row
        country = country.strip() or firm.country
        street = tuple(line for line in lines if line.strip())
        address = PostalAddress(name, street, postcode, city, country)
        found[key] = Debtor(name, kind, phone, country, address, tone or Tone.STANDARD, firm.charges and charged)
    return found


def parties(session: Session, customers: Collection[int]) -> dict[int, list[Party]]:
    """The contacts of each customer, in order."""
    query = select(
        Contact.customer_id,
        Contact.name,
        Contact.email,
        Contact.phone,
        Contact.use,
        Contact.reminders,
        Contact.use_by_level,
    ).order_by(Contact.id)
    return grouped(
        (customer, Party(name, email, phone, use if reminders else NONE, read_levels(levels)))
        for customer, name, email, phone, use, reminders, levels in chunked(
            session, query, Contact.customer_id, customers
        )
    )


def people(contacts: Iterable[Party], level: int, closed: frozenset[str]) -> Iterator[Person]:
    """Those whom an e-mail of a level goes to, but for closed addresses (RULES 4.2)."""
    for one in contacts:
        use = one.levels.get(level, one.use)
        if one.email and use != NONE and key_of(one.email) not in closed:
            yield Person(one.name, one.email, use)


def numbers(contacts: Iterable[Party], debtor: Debtor, level: int) -> tuple[str, ...]:
    """The telephones that an SMS of a level may go to, as they were written: the contacts', then its own."""
    phones = (one.phone for one in contacts if one.levels.get(level, one.use) != NONE)
    return tuple(phone for phone in (*phones, debtor.phone) if phone.strip())
