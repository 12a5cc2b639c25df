"""The addresses to correct: what is wrong in words, and the mend on the line itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from relance.domain.book import ReminderKind, Scope
from relance.domain.delivery import ChannelName
from relance.domain.program import Step
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.services.database import the_firm
from relance.services.run import run_today
from relance.services.settings.apply import _set_step
from relance.storage.db import reading, writing
from relance.storage.models import BadAddress, Contact, Customer, Invoice, Message, News, Program, Reminder
from relance.storage.models import Step as StepRow
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.importing import HEADINGS, bring

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FILE = "\n".join(
    (
        HEADINGS,
        "F-1;DUPONT;Dupont SARL;compta@dupont.example;30/09/2026;12/11/2026;1 200,00;0,00",
        "F-2;DUPONT;Dupont SARL;compta@dupont.example;01/10/2026;13/11/2026;300,50;100,00",
        "F-3;PINSON;Boulangerie Pinson;;15/10/2026;14/11/2026;80,00;0,00",
    )
)
DUPONT, PINSON = 1, 2
MOBILE = "06 12 34 56 78"


@pytest.fixture
def firm(owner: Browser, engine: Engine, clock: Clock) -> Iterator[Browser]:
    """Automatic sending is on; Dupont's address is refused, Pinson has none."""
    bring(owner, FILE)
    with writing(engine) as session:
        row = the_firm(session)
        row.name, row.email, row.enabled, row.scope = "Bonnet", "claire@bonnet.example", True, Scope.ALL
        row.activated_at = row.data_fresh_at = clock()
        row.run_at = "00:00"
        steps(session, Step(1, 7))
    yield owner


def steps(session: Any, *wanted: Step) -> None:
    program = session.scalars(select(Program).where(Program.general)).one()
    program.steps.clear()
    session.flush()
    program.steps = [_set_step(StepRow(position=place, label=""), step) for place, step in enumerate(wanted, 1)]


def mark(engine: Engine, address: str, until: date | None = None) -> None:
    with writing(engine) as session:
        row = BadAddress(address=address, until=until, code="smtp.recipient_refused", detail="550 5.1.1 gone")
        row.marked_at = NOW
        session.add(row)


def contacts(engine: Engine, customer: int) -> list[str]:
    with reading(engine) as session:
        query = select(Contact.email).where(Contact.customer_id == customer).order_by(Contact.id)
        return list(session.scalars(query))


def invoice(engine: Engine, number: str) -> Invoice:
    with reading(engine) as session:
        return session.scalars(select(Invoice).where(Invoice.number == number)).one()


def change(engine: Engine, customer: int, **values: object) -> None:
    with writing(engine) as session:
        row = session.get_one(Customer, customer)
        for name, value in values.items():
            setattr(row, name, value)


def correction(customer: int, old: str, value: str, **more: str) -> dict[str, str]:
    return {"customer": str(customer), "old": old, "own": "", "invoices": "", "value": value, "do": "correct", **more}


def lines(page: Any) -> int:
    return int(page.html.count('name="customer"'))


def test_nothing_to_correct_is_said(owner: Browser) -> None:
    page = owner.open("/a-corriger")
    assert lines(page) == 0 and "empty" in page.html


def test_a_refused_address_shows_its_invoices_and_the_servers_words(firm: Browser, engine: Engine) -> None:
    mark(engine, "compta@dupont.example")
    page = firm.open("/a-corriger")
    assert page.shows("compta@dupont.example") and page.shows("550 5.1.1 gone")
    assert page.shows("F-1") and page.shows("F-2") and page.shows("1 400,50 €")
    assert lines(page) == 2


def test_a_customer_without_any_address_is_listed_once_its_step_is_up(firm: Browser, engine: Engine) -> None:
    assert lines(firm.open("/a-corriger")) == 1
    with writing(engine) as session:
        steps(session, Step(1, 30))
    assert lines(firm.open("/a-corriger")) == 0


