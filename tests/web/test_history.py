"""The history: what was sent, what waits for a person, and each message word for word."""

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage.models import Invoice, Message, Reminder
from tests.web.client import BASE, Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk, no_such_address
from tests.web.office import Outbox, furnish

PDF = b"%PDF-1.4 a small file"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock, outbox: Outbox) -> Desk:
    furnish(engine, clock())
    return Desk(engine, settings, clock, outbox)


@pytest.fixture
def ran(desk: Desk) -> Desk:
    """After today's run, at eleven."""
    desk.clock.move(hours=2)
    desk.run()
    return desk


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def message_of(desk: Desk, number: str) -> str:
    return f"/historique/{desk.messages(number)[-1].id}"


def customers(page: Page) -> list[str]:
    return [name for name in ("Aubry", "Lenoir", "Pinson", "Kessler") if page.shows(name)]


def test_nothing_sent_is_said(member: Browser) -> None:
    assert "<table" not in member.open("/historique").html


def test_all_that_was_sent_is_listed_newest_first(ran: Desk, member: Browser) -> None:
    page = member.open("/historique")
    assert customers(page) == ["Aubry", "Lenoir", "Kessler"]
    assert page.html.count('<th scope="row"') == 3


def test_filters_choose_by_day_level_state_channel_and_customer(ran: Desk, member: Browser) -> None:
    both = ["Aubry", "Lenoir"]
    every = [*both, "Kessler"]
    found = {
        "du=2026-11-23&au=2026-11-23": every,
        "du=2026-11-24": [],
        "au=22/11/2026": [],
        "niveau=1": both,
        "niveau=3": [],
        "canal=email": every,
        "canal=sms": [],
        "etat=envoye": every,
        "etat=echec": [],
        "client=AUBRY": ["Aubry"],
        f"client={ran.invoice('F-2').customer_id}": ["Lenoir"],
        "client=nobody": [],
    }
    for asked, expected in found.items():
        page = member.open(f"/historique?{asked}")
        assert [name for name in customers(page) if f"{name}," in page.words] == expected, asked


def test_a_filter_that_cannot_be_is_said(ran: Desk, member: Browser) -> None:
    for asked in ("du=hier", "au=0001-01-01", "niveau=x", "etat=DROP", "canal=pigeon", "client=" + "x" * 300):
        assert 'role="alert"' in member.open(f"/historique?{asked}", status=422).html, asked
    for asked in ("page=abc", "page=" + "9" * 40, "client=" + "9" * 30, "client=%25"):
        member.open(f"/historique?{asked}")


def test_the_message_is_shown_word_for_word(ran: Desk, member: Browser, outbox: Outbox) -> None:
    page = member.open(message_of(ran, "F-1"))
    mail = next(one for one in outbox.sent if one.to == ("compta@aubry.example",))
    assert " ".join(mail.text.split()) in page.words
    for text in (" ".join(mail.subject.split()), "compta@aubry.example", mail.sender, "250 ok", "F-1"):
        assert page.shows(text), text


def test_a_file_is_kept_as_it_was_sent(desk: Desk, member: Browser) -> None:
    folder = desk.settings.data_dir / "pdf"
    folder.mkdir()
    (folder / "f1.pdf").write_bytes(PDF)
    desk.change(Invoice, desk.invoice("F-1").id, pdf_name="f1.pdf")
    desk.clock.move(hours=2)
    desk.run()
    (folder / "f1.pdf").write_bytes(b"%PDF-1.4 changed since")
    address = message_of(desk, "F-1")
    assert member.open(address).shows("f1.pdf")
    answer = member.client.get(f"{address}/pieces/1", base_url=BASE)
    assert answer.data == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    for number in ("0", "2", "9" * 30):
        member.open(f"{address}/pieces/{number}", status=404)


def test_a_refusal_of_today_stands_first_and_leads_to_the_mend(desk: Desk, signed_in: SignIn, outbox: Outbox) -> None:
    member = signed_in(Role.MEMBER)
    outbox.refusal = no_such_address()
    desk.clock.move(hours=2)
    desk.run()
    page = member.open("/historique")
    assert page.html.index("<h2") < page.html.index("<table")
    shown = member.open(message_of(desk, "F-1"))
    assert f'href="/clients/{desk.invoice("F-1").customer_id}"' in shown.html
    desk.clock.move(days=1)
    assert "<h2" not in signed_in(Role.MEMBER).open("/historique").html


def unknown(desk: Desk, number: str) -> Message:
    """What a killed process leaves of a message that was being handed over."""
    message = desk.messages(number)[-1]
    desk.change(Message, message.id, state=MessageState.UNKNOWN, sent_at=None, code="delivery.interrupted", detail="")
    return message


