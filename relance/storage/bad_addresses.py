"""The addresses that no reminder may go to: those refused or left alone, and the firm's own (RULES 4.2)."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import CompoundSelect, Select, literal, or_, select, union_all
from sqlalchemy.orm import Session

from relance.storage.models import BadAddress, Firm, MailAccount, Sender


def key(address: str) -> str:
    """An address as it is compared: without the name before it, in lower case. A number stays as it is."""
    bare = address.rpartition("<")[2].partition(">")[0] if "<" in address else address
    return bare.strip().lower()


def postal_key(customer_id: int) -> str:
    """What a customer's postal address is marked under, once letters came back from there."""
    return f"post:{customer_id}"


def own(session: Session, firm: Firm) -> frozenset[str]:
    """The firm's own e-mail addresses: writing to these by mistake would be writing to oneself."""
    return _own(firm, session.scalars(_of_account()))


def bad(session: Session, today: date | None) -> frozenset[str]:
    """The addresses that are dead, or left alone on a day; without a day, every one that is marked."""
    return frozenset(session.scalars(_marked(today)))


def unusable(session: Session, firm: Firm, today: date | None) -> frozenset[str]:
    """Both together, as `key` gives them."""
    marked = _marked(today).add_columns(literal(0))
    account = _of_account().subquery()
    found = session.execute(union_all(marked, select(account.c[0], literal(1)))).all()
    return _own(firm, (text for text, mine in found if mine)).union(text for text, mine in found if not mine)


def _marked(today: date | None) -> Select[str]:
    query = select(BadAddress.address)
    return query if today is None else query.where(or_(BadAddress.until.is_(None), BadAddress.until > today))


def _of_account() -> CompoundSelect[str]:
    """Of all accounts: those of senders are the firm's too."""
    columns = (MailAccount.sender, MailAccount.username, MailAccount.reply_to, Sender.email)
    return union_all(*(select(column) for column in columns))


def _own(firm: Firm, texts: Iterable[str]) -> frozenset[str]:
    found = map(key, (firm.email, *texts))
    return frozenset(address for address in found if "@" in address)
