"""Who a reminder goes to and in whose name it leaves (RULES 4.2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from relance.services.message_facts import House, MessageFacts
from relance.services.message_values import one_line
from relance.services.refusal import Refused
from relance.storage.models import Firm, MailAccount

_BRACKETED = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Recipients:
    """The addresses of one message; nobody is named twice."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()


def house_of(firm: Firm, account: MailAccount) -> House:
    """The firm's row and its account as messages show them."""
    address = account.sender.strip() or firm.email.strip()
    return House(
        name=one_line(firm.name),
        language=firm.language,
        sender=named(address, firm.name),
        reply_to=account.reply_to.strip(),
        bcc=tuple(account.bcc or ()),
        phone=firm.phone,
        email=firm.email,
        iban=firm.iban,
        bic=firm.bic,
        signature=firm.signature,
    )


def named(address: str, name: str) -> str:
    """An address with a name before it, unless it has one or there is none."""
    name = re.sub(r"[<>]", "", one_line(name)).strip()
    return f"{name} <{address}>" if address and name and "<" not in address else address


def recipients(facts: MessageFacts, house: House) -> Recipients:
    """The invoice's own addresses if it has any, else the customer's at the level of the step, and the copies.

    The people in copy belong to the customer's own addresses: an invoice with addresses of its own goes to these
    alone. Raises Refused when there is nobody, or when the invoices of one message don't go to the same people.
    """
    sets = {(claim.emails, claim.emails_unusable) for claim in facts.claims}
    if len(sets) > 1:
        raise Refused("compose.recipients_differ", invoices=[claim.number for claim in facts.claims])
    own, lost = sets.pop()
    to = () if lost else _once(own or _addresses(facts, "to"), ())
    if not to:
        raise Refused("compose.no_recipient", customer=facts.customer, invoice=facts.claims[0].number)
    cc = () if own else _once(_addresses(facts, "cc"), to)
    return Recipients(to, cc, _once((*_addresses(facts, "bcc"), *house.bcc), (*to, *cc)))


def _addresses(facts: MessageFacts, use: str) -> list[str]:
    return [person.email for person in facts.people if person.use == use]


def _once(addresses: Iterable[str], before: Iterable[str]) -> tuple[str, ...]:
    """Addresses that weren't named before, each once, whatever their capitals."""
    seen = {_bare(address) for address in before}
    kept = []
    for address in addresses:
        if _bare(address) not in seen:
            seen.add(_bare(address))
            kept.append(address)
    return tuple(kept)


def _bare(address: str) -> str:
    found = _BRACKETED.search(address)
    return (found[1] if found else address).strip().lower()