def test_a_message_of_unknown_fate_left_when_a_person_says_so(ran: Desk, member: Browser) -> None:
    message = unknown(ran, "F-1")
    address = f"/historique/{message.id}"
    assert member.open("/historique").html.count('<th scope="row"') == 4  # above, and in its place
    for _ in range(2):
        member.send(f"{address}/suite", {"word": "left"}, on=address)
    [after] = ran.messages("F-1")
    assert (after.state, after.decided_by) == (MessageState.SENT, "member@firm.fr")
    assert after.sent_at == ran.reminders("F-1")[0].at


def test_a_message_of_unknown_fate_is_sent_again_by_a_persons_word(ran: Desk, member: Browser, outbox: Outbox) -> None:
    message = unknown(ran, "F-1")
    before = len(outbox.sent)
    address = f"/historique/{message.id}"
    for _ in range(2):
        member.send(f"{address}/suite", {"word": "again"}, on=address)
    assert ran.invoice("F-1").level is None
    ran.deliver()
    ran.deliver()
    assert len(outbox.sent) == before + 1
    assert outbox.sent[-1].uid == message.uid
    assert ran.states("F-1") == [MessageState.SENT]
    assert ran.invoice("F-1").level == 1


def waiting(desk: Desk, number: str) -> Message:
    """A message as a run leaves it when its step wants approval."""
    message = desk.messages(number)[-1]
    for reminder in desk.reminders(number):
        desk.change(Reminder, reminder.id, done=False)
    desk.change(Invoice, desk.invoice(number).id, level=None, last_reminder_on=None)
    fresh = {"state": MessageState.APPROVAL, "sent_at": None, "code": None, "detail": "", "attempt": 0}
    desk.change(Message, message.id, **fresh, body="", subject="", body_html="")
    return message


def test_a_message_that_waits_leads_to_the_pages_that_decide_on_it(ran: Desk, member: Browser) -> None:
    message = waiting(ran, "F-1")
    page = member.open(f"/historique/{message.id}")
    assert page.shows("2 745,00 €")  # the text as it would leave
    for address in ("accord", "refus"):
        assert f'href="/a-valider/{address}?messages={message.id}"' in page.html
    assert f'href="/a-valider/{message.id}/texte"' in page.html


def test_a_message_taken_back_does_not_leave(ran: Desk, member: Browser, outbox: Outbox) -> None:
    message, before = waiting(ran, "F-1"), len(outbox.sent)
    ran.change(Message, message.id, state=MessageState.QUEUED)
    address = f"/historique/{message.id}"
    member.send(f"{address}/suite", {"word": "withdraw"}, on=address)
    page = member.follow(member.send(f"{address}/suite", {"word": "withdraw"}, on=address))
    assert 'role="alert"' in page.html
    ran.deliver()
    assert len(outbox.sent) == before
    assert ran.reminders("F-1")[0].withdrawn_code == "by_hand"
    member.open(ran.address("F-1"))


def test_a_sent_message_can_be_neither_taken_back_nor_decided_on(ran: Desk, member: Browser) -> None:
    address = message_of(ran, "F-1")
    for word in ("withdraw", "left", "again"):
        member.send(f"{address}/suite", {"word": word}, on=address)
    for word in ("burn", "approve"):
        member.send(f"{address}/suite", {"word": word}, on=address, status=422)
    assert ran.states("F-1") == [MessageState.SENT]


def test_unknown_messages_are_not_there(member: Browser) -> None:
    for key in ("999", "9" * 30):
        member.open(f"/historique/{key}", status=404)
    member.open("/historique")
    member.send("/historique/999/suite", {"word": "left"}, status=404)


def test_the_invoice_page_tells_what_was_sent_to_whom_and_by_whom(ran: Desk, member: Browser) -> None:
    page = member.open(ran.address("F-1"))
    assert message_of(ran, "F-1") in page.html
    assert page.shows("compta@aubry.example")


def test_the_file_has_the_rows_of_the_filter(ran: Desk, member: Browser) -> None:
    answer = member.client.get("/historique.csv?client=aubry", base_url=BASE)
    lines = answer.get_data(as_text=True).splitlines()
    assert len(lines) == 2
    assert "Menuiserie Aubry" in lines[1]


def test_the_list_takes_the_same_few_queries_however_long_it_is(ran: Desk, member: Browser) -> None:
    member.open("/historique?client=aubry")
    few = ran.queries_of(lambda: member.open("/historique?client=aubry"))
    assert ran.queries_of(lambda: member.open("/historique?client=e")) == few
    assert few <= 14
