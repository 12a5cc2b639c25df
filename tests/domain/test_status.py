"""RULES 4.6: the states of a message, and the moves between them."""

import pytest

from relance.domain.status import CLAIMABLE, COUNTS_AS_SENT, LIVE, MOVES, MessageState, may_move

STATES = MessageState


def reachable_from(state: MessageState) -> set[MessageState]:
    seen, open_states = {state}, [state]
    while open_states:
        for after in MOVES[open_states.pop()] - seen:
            seen.add(after)
            open_states.append(after)
    return seen - {state}


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(MessageState)


@pytest.mark.parametrize("state", [STATES.FAILED, STATES.WITHDRAWN])
def test_an_end_is_an_end(state: MessageState) -> None:
    assert not MOVES[state]


def test_nothing_leaves_without_a_claim_and_a_written_intent() -> None:
    assert [before for before in MessageState if may_move(before, STATES.TRANSMITTING)] == [STATES.CLAIMED]
    by_a_person = {STATES.UNKNOWN, STATES.HELD}  # it left after all; a letter was posted
    assert {one for one in MessageState if may_move(one, STATES.SENT)} == {STATES.TRANSMITTING} | by_a_person


def test_what_was_sent_is_never_queued_again() -> None:
    assert MOVES[STATES.SENT] == {STATES.HELD, STATES.WITHDRAWN}
    assert not MOVES[STATES.SENT] & CLAIMABLE


def test_what_may_have_left_is_not_claimed_again_by_itself() -> None:
    assert not may_move(STATES.TRANSMITTING, STATES.QUEUED)
    assert not may_move(STATES.TRANSMITTING, STATES.CLAIMED)
    assert not may_move(STATES.UNKNOWN, STATES.CLAIMED)


@pytest.mark.parametrize("state", MessageState)
def test_no_message_is_lost_every_state_can_come_to_an_end(state: MessageState) -> None:
    assert not MOVES[state] or reachable_from(state) & {STATES.SENT, STATES.FAILED, STATES.WITHDRAWN}


def test_only_what_is_on_its_way_can_be_claimed() -> None:
    assert CLAIMABLE <= LIVE
    assert all(may_move(state, STATES.CLAIMED) for state in CLAIMABLE)
    assert not any(may_move(state, STATES.CLAIMED) for state in set(MessageState) - CLAIMABLE)


def test_a_message_is_on_its_way_or_at_an_end_and_what_may_have_left_counts_as_sent() -> None:
    assert set(MessageState) - LIVE == {STATES.SENT, STATES.FAILED, STATES.UNKNOWN, STATES.WITHDRAWN}
    assert {STATES.SENT, STATES.UNKNOWN, STATES.TRANSMITTING} == COUNTS_AS_SENT
