"""Delivery receipts as the provider brings them: believed only with the key, heard once, and nothing told to others."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.bad_addresses import lookup
from relance.services.delivery.deliver import deliver_due
from relance.services.run import run_today
from relance.storage import db
from relance.storage.models import Customer, Message, News, SmsAccount, Step
from tests.channels.certificates import authority
from tests.channels.test_sms_receipts import signed
from tests.channels.vonage_server import KEY as PROVIDER_KEY
from tests.channels.vonage_server import SECRET, VonageServer
from tests.web.client import BASE
from tests.web.conftest import Clock
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

KEY = "k3yOfTheFirm-0123456789"
HERE = f"/sms/recus/{KEY}"
NUMBER = "+33612345678"
PUBLIC = "http://127.0.0.1:8710"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data_dir=settings.data_dir, public_url=PUBLIC)


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    made = create_app(settings, clock=clock)
    made.testing = True
    return made


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock) -> Desk:
    """A message about F-1 that the mail server took, made a text message with two parts."""
    desk = Desk(engine, settings, clock, Outbox())
    furnish(engine, clock())
    clock.move(hours=2)
    desk.run()
    values = {"channel": ChannelName.SMS, "recipients": [NUMBER], "provider_id": "A1,A2", "parts": 2}
    desk.change(Message, message(desk).id, **values)
    desk.change(SmsAccount, 1, provider="vonage", callback_key=KEY)
    return desk


def message(desk: Desk) -> Message:
    return desk.messages("F-1")[0]


def receipt(desk: Desk, **changes: str) -> dict[str, str]:
    usual = {
        "msisdn": "33612345678",
        "to": "BONNET",
        "messageId": "A1",
        "price": "0.0642",
        "status": "delivered",
        "err-code": "0",
        "client-ref": message(desk).uid,
        "message-timestamp": "2026-11-23 08:30:12",
    }
    return {**usual, **changes}


def call(app: Flask, fields: dict[str, Any], *, path: str = HERE, how: str = "form") -> TestResponse:
    client = app.test_client()
    if how == "get":
        return client.get(path, query_string=fields, base_url=BASE)
    return client.post(path, base_url=BASE, **{"json" if how == "json" else "data": fields})


def news(desk: Desk) -> list[News]:
    with db.reading(desk.engine) as session:
        return list(session.scalars(select(News).order_by(News.id)))


def test_a_delivery_is_noted_however_it_is_brought_and_once_only(app: Flask, desk: Desk) -> None:
    for number, how in enumerate(("get", "form", "json"), 1):
        for _ in range(2):
            answer = call(app, receipt(desk, messageId=f"A{number}"), how=how)
            assert (answer.status_code, answer.data, answer.headers.get("Set-Cookie")) == (200, b"", None)
        assert len(news(desk)) == number
    heard = news(desk)[0]
    assert (heard.kind, heard.address, heard.message_id) == ("delivered", NUMBER, message(desk).id)
    assert (message(desk).news, message(desk).state) == ("delivered", MessageState.SENT)
    assert f"{message(desk).price:.4f}" == "0.1284"


def test_a_number_that_is_gone_is_marked_and_its_level_taken_back(app: Flask, desk: Desk) -> None:
    call(app, receipt(desk, status="failed", **{"err-code": "3"}))
    (heard,) = news(desk)
    assert (heard.kind, heard.code, heard.handled_at) == ("bounced", "sms.number_gone", None)
    with db.reading(desk.engine) as session:
        assert lookup(session, [NUMBER])[NUMBER].until is None
    assert not any(one.live for one in desk.reminders("F-1"))


def test_a_telephone_out_of_reach_is_not_a_dead_number(app: Flask, desk: Desk) -> None:
    call(app, receipt(desk, status="buffered"))
    assert message(desk).news == "delayed"
    call(app, receipt(desk, status="expired", **{"err-code": "2"}))
    assert [(one.kind, one.code) for one in news(desk)] == [("delayed", ""), ("refused", "sms.phone_unreachable")]
    with db.reading(desk.engine) as session:
        assert lookup(session, [NUMBER]) == {}


def test_what_arrived_in_part_was_said(app: Flask, desk: Desk) -> None:
    call(app, receipt(desk))
    call(app, receipt(desk, messageId="A2", status="failed", **{"err-code": "8"}))
    assert [one.kind for one in news(desk)] == ["delivered"]
    assert all(one.live for one in desk.reminders("F-1"))


def test_news_of_a_message_of_unknown_fate_prove_that_it_left(app: Flask, desk: Desk) -> None:
    desk.change(
        Message, message(desk).id, state=MessageState.UNKNOWN, sent_at=None, provider_id="", code="sms.no_answer"
    )
    call(app, receipt(desk))
    found = message(desk)
    assert (found.state, found.code, found.news, found.provider_id) == (MessageState.SENT, None, "delivered", "A1")
    assert found.sent_at is not None


def test_a_receipt_that_overtakes_its_own_answer_is_brought_again(app: Flask, desk: Desk) -> None:
    desk.change(Message, message(desk).id, state=MessageState.TRANSMITTING)
    assert call(app, receipt(desk)).status_code == 503
    assert news(desk) == []
    desk.change(Message, message(desk).id, state=MessageState.SENT)
    assert call(app, receipt(desk)).status_code == 200
    assert len(news(desk)) == 1


def test_a_message_is_found_by_the_providers_reference_where_ours_was_lost(app: Flask, desk: Desk) -> None:
    call(app, receipt(desk, messageId="A2", **{"client-ref": ""}))
    assert message(desk).news == "delivered"
    call(app, receipt(desk, messageId="A", **{"client-ref": ""}))
    assert len(news(desk)) == 1


NOT_OURS: list[dict[str, Any]] = [
    {"client-ref": "somebody-else"},
    {"client-ref": "x" * 200},
    {"client-ref": "", "messageId": "%"},
    {"client-ref": "", "messageId": "\ud800"},
    {"messageId": ""},
    {"status": "lost"},
    {"status": "accepted"},
    {"status": ["delivered"]},
    {"msisdn": {"a": 1}, "client-ref": None},
]


def test_what_is_not_ours_is_taken_and_forgotten(app: Flask, desk: Desk) -> None:
    for changes in NOT_OURS:
        assert call(app, {**receipt(desk), **changes}, how="json").status_code == 200, changes
    assert news(desk) == []


KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")


def test_odd_bodies_are_taken_and_forgotten(app: Flask, desk: Desk) -> None:
    for body in (b"", b"[]", b"{", b"null", b"\xff\xfe", b'{"status": 1e999}', b"[" * 5000):
        for kind in KINDS:
            answer = app.test_client().post(HERE, data=body, content_type=kind, base_url=BASE)
            assert answer.status_code == 200, (body, kind)
    assert news(desk) == []


def test_a_huge_body_is_refused(app: Flask, desk: Desk) -> None:
    assert call(app, {**receipt(desk), "more": "x" * 20_000}).status_code == 413
    assert call(app, {**receipt(desk), "more": "x" * 20_000}, how="json").status_code == 413
    assert news(desk) == []


def test_without_the_key_there_is_nothing_here(app: Flask, desk: Desk) -> None:
    for key in ("wrong", KEY[:-1], KEY + "x", KEY.lower(), "é", "%00", "a" * 5000):
        for how in ("get", "form", "json"):
            answer = call(app, receipt(desk), path=f"/sms/recus/{key}", how=how)
            assert (answer.status_code, answer.data) == (404, b""), (key, how)
    assert news(desk) == []


def test_before_there_is_a_key_nothing_opens(app: Flask, desk: Desk) -> None:
    desk.change(SmsAccount, 1, callback_key="")
    assert call(app, receipt(desk)).status_code == 404
    assert call(app, receipt(desk), path="/sms/recus/").status_code in (404, 405)


def test_a_message_of_another_channel_is_none_of_the_providers_business(app: Flask, desk: Desk) -> None:
    desk.change(Message, message(desk).id, channel=ChannelName.EMAIL)
    assert call(app, receipt(desk, status="failed", **{"err-code": "3"})).status_code == 200
    assert news(desk) == []


def test_where_a_signature_secret_is_kept_only_signed_receipts_are_heard(
    app: Flask, desk: Desk, settings: Settings
) -> None:
    (settings.data_dir / "secrets").mkdir()
    (settings.data_dir / "secrets" / "sms-signature").write_text("sign-me")
    desk.change(SmsAccount, 1, signature_file="secrets/sms-signature")
    stamped = {**receipt(desk), "timestamp": "1795425012"}
    assert call(app, stamped).status_code == 404
    assert call(app, signed(stamped, "other", "sha256")).status_code == 404
    assert news(desk) == []
    assert call(app, signed(stamped, "sign-me", "sha256")).status_code == 200
    assert len(news(desk)) == 1
    (settings.data_dir / "secrets" / "sms-signature").unlink()
    assert call(app, signed(stamped, "", "sha256")).status_code == 404


def test_another_methods_request_finds_no_way_in(app: Flask, desk: Desk) -> None:
    assert app.test_client().put(HERE, base_url=BASE).status_code == 405
    assert app.test_client().delete(HERE, base_url=BASE).status_code == 405


def test_a_text_message_leaves_with_the_address_and_its_receipt_comes_back(
    app: Flask, engine: Engine, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the run to the history, through the provider's own client."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority().cafile)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("SMS_SECRET", SECRET)
    desk = Desk(engine, settings, clock, Outbox())
    furnish(engine, clock())
    clock.move(hours=2)
    desk.change(Customer, desk.invoice("F-1").customer_id, phone="06 12 34 56 78")
    desk.change(Step, 3, channels=["sms"])
    run_today(engine, clock(), by="test")
    with VonageServer() as server:
        with db.writing(engine) as session:
            account = session.get_one(SmsAccount, 1)
            account.provider, account.key, account.secret_env = "vonage", PROVIDER_KEY, "SMS_SECRET"
            account.sender, account.base_url, account.callback_key = "BONNET", server.url, KEY
        deliver_due(engine, settings, now=clock)
    (post,) = server.posts
    assert (message(desk).state, message(desk).recipients) == (MessageState.SENT, [NUMBER])
    assert (post.fields["to"], post.fields["client-ref"]) == (NUMBER.removeprefix("+"), message(desk).uid)
    said = {"msisdn": post.fields["to"], "messageId": message(desk).provider_id.split(",")[0], "status": "delivered"}
    answer = call(app, {**said, "client-ref": post.fields["client-ref"]}, path=post.fields["callback"][len(PUBLIC) :])
    assert answer.status_code == 200
    assert message(desk).news == "delivered"
