"""RULES 4.2: whom a step reaches, by level, and the channel that stands in when nobody can be reached."""

from dataclasses import replace

import pytest

from relance.domain.book import Circle, Customer, Invoice
from relance.domain.delivery import ChannelName
from relance.domain.plan import Decision, Outcome
from relance.domain.postal import Lacking, lacking
from relance.domain.program import ProgramFault, ProgramProblem, Step, check
from relance.domain.reach import emails_at, mobiles_at
from relance.domain.reasons import ReasonCode
from tests.builders import TODAY, a_customer, a_program, an_invoice
from tests.domain.deciding import Situation, decide

EMAIL, SMS, LETTER = ChannelName
OWN = an_invoice(emails=("site@client.example",))
OWN_DEAD = an_invoice(emails_unusable=True)
BOSS_LAST = (Circle(("compta@client.example",)),) * 3 + (Circle(("compta@client.example", "patron@client.example")),)
ONLY_LEVEL_3 = (Circle(),) * 3 + (Circle(("patron@client.example",), mobiles=("+33612345678",)),)


def decided(step: Step, customer: Customer, invoice: Invoice | None = None) -> Decision:
    program = replace(a_program(), steps=(step,))
    return decide(Situation(invoice or an_invoice(), program=program, customer=customer), TODAY)


@pytest.mark.parametrize(
    ("channels", "customer", "outcome", "ready", "mute"),
    [
        pytest.param((EMAIL,), a_customer(has_address=True), Outcome.SEND, (EMAIL,), (), id="not while a channel goes"),
        pytest.param(
            (EMAIL, SMS), a_customer(has_address=True), Outcome.SEND, (EMAIL,), (SMS,), id="not while one of two goes"
        ),
        pytest.param(
            (EMAIL, SMS), a_customer((), has_address=True), Outcome.SEND, (LETTER,), (EMAIL, SMS), id="when none goes"
        ),
        pytest.param(
            (EMAIL,), a_customer(()), Outcome.NONE, (), (EMAIL, LETTER), id="not without a recipient of its own"
        ),
    ],
)
def test_the_fallback_channel_is_used_when_no_channel_of_the_step_reaches_anybody(
    channels: tuple[ChannelName, ...],
    customer: Customer,
    outcome: Outcome,
    ready: tuple[ChannelName, ...],
    mute: tuple[ChannelName, ...],
) -> None:
    decision = decided(Step(1, 7, channels=channels, fallback=LETTER), customer)
    assert (decision.outcome, decision.channels, decision.mute) == (outcome, ready, mute)


def test_a_step_without_a_fallback_reaches_nobody_by_letter() -> None:
    decision = decided(Step(1, 7), a_customer((), has_address=True))
    assert decision.reasons[0].code is ReasonCode.NO_RECIPIENT
    assert decision.reasons[0].facts == {"channels": (EMAIL,)}


def test_a_fallback_that_is_one_of_the_channels_is_refused_by_name() -> None:
    steps = (Step(1, 7), Step(2, 14, channels=(EMAIL, SMS), fallback=SMS))
    assert check(steps) == (ProgramProblem(2, ProgramFault.FALLBACK_IS_OWN),)
    assert check((Step(1, 7, fallback=SMS),)) == ()


@pytest.mark.parametrize(
    ("invoice", "level", "expected"),
    [
        pytest.param(an_invoice(), 2, ("compta@client.example",), id="below the level"),
        pytest.param(an_invoice(), 3, ("compta@client.example", "patron@client.example"), id="at the level"),
        pytest.param(OWN, 3, ("site@client.example",), id="an invoice's own come first, at every level"),
        pytest.param(OWN_DEAD, 3, (), id="an invoice whose own are all refused goes to nobody else"),
    ],
)
def test_recipients_follow_the_level(invoice: Invoice, level: int, expected: tuple[str, ...]) -> None:
    assert emails_at(invoice, a_customer(by_level=BOSS_LAST), level) == expected


@pytest.mark.parametrize(("level", "outcome"), [(1, Outcome.NONE), (2, Outcome.NONE), (3, Outcome.SEND)])
@pytest.mark.parametrize("channel", [EMAIL, SMS])
def test_somebody_who_is_written_to_at_one_level_only_is_no_recipient_of_the_others(
    level: int, outcome: Outcome, channel: ChannelName
) -> None:
    customer = a_customer((), by_level=ONLY_LEVEL_3)
    assert decided(Step(level, 7, channels=(channel,)), customer).outcome is outcome
    assert bool(mobiles_at(customer, level)) is (outcome is Outcome.SEND)


def test_an_invoice_whose_own_address_is_refused_waits_for_a_person() -> None:
    assert decided(Step(1, 7), a_customer(), OWN_DEAD).reasons[0].code is ReasonCode.NO_RECIPIENT


@pytest.mark.parametrize(
    ("street", "postcode", "city", "country", "missing"),
    [
        (("3 rue du Port",), "44000", "Nantes", "FR", ()),
        (("3 rue du Port",), "44 000", "Nantes", "fr ", ()),
        ((" ", ""), "44000", "Nantes", "FR", (Lacking.STREET,)),
        (("3 rue du Port",), "", "Nantes", "FR", (Lacking.POSTCODE,)),
        (("3 rue du Port",), "4400", "Nantes", "GP", (Lacking.POSTCODE,)),
        ((), "", "", "FR", (Lacking.STREET, Lacking.POSTCODE, Lacking.CITY)),
        ((), "", "Dublin", "IE", ()),
        ((), "", " ", "IE", (Lacking.CITY,)),
    ],
)
def test_a_postal_address_says_what_it_lacks(
    street: tuple[str, ...], postcode: str, city: str, country: str, missing: tuple[Lacking, ...]
) -> None:
    assert lacking(street, postcode, city, country) == missing
