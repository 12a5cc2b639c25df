"""What can be asked about letters, strange answers, and the price before."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from relance.channels.post import PostChannel, PostClient
from relance.channels.post.account import Mode
from relance.channels.post.reading import ProofKind, TrackingStatus, as_page, as_receipt, as_tracking, line_of, parse
from relance.channels.post.wire import Answer
from relance.domain.delivery import DeliveryFailed, Fate, Postage
from tests.channels.postal_server import End, Fault, PostalServer, refuses
from tests.channels.posting import a_letter
from tests.channels.sending import Marks


def test_the_check_says_whether_letters_are_really_posted() -> None:
    with PostalServer(keys=("test_a", "live_b", "other")) as server:
        assert PostClient(server.account(api_key="test_a")).check().mode is Mode.TEST
        assert PostClient(server.account(api_key="live_b")).check().mode is Mode.LIVE
        assert PostClient(server.account(api_key="other")).check().mode is Mode.UNKNOWN
        server.letters.append({"_id": "a", "mode": "test"})
        assert PostClient(server.account(api_key="other")).check().mode is Mode.TEST
        with pytest.raises(DeliveryFailed) as caught:
            PostClient(server.account(api_key="stranger")).check()
    assert (caught.value.code, caught.value.fate) == ("post.key_refused", Fate.HOLD)


def test_tracking_tells_where_a_letter_is_and_what_proves_it() -> None:
    with PostalServer() as server:
        letter = a_letter(postage=Postage.REGISTERED)
        receipt = PostChannel(server.account()).send(letter, before_handover=Marks())
        client = PostClient(server.account())
        assert client.tracking(receipt.provider_id).status is None
        server.letters[0].update(
            tracking_events=[
                {"status": "DISTRIBUE", "message": "Remis", "date": "2026-11-25T09:00:00.000Z"},
                {"status": "PRIS_EN_CHARGE", "message": "Pris\nen charge", "date": "2026-11-23T18:00:00+01:00"},
                {"status": "PERDU", "message": "?", "date": "2026-11-22"},
            ],
            filing_proof={"_id": "f", "url": "https://files.example/f.pdf"},
            delivery_proof="https://files.example/d.pdf",
            return_to_sender_proof={"url": "javascript:alert(1)"},
            tracking_number=12345,
            wrong_address=True,
            error=True,
            price="2.5",
        )
        tracking = client.tracking(receipt.provider_id)
    assert tracking.status is TrackingStatus.DELIVERED
    assert [event.status.name for event in tracking.events] == ["DELIVERED", "TAKEN", "UNKNOWN"]
    assert tracking.events[1].message == "Pris en charge"
    assert tracking.events[2].date == datetime(2026, 11, 22, tzinfo=UTC)
    assert [proof.kind for proof in tracking.proofs] == [ProofKind.FILING, ProofKind.DELIVERY]
    assert (tracking.price, tracking.tracking_number) == (Decimal("2.5"), "12345")
    assert (tracking.wrong_address, tracking.error, tracking.cancelled) == (True, True, False)


@pytest.mark.parametrize("provider_id", ["", ".", "..", "a/b", "a?b", "a b", "é", "x" * 101])
def test_a_strange_id_is_asked_for_nowhere(provider_id: str) -> None:
    with PostalServer() as server:
        client = PostClient(server.account())
        for call in (client.tracking, client.cancel):
            with pytest.raises(DeliveryFailed) as caught:
                call(provider_id)
            assert (caught.value.code, caught.value.fate) == ("post.letter_not_found", Fate.FAIL)
    assert server.asked == []


@pytest.mark.parametrize(
    ("fault", "code", "fate"),
    [
        (refuses(404), "post.letter_not_found", Fate.FAIL),
        (refuses(422), "post.too_late", Fate.FAIL),
        (refuses(401), "post.key_refused", Fate.HOLD),
        (refuses(500), "post.not_available", Fate.REQUEUE),
        (Fault(End.CLOSE), "post.no_answer", Fate.UNKNOWN),
    ],
)
def test_a_letter_that_cannot_be_cancelled_says_why(fault: Fault, code: str, fate: Fate) -> None:
    with PostalServer() as server:
        server.script("delete", fault)
        with pytest.raises(DeliveryFailed) as caught:
            PostClient(server.account()).cancel("letter0001")
    assert (caught.value.code, caught.value.fate) == (code, fate)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"NaN",
        b"-1e999999999",
        b"9" * 5000,
        b'{"_id": 5}',
        b'{"_id": null, "price": NaN}',
        b"\xef\xbb\xbf{}",
        b'"\\ud800"',
        b"[" * 50_000,
        b"{" * 9,
    ],
)
def test_strange_answers_read_as_nothing(body: bytes) -> None:
    from relance.channels.post.reading import as_letter

    assert as_letter(parse(body)) is None
    line_of(Answer(500, body)).encode("utf-8", "replace")


@pytest.mark.parametrize("junk", [None, True, -5, 1e400, "", "é", [], {}, [[[]]], {"name": {}}, "NaN", 10**30, "1e9"])
def test_strange_values_in_a_letter_read_as_unknown(junk: Any) -> None:
    names = "mode price sheet_count tracking_number tracking_events filing_proof metadata events status created_at"
    letter = {"_id": "a", **dict.fromkeys(names.split(), junk)}
    receipt = as_receipt(letter, "200", Mode.LIVE)
    tracking = as_tracking({**letter, "tracking_events": [junk, {"status": junk, "date": junk}]}, Mode.LIVE)
    assert (receipt.price, receipt.parts, receipt.test_mode, tracking.price) == (None, 0, False, None)
    assert {event.status for event in tracking.events} == {TrackingStatus.UNKNOWN}
    assert tracking.proofs == ()
    page = as_page([letter, junk, letter])
    assert page is not None
    assert not page.oldest_first


@pytest.mark.parametrize("price", [1.45, "1.45", {"total": 1.45}])
def test_a_price_is_exact_whichever_way_it_is_written(price: object) -> None:
    letter = parse(json.dumps({"_id": "a", "price": price}).encode())
    assert isinstance(letter, dict)
    assert as_receipt(letter, "200", Mode.LIVE).price == Decimal("1.45")