def test_a_new_address_takes_the_place_of_the_refused_one(firm: Browser, engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        contact = session.scalars(select(Contact)).one()
        contact.name, contact.role, contact.use_by_level = "Claire", "billing", {"3": "cc"}
    mark(engine, "compta@dupont.example")
    firm.send("/a-corriger", correction(DUPONT, "compta@dupont.example", " Factures@Dupont.example "))
    with reading(engine) as session:
        [contact] = session.scalars(select(Contact))
        assert (contact.email, contact.name, contact.role) == ("Factures@dupont.example", "Claire", "billing")
        assert contact.use_by_level == {"3": "cc"}
        assert session.get_one(Customer, DUPONT).email_origin == "user"
    assert not firm.open("/a-corriger").shows("compta@dupont.example")
    run_today(engine, clock(), by="test")
    with reading(engine) as session:
        assert session.scalars(select(Message.recipients)).all() == [["Factures@dupont.example"]]


def test_an_address_that_is_right_after_all_is_tried_again(firm: Browser, engine: Engine) -> None:
    mark(engine, "compta@dupont.example")
    with writing(engine) as session:
        session.add(
            News(
                source="m1",
                kind="bounced",
                customer_id=DUPONT,
                at=NOW,
                heard_at=NOW,
                address="compta@dupont.example",
            )
        )
    sent = correction(DUPONT, "compta@dupont.example", "", do="retry")
    firm.send("/a-corriger", sent)
    with reading(engine) as session:
        assert session.scalars(select(BadAddress)).all() == []
        [news] = session.scalars(select(News))
        assert (news.handled_by, news.decision) == ("owner@firm.fr", "corrected")
    assert not firm.open("/a-corriger").shows("compta@dupont.example")


def test_a_first_address_is_added(firm: Browser, engine: Engine) -> None:
    firm.send("/a-corriger", correction(PINSON, "", "pain@pinson.example"))
    assert contacts(engine, PINSON) == ["pain@pinson.example"]
    assert lines(firm.open("/a-corriger")) == 0


def test_an_address_that_is_there_already_is_not_doubled(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Contact(customer_id=DUPONT, email="autre@dupont.example", use="cc"))
    mark(engine, "compta@dupont.example")
    firm.send("/a-corriger", correction(DUPONT, "compta@dupont.example", "AUTRE@dupont.example"))
    assert contacts(engine, DUPONT) == ["AUTRE@dupont.example"]


def refuse_its_own_address(engine: Engine, number: str, address: str) -> int:
    """A message of the invoice went to its own address and was refused; the invoice's id."""
    with writing(engine) as session:
        row = session.scalars(select(Invoice).where(Invoice.number == number)).one()
        message = Message(uid="u", kind="auto", channel=ChannelName.EMAIL, state=MessageState.SENT, level=1, step=1)
        message.customer_id, message.program_id, message.language = row.customer_id, 1, "fr"
        message.created_at = message.next_at = NOW
        session.add(message)
        session.flush()
        reminder = Reminder(invoice_id=row.id, message_id=message.id, program_id=1, cycle=1, step=1, occurrence=1)
        reminder.level, reminder.kind, reminder.day, reminder.at = 1, ReminderKind.AUTO, NOW.date(), NOW
        session.add_all([reminder, BadAddress(address=address, message_id=message.id, marked_at=NOW)])
        return row.id


def test_an_invoices_own_address_is_corrected_in_the_invoice(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        row = session.scalars(select(Invoice).where(Invoice.number == "F-1")).one()
        row.emails = ["Site@dupont.example", "chef@dupont.example"]
    key = refuse_its_own_address(engine, "F-1", "site@dupont.example")
    page = firm.open("/a-corriger")
    assert page.shows("Site@dupont.example") and 'name="own" value="1"' in page.html
    sent = correction(DUPONT, "Site@dupont.example", "new@dupont.example", own="1", invoices=str(key))
    firm.send("/a-corriger", sent)
    assert invoice(engine, "F-1").emails == ["chef@dupont.example", "new@dupont.example"]
    assert (invoice(engine, "F-2").emails, contacts(engine, DUPONT)) == ([], ["compta@dupont.example"])


@pytest.mark.parametrize(
    ("phone", "said"),
    [("", "F-3"), ("01 42 68 53 00", "01 42 68 53 00"), ("rien", "rien")],
)
def test_a_number_that_takes_no_text_message_is_named(firm: Browser, engine: Engine, phone: str, said: str) -> None:
    with writing(engine) as session:
        steps(session, Step(1, 7, channels=(ChannelName.SMS,)))
    change(engine, PINSON, phone=phone)
    assert firm.open("/a-corriger").shows(said)


@pytest.mark.parametrize(
    ("phone", "after"),
    [
        ("", "06 12 34 56 78"),
        ("01 42 68 53 00", "01 42 68 53 00 / 06 12 34 56 78"),
        ("06 98 76 54 32", "06 12 34 56 78"),
    ],
)
def test_a_mobile_number_stands_beside_a_landline_and_replaces_a_dead_one(
    firm: Browser, engine: Engine, phone: str, after: str
) -> None:
    change(engine, PINSON, phone=phone)
    mark(engine, "+33698765432")
    mark(engine, "+33612345678")
    firm.send("/a-corriger", correction(PINSON, phone, MOBILE))
    with reading(engine) as session:
        assert session.get_one(Customer, PINSON).phone == after
        assert session.get(BadAddress, "+33612345678") is None


def test_an_incomplete_postal_address_says_what_it_lacks_and_leads_to_the_customer(
    firm: Browser, engine: Engine
) -> None:
    with writing(engine) as session:
        steps(session, Step(1, 7, fallback=ChannelName.LETTER))
    change(engine, PINSON, address_1="3 rue du Port", city="Nantes")
    assert f"/clients/{PINSON}#who" in firm.open("/a-corriger").html
    change(engine, PINSON, postcode="44000")
    assert lines(firm.open("/a-corriger")) == 0


def test_the_firms_own_address_is_named_and_is_no_correction(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.scalars(select(Contact)).one().email = "Claire@bonnet.example"
    page = firm.open("/a-corriger")
    assert page.shows("Claire@bonnet.example") and page.html.count('value="retry"') == 0
    own = correction(DUPONT, "Claire@bonnet.example", "claire@BONNET.example")
    assert 'aria-invalid="true"' in firm.send("/a-corriger", own, status=422).html
    assert contacts(engine, DUPONT) == ["Claire@bonnet.example"]


def test_a_message_refused_for_good_is_listed_until_a_person_says_what_follows(
    firm: Browser, engine: Engine, clock: Clock
) -> None:
    run_today(engine, clock(), by="test")
    with writing(engine) as session:
        [message] = session.scalars(select(Message))
        message.state, message.code, message.detail = MessageState.FAILED, "smtp.policy", "554 5.7.1 spam"
        for row in session.scalars(select(Reminder)):
            row.live = False
        for one in session.scalars(select(Invoice).where(Invoice.customer_id == DUPONT)):
            one.failed_step = 1
    page = firm.open("/a-corriger")
    assert page.shows("554 5.7.1 spam") and lines(page) == 2
    firm.send("/a-corriger", correction(DUPONT, "compta@dupont.example", "", do="retry"))
    assert not firm.open("/a-corriger").shows("554 5.7.1 spam")
    assert invoice(engine, "F-1").failed_step is None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "pas une adresse",
        "a@b",
        "a@b.example, c@d.example",
        "01 42 68 53 00",
        "112",
        "é@x.fr",
        "x" * 5000,
        "a\n@b.fr",
    ],
)
def test_a_bad_correction_is_refused_on_its_line_and_changes_nothing(firm: Browser, engine: Engine, typed: str) -> None:
    mark(engine, "compta@dupont.example")
    page = firm.send("/a-corriger", correction(DUPONT, "compta@dupont.example", typed), status=422)
    assert 'id="wrong-error"' in page.html and "row-err" in page.html
    assert contacts(engine, DUPONT) == ["compta@dupont.example"]


@pytest.mark.parametrize(
    "changed",
    [
        {"customer": "abc"},
        {"customer": ""},
        {"customer": "9" * 30},
        {"do": "else"},
        {"do": ""},
        {"customer": "999999"},
        {"old": "'; drop table contact; --"},
        {"own": "1", "invoices": "1,abc,,99999999999999999999,-4"},
    ],
)
def test_a_form_that_was_tampered_with_breaks_nothing(firm: Browser, engine: Engine, changed: dict[str, str]) -> None:
    firm.open("/a-corriger")
    sent = {**correction(PINSON, "", "pain@pinson.example"), **changed}
    page = firm.client.post("/a-corriger", data={**sent, "csrf_token": firm.token}, base_url="http://127.0.0.1:8710")
    assert page.status_code in (303, 422)
    with reading(engine) as session:
        assert session.scalars(select(Invoice.emails)).all() == [[], [], []]


def test_the_bar_counts_the_customers_that_the_run_could_not_reach(firm: Browser, engine: Engine, clock: Clock) -> None:
    assert 'href="/a-corriger"' not in firm.open("/compte").html
    run_today(engine, clock(), by="test")
    assert firm.open("/compte").html.count('href="/a-corriger"') == 1
    mark(engine, "compta@dupont.example")
    assert "2" in firm.open("/compte").html.split('href="/a-corriger"')[1][:60]
    firm.send("/a-corriger", correction(PINSON, "", "pain@pinson.example"))
    firm.send("/a-corriger", correction(DUPONT, "compta@dupont.example", "new@dupont.example"))
    assert 'href="/a-corriger"' not in firm.open("/compte").html


def test_a_reader_sees_the_list_and_changes_nothing(firm: Browser, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    assert lines(reader.open("/a-corriger")) == 0 and reader.open("/a-corriger").shows("Pinson")


def test_hundreds_of_lines_come_a_page_at_a_time_in_few_queries(firm: Browser, engine: Engine) -> None:
    rows = [f"G-{n};C{n};Client {n};;15/10/2026;14/11/2026;80,00;0,00" for n in range(120)]
    bring(firm, "\n".join((HEADINGS, *rows)))
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    page = firm.open("/a-corriger?par=100&page=2")
    assert lines(page) == 21
    assert len(seen) < 45
    assert firm.open("/a-corriger?page=abc&par=7").status == 200


def test_a_correction_comes_back_to_its_page(firm: Browser) -> None:
    page = firm.send("/a-corriger?page=2&par=50", correction(PINSON, "", "pain@pinson.example"), on="/a-corriger")
    assert page.location.endswith("/a-corriger?page=2&par=50")


def test_names_and_addresses_are_shown_as_text(firm: Browser, engine: Engine) -> None:
    change(engine, PINSON, name="<script>alert(1)</script>")
    assert "<script>alert" not in firm.open("/a-corriger").html
