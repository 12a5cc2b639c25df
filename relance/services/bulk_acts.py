"""One act on many invoices: whom it is about, what it can't be done to, and the act itself in one transaction."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.book import Choose, DocumentStatus, ProgramChoice
from relance.domain.documents import CHASED
from relance.services import holds, payments
from relance.services.holds import HoldKind
from relance.services.messages.queries import chunked
from relance.services.refusal import Refused
from relance.storage.models import Customer, Invoice

MOST = 5000  # invoices in one act


class Act(StrEnum):
    """What may be done to many invoices at once, beside reminding."""

    PAY = "pay"  # settled in full
    PAUSE = "pause"
    DISPUTE = "dispute"
    PROMISE = "promise"
    EXCLUDE = "exclude"
    PROGRAM = "program"


_HOLDS = {Act.PAUSE: HoldKind.PAUSE, Act.DISPUTE: HoldKind.DISPUTE, Act.PROMISE: HoldKind.PROMISE}


class Hindrance(StrEnum):
    """Why an act can't be done to an invoice."""

    NOT_CHASED = "not_chased"  # not a document that is chased, a draft, or cancelled
    PAID = "paid"
    EXCLUDED = "excluded"  # already


@dataclass(frozen=True, slots=True)
class Chosen:
    """An invoice of a selection. Its balance is in minor units."""

    id: int
    number: str
    customer_id: int
    customer: str
    due_date: date | None
    balance: int
    currency: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an act would do: to which invoices, and which it can't be done to, with why."""

    able: tuple[Chosen, ...]
    unable: tuple[tuple[Chosen, Hindrance], ...]
    gone: int  # chosen, and no longer there
    payments: tuple[int, ...] = ()  # those that were made


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants done, and by whom. `now` is the firm's local time.

    Of a payment, `until` is its day and `note` its reference.
    """

    act: Act
    by: str
    now: datetime
    until: date | None = None
    note: str = ""
    program: ProgramChoice = Choose.INHERIT


def weigh(session: Session, invoice_ids: Collection[int], act: Act) -> Weighed:
    """Look at a selection; writes nothing. Raises Refused for nothing, or for too much."""
    check_size(invoice_ids)
    able: list[Chosen] = []
    unable: list[tuple[Chosen, Hindrance]] = []
    query = select(Invoice, Customer.name).join(Customer, Invoice.customer_id == Customer.id)
    for invoice, customer in chunked(session, query, Invoice.id, set(invoice_ids)):
        found = _chosen(invoice, customer)
        why = _hindrance(invoice, act)
        if why is None:
            able.append(found)
        else:
            unable.append((found, why))
    gone = len(set(invoice_ids)) - len(able) - len(unable)
    return Weighed(tuple(sorted(able, key=_place)), tuple(sorted(unable, key=lambda one: _place(one[0]))), gone)


def check_size(invoice_ids: Collection[int]) -> None:
    """Something is chosen, and not more than can be confirmed at once; raises Refused."""
    if not invoice_ids:
        raise Refused("selection.empty")
    if len(invoice_ids) > MOST:
        raise Refused("selection.too_many", most=MOST)


def _chosen(invoice: Invoice, customer: str) -> Chosen:
    return Chosen(
        invoice.id,
        invoice.number,
        invoice.customer_id,
        customer,
        invoice.due_date,
        invoice.balance,
        invoice.currency,
    )


def _place(one: Chosen) -> tuple[object, ...]:
    return (one.customer.casefold(), one.customer_id, one.due_date or date.max, one.number)


def _hindrance(invoice: Invoice, act: Act) -> Hindrance | None:
    if invoice.kind not in CHASED or invoice.status is not DocumentStatus.ISSUED:
        return Hindrance.NOT_CHASED
    if invoice.balance <= 0:
        return Hindrance.PAID
    return Hindrance.EXCLUDED if act is Act.EXCLUDE and invoice.excluded else None


def sums(chosen: Iterable[Chosen]) -> dict[str, int]:
    """What invoices owe, minor units by currency; amounts of different currencies are never added up."""
    found: dict[str, int] = {}
    for one in chosen:
        found[one.currency] = found.get(one.currency, 0) + one.balance
    return dict(sorted(found.items()))


def carry_out(session: Session, invoice_ids: Collection[int], wish: Wish) -> Weighed:
    """Do it to all of a selection that it can be done to; raises Refused, with nothing done, for a wish that can't be.

    The whole stands in the caller's transaction.
    """
    weighed = weigh(session, invoice_ids, wish.act)
    able = [one.id for one in weighed.able]
    if not able:
        raise Refused("selection.none_able")
    if wish.act is Act.PAY:
        paid_on = wish.until or wish.now.date()
        made = payments.settle_all(session, able, paid_on=paid_on, reference=wish.note, by=wish.by, now=wish.now)
        return replace(weighed, payments=tuple(made))
    if wish.act is Act.PROGRAM:
        holds.choose_program_of(session, able, wish.program)
    elif wish.act is Act.EXCLUDE:
        holds.exclude_all(session, able, note=wish.note, by=wish.by, now=wish.now)
    else:
        kind = _HOLDS[wish.act]
        holds.open_holds(session, able, kind, until=wish.until, note=wish.note, by=wish.by, now=wish.now)
    return weighed
