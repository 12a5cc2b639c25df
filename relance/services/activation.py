"""Switching automatic sending on: what stands in the way, and what each choice would send at the first run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from relance.domain.book import Book, Invoice, Scope, balance
from relance.domain.delivery import ChannelName
from relance.domain.eligibility import Account, account_of, reasons_against
from relance.domain.plan import plan
from relance.domain.reasons import STOPS_BY_HAND
from relance.services.database import the_firm
from relance.services.first_steps import put_away
from relance.services.forecast import Forecast, Section, Total, forecast
from relance.services.refusal import Refused
from relance.services.settings import loading as settings
from relance.services.simulate import Simulation, is_stale, last_run_day, look, next_run, run_moment
from relance.storage import book as books
from relance.storage.models import Firm, MailAccount


class Blocker(StrEnum):
    """What must be set up before anything may be sent."""

    NO_EMAIL_ACCOUNT = "no_email_account"
    NO_SENDER = "no_sender"
    NO_PROGRAM = "no_program"
    NO_INVOICES = "no_invoices"
    STALE_DATA = "stale_data"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the first run would do with one scope (RULES 2, predates)."""

    scope: Scope
    shown: Forecast

    @property
    def leaving(self) -> Total:
        """The invoices whose reminder would leave by itself."""
        return self.shown.totals[Section.SEND]

    @property
    def asked(self) -> int:
        """How many would wait for a person."""
        return self.shown.totals[Section.APPROVAL].count


@dataclass(frozen=True, slots=True)
class Prospect:
    """What switching on now would do."""

    late: Total
    upcoming: Total
    first_run: datetime  # in the firm's zone; not before now
    choices: Mapping[Scope, Choice]
    blockers: tuple[Blocker, ...]


# In the order they are shown: the careful one first, and chosen unless another is.
OFFERED = (Scope.UPCOMING, Scope.ALL, Scope.NEW)


def prospect(session: Session, firm: Firm, now: datetime) -> Prospect:
    """What switching on at a moment of local time would do; nothing is written."""
    moment = first_run(session, firm, now)
    found = look(session, firm, moment, now=now, as_if=Scope.ALL)
    late, upcoming = _open_invoices(found)
    return Prospect(
        late=late,
        upcoming=upcoming,
        first_run=moment,
        choices={scope: Choice(scope, forecast(session, _with_scope(found, scope, now))) for scope in OFFERED},
        blockers=tuple(_blockers(session, firm, now, found.book)),
    )


def first_run(session: Session, firm: Firm, now: datetime) -> datetime:
    """When the first run would be made: at its hour, or at once where that has passed on a day without a run."""
    return max(next_run(session, firm, now, last_run_day(session)), now)


def _with_scope(found: Simulation, scope: Scope, now: datetime) -> Simulation:
    """The same rows, decided as if switched on at this moment with another scope."""
    policy = replace(found.policy, enabled=True, scope=scope, activated_at=now, activated_on=now.date())
    return replace(found, policy=policy, plan=plan(found.book, found.programs, policy, found.plan.at))


def _open_invoices(found: Simulation) -> tuple[Total, Total]:
    """What is already late and what isn't due yet, of all that may be chased at all (RULES 2, 1 to 8)."""
    late, upcoming = _Sum(), _Sum()
    for invoice in _chased(found):
        assert invoice.due_date is not None
        (late if invoice.due_date < found.day else upcoming).add(invoice.currency, balance(invoice, found.day))
    return late.total(), upcoming.total()


def _chased(found: Simulation) -> Iterator[Invoice]:
    accounts: dict[int, Account] = {}
    for invoice in found.book.invoices:
        left = balance(invoice, found.day)
        if left <= 0:
            continue
        account = accounts.get(invoice.customer)
        if account is None:
            customer = found.book.customers[invoice.customer]
            account = accounts[invoice.customer] = account_of(customer, found.policy, found.programs, found.day)
        if not any(why.code in STOPS_BY_HAND for why in reasons_against(invoice, left, account)):
            yield invoice


class _Sum:
    def __init__(self) -> None:
        self._count = 0
        self._amounts: dict[str, int] = {}

    def add(self, currency: str, amount: int) -> None:
        self._count += 1
        self._amounts[currency] = self._amounts.get(currency, 0) + amount

    def total(self) -> Total:
        return Total(self._count, self._amounts)


def _blockers(session: Session, firm: Firm, now: datetime, found: Book) -> Iterator[Blocker]:
    account = session.get_one(MailAccount, 1)
    if not _sends_email(session):
        pass
    elif not account.host:
        yield Blocker.NO_EMAIL_ACCOUNT
    elif not (account.sender or firm.email):
        yield Blocker.NO_SENDER
    if not _has_program(session, found):
        yield Blocker.NO_PROGRAM
    if not found.invoices:
        yield Blocker.NO_INVOICES
    elif is_stale(firm, now):
        yield Blocker.STALE_DATA


def _sends_email(session: Session) -> bool:
    """Whether any active program sends e-mails; letters alone need no account for them."""
    from relance.storage.programs import load_programs

    active = (program for program in load_programs(session).values() if program.active)
    return any(ChannelName.EMAIL in step.channels for program in active for step in program.steps)


def _has_program(session: Session, found: Book) -> bool:
    """Whether any customer is on an active program: the general one, or one of its own."""
    from relance.storage.programs import load_programs

    active = {key for key, program in load_programs(session).items() if program.active}
    general = books.policy(session, the_firm(session)).general_program
    if general in active:
        return True
    return any(one.program in active or one.group_program in active for one in found.customers.values())


def switch_on(session: Session, scope: Scope, now: datetime) -> None:
    """Switch automatic sending on (aware). Raises Refused while something stands in the way, or when it is on."""
    firm = the_firm(session)
    if firm.enabled:
        raise Refused("activation.already_on")
    local = now.astimezone(run_moment(firm, now.date()).tzinfo)
    blockers = tuple(_blockers(session, firm, local, books.load(session, firm)))
    if blockers:
        raise Refused("activation.blocked", blockers=blockers)
    settings.activate(session, scope, now)
    put_away(session, now)
