"""Which customer each row means, and what the rows together say of it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from relance.domain.documents import CustomerKind
from relance.importers.candidates import InvoiceCandidate
from relance.services.imports.known import Known, KnownCustomer, name_key

_LONGEST_CODE = 24
# Columns of the customer that a row can state, under the same name on the candidate.
_TEXTS = ("phone", "address_1", "address_2", "address_3", "postcode", "city", "country", "language")


class Ambiguous(Exception):
    """A name without a code that several customers bear."""


def address_key(addresses: Iterable[str]) -> frozenset[str]:
    """Addresses as a set that ignores case: how they are compared."""
    return frozenset(address.casefold() for address in addresses)


@dataclass(slots=True)
class Party:
    """A customer of the file: known or new, with what its rows state (the first to state something wins).

    `to` are its new addresses, None to leave them; `usual` those sets that aren't an invoice's own.
    """

    code: str
    known: KnownCustomer | None
    stated: dict[str, object] = field(default_factory=dict)
    group: str = ""
    addresses: list[tuple[str, ...]] = field(default_factory=list)
    to: tuple[str, ...] | None = None
    kept: bool = False
    usual: tuple[frozenset[str], ...] = ()
    changes: dict[str, object] = field(default_factory=dict)
    new_group: str | None = None

    @property
    def name(self) -> str:
        """What to call it: its new name, its old one, or its code."""
        return str(self.stated.get("name") or (self.known.name if self.known else self.code))

    def hear(self, candidate: InvoiceCandidate) -> None:
        """Take in what one row says; an empty cell says nothing."""
        if candidate.customer_name and (candidate.customer_code or self.known is None):
            self.stated.setdefault("name", candidate.customer_name)
        for column in _TEXTS:
            value = getattr(candidate, column)
            if value:
                self.stated.setdefault(column, value)
        if candidate.customer_kind not in (None, CustomerKind.UNKNOWN):
            self.stated.setdefault("kind", candidate.customer_kind)
        self.group = self.group or candidate.group
        if candidate.emails and candidate.emails not in self.addresses:
            self.addresses.append(candidate.emails)

    def settle(self, known: Known) -> None:
        """Once every row was heard: what changes of it."""
        self._settle_addresses()
        before = self.known
        for column, value in self.stated.items():
            if before is None or getattr(before, column) != value:
                self.changes[column] = value
        if self.group:
            group = known.groups.get(name_key(self.group))
            if group is None:
                self.new_group = self.group
            elif before is None or before.group_id != group:
                self.changes["group_id"] = group

    def _settle_addresses(self) -> None:
        sets = list(dict.fromkeys(address_key(addresses) for addresses in self.addresses))
        if not sets:
            return
        current = address_key(self.known.addresses) if self.known else frozenset()
        has_any = self.known is not None and any(one.email for one in self.known.contacts)
        if has_any and self.known is not None and self.known.email_origin == "user":
            self.kept = any(one != current for one in sets)
            self.usual = (current, sets[0])
        elif has_any and len(sets) > 1:
            self.usual = (current,)
        else:
            self.usual = (sets[0],)
            self.to = self.addresses[0] if sets[0] != current else None

    def brings(self, candidate: InvoiceCandidate) -> tuple[str, ...]:
        """Which of this known customer's changes one of its rows states."""
        if self.known is None:
            return ()
        found = [column for column, value in self.changes.items() if _said(candidate, column) == value]
        if candidate.group and (self.new_group or "group_id" in self.changes):
            found.append("group")
        if self.to is not None and address_key(candidate.emails) == address_key(self.to):
            found.append("emails")
        return tuple(found)


_SAID = {"name": "customer_name", "kind": "customer_kind"}


def _said(candidate: InvoiceCandidate, column: str) -> object:
    return getattr(candidate, _SAID.get(column, column), None)


class Parties:
    """Finds the customer of a row: by its code, else by its exact name without case, accents and spaces."""

    def __init__(self, known: Known, candidates: Iterable[InvoiceCandidate]) -> None:
        coded: dict[str, str] = {}  # the names that the file gives to codes: they win over those known
        for candidate in candidates:
            if candidate.customer_code:
                coded[candidate.customer_code] = coded.get(candidate.customer_code) or candidate.customer_name
        self._by_code: dict[str, Party] = {}
        self._by_name: dict[str, list[Party]] = {}
        self._codes = {customer.code.casefold() for customer in known.customers.values()}
        self._of_customer: dict[int, Party] = {}
        for customer in known.customers.values():
            party = Party(customer.code, customer)
            self._of_customer[customer.id] = party
            self._register(party, coded.get(customer.code) or customer.name)
        for code, name in coded.items():
            if code not in self._by_code:
                self._register(Party(code, None), name)

    def _register(self, party: Party, name: str) -> Party:
        self._by_code[party.code] = party
        self._codes.add(party.code.casefold())
        if name:
            self._by_name.setdefault(name_key(name), []).append(party)
        return party

    def of(self, candidate: InvoiceCandidate, customer_id: int | None) -> Party:
        """The customer of a row whose invoice, when known, is that of `customer_id`. Raises Ambiguous."""
        if candidate.customer_code:
            return self._by_code[candidate.customer_code]
        namesakes = self._by_name.get(name_key(candidate.customer_name), [])
        if customer_id is not None and self._of_customer[customer_id] in namesakes:
            return self._of_customer[customer_id]
        if len(namesakes) > 1:
            raise Ambiguous(candidate.customer_name)
        if namesakes:
            return namesakes[0]
        return self._register(Party(self._new_code(candidate.customer_name), None), candidate.customer_name)

    def _new_code(self, name: str) -> str:
        """DUPONT, DUPONT-2: made from the name, and nobody else's."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
        base = re.sub(r"[^A-Z0-9]+", "-", plain).strip("-")[:_LONGEST_CODE].strip("-") or "CLIENT"
        code, rank = base, 1
        while code.casefold() in self._codes:
            rank += 1
            code = f"{base}-{rank}"
        return code
