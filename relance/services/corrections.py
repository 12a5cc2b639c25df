"""What keeps reminders from arriving for want of a good address, and the mend (RULES 4.2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.book import Customer, CustomerId, DocumentStatus, Invoice, InvoiceId, balance
from relance.domain.delivery import ChannelName
from relance.domain.documents import CHASED
from relance.domain.plan import Decision, Outcome
from relance.domain.postal import Lacking, lacking
from relance.domain.reach import has_own_emails
from relance.domain.reasons import ReasonCode
from relance.services.simulate import Simulation
from relance.storage import bad_addresses as marks
from relance.storage import models
from relance.storage.chunks import chunks
from relance.storage.models import BadAddress, Firm
from relance.storage.queries import corrections as queries
from relance.storage.queries.corrections import Failed, User
from relance.storage.recipients import SmsRefusal, why_not


class Wrong(StrEnum):
    """What is wrong, in the order of how sure a mend it needs."""

    REFUSED = "refused"  # the address is dead
    LEFT_ALONE = "left_alone"  # until a day
    OWN = "own"  # the firm's
    MISSING = "missing"  # no usable address for the channels of the step
    FAILED = "failed"  # a message did not arrive


@dataclass(frozen=True, slots=True)
class Debt:
    """An invoice that waits for it. Minor units."""

    id: int
    number: str
    balance: int
    currency: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a channel reaches nobody."""

    channel: ChannelName
    number: str = ""  # as it was typed
    why: SmsRefusal | None = None
    lacking: tuple[Lacking, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to correct. `address` is what is wrong as it stands there, empty where something is missing.

    `own`: it is the invoices' own address, not their customer's.
    """

    wrong: Wrong
    customer: int
    name: str
    debts: tuple[Debt, ...]
    address: str = ""
    own: bool = False
    gaps: tuple[Gap, ...] = ()
    code: str = ""
    detail: str = ""  # the other side's own words
    at: datetime | None = None
    until: date | None = None
    message: int | None = None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lines are made from."""

    found: Simulation
    open: Mapping[CustomerId, list[Invoice]]

    def debts(self, invoices: Iterable[Invoice]) -> tuple[Debt, ...]:
        today = self.found.day
        return tuple(Debt(one.id, one.number, balance(one, today), one.currency) for one in invoices)

    def customer(self, key: int) -> Customer:
        return self.found.book.customers[CustomerId(key)]


def listed(session: Session, firm: Firm, found: Simulation) -> list[Line]:
    """All that is to be corrected on the day of a simulation, by customer."""
    ground = _Ground(found, _open(found))
    known = queries.marked(session, found.day)
    firms = marks.own(session, firm).difference(known)
    users = queries.users_of(session, firm, (*known, *firms))
    lines = [line for address in users for line in _marked(ground, address, users[address], known.get(address))]
    told = {(line.customer, line.own) for line in lines if "@" in line.address}
    lines += _missing(session, firm, ground, told)
    bad = {(line.customer, marks.key(line.address)) for line in lines}
    lines += [_failed(ground, one) for one in queries.failed(session) if not _is_told(one, bad)]
    order = tuple(Wrong)
    return sorted(lines, key=lambda line: (line.name.casefold(), line.customer, order.index(line.wrong), line.address))


def _open(found: Simulation) -> dict[CustomerId, list[Invoice]]:
    theirs: dict[CustomerId, list[Invoice]] = {}
    for one in found.book.invoices:
        if one.kind in CHASED and one.status is DocumentStatus.ISSUED and balance(one, found.day) > 0:
            theirs.setdefault(one.customer, []).append(one)
    return theirs


def _marked(ground: _Ground, address: str, users: Sequence[User], mark: BadAddress | None) -> Iterable[Line]:
    """A line for each customer that uses a marked address, or one of the firm's, and one for its invoices' own."""
    wrong = Wrong.OWN if mark is None else Wrong.REFUSED if mark.until is None else Wrong.LEFT_ALONE
    for key, own in sorted({(user.customer, user.invoice is not None) for user in users}):
        mine = [user for user in users if (user.customer, user.invoice is not None) == (key, own)]
        ids = {user.invoice for user in mine}
        theirs = ground.open.get(CustomerId(key), ())
        concerned = [one for one in theirs if (one.id in ids if own else not has_own_emails(one))]
        line = Line(wrong, key, ground.customer(key).name, ground.debts(concerned), mine[0].written, own)
        yield line if mark is None else _with_mark(line, mark)


def _with_mark(line: Line, mark: BadAddress) -> Line:
    return replace(
        line, code=mark.code, detail=mark.detail, at=mark.marked_at, until=mark.until, message=mark.message_id
    )


def _missing(session: Session, firm: Firm, ground: _Ground, told: Collection[tuple[int, bool]]) -> list[Line]:
    """The invoices whose step is up and reaches nobody, where no marked address explains it."""
    invoices = ground.found.invoices()
    stuck: dict[tuple[int, bool, tuple[ChannelName, ...]], list[Invoice]] = {}
    for decision in ground.found.plan.decisions:
        if _reaches_nobody(decision):
            invoice = invoices[decision.invoice]
            key = (invoice.customer, has_own_emails(invoice))
            if key not in told or ChannelName.EMAIL not in decision.mute:
                stuck.setdefault((*key, decision.mute), []).append(invoice)
    rows = _rows(session, {key for key, _own, _mute in stuck})
    return [
        Line(
            Wrong.MISSING,
            key,
            ground.customer(key).name,
            ground.debts(some),
            own=own,
            gaps=tuple(_gap(rows[key], channel, firm) for channel in mute),
        )
        for (key, own, mute), some in stuck.items()
    ]


def _reaches_nobody(decision: Decision) -> bool:
    return decision.outcome is Outcome.NONE and decision.reasons[0].code is ReasonCode.NO_RECIPIENT


def _rows(session: Session, keys: Collection[int]) -> dict[int, models.Customer]:
    ordered = sorted(keys)
    found: dict[int, models.Customer] = {}
    for part in chunks(ordered):
        query = select(models.Customer).where(models.Customer.id.in_(part))
        found |= {row.id: row for row in session.scalars(query)}
    return found


def _gap(row: models.Customer, channel: ChannelName, firm: Firm) -> Gap:
    country = row.country or firm.country
    if channel is ChannelName.LETTER:
        lines = (row.address_1, row.address_2, row.address_3)
        return Gap(channel, lacking=lacking(lines, row.postcode, row.city, country))
    if channel is ChannelName.EMAIL:
        return Gap(channel)
    numbers = [phone for phone in (row.phone, *(one.phone for one in row.contacts)) if phone.strip()]
    number = numbers[0] if numbers else ""
    return Gap(channel, number, why_not(number, country) if number else None)


def _failed(ground: _Ground, one: Failed) -> Line:
    invoices = ground.found.invoices()
    concerned = [invoices[InvoiceId(key)] for key in one.invoices if InvoiceId(key) in invoices]
    line = Line(Wrong.FAILED, one.customer, ground.customer(one.customer).name, ground.debts(concerned))
    message = one.message
    if message is None:
        return line
    by_mail = message.channel is ChannelName.EMAIL
    return replace(
        line,
        address=next(iter(message.recipients), "") if message.channel is not ChannelName.LETTER else "",
        own=by_mail and all(has_own_emails(invoice) for invoice in concerned),
        code=message.code or "",
        detail=message.detail,
        at=message.created_at,
        message=message.id,
    )


def _is_told(one: Failed, bad: Collection[tuple[int, str]]) -> bool:
    """Whether a marked address says it already."""
    recipients = one.message.recipients if one.message else ()
    return any((one.customer, marks.key(address)) in bad for address in recipients)
