"""Letters that the partner already has are found, in whatever order and portions it lists them."""

from dataclasses import replace

import pytest

from relance.channels.post import PostChannel, PostClient
from relance.domain.delivery import Fate
from tests.channels.postal_server import PostalServer, refuses
from tests.channels.posting import UID, a_letter, failure, fill
from tests.channels.sending import Marks


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_a_letter_is_found_on_a_later_page_and_then_by_one_question(*, bare: bool, oldest_first: bool) -> None:
    with PostalServer(bare=bare, oldest_first=oldest_first, most=25) as server:
        channel = PostChannel(server.account())
        channel.send(a_letter(), before_handover=Marks())
        fill(server, 60)
        fresh = PostChannel(server.account())
        assert fresh.find(UID) is not None
        assert fresh.find("other-59") is not None
        assert fresh.find("nobody") is None
        server.asked.clear()
        assert fresh.find(UID) is not None
    assert server.asked.count("list") <= 3
    assert server.asked[-1] == "one"


def test_a_list_of_one_endless_page_is_read_once_more_and_no_further() -> None:
    with PostalServer(heeds_offset=False, bare=True, most=10) as server:
        fill(server, 30)
        assert PostChannel(server.account()).find(UID) is None
    assert server.asked == ["list", "list"]


def test_a_long_history_is_not_read_to_its_end() -> None:
    with PostalServer() as server:
        fill(server, 900)
        PostChannel(server.account()).send(a_letter(), before_handover=Marks())
    assert server.asked == ["list"] * 5 + ["create"]


def test_of_letters_in_a_row_each_takes_one_look() -> None:
    with PostalServer() as server:
        fill(server, 300)
        channel = PostChannel(server.account())
        channel.send(a_letter(uid="one"), before_handover=Marks())
        server.asked.clear()
        for uid in ("two", "three"):
            channel.send(a_letter(uid=uid), before_handover=Marks())
    assert server.asked == ["list", "create"] * 2


def test_a_letter_without_its_metadata_is_known_by_its_description() -> None:
    with PostalServer() as server:
        PostChannel(server.account()).send(a_letter(), before_handover=Marks())
        del server.letters[0]["metadata"]
        assert PostChannel(server.account()).find(UID) is not None


def test_a_cancelled_letter_may_be_sent_again() -> None:
    with PostalServer() as server:
        channel = PostChannel(server.account())
        first = channel.send(a_letter(), before_handover=Marks())
        PostClient(server.account()).cancel(first.provider_id)
        second = channel.send(a_letter(), before_handover=Marks())
        assert second.provider_id == "letter0002"
        assert PostChannel(server.account()).find(UID) == replace(second, response="found")


def test_an_older_letter_is_found_behind_a_cancelled_one() -> None:
    with PostalServer() as server:
        fill(server, 1)
        fill(server, 1)
        PostClient(server.account()).cancel("letter0002")
        found = PostChannel(server.account()).find("other-0")
    assert found is not None
    assert found.provider_id == "letter0001"


def test_a_letter_that_is_listed_and_not_to_be_had_is_not_sent_again() -> None:
    with PostalServer() as server:
        PostChannel(server.account()).send(a_letter(), before_handover=Marks())
        server.script("one", refuses(404))
        failed = failure(server.account())
    assert (failed.code, failed.fate) == ("post.not_available", Fate.REQUEUE)
    assert server.accepted[UID] == 1
