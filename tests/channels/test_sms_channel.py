"""RELIABILITY 3.6: the SMS channel through the provider's own client, against a server that counts what it is sent."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from relance.channels.sms import SmsAccount, VonageChannel
from relance.channels.sms.outcomes import STATUSES
from relance.domain.delivery import DeliveryFailed, Fate, Message, Receipt
from tests.channels.builders import a_message
from tests.channels.certificates import authority
from tests.channels.raw_server import raw_server
from tests.channels.sending import Marks
from tests.channels.vonage_server import (
    KEY,
    PRICE,
    SECRET,
    Talk,
    VonageServer,
    accepted,
    answers,
    closing,
    drip,
    hang,
    hang_up,
    http,
    not_taken,
    raw,
    refused,
    taken,
)

MOBILE, OTHER = "+33612345678", "+33761223344"
TEXT = a_message(to=(MOBILE,), subject="", text="Durand SARL : la facture FA-123 (1 234,56 €) reste due.")
TO_BOTH = replace(TEXT, to=(MOBILE, OTHER))


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority().cafile)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server() -> Iterator[VonageServer]:
    with VonageServer() as running:
        yield running


def send(account: SmsAccount, message: Message = TEXT, marks: Marks | None = None) -> Receipt:
    channel = VonageChannel(account)
    try:
        return channel.send(message, before_handover=marks or Marks())
    finally:
        channel.close()


def failure(account: SmsAccount, message: Message = TEXT, marks: Marks | None = None) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        send(account, message, marks)
    return caught.value


def test_a_text_is_posted_once_as_documented(server: VonageServer) -> None:
    marks = Marks()
    receipt = send(server.account(callback="https://relance.example/sms/x1"), marks=marks)
    (request,) = server.requests
    assert (request.method, request.path, request.signed_in_as) == ("POST", "/sms/json", f"{KEY}:{SECRET}")
    assert request.fields == {
        "to": "33612345678",
        "from": "Durand",
        "text": "Durand SARL : la facture FA-123 (1 234,56 €) reste due.",
        "type": "text",
        "client-ref": TEXT.uid,
        "callback": "https://relance.example/sms/x1",
    }
    assert marks.count == 1
    assert (receipt.provider_id, receipt.price, receipt.currency, receipt.parts) == (
        "0C000000217B7F01",
        PRICE,
        "EUR",
        1,
    )
    assert "15.53590000" in receipt.response
    assert receipt.refused == ()


def test_typographic_characters_are_made_plain_and_what_stays_foreign_goes_as_unicode(server: VonageServer) -> None:
    send(server.account(), replace(TEXT, text="L’échéance\u00a0: 1\u202f234,56\u00a0€ – «\u00a0merci\u00a0»"))
    send(server.account(), replace(TEXT, text="Reçu"))
    send(server.account(without_accents=True), replace(TEXT, text="Reçu, échue"))
    sent = [(request.fields["type"], request.fields["text"]) for request in server.posts]
    assert sent == [
        ("text", 'L\'échéance : 1 234,56 € - "merci"'),
        ("unicode", "Reçu"),
        ("text", "Recu, echue"),
    ]


def test_several_numbers_get_one_request_each_under_one_reference(server: VonageServer) -> None:
    marks = Marks()
    receipt = send(server.account(), replace(TEXT, to=(MOBILE, OTHER, MOBILE)), marks)
    assert [request.fields["to"] for request in server.posts] == ["33612345678", "33761223344"]
    assert {request.fields["client-ref"] for request in server.posts} == {TEXT.uid}
    assert marks.count == 1
    assert (receipt.price, receipt.parts) == (2 * PRICE, 2)
    assert receipt.provider_id == "0C000000217B7F01,0C000000217B7F01"


@pytest.mark.parametrize(
    ("script", "number", "status", "code"),
    [
        pytest.param([accepted(), refused(7, "Barred")], OTHER, 7, "sms.number_barred Barred", id="the second"),
        pytest.param([refused(33), accepted()], MOBILE, 33, "sms.number_deactivated No", id="the first"),
        pytest.param([accepted(), http(503)], OTHER, 503, "sms.server_error", id="a broken server"),
        pytest.param([refused(5), accepted()], MOBILE, 5, "sms.internal_error No", id="one that is not certain"),
        pytest.param([accepted(), http(401)], OTHER, 401, "sms.auth_refused", id="an account refused half-way"),
    ],
)
def test_one_number_taken_makes_it_sent_and_the_other_is_noted(
    server: VonageServer, script: list[Talk], number: str, status: int, code: str
) -> None:
    server.script = script
    receipt = send(server.account(), TO_BOTH)
    assert [(one.address, one.code, one.text) for one in receipt.refused] == [(number, status, code)]
    assert receipt.parts == 1
    assert len(server.posts) == 2


def test_a_bad_number_does_not_keep_the_good_one_waiting(server: VonageServer) -> None:
    receipt = send(server.account(), replace(TEXT, to=("0612345678", MOBILE)))
    assert [one.address for one in receipt.refused] == ["0612345678"]
    assert len(server.posts) == 1


@pytest.mark.parametrize(("status", "outcome"), [pytest.param(*one, id=str(one[0])) for one in STATUSES.items()])
def test_every_status_has_its_outcome(server: VonageServer, status: int, outcome: object) -> None:
    server.script = [refused(status, "Said so")]
    expected = STATUSES[status]
    error = failure(server.account())
    assert (error.code, error.fate, error.detail) == (expected.code, expected.fate, "Said so")
    assert error.bad_addresses == ((MOBILE,) if expected.bad_number else ())
    assert len(server.posts) == 1


@pytest.mark.parametrize(
    ("status", "code", "fate"),
    [
        (1, "sms.throttled", Fate.REQUEUE),
        (4, "sms.auth_refused", Fate.HOLD),
        (5, "sms.internal_error", Fate.UNKNOWN),
        (7, "sms.number_barred", Fate.FAIL),
        (9, "sms.balance_exhausted", Fate.HOLD),
        (15, "sms.sender_refused", Fate.HOLD),
        (99, "sms.refused", Fate.FAIL),
    ],
)
def test_the_statuses_that_decide_most(server: VonageServer, status: int, code: str, fate: Fate) -> None:
    server.script = [refused(status)]
    error = failure(server.account())
    assert (error.code, error.fate) == (code, fate)


@pytest.mark.parametrize(
    ("status", "code", "fate"),
    [
        (302, "sms.wrong_address", Fate.HOLD),
        (400, "sms.invalid_request", Fate.FAIL),
        (401, "sms.auth_refused", Fate.HOLD),
        (402, "sms.balance_exhausted", Fate.HOLD),
        (403, "sms.account_barred", Fate.HOLD),
        (404, "sms.wrong_address", Fate.HOLD),
        (429, "sms.throttled", Fate.REQUEUE),
        (500, "sms.server_error", Fate.UNKNOWN),
        (502, "sms.server_error", Fate.UNKNOWN),
        (503, "sms.server_error", Fate.UNKNOWN),
        (504, "sms.server_error", Fate.UNKNOWN),
    ],
)
def test_every_kind_of_http_status_has_its_outcome(server: VonageServer, status: int, code: str, fate: Fate) -> None:
    server.script = [http(status, b"<h1>Words\x00of theirs</h1>")]
    error = failure(server.account())
    assert (error.code, error.fate, error.detail) == (code, fate, "<h1>Words of theirs</h1>")
    assert len(server.posts) == 1


@pytest.mark.parametrize("status", [9, 1])
def test_what_is_the_accounts_fault_is_not_asked_again_for_the_next_number(server: VonageServer, status: int) -> None:
    server.script = [refused(status)]
    assert failure(server.account(), TO_BOTH).fate is STATUSES[status].fate
    assert len(server.posts) == 1


@pytest.mark.parametrize(
    ("script", "fate"),
    [
        pytest.param([refused(7), hang_up], Fate.UNKNOWN, id="not certain beats refused"),
        pytest.param([hang_up, http(401)], Fate.UNKNOWN, id="not certain beats the account's fault"),
        pytest.param([refused(7), http(401)], Fate.HOLD, id="the account's fault beats refused"),
        pytest.param([refused(13), refused(7)], Fate.DEFER, id="to try again beats refused"),
    ],
)
def test_when_no_number_was_taken_the_failure_that_binds_counts(
    server: VonageServer, script: list[Talk], fate: Fate
) -> None:
    server.script = script
    assert failure(server.account(), TO_BOTH).fate is fate
    assert len(server.posts) == 2


WHOLE = b'{"message-count":"1","messages":[{"status":"0"}]}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: "


@pytest.mark.parametrize(
    ("talk", "code"),
    [
        pytest.param(hang_up, "sms.no_answer", id="closed without an answer"),
        pytest.param(hang, "sms.no_answer", id="silence"),
        pytest.param(drip, "sms.no_answer", id="an answer that never ends"),
        pytest.param(raw(HEAD + b"200\r\n\r\n" + WHOLE[:20]), "sms.no_answer", id="half an answer"),
        pytest.param(raw(b"HTTP/1.1 2"), "sms.no_answer", id="half a line"),
        pytest.param(raw(b"\xff\xfe nonsense\r\n\r\n"), "sms.no_answer", id="no HTTP"),
        pytest.param(raw(HEAD + b"9000000\r\n\r\n", b"[" * 9_000_000), "sms.no_answer", id="a flood"),
        pytest.param(http(200, WHOLE[:20]), "sms.unreadable_answer", id="cut JSON"),
        pytest.param(http(200, b"<html>Sign in to the hotel</html>"), "sms.unreadable_answer", id="a page"),
        pytest.param(http(200, b""), "sms.unreadable_answer", id="nothing"),
        pytest.param(http(204), "sms.unreadable_answer", id="no content"),
        pytest.param(http(200, b"[]"), "sms.unreadable_answer", id="another shape"),
        pytest.param(http(200, b"[" * 500_000), "sms.unreadable_answer", id="a deep nest"),
        pytest.param(http(200, b'{"message-count":"0","messages":[]}'), "sms.unreadable_answer", id="no parts"),
        pytest.param(http(200, b'{"message-count":"1","messages":[{}]}'), "sms.unreadable_answer", id="no status"),
        pytest.param(
            http(200, b'{"message-count":"1","messages":[{"status":"x"}]}'), "sms.unreadable_answer", id="odd status"
        ),
    ],
)
def test_without_a_sure_answer_it_may_have_left_and_is_not_posted_again(
    server: VonageServer, talk: Talk, code: str
) -> None:
    server.script = [talk]
    marks = Marks()
    error = failure(server.account(timeout=0.3), marks=marks)
    assert (error.code, error.fate) == (code, Fate.UNKNOWN)
    assert (len(server.posts), marks.count) == (1, 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: VonageServer, status: int) -> None:
    server.script = [http(status, Location=server.url + "/elsewhere")]
    assert failure(server.account()).fate is Fate.HOLD
    assert len(server.requests) == 1


def test_a_refused_connection_leaves_the_message_in_the_queue() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    marks = Marks()
    error = failure(SmsAccount(KEY, SECRET, "Durand", f"https://127.0.0.1:{port}"), TO_BOTH, marks)
    assert (error.code, error.fate, marks.count) == ("sms.unreachable", Fate.REQUEUE, 0)
    assert "refused" in error.detail


def test_a_host_without_an_address_leaves_the_message_in_the_queue() -> None:
    marks = Marks()
    error = failure(SmsAccount(KEY, SECRET, "Durand", "https://no-such-host.invalid"), marks=marks)
    assert (error.code, error.fate, marks.count) == ("sms.unreachable", Fate.REQUEUE, 0)


def test_a_connection_lost_before_encryption_leaves_the_message_in_the_queue() -> None:
    marks = Marks()
    with raw_server(lambda connection: None) as port:
        error = failure(SmsAccount(KEY, SECRET, "Durand", f"https://127.0.0.1:{port}"), marks=marks)
    assert (error.code, error.fate, marks.count) == ("sms.unreachable", Fate.REQUEUE, 0)


def test_a_certificate_that_cannot_be_trusted_gets_nothing() -> None:
    marks = Marks()
    with VonageServer(trusted=False) as server:
        error = failure(server.account(), marks=marks)
    assert (error.code, error.fate, marks.count) == ("sms.certificate", Fate.REQUEUE, 0)
    assert server.requests == []


def test_an_unknown_authority_gets_nothing(server: VonageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert failure(server.account()).code == "sms.certificate"
    assert server.requests == []


@pytest.mark.parametrize(
    "error", [RuntimeError("stop"), OSError("the disk is full"), ConnectionResetError(), EOFError()]
)
def test_what_the_caller_raises_before_the_handover_comes_through_and_nothing_leaves(
    server: VonageServer, error: Exception
) -> None:
    channel = VonageChannel(server.account())
    with pytest.raises(type(error)) as caught:
        channel.send(TO_BOTH, before_handover=Marks(error=error))
    assert caught.value is error
    assert server.requests == []
    channel.send(TEXT, before_handover=Marks())
    assert len(server.posts) == 1
    channel.close()


def test_a_long_text_is_as_many_parts_as_the_provider_says(server: VonageServer) -> None:
    receipt = send(server.account(), replace(TEXT, text="a" * 200))
    assert (receipt.parts, receipt.price) == (2, 2 * PRICE)
    assert receipt.provider_id == "0C000000217B7F01,0C000000217B7F02"
    server.script = [accepted(1)]
    assert send(server.account(), replace(TEXT, text="a" * 200)).parts == 1


def test_some_parts_taken_of_a_text_make_it_sent_with_the_refusal_noted(server: VonageServer) -> None:
    server.script = [answers(taken("A"), not_taken(9, "Quota"), taken("B"))]
    receipt = send(server.account())
    assert (receipt.parts, receipt.price, receipt.provider_id) == (2, 2 * PRICE, "A,B")
    assert [(one.address, one.code, one.text) for one in receipt.refused] == [
        (MOBILE, 9, "sms.balance_exhausted Quota")
    ]


def test_no_part_taken_of_a_long_text_is_a_refusal(server: VonageServer) -> None:
    server.script = [answers(not_taken(9), not_taken(9))]
    assert failure(server.account()).code == "sms.balance_exhausted"
    server.script = [answers(not_taken(9), not_taken(5))]
    assert failure(server.account()).fate is Fate.UNKNOWN


@pytest.mark.parametrize("price", ["", "free", "NaN", "-Infinity", "1e400"])
def test_a_price_that_is_none_is_no_price(server: VonageServer, price: str) -> None:
    server.script = [answers({**taken(), "message-price": price})]
    receipt = send(server.account())
    assert (receipt.price, receipt.currency) == (None, "")


def test_a_kept_connection_that_the_provider_closed_meanwhile_is_opened_anew(server: VonageServer) -> None:
    server.script = [closing(accepted()), closing(accepted()), accepted()]
    channel = VonageChannel(server.account())
    for _ in range(3):
        assert channel.send(TEXT, before_handover=Marks()).parts == 1
    channel.close()
    channel.close()
    assert len(server.posts) == 3


@pytest.mark.parametrize(
    ("message", "code"),
    [
        pytest.param(replace(TEXT, to=()), "sms.no_number", id="nobody"),
        pytest.param(replace(TEXT, to=("0612345678",)), "sms.not_a_number", id="a national number"),
        pytest.param(replace(TEXT, to=("+33612345678&to=1",)), "sms.not_a_number", id="a hostile number"),
        pytest.param(replace(TEXT, text=" \u00a0\n"), "sms.no_text", id="blanks"),
        pytest.param(replace(TEXT, text="\x00\x1b"), "sms.no_text", id="control characters"),
        pytest.param(replace(TEXT, text="a" * 3201), "sms.too_long", id="a novel"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_asked(
    server: VonageServer, message: Message, code: str
) -> None:
    marks = Marks()
    error = failure(server.account(), message, marks)
    assert (error.code, error.fate, marks.count) == (code, Fate.FAIL, 0)
    assert server.requests == []


def test_a_hostile_text_arrives_as_text(server: VonageServer) -> None:
    send(server.account(), replace(TEXT, text="a&to=1\udcff\r\nb=\u2028%0a\x1b{c}"))
    assert server.posts[0].fields["text"] == "a&to=1\nb=\n%0a{c}"
    assert server.posts[0].fields["to"] == "33612345678"


def test_numbers_and_texts_stay_out_of_the_logs(server: VonageServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.script = [http(400, b"33612345678 refused"), accepted()]
    failure(server.account())
    send(server.account())
    for secret in ("612345678", "FA-123", SECRET, "Basic "):
        assert secret not in caplog.text
