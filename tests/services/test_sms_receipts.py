"""Asking the provider what became of text messages: only where it is wanted and due, and never twice for nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from relance.config import Settings
from relance.domain.delivery import ChannelName, Refusal
from relance.domain.status import MessageState
from relance.services.bad_addresses import lookup
from relance.services.delivery.outcomes import note_refused
from relance.services.sms_receipts import ask_due
from relance.storage import db
from relance.storage.models import Message, SmsAccount
from tests.channels.certificates import authority
from tests.channels.vonage_server import KEY, SECRET, VonageServer, http
from tests.services.message_builders import a_customer, a_message, an_invoice, set_up_firm
from tests.services.settings_files import blank_database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBER = "+33612345678"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[VonageServer]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority().cafile)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("SMS_SECRET", SECRET)
    with VonageServer() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def engine(settings: Settings, server: VonageServer) -> Engine:
    """A firm that asks, and a message that the provider took an hour ago."""
    engine = blank_database(settings.data_dir)
    with db.writing(engine) as session:
        set_up_firm(session)
        a_message(session, an_invoice(session, a_customer(session)), channel=ChannelName.SMS)
        session.flush()
    change(engine, Message, state=MessageState.SENT, sent_at=NOW - timedelta(hours=1), provider_id="A,B")
    change(engine, Message, recipients=[NUMBER])
    account = {"provider": "vonage", "key": KEY, "secret_env": "SMS_SECRET", "sender": "BONNET"}
    change(engine, SmsAccount, **account, base_url=server.url, ask_receipts=True)
    return engine


def change(engine: Engine, kind: type[Any], **values: Any) -> None:
    with db.writing(engine) as session:
        for name, value in values.items():
            setattr(session.get_one(kind, 1), name, value)


def message(engine: Engine) -> Message:
    with db.reading(engine) as session:
        found = session.get_one(Message, 1)
        session.expunge(found)
    return found


def delivered(server: VonageServer) -> None:
    server.records = [{"message_id": "A", "to": NUMBER.removeprefix("+"), "status": "delivered"}]


def test_what_is_heard_is_kept_with_the_message(engine: Engine, settings: Settings, server: VonageServer) -> None:
    delivered(server)
    assert ask_due(engine, settings, NOW) == 1
    assert message(engine).news == "delivered"
    (request,) = server.requests
    assert request.fields["id"] == "A,B"


def test_it_asks_every_six_hours_while_nothing_is_known(
    engine: Engine, settings: Settings, server: VonageServer
) -> None:
    for hours in (0, 1, 5.9, 6, 11.9, 12):
        ask_due(engine, settings, NOW + timedelta(hours=hours))
    assert len(server.requests) == 3
    delivered(server)
    ask_due(engine, settings, NOW + timedelta(hours=18))
    ask_due(engine, settings, NOW + timedelta(hours=24))
    assert len(server.requests) == 4


def test_after_two_days_it_asks_no_more(engine: Engine, settings: Settings, server: VonageServer) -> None:
    ask_due(engine, settings, NOW + timedelta(hours=48))
    assert server.requests == []


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (SmsAccount, {"ask_receipts": False}),
        (SmsAccount, {"provider": ""}),
        (Message, {"news": "bounced"}),
        (Message, {"provider_id": ""}),
        (Message, {"channel": ChannelName.EMAIL}),
        (Message, {"state": MessageState.UNKNOWN}),
    ],
)
def test_nothing_is_asked_for_nothing(
    engine: Engine, settings: Settings, server: VonageServer, kind: type[Any], values: dict[str, Any]
) -> None:
    change(engine, kind, **values)
    assert ask_due(engine, settings, NOW) == 0
    assert server.requests == []


def test_nothing_is_asked_where_receipts_are_brought_or_nothing_can_leave(
    engine: Engine, settings: Settings, server: VonageServer
) -> None:
    ask_due(engine, Settings(data_dir=settings.data_dir, demo=True), NOW)
    change(engine, SmsAccount, callback_key="k3y")
    ask_due(engine, Settings(data_dir=settings.data_dir, public_url="https://relance.example"), NOW)
    assert server.requests == []


def test_a_provider_that_cannot_be_asked_is_left_alone_for_six_hours(
    engine: Engine, settings: Settings, server: VonageServer
) -> None:
    server.script = [http(500), http(401)]
    assert ask_due(engine, settings, NOW) == 0
    assert ask_due(engine, settings, NOW + timedelta(minutes=1)) == 0
    assert len(server.requests) == 1
    assert ask_due(engine, settings, NOW + timedelta(hours=6)) == 0
    assert len(server.requests) == 2


def test_records_of_other_peoples_messages_are_ignored(
    engine: Engine, settings: Settings, server: VonageServer
) -> None:
    server.records = [{"message_id": "Z", "status": "failed", "error_code": "3", "to": NUMBER.removeprefix("+")}]
    ask_due(engine, settings, NOW)
    assert message(engine).news == ""
    with db.reading(engine) as session:
        assert lookup(session, [NUMBER]) == {}


def test_a_dead_number_among_several_is_marked_with_the_networks_reason(engine: Engine) -> None:
    with db.writing(engine) as session:
        gone = Refusal("+33711111111", 33, "sms.number_deactivated Number deactivated", dead=True)
        blocked = Refusal("+33722222222", 17, "sms.blocked Blocked")
        note_refused(session, 1, [gone, blocked], NOW)
        found = {key: row.code for key, row in lookup(session, [gone.address, blocked.address]).items()}
    assert found == {"+33711111111": "sms.number_deactivated"}
