"""Whatever goes wrong and however often it is tried, the partner takes a letter once at most."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relance.channels.post import PostChannel
from relance.domain.delivery import DeliveryFailed, Fate, Receipt
from tests.channels.postal_server import End, Fault, PostalServer
from tests.channels.posting import UID, a_letter
from tests.channels.sending import Marks

ends = st.sampled_from((End.REPLY, End.CLOSE, End.RESET, End.CUT))
statuses = st.sampled_from((200, 201, 400, 401, 402, 409, 422, 429, 500, 502, 503))
bodies = st.sampled_from((b"", b"{}", b"oops", b'{"error": "no"}', b"[]garbage"))
honest = st.builds(Fault, ends, st.just(False), statuses, bodies)  # a refusal is one
# What was taken is never answered by a clear no: nothing helps against a partner that says no and posts it.
silent = st.builds(Fault, ends, st.just(True), st.sampled_from((200, 204, 409, 500, 502, 503)), bodies)
# A list that answers tells the truth.
mute = st.builds(Fault, ends, st.just(False), st.sampled_from((401, 429, 500, 503)), bodies)
scripts = st.tuples(
    st.lists(st.one_of(st.none(), honest, silent), max_size=4),
    st.lists(st.one_of(st.none(), mute), max_size=6),
    st.lists(st.one_of(st.none(), mute), max_size=2),
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostalServer]:
    with PostalServer() as running:
        yield running


def attempt(channel: PostChannel) -> Receipt | DeliveryFailed:
    try:
        return channel.send(a_letter(), before_handover=Marks())
    except DeliveryFailed as failed:
        return failed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=scripts, fresh=st.lists(st.booleans(), min_size=5, max_size=5))
def test_a_letter_is_taken_once_at_most(
    server: PostalServer, script: tuple[list[Fault | None], ...], fresh: list[bool]
) -> None:
    server.reset()
    for action, faults in zip(("create", "list", "one"), script, strict=True):
        server.script(action, *faults)
    channel = PostChannel(server.account())
    for anew in fresh:
        outcome = attempt(channel)
        taken = server.accepted[UID]
        assert taken <= 1
        if isinstance(outcome, Receipt):
            assert taken == 1
            assert outcome.provider_id == "letter0001"
        elif outcome.fate is Fate.FAIL:
            assert taken == 0
        if anew:
            channel.close()
            channel = PostChannel(server.account())
    channel.close()
