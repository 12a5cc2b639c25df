"""What a person makes follow from a customer's words: one decision, its holds, and the end of the waiting, together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance.services import holds
from relance.services.bad_addresses import lookup
from relance.services.holds import HoldKind
from relance.services.mailbox.news import FOR_A_PERSON, WORDS, Decision, handle
from relance.services.mailbox.reply_pauses import settled_by_payment
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.bad_addresses import key
from relance.storage.models import Contact, Invoice, News

_HOLDS = {
    Decision.PROMISE: HoldKind.PROMISE,
    Decision.DISPUTE: HoldKind.DISPUTE,
    Decision.PAUSE: HoldKind.PAUSE,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows, and for which invoices; the customer's others go on."""

    decision: Decision
    invoices: Collection[int] = ()
    until: date | None = None
    note: str = ""


def decide(session: Session, news_ids: Collection[int], verdict: Verdict, *, by: str, now: datetime) -> int:
    """Carry out a decision about some replies; how many. `now` is the firm's local time.

    A second click finds nothing left to decide and changes nothing. Raises Refused before anything is written.
    """
    waiting = _waiting(session, news_ids)
    if not waiting:
        return 0
    kind = _HOLDS.get(verdict.decision)
    if kind is not None or verdict.decision is Decision.EXCLUDE:
        chosen = _theirs(session, waiting, verdict.invoices)
        if not chosen:
            raise Refused("reply.no_invoice")
        if kind is not None:
            holds.open_holds(session, chosen, kind, until=verdict.until, note=verdict.note, by=by, now=now)
        else:
            holds.exclude_all(session, chosen, note=verdict.note, by=by, now=now)
    return handle(session, [one.id for one in waiting], decision=verdict.decision.value, by=by, now=now)


def set_aside(session: Session, news_ids: Collection[int], *, by: str, now: datetime) -> int:
    """A person has seen that a message came back; the mark on the address stays. How many."""
    came_back = [kind.value for kind in FOR_A_PERSON - WORDS]
    query = select(News.id).where(News.id.in_(list(news_ids)), News.kind.in_(came_back))
    return handle(session, list(session.scalars(query)), decision=Decision.SEEN.value, by=by, now=now)


def settle_returned(session: Session, customer: int, *, by: str, now: datetime) -> int:
    """A person changed how a customer is reached: what came back from addresses it has no more is settled. How many.

    So is what came back from an address that isn't marked, or is no longer.
    """
    came_back = [kind.value for kind in FOR_A_PERSON - WORDS]
    query = select(News).where(News.customer_id == customer, News.kind.in_(came_back), News.handled_at.is_(None))
    waiting = session.scalars(query).all()
    if not waiting:
        return 0
    marked = lookup(session, [one.address for one in waiting])
    theirs = {key(one) for one in session.scalars(select(Contact.email).where(Contact.customer_id == customer))}
    gone = [
        one.id for one in waiting if one.address not in marked or ("@" in one.address and one.address not in theirs)
    ]
    return handle(session, gone, decision=Decision.CORRECTED.value, by=by, now=now)


def settle_paid(engine: Engine, now: datetime) -> int:
    """Where all that a reply holds back is paid since, nothing is left to decide; how many."""
    with db.reading(engine) as session:
        if not settled_by_payment(session):
            return 0
    with db.writing(engine) as session:
        return handle(session, settled_by_payment(session), decision=Decision.PAID.value, by="", now=now)


def _waiting(session: Session, news_ids: Collection[int]) -> list[News]:
    words = [kind.value for kind in WORDS]
    query = select(News).where(News.id.in_(list(news_ids)), News.kind.in_(words), News.handled_at.is_(None))
    return list(session.scalars(query))


def _theirs(session: Session, news: Collection[News], invoices: Collection[int]) -> list[int]:
    """Those of the invoices that belong to the customers who wrote."""
    customers = {one.customer_id for one in news if one.customer_id is not None}
    query = select(Invoice.id).where(Invoice.id.in_(list(invoices)), Invoice.customer_id.in_(customers))
    return list(session.scalars(query.order_by(Invoice.id)))
