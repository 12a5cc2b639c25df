"""Delivery receipts: what they say, whether they are genuine, and asking for them."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from relance.channels.sms.receipts import (
    ERRORS,
    DeliveryStatus,
    SignatureMethod,
    ask_for_receipts,
    is_signed,
    read_receipt,
)
from relance.domain.delivery import DeliveryFailed
from tests.channels.certificates import authority
from tests.channels.vonage_server import KEY, SECRET, VonageServer, hang_up, http

RECEIPT = {
    "msisdn": "33612345678",
    "to": "Durand",
    "network-code": "20810",
    "messageId": "0A0000001234567B",
    "price": "0.06420000",
    "status": "delivered",
    "scts": "2611231030",
    "err-code": "0",
    "api-key": KEY,
    "client-ref": "0190f6a2-6f0e-7c1e-9a53-1b2c3d4e5f60",
    "message-timestamp": "2026-11-23 09:30:12",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[VonageServer]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority().cafile)
    monkeypatch.setenv("NO_PROXY", "*")
    with VonageServer() as running:
        yield running


def test_a_receipt_tells_whose_message_arrived_where_and_when() -> None:
    report = read_receipt(RECEIPT)
    assert report is not None
    assert (report.provider_id, report.uid) == (RECEIPT["messageId"], RECEIPT["client-ref"])
    assert (report.number, report.status, report.code) == ("+33612345678", DeliveryStatus.DELIVERED, "")
    assert (report.price, report.at) == (Decimal("0.0642"), datetime(2026, 11, 23, 9, 30, 12, tzinfo=UTC))
    assert not report.dead_number


@pytest.mark.parametrize(
    ("status", "error", "code", "dead"),
    [
        ("failed", "1", "sms.undelivered", False),
        ("failed", "2", "sms.phone_unreachable", False),
        ("failed", "3", "sms.number_gone", True),
        ("failed", "4", "sms.barred_by_recipient", True),
        ("rejected", "6", "sms.spam_filter", False),
        ("failed", "9", "sms.opted_out", True),
        ("rejected", "0", "sms.rejected_by_network", False),
        ("expired", "", "sms.expired", False),
        ("expired", "7", "sms.phone_unreachable", False),
        ("failed", "4321", "sms.undelivered", False),
        ("failed", "no", "sms.undelivered", False),
        ("failed", "9" * 5000, "sms.undelivered", False),
        ("FAILED", "39", "sms.sender_refused", False),
        ("accepted", "0", "", False),
        ("buffered", "2", "", False),
        ("unknown", "1", "", False),
    ],
)
def test_what_was_not_delivered_says_why(status: str, error: str, code: str, dead: bool) -> None:
    report = read_receipt({**RECEIPT, "status": status, "err-code": error})
    assert report is not None
    assert (report.status, report.code, report.dead_number) == (DeliveryStatus(status.lower()), code, dead)


def test_every_error_of_the_table_is_read() -> None:
    for error, code in ERRORS.items():
        report = read_receipt({**RECEIPT, "status": "failed", "err-code": str(error)})
        assert report is not None
        assert report.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"messageId": ""},
        {"messageId": "x" * 101},
        {"client-ref": "x" * 101},
        {"status": ""},
        {"status": "lost"},
    ],
)
def test_what_is_not_a_receipt_is_none(changes: dict[str, str]) -> None:
    assert read_receipt({**RECEIPT, **changes}) is None


def test_an_empty_call_is_not_a_receipt() -> None:
    assert read_receipt({}) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("msisdn", "<script>"), ("msisdn", "٣٣"), ("msisdn", "1" * 400), ("price", "NaN"), ("message-timestamp", "soon")],
)
def test_an_odd_field_does_not_lose_the_news(field: str, value: str) -> None:
    report = read_receipt({**RECEIPT, field: value})
    assert report is not None
    assert report.status is DeliveryStatus.DELIVERED
    assert {"msisdn": report.number, "price": report.price, "message-timestamp": report.at}[field] in ("", None)


def signed(params: dict[str, str], secret: str, method: str) -> dict[str, str]:
    """As the provider documents it: sorted, & and = made _, HMAC."""
    clean = {name: value.replace("&", "_").replace("=", "_") for name, value in params.items()}
    words = "".join(f"&{name}={clean[name]}" for name in sorted(clean))
    return {**params, "sig": hmac.new(secret.encode(), words.encode(), getattr(hashlib, method)).hexdigest()}


STAMPED = {**RECEIPT, "timestamp": "1795425012", "nonce": "a=b&c"}


@pytest.mark.parametrize("method", list(SignatureMethod))
def test_a_signature_made_with_the_secret_is_accepted(method: SignatureMethod) -> None:
    params = signed(STAMPED, SECRET, method.value)
    assert is_signed(params, SECRET, method)
    assert is_signed({**params, "sig": params["sig"].upper()}, SECRET, method)
    assert params["sig"]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param(STAMPED, id="none"),
        pytest.param({**STAMPED, "sig": ""}, id="empty"),
        pytest.param({**STAMPED, "sig": "é" * 64}, id="not even letters"),
        pytest.param({**STAMPED, "sig": "0" * 64}, id="made up"),
        pytest.param(signed(STAMPED, "other", "sha256"), id="another secret's"),
        pytest.param({**signed(STAMPED, SECRET, "sha256"), "status": "failed"}, id="changed news"),
        pytest.param({**signed(STAMPED, SECRET, "sha256"), "more": "1"}, id="added news"),
        pytest.param(signed(STAMPED, SECRET, "md5"), id="another method's"),
        pytest.param(signed(RECEIPT, SECRET, "sha256"), id="without a time"),
        pytest.param({**signed(STAMPED, SECRET, "sha256"), "x": "\udcff"}, id="no character"),
    ],
)
def test_any_other_signature_is_refused(params: dict[str, str]) -> None:
    assert not is_signed(params, SECRET, SignatureMethod.SHA256)


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not is_signed(signed(STAMPED, "", "sha256"), "", SignatureMethod.SHA256)


def test_the_provider_is_asked_for_the_news_of_messages(server: VonageServer) -> None:
    server.records = [
        {"message_id": "A", "client_ref": "u1", "to": "33612345678", "status": "delivered", "error_code": "0"},
        {"message_id": "B", "client_ref": "u2", "status": "failed", "error_code": "3", "total_price": 0.0642},
        {"message_id": "C", "status": "another word"},
        {"date_finalized": "2026-11-23T10:30:12+01:00", "message_id": "D", "status": "expired"},
    ]
    reports = ask_for_receipts(server.account(), ["A", "B", "", "A", "C", "D"])
    assert [(one.provider_id, one.uid, one.code) for one in reports] == [
        ("A", "u1", ""),
        ("B", "u2", "sms.number_gone"),
        ("D", "", "sms.expired"),
    ]
    assert reports[1].price == Decimal("0.0642")
    assert reports[2].at == datetime(2026, 11, 23, 9, 30, 12, tzinfo=UTC)
    (request,) = server.requests
    assert (request.path, request.signed_in_as) == ("/v2/reports/records", f"{KEY}:{SECRET}")
    assert request.fields == {"account_id": KEY, "product": "SMS", "direction": "outbound", "id": "A,B,C,D"}


def test_many_messages_take_several_questions_and_none_takes_none(server: VonageServer) -> None:
    ask_for_receipts(server.account(), [str(number) for number in range(120)])
    assert [len(request.fields["id"].split(",")) for request in server.requests] == [50, 50, 20]
    assert ask_for_receipts(server.account(), []) == ()


def test_news_that_cannot_be_had_are_a_clear_failure(server: VonageServer) -> None:
    codes = []
    for talk in (http(401), hang_up, http(200, b"[]"), http(200, b'{"records": 3}')):
        server.script = [talk]
        try:
            codes.append(str(ask_for_receipts(server.account(), ["A"])))
        except DeliveryFailed as error:
            codes.append(error.code)
    assert codes == ["sms.auth_refused", "sms.no_answer", "sms.unreadable_answer", "()"]
