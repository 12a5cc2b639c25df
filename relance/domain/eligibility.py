"""RULES 2: is the invoice chased at all? The tuple CHECKS, in order of precedence, is the specification."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from relance.domain.book import (
    Book,
    Choose,
    Customer,
    CustomerId,
    DocumentStatus,
    Invoice,
    Pause,
    Policy,
    Scope,
    balance,
)
from relance.domain.documents import CHASED
from relance.domain.money import to_minor
from relance.domain.program import Program, ProgramId
from relance.domain.reasons import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Account:
    """What is the same for all of a customer's invoices on one day."""

    customer: Customer
    policy: Policy
    programs: Mapping[ProgramId, Program]
    today: date
    covered: frozenset[str]  # currencies in which its free credit covers all that it owes
    inherited: Program | None  # the program of an invoice that makes no choice of its own


def account_of(
    customer: Customer,
    policy: Policy,
    programs: Mapping[ProgramId, Program],
    today: date,
    covered: frozenset[str] = frozenset(),
) -> Account:
    """The account of a customer; its choice of program is resolved once for all its invoices (RULES 1.4)."""
    inherited = None
    for choice in (customer.program, customer.group_program, policy.general_program):
        if choice is not Choose.INHERIT:
            inherited = None if choice is None or isinstance(choice, Choose) else programs.get(choice)
            break
    return Account(customer, policy, programs, today, covered, inherited)


Check = Callable[[Invoice, int, Account], Reason | None]


@lru_cache(maxsize=4096)
def _plain(code: ReasonCode) -> Reason:
    return Reason(code)


def resolve_program(invoice: Invoice, account: Account) -> Program | None:
    """The program of an invoice, None for never: its own, else the one its customer's account has (RULES 1.4)."""
    choice = invoice.program
    if choice is Choose.INHERIT:
        return account.inherited
    return None if isinstance(choice, Choose) else account.programs.get(choice)


def _kind(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return None if invoice.kind in CHASED else Reason(ReasonCode.KIND, {"kind": invoice.kind})


def _draft(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.DRAFT) if invoice.status is DocumentStatus.DRAFT else None


def _cancelled(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.CANCELLED) if invoice.status is DocumentStatus.CANCELLED else None


def _credited(invoice: Invoice, left: int, account: Account) -> Reason | None:
    whole = invoice.status is DocumentStatus.CREDITED or (invoice.credited >= invoice.total > 0)
    return _plain(ReasonCode.CREDITED) if whole else None


def _paid(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.PAID) if left <= 0 else None


def _small(invoice: Invoice, left: int, account: Account) -> Reason | None:
    threshold = account.policy.threshold
    if threshold is None or left >= to_minor(threshold, invoice.currency):
        return None
    return Reason(ReasonCode.SMALL, {"threshold": threshold, "balance": left, "currency": invoice.currency})


def _no_due_date(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.NO_DUE_DATE) if invoice.due_date is None else None


def _insolvency(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.INSOLVENCY) if account.customer.insolvent else None


def _net_credit(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.NET_CREDIT) if invoice.currency in account.covered and left > 0 else None


def _excluded(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.EXCLUDED) if invoice.excluded else None


def _disputed(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.DISPUTED) if invoice.disputed else None


def _promised(invoice: Invoice, left: int, account: Account) -> Reason | None:
    if invoice.promised_on is None and not invoice.announced:
        return None
    today, grace = account.today, timedelta(days=account.policy.promise_grace_days)
    # An announced payment counts as paid on its day; a promise is given some days more.
    open_ones = [(payment.on, payment.on) for payment in invoice.announced if payment.on > today]
    if invoice.promised_on is not None and today <= invoice.promised_on + grace:
        open_ones.append((invoice.promised_on, invoice.promised_on + grace + timedelta(days=1)))
    if not open_ones:
        return None
    on, until = max(open_ones, key=lambda one: one[1])
    return Reason(ReasonCode.PROMISED, {"on": on, "until": until})


def _paused(invoice: Invoice, left: int, account: Account) -> Reason | None:
    if invoice.pause is None and account.customer.pause is None:
        return None
    both = (invoice.pause, account.customer.pause)
    pauses = [pause for pause in both if pause and _runs(pause, account.today)]
    if not pauses:
        return None
    ends = [pause.until for pause in pauses if pause.until is not None]
    until = max(ends) if len(ends) == len(pauses) else None
    replies = [pause.replied_on for pause in pauses if pause.replied_on is not None]
    return Reason(ReasonCode.PAUSED, {"until": until, "replied_on": max(replies)} if replies else {"until": until})


def _runs(pause: Pause, today: date) -> bool:
    return pause.until is None or today < pause.until


def _customer(invoice: Invoice, left: int, account: Account) -> Reason | None:
    return _plain(ReasonCode.CUSTOMER) if resolve_program(invoice, account) is None else None


def _inactive(invoice: Invoice, left: int, account: Account) -> Reason | None:
    if not account.policy.enabled:
        return _plain(ReasonCode.INACTIVE)
    program = resolve_program(invoice, account)
    if program is not None and not program.active:
        return Reason(ReasonCode.INACTIVE, {"program": program.name})
    return None


def _predates(invoice: Invoice, left: int, account: Account) -> Reason | None:
    policy = account.policy
    if policy.scope is Scope.ALL or not policy.enabled or policy.activated_at is None:
        return None
    if invoice.entered_at >= policy.activated_at:
        return None
    upcoming = policy.activated_on and invoice.due_date and invoice.due_date >= policy.activated_on
    if policy.scope is Scope.UPCOMING and upcoming:
        return None
    return Reason(ReasonCode.PREDATES, {"activated_on": policy.activated_on, "scope": policy.scope})


# RULES 2, first to last: the first that applies is the headline, and all that apply are listed.
CHECKS: tuple[Check, ...] = (
    _kind,
    _draft,
    _cancelled,
    _credited,
    _paid,
    _small,
    _no_due_date,
    _insolvency,
    _net_credit,
    _excluded,
    _disputed,
    _promised,
    _paused,
    _customer,
    _inactive,
    _predates,
)


def reasons_against(invoice: Invoice, left: int, account: Account) -> tuple[Reason, ...]:
    """Every reason of RULES 2 that keeps an invoice from being chased, in order; `left` is its balance today."""
    found = [reason for check in CHECKS if (reason := check(invoice, left, account)) is not None]
    return tuple(found)


def covered_currencies(book: Book, today: date) -> dict[CustomerId, frozenset[str]]:
    """By customer, the currencies in which free credit covers all that it owes (RULES 2, net_credit)."""
    free: dict[tuple[CustomerId, str], int] = {}
    for credit in book.credits:
        if credit.on <= today:
            key = (credit.customer, credit.currency)
            free[key] = free.get(key, 0) + credit.amount
    owed = dict.fromkeys(free, 0)
    for invoice in book.invoices if free else ():
        key = (invoice.customer, invoice.currency)
        if key in owed and _is_owed(invoice):
            owed[key] += max(0, balance(invoice, today))
    covered: dict[CustomerId, frozenset[str]] = {}
    for (customer, currency), amount in free.items():
        if amount > 0 and amount >= owed[customer, currency] > 0:
            covered[customer] = covered.get(customer, frozenset()) | {currency}
    return covered


def _is_owed(invoice: Invoice) -> bool:
    return invoice.kind in CHASED and invoice.status is DocumentStatus.ISSUED
