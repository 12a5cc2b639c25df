"""Who a reminder goes to and in whose name it leaves (RULES 4.2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from relance.services.messages.facts import House, MessageFacts
from relance.services.messages.values import one_line
from relance.services.refusal import Refused
from relance.services.senders.identity import identity_of
from relance.services.senders.lookup import own_account
from relance.storage.models import Firm, MailAccount, Sender

_BRACKETED = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Recipients:
    """The addresses of one message; nobody is named twice."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()


def house_of(firm: Firm, account: MailAccount, sender: Sender | None = None) -> House:
    """The firm's row and its account as messages show them, or one of its senders with an account of its own.

    A sender without one writes from the firm's address, in its own name, and is answered at its own address.
    """
    who, own = identity_of(firm, sender), own_account(sender)
    used = own or account
    address, reply_to = used.sender.strip() or (firm.email if own is None else who.email).strip(), used.reply_to.strip()
    if sender is not None and own is None:
        address, reply_to = _plain(address), sender.email.strip() or reply_to
    return House(
        name=who.name,
        language=who.language,
        sender=named(address, who.name),
        reply_to=reply_to,
        bcc=tuple(used.bcc or ()),
        phone=who.phone,
        email=who.email,
        iban=who.iban,
        bic=who.bic,
        payee=who.payee,
        signature=who.signature,
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
    return _plain(address).lower()


def _plain(address: str) -> str:
    """Without the name before it."""
    found = _BRACKETED.search(address)
    return (found[1] if found else address).strip()
