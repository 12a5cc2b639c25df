"""What the pages say of a message after it left: channel, cost, arrival, postage, refused addresses."""

import csv
import io
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.services.mailbox.news import Heard
from relance.storage import db
from relance.storage.models import Message, News, Reminder
from relance.web.labels import heard
from tests.web.client import BASE, Browser
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

NUMBER, OTHER = "+33612345678", "+33711111111"


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock) -> Desk:
    desk = Desk(engine, settings, clock, Outbox())
    furnish(engine, clock())
    clock.move(hours=2)
    desk.run()
    sms = {"channel": ChannelName.SMS, "recipients": [NUMBER, OTHER], "parts": 2, "price": Decimal("0.1284")}
    lost = [{"address": OTHER, "code": 33, "text": "sms.number_deactivated No <such> number"}]
    desk.change(Message, message(desk, "F-1"), **sms, price_currency="EUR", refused=lost)
    letter = {"channel": ChannelName.LETTER, "recipients": ["Studio Kessler"], "postage": "lrar", "test_mode": True}
    desk.change(Message, message(desk, "F-5"), **letter, tracking="1A 234", parts=1, price=Decimal("6.42"))
    for number, channel in (("F-1", "sms"), ("F-5", "letter")):
        desk.change(Reminder, desk.reminders(number)[0].id, channel=channel)
    return desk


@pytest.fixture
def reader(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.READER)


def plain(said: str) -> str:
    """As a page's words are read: all spaces alike."""
    return " ".join(said.split())


def message(desk: Desk, number: str) -> int:
    return desk.messages(number)[0].id


def test_a_text_message_shows_what_it_cost_and_who_was_refused(desk: Desk, reader: Browser) -> None:
    for address in ("/historique", f"/historique/{message(desk, 'F-1')}", desk.address("F-1")):
        page = reader.open(address)
        assert page.shows("2 SMS"), address
        assert page.shows("0,13"), address
        assert page.shows(OTHER), address
        assert "#message-square" in page.html, address


def test_a_letter_shows_its_number_its_price_and_that_it_was_a_test(desk: Desk, reader: Browser) -> None:
    said = plain(heard.known(ChannelName.LETTER, MessageState.SENT, "", "fr", test_mode=True))
    for address in ("/historique", desk.address("F-5")):
        page = reader.open(address)
        assert page.shows("1A 234"), address
        assert page.shows("6,42"), address
        assert page.shows(said), address


def test_a_refusal_is_told_in_our_words_and_in_theirs(desk: Desk, reader: Browser) -> None:
    page = reader.open(f"/historique/{message(desk, 'F-1')}")
    assert page.shows("No <such> number")
    assert not page.shows("sms.number_deactivated")


def test_what_was_heard_is_listed_with_its_reason(desk: Desk, reader: Browser, engine: Engine) -> None:
    key = message(desk, "F-1")
    with db.writing(engine) as session:
        told = {"message_id": key, "at": desk.clock(), "heard_at": desk.clock(), "address": NUMBER}
        session.add(News(source="one", kind="delayed", **told))
        session.add(News(source="two", kind="refused", code="sms.phone_unreachable", **told))
        session.add(News(source="three", kind="of_tomorrow", code="x.y", **told))
    page = reader.open(f"/historique/{key}")
    assert page.shows(plain(heard.kind("delayed", "fr")))
    assert page.shows(plain(heard.why("sms.phone_unreachable", "fr")))


def test_a_message_is_accepted_before_it_is_delivered() -> None:
    def said(news: str, channel: ChannelName = ChannelName.SMS, state: MessageState = MessageState.SENT) -> str:
        return heard.known(channel, state, news, "en")

    assert said("") == "Accepted by the operator"
    assert said("delivered") == "Delivered"
    assert said("refused") == "Not delivered"
    assert said("", state=MessageState.QUEUED) == ""
    assert said("", ChannelName.EMAIL) == ""
    assert said("of_tomorrow", ChannelName.EMAIL) == ""
    assert set(heard.NEWS) == set(Heard)


def test_the_file_has_the_cost_and_the_arrival(desk: Desk, reader: Browser) -> None:
    answer = reader.client.get("/historique.csv", base_url=BASE, headers={"Accept-Language": "fr"})
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert {len(row) for row in rows} == {len(rows[0])}
    told = {row[2]: row for row in rows[1:]}
    assert "0,1284" in told["F-1"]
    assert any(OTHER in cell for cell in told["F-1"])
    assert "1A 234" in told["F-5"]
