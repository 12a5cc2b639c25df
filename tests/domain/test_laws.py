"""The laws of the plan, on random books: DESIGN's list, and equality with the oracle."""

from collections import Counter
from dataclasses import replace

from hypothesis import given

from relance.domain.book import Book, InvoiceId, PastReminder, ReminderKind, balance
from relance.domain.eligibility import account_of, covered_currencies, reasons_against
from relance.domain.plan import Decision, Outcome, Plan, plan
from relance.domain.program import CountFrom
from tests.domain.deciding import shape
from tests.domain.effort import examples
from tests.domain.oracle import judge
from tests.domain.strategies import World, dates_may_cross, worlds

DONE = {Outcome.SEND: ReminderKind.AUTO, Outcome.SUPERSEDED: ReminderKind.SUPERSEDED}


def planned(world: World) -> Plan:
    return plan(world.book, world.programs, world.policy, world.now)


def carried_out(world: World) -> World:
    """The world at the same moment once the sends and the cancelled steps of its plan are written down."""
    reminders = dict(world.book.reminders)
    for decision in planned(world).decisions:
        if decision.outcome in DONE:
            reminders[decision.invoice] = (*reminders.get(decision.invoice, ()), written(world, decision))
    return replace(world, book=replace(world.book, reminders=reminders))


def written(world: World, decision: Decision) -> PastReminder:
    invoice = next(invoice for invoice in world.book.invoices if invoice.id == decision.invoice)
    ref, program = decision.step, decision.program
    assert ref is not None and program is not None
    kind = DONE[decision.outcome]
    return PastReminder(
        program, ref.position, ref.occurrence, ref.level, kind, world.now.date(), world.now, cycle=invoice.cycle
    )


@examples(8)
@given(worlds())
def test_every_invoice_is_in_exactly_one_decision(world: World) -> None:
    decided = [decision.invoice for decision in planned(world).decisions]
    assert decided == [invoice.id for invoice in world.book.invoices]


@examples(8)
@given(worlds())
def test_the_order_of_what_comes_in_is_irrelevant(world: World) -> None:
    book = world.book
    turned = Book(
        dict(reversed(list(book.customers.items()))),
        book.invoices[::-1],
        {invoice: past[::-1] for invoice, past in book.reminders.items()},
        book.credits[::-1],
    )
    straight = {decision.invoice: decision for decision in planned(world).decisions}
    assert straight == {decision.invoice: decision for decision in planned(replace(world, book=turned)).decisions}


@examples(8)
@given(worlds())
def test_there_is_no_silence(world: World) -> None:
    for decision in planned(world).decisions:
        assert (decision.outcome is Outcome.SEND) is not bool(decision.reasons)
        assert decision.next_on is None or decision.next_on > world.now.date()


@examples(8)
@given(worlds())
def test_once_carried_out_the_same_moment_sends_nothing(world: World) -> None:
    """Unless an older step stands behind the cancelled one: 3.7 leaves it alone, and 3.6 may let it go."""
    before, after = planned(world).decisions, planned(carried_out(world)).decisions
    for first, second in zip(before, after, strict=True):
        crossed = first.program is not None and dates_may_cross(world.programs[first.program])
        if not (crossed and first.outcome is Outcome.SUPERSEDED):
            assert second.outcome is not Outcome.SEND


@examples(8)
@given(worlds())
def test_an_invoice_reminded_today_is_not_reminded_again(world: World) -> None:
    today = world.now.date()
    for decision in planned(world).decisions:
        if any(
            one.day == today and one.kind is not ReminderKind.SUPERSEDED for one in past_of(world, decision.invoice)
        ):
            assert decision.outcome not in (Outcome.SEND, Outcome.APPROVAL, Outcome.MANUAL)


def past_of(world: World, invoice: InvoiceId) -> tuple[PastReminder, ...]:
    return world.book.reminders.get(invoice, ())


@examples(8)
@given(worlds())
def test_nothing_is_sent_against_a_reason(world: World) -> None:
    today, covered = world.now.date(), covered_currencies(world.book, world.now.date())
    for invoice, decision in zip(world.book.invoices, planned(world).decisions, strict=True):
        customer = world.book.customers[invoice.customer]
        free = covered.get(customer.id, frozenset())
        account = account_of(customer, world.policy, world.programs, today, free)
        against = reasons_against(invoice, balance(invoice, today), account)
        if against:
            assert (decision.outcome, decision.step, decision.reasons) == (Outcome.NONE, None, against)


@examples(8)
@given(worlds())
def test_levels_never_go_down(world: World) -> None:
    """Of first occurrences; repeats after a change of program have a test of their own."""
    for invoice, decision in zip(world.book.invoices, planned(world).decisions, strict=True):
        levels = [one.level for one in past_of(world, invoice.id) if one.cycle == invoice.cycle]
        if decision.step is not None and decision.step.occurrence == 1:
            assert decision.step.level >= max(levels, default=0)


@examples(8)
@given(worlds())
def test_levels_never_jump_up_by_age(world: World) -> None:
    """What lies between the last step done and the one that is up are courtesies, or steps without a date yet."""
    for invoice, decision in zip(world.book.invoices, planned(world).decisions, strict=True):
        if decision.step is None or decision.program is None:
            continue
        steps = world.programs[decision.program].steps
        ours = [one for one in past_of(world, invoice.id) if one.cycle == invoice.cycle]
        done = max((one.step for one in ours if one.program == decision.program), default=0)
        top = max((one.level for one in ours), default=0)
        for step in steps[done : decision.step.position - 1]:
            assert step.level <= top or step.counts_from is CountFrom.PREVIOUS


@examples(8)
@given(worlds())
def test_no_channel_is_lost(world: World) -> None:
    for decision in planned(world).decisions:
        if decision.outcome in (Outcome.SEND, Outcome.APPROVAL, Outcome.MANUAL):
            assert decision.program is not None and decision.step is not None and decision.channels
            step = world.programs[decision.program].steps[decision.step.position - 1]
            instead = (step.fallback,) if decision.mute == step.channels else ()
            assert Counter((*decision.channels, *decision.mute)) == Counter((*step.channels, *instead))


@examples(40)
@given(worlds())
def test_the_plan_is_what_the_rules_say(world: World) -> None:
    verdicts = judge(world.book, world.programs, world.policy, world.now)
    assert {decision.invoice: shape(decision) for decision in planned(world).decisions} == verdicts
