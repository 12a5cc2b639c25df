"""RULES 2: whether an invoice is chased at all, reason by reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relance.domain.book import Announced, Choose, Credit, CustomerId, DocumentStatus, Pause, Scope
from relance.domain.documents import DocumentKind
from relance.domain.plan import Outcome, plan
from relance.domain.program import ProgramId
from relance.domain.reasons import Reason, ReasonCode, stops_by_hand
from tests.builders import TODAY, a_book, a_customer, a_policy, a_program, an_invoice, local
from tests.domain.deciding import Situation, codes, decide, left_alone, sends, what

UP = sends(3, 1)  # twelve days late, nothing sent yet: the first relance of the standard program
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
NEVER = Choose.NEVER


def free_credit(amount: int, currency: str = "EUR", on: date = TODAY, customer: int = 1) -> Credit:
    return Credit(CustomerId(customer), currency, amount, on)


@pytest.mark.parametrize("kind", DocumentKind)
def test_only_documents_that_ask_for_money_are_chased(kind: DocumentKind) -> None:
    asks = kind in {"invoice", "deposit", "final", "receipt", "other"}
    assert what(Situation(an_invoice(kind=kind)), TODAY) == (UP if asks else left_alone(ReasonCode.KIND))


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        pytest.param({"status": DocumentStatus.DRAFT}, [ReasonCode.DRAFT], id="a draft"),
        pytest.param({"status": DocumentStatus.CANCELLED}, [ReasonCode.CANCELLED], id="a cancelled invoice"),
        pytest.param({"status": DocumentStatus.CREDITED}, [ReasonCode.CREDITED], id="credited in the firm's books"),
        pytest.param(
            {"credited": 100_000}, [ReasonCode.CREDITED, ReasonCode.PAID], id="credit notes cover the whole total"
        ),
        pytest.param({"credited": 99_999}, [], id="credit notes leave a cent"),
        pytest.param({"paid": 100_000}, [ReasonCode.PAID], id="paid to the cent"),
        pytest.param({"paid": 100_001}, [ReasonCode.PAID], id="overpaid"),
        pytest.param({"paid": 99_999}, [], id="a cent is left"),
        pytest.param({"paid": 60_000, "credited": 40_000}, [ReasonCode.PAID], id="paid and credited together"),
        pytest.param({"total": 0}, [ReasonCode.PAID], id="an invoice of nothing"),
        pytest.param({"due_date": None}, [ReasonCode.NO_DUE_DATE], id="no due date"),
        pytest.param({"excluded": True}, [ReasonCode.EXCLUDED], id="excluded by the user"),
        pytest.param({"disputed": True}, [ReasonCode.DISPUTED], id="a dispute is open"),
        pytest.param({"pause": Pause()}, [ReasonCode.PAUSED], id="paused without end"),
        pytest.param({"pause": Pause(TOMORROW)}, [ReasonCode.PAUSED], id="paused until tomorrow"),
        pytest.param({"pause": Pause(TODAY)}, [], id="paused until today"),
        pytest.param({"program": NEVER}, [ReasonCode.CUSTOMER], id="never automatically"),
    ],
)
def test_an_invoice_alone_can_be_a_reason(changes: dict[str, Any], reasons: list[ReasonCode]) -> None:
    found = decide(Situation(an_invoice(**changes)), TODAY)
    assert codes(found) == tuple(reasons)
    assert (found.outcome is Outcome.SEND) is not bool(reasons)


@pytest.mark.parametrize(
    ("threshold", "currency", "small"),
    [
        pytest.param(None, "EUR", False, id="no threshold"),
        pytest.param(Decimal("1000"), "EUR", False, id="exactly the threshold"),
        pytest.param(Decimal("1000.01"), "EUR", True, id="a cent below the threshold"),
        pytest.param(Decimal("1000.01"), "XPF", False, id="100,000 francs have no cents"),
        pytest.param(Decimal("1000.01"), "TND", True, id="100 dinars have three decimals"),
    ],
)
def test_a_balance_below_the_threshold_is_small(threshold: Decimal | None, currency: str, small: bool) -> None:
    situation = Situation(an_invoice(currency=currency), policy=a_policy(threshold=threshold))
    assert what(situation, TODAY) == (left_alone(ReasonCode.SMALL) if small else UP)


def test_the_threshold_looks_at_what_is_left_and_not_at_the_total() -> None:
    situation = Situation(an_invoice(paid=95_000), policy=a_policy(threshold=Decimal(100)))
    assert what(situation, TODAY) == left_alone(ReasonCode.SMALL)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        pytest.param({"insolvent": True}, [ReasonCode.INSOLVENCY], id="insolvency proceedings"),
        pytest.param({"pause": Pause()}, [ReasonCode.PAUSED], id="a paused customer"),
        pytest.param({"pause": Pause(YESTERDAY)}, [], id="a pause that is over"),
        pytest.param({"program": NEVER}, [ReasonCode.CUSTOMER], id="a customer never automatically"),
        pytest.param({"group_program": NEVER}, [ReasonCode.CUSTOMER], id="a group never automatically"),
    ],
)
def test_a_customer_can_be_a_reason(changes: dict[str, Any], reasons: list[ReasonCode]) -> None:
    assert what(Situation(customer=a_customer(**changes)), TODAY) == (left_alone(*reasons) if reasons else UP)


@pytest.mark.parametrize(
    ("credits", "covered"),
    [
        pytest.param([free_credit(100_000)], True, id="a credit of all that is owed"),
        pytest.param([free_credit(60_000), free_credit(40_000)], True, id="two credits together"),
        pytest.param([free_credit(99_999)], False, id="a cent short"),
        pytest.param([free_credit(500_000, "USD")], False, id="in another currency"),
        pytest.param([free_credit(500_000, customer=2)], False, id="of another customer"),
        pytest.param([free_credit(500_000, on=TOMORROW)], False, id="dated in the future"),
    ],
)
def test_free_credit_covers_what_is_owed_in_its_currency(credits: list[Credit], covered: bool) -> None:
    expected = left_alone(ReasonCode.NET_CREDIT) if covered else UP
    assert what(Situation(credits=tuple(credits)), TODAY) == expected


@pytest.mark.parametrize(
    ("other", "covered"),
    [
        pytest.param({}, False, id="a second invoice is owed too"),
        pytest.param({"due_date": date(2026, 12, 1)}, False, id="what isn't due yet is owed too"),
        pytest.param({"disputed": True}, False, id="a disputed one is owed too"),
        pytest.param({"status": DocumentStatus.DRAFT}, True, id="a draft isn't owed"),
        pytest.param({"kind": DocumentKind.QUOTE}, True, id="a quote isn't owed"),
        pytest.param({"paid": 100_000}, True, id="a paid one isn't owed any more"),
        pytest.param({"currency": "USD"}, True, id="dollars aren't euros"),
    ],
)
def test_free_credit_has_to_cover_all_that_the_customer_owes(other: dict[str, Any], covered: bool) -> None:
    book = a_book(an_invoice(), an_invoice(id=2, **other), credits=[free_credit(150_000)])
    first = plan(book, {ProgramId(1): a_program()}, a_policy(), local(TODAY)).decisions[0]
    assert (codes(first) == (ReasonCode.NET_CREDIT,)) is covered
    assert (first.outcome is Outcome.SEND) is not covered


@pytest.mark.parametrize(
    ("promised_on", "grace", "held"),
    [
        pytest.param(TOMORROW, 2, True, id="a promise for tomorrow"),
        pytest.param(TODAY, 0, True, id="a promise for today, no grace"),
        pytest.param(YESTERDAY, 0, False, id="a promise for yesterday, no grace"),
        pytest.param(TODAY - timedelta(days=2), 2, True, id="the last day of grace"),
        pytest.param(TODAY - timedelta(days=3), 2, False, id="the day after the grace"),
    ],
)
def test_a_customer_with_a_running_promise_is_left_alone(promised_on: date, grace: int, held: bool) -> None:
    situation = Situation(an_invoice(promised_on=promised_on), policy=a_policy(promise_grace_days=grace))
    until = promised_on + timedelta(days=grace + 1)
    assert what(situation, TODAY) == (left_alone(ReasonCode.PROMISED, until=until) if held else UP)


def test_the_reason_of_a_promise_says_when_it_ends() -> None:
    (reason,) = decide(Situation(an_invoice(promised_on=TOMORROW)), TODAY).reasons
    assert reason.facts == {"on": TOMORROW, "until": TOMORROW + timedelta(days=3)}


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        pytest.param(Announced(TOMORROW, 100_000), left_alone(ReasonCode.PROMISED, until=TOMORROW), id="tomorrow"),
        pytest.param(Announced(TOMORROW, 1), left_alone(ReasonCode.PROMISED, until=TOMORROW), id="a part tomorrow"),
        pytest.param(Announced(TODAY, 100_000), left_alone(ReasonCode.PAID), id="its day has come: paid"),
        pytest.param(Announced(TODAY, 40_000), UP, id="a part has come: the rest is chased"),
    ],
)
def test_a_payment_dated_in_the_future_is_a_promise_and_not_a_payment(payment: Announced, expected: object) -> None:
    assert what(Situation(an_invoice(announced=(payment,))), TODAY) == expected


def test_nothing_is_sent_while_automatic_sending_is_off() -> None:
    assert what(Situation(policy=a_policy(enabled=False)), TODAY) == left_alone(ReasonCode.INACTIVE)


def test_nothing_is_sent_under_a_program_that_is_off() -> None:
    situation = Situation(program=replace(a_program(), active=False))
    assert what(situation, TODAY) == left_alone(ReasonCode.INACTIVE)


ACTIVATED = datetime(2026, 6, 1, 8, tzinfo=UTC)
BEFORE, AFTER = ACTIVATED - timedelta(seconds=1), ACTIVATED


@pytest.mark.parametrize(
    ("scope", "entered_at", "due", "held"),
    [
        pytest.param(Scope.NEW, BEFORE, date(2026, 6, 3), True, id="new: what was there is left alone"),
        pytest.param(Scope.NEW, AFTER, date(2026, 1, 3), False, id="new: what came with or after the activation"),
        pytest.param(Scope.UPCOMING, BEFORE, date(2026, 5, 31), True, id="upcoming: due the day before"),
        pytest.param(Scope.UPCOMING, BEFORE, date(2026, 6, 1), False, id="upcoming: due on the day itself"),
        pytest.param(Scope.UPCOMING, AFTER, date(2026, 5, 3), False, id="upcoming: long due, but it came after"),
        pytest.param(Scope.ALL, BEFORE, date(2026, 1, 3), False, id="all: the oldest is chased"),
    ],
)
def test_what_was_there_before_the_activation_follows_the_choice_then_made(
    scope: Scope, entered_at: datetime, due: date, held: bool
) -> None:
    policy = a_policy(scope=scope, activated_at=ACTIVATED, activated_on=ACTIVATED.date())
    verdict = what(Situation(an_invoice(due=due, entered_at=entered_at), policy=policy), date(2026, 7, 1))
    assert verdict == (left_alone(ReasonCode.PREDATES) if held else UP)


def test_a_day_begins_at_midnight_of_the_firm() -> None:
    """In June the Paris day begins at 22:00 UTC: a pause until the 11th is over then, and not before."""
    situation = Situation(an_invoice(pause=Pause(TOMORROW)))
    assert what(situation, local(TODAY, 23, 59)) == left_alone(ReasonCode.PAUSED, until=TOMORROW)
    assert what(situation, local(TOMORROW, 0, 0)) == UP


@pytest.mark.parametrize("code", ReasonCode)
def test_the_first_eight_reasons_stop_a_person_too(code: ReasonCode) -> None:
    firm = {"kind", "draft", "cancelled", "credited", "paid", "small", "no_due_date", "insolvency"}
    assert stops_by_hand((Reason(ReasonCode.WAIT), Reason(code))) is (code in firm)
