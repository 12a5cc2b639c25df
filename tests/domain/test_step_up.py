"""RULES 4.1 and 4.2: what happens to a step that is up."""

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.book import Customer
from relance.domain.delivery import ChannelName
from relance.domain.plan import Decision, Outcome
from relance.domain.program import Mode, Program
from relance.domain.reasons import ReasonCode
from tests.builders import TODAY, a_customer, a_program, a_reminder, an_invoice
from tests.domain.deciding import Situation, codes, decide, due_on, too_soon, what
from tests.domain.oracle import Verdict

EMAIL, SMS, LETTER = ChannelName.EMAIL, ChannelName.SMS, ChannelName.LETTER
ALL = (EMAIL, SMS, LETTER)
STEP = (1, 1, 1)


def through(*channels: ChannelName, mode: Mode = Mode.AUTO) -> Program:
    program = a_program("7", mode=mode)
    return replace(program, steps=(replace(program.steps[0], channels=channels),))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        pytest.param(Mode.AUTO, Verdict(Outcome.SEND, (), STEP), id="sent by the run"),
        pytest.param(Mode.APPROVAL, Verdict(Outcome.APPROVAL, (ReasonCode.APPROVAL,), STEP), id="waits for a word"),
        pytest.param(Mode.MANUAL, Verdict(Outcome.MANUAL, (ReasonCode.MANUAL,), STEP), id="sent only by a person"),
    ],
)
def test_the_mode_of_a_step_says_who_lets_it_go(mode: Mode, expected: Verdict) -> None:
    assert what(Situation(program=a_program("7", mode=mode)), TODAY) == expected


@pytest.mark.parametrize("mode", [Mode.APPROVAL, Mode.MANUAL])
def test_a_step_that_waits_for_a_person_holds_back_the_ones_after_it(mode: Mode) -> None:
    decision = decide(due_on(date(2026, 6, 8), a_program("7, 14, 30", mode=mode)), date(2026, 8, 3))
    assert decision.step is not None and decision.step.position == 1


@pytest.mark.parametrize("mode", [Mode.APPROVAL, Mode.MANUAL])
def test_a_step_that_waits_for_a_person_keeps_its_distance_too(mode: Mode) -> None:
    situation = due_on(date(2026, 6, 8), a_program("7, 14", mode=mode), a_reminder(1, date(2026, 6, 19)))
    assert what(situation, date(2026, 6, 22)) == too_soon(date(2026, 6, 24))


def reached(decision: Decision) -> tuple[tuple[ChannelName, ...], tuple[ChannelName, ...]]:
    return decision.channels, decision.mute


@pytest.mark.parametrize(
    ("customer", "ready"),
    [
        pytest.param(a_customer(), (EMAIL,), id="an e-mail address alone"),
        pytest.param(a_customer(emails=(), mobiles=("+33612345678",)), (SMS,), id="a mobile number alone"),
        pytest.param(a_customer(emails=(), has_address=True), (LETTER,), id="a postal address alone"),
        pytest.param(a_customer(mobiles=("+33612345678",), has_address=True), ALL, id="all three"),
    ],
)
def test_a_channel_without_a_recipient_is_named_and_the_others_go(
    customer: Customer, ready: tuple[ChannelName, ...]
) -> None:
    decision = decide(Situation(program=through(*ALL), customer=customer), TODAY)
    assert decision.outcome is Outcome.SEND
    assert reached(decision) == (ready, tuple(channel for channel in ALL if channel not in ready))


def test_an_invoice_with_its_own_addresses_needs_none_of_the_customer() -> None:
    situation = Situation(an_invoice(emails=("site@client.example",)), customer=a_customer(emails=()))
    assert what(situation, TODAY).outcome is Outcome.SEND


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("channels", [(EMAIL,), (SMS, LETTER), ALL])
def test_a_step_nobody_can_receive_is_not_done_and_says_so(channels: tuple[ChannelName, ...], mode: Mode) -> None:
    decision = decide(Situation(program=through(*channels, mode=mode), customer=a_customer(emails=())), TODAY)
    assert (decision.outcome, codes(decision)) == (Outcome.NONE, (ReasonCode.NO_RECIPIENT,))
    assert decision.step is not None and decision.step.position == 1
    assert reached(decision) == ((), channels)


def test_a_copy_is_no_recipient() -> None:
    customer = a_customer(emails=(), cc=("patron@client.example",), bcc=("archive@firm.example",))
    assert what(Situation(customer=customer), TODAY).codes == (ReasonCode.NO_RECIPIENT,)


def test_a_step_refused_for_good_waits_for_a_person() -> None:
    situation = Situation(an_invoice(failed_step=1), program=a_program("7, 30"))
    assert what(situation, TODAY) == Verdict(Outcome.NONE, (ReasonCode.FAILED,), STEP)


def test_a_failed_step_that_is_behind_does_not_matter() -> None:
    situation = due_on(date(2026, 6, 8), "7, 14", a_reminder(1, date(2026, 6, 15)))
    situation = replace(situation, invoice=replace(situation.invoice, failed_step=1))
    assert what(situation, date(2026, 6, 22)) == Verdict(Outcome.SEND, (), (2, 2, 1))


def test_a_decision_names_its_program() -> None:
    assert decide(Situation(), TODAY).program == a_program().id
