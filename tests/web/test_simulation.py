"""The simulation page: the numbers of the run, in words, and nothing sent."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from relance.services.database import the_firm
from relance.services.run import run_today
from relance.services.settings import loading as settings_service
from relance.storage import db
from relance.storage.models import DailyRun, Message, Reminder
from tests.web.client import BASE, Browser
from tests.web.conftest import Clock, SignIn
from tests.web.office import Outbox, furnish, refused


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    made = create_app(settings, clock=clock, channels=outbox.outlets)
    made.testing = True
    return made


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    furnish(engine, clock())
    return engine


@pytest.fixture
def count_queries(engine: Engine) -> Iterator[Callable[[], int]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)

    def taken() -> int:
        number = len(seen)
        seen.clear()
        return number

    yield taken
    event.remove(engine, "before_cursor_execute", note)


def figures(html: str) -> list[int]:
    """The four big numbers."""
    return [int(part.split("</b>")[0]) for part in html.split("<b>")[1:5]]


def test_nothing_is_sent_by_looking(owner: Browser, office: Engine, outbox: Outbox) -> None:
    page = owner.open("/simulation")
    with db.reading(office) as session:
        assert session.scalar(select(func.count(Message.id))) == 0
    assert outbox.sent == []
    assert "23 novembre 2026" in page.heading


def test_the_numbers_are_those_of_the_run(owner: Browser, office: Engine, clock: Clock) -> None:
    page = owner.open("/simulation")
    leave, approval, fix, _aside = figures(page.html)
    clock.move(hours=2)
    result = run_today(office, clock(), by="test")
    with db.reading(office) as session:
        reminders = session.scalar(select(func.count(Reminder.id)).where(Reminder.message_id.in_(result.messages)))
        asked = session.scalar(select(func.count(Message.id)).where(Message.state == "approval"))
    assert (leave, approval, fix) == (4, 0, 1)
    assert reminders == leave
    assert asked == approval
    assert f"{len(result.messages)} message" in page.words


def test_each_row_says_to_whom_or_why(owner: Browser, office: Engine) -> None:
    page = owner.open("/simulation")
    assert page.shows("compta@lenoir.example")
    assert page.html.count('scope="rowgroup"') == 4
    assert 'href="/clients' not in page.html or page.shows("Boulangerie Pinson")
    later = owner.open("/simulation?voir=wait")
    assert later.shows("Café de la Poste")


def test_a_day_ahead_is_another_simulation(owner: Browser, office: Engine) -> None:
    assert owner.open("/simulation?date=2026-12-24").shows("Café de la Poste")


BAD_DAYS = ["2026-11-22", "2029-01-01", "31/12/2026", "no", "2026-02-30", "'; drop table", "²"]


def test_a_day_that_cannot_be_is_refused_and_today_is_shown(owner: Browser, office: Engine) -> None:
    for bad in BAD_DAYS:
        page = owner.client.get("/simulation", query_string={"date": bad}, base_url=BASE)
        assert page.status_code == 422
        assert 'id="date-error"' in page.get_data(as_text=True)
        assert owner.client.get("/simulation.csv", query_string={"date": bad}, base_url=BASE).status_code == 422


def test_a_page_that_is_not_there_gives_the_nearest(owner: Browser, office: Engine) -> None:
    for bad in ("page=abc", "page=99999999999999999999", "par=7", "page=-3"):
        owner.open(f"/simulation?{bad}")


def test_a_word_that_is_no_filter_is_not_found(owner: Browser, office: Engine) -> None:
    for bad in ("voir=everything", "portee=some"):
        owner.open(f"/simulation?{bad}", status=404)


def test_while_sending_is_off_it_shows_what_switching_on_would_do(owner: Browser, engine: Engine, clock: Clock) -> None:
    furnish(engine, clock(), more="")
    clock.move(minutes=5)
    assert figures(owner.open("/simulation?portee=all").html)[0] == 4
    assert figures(owner.open("/simulation?portee=upcoming").html)[0] == 1
    assert figures(owner.open("/simulation?portee=new").html)[0] == 0
    assert 'href="/envoi-automatique"' in owner.open("/simulation").html


def test_stale_payments_are_said_and_a_person_can_say_they_are_up_to_date(
    office: Engine, clock: Clock, signed_in: SignIn
) -> None:
    clock.move(days=9)
    owner = signed_in(Role.OWNER)
    page = owner.open("/simulation")
    assert "/simulation/reglements-a-jour" in page.html
    owner.follow(owner.send("/simulation/reglements-a-jour", {}, on="/simulation"))
    assert "/simulation/reglements-a-jour" not in owner.open("/simulation").html
    with db.reading(office) as session:
        assert the_firm(session).data_fresh_at == clock()


def test_after_a_long_absence_the_run_waits_for_a_word_on_a_page_of_its_own(
    office: Engine, clock: Clock, signed_in: SignIn
) -> None:
    clock.move(hours=2)
    run_today(office, clock(), by="test")
    clock.move(days=22)
    with db.writing(office) as session:
        the_firm(session).data_fresh_at = clock()
        before = session.scalar(select(func.count(DailyRun.id)))
    owner = signed_in(Role.OWNER)
    assert 'href="/simulation/reprise"' in owner.open("/simulation").html
    owner.open("/simulation/reprise")
    assert runs(office) == before
    owner.follow(owner.send("/simulation/reprise", {}))
    assert runs(office) == (before or 0) + 1
    assert owner.open("/simulation/reprise", status=303).location == "/simulation"


def runs(engine: Engine) -> int | None:
    with db.reading(engine) as session:
        return session.scalar(select(func.count(DailyRun.id)))


def test_there_is_nothing_to_resume_without_an_absence(owner: Browser, office: Engine) -> None:
    assert owner.open("/simulation/reprise", status=303).location == "/simulation"


def test_it_is_sent_to_the_person_who_asks_and_to_nobody_else(owner: Browser, office: Engine, outbox: Outbox) -> None:
    owner.follow(owner.send("/simulation/envoyer", {"date": "2026-11-23"}, on="/simulation"))
    [message] = outbox.sent
    assert message.to == ("owner@firm.fr",)
    assert not message.cc
    assert not message.bcc
    assert "F-2" in message.text
    assert message.html is not None
    assert "F-2" in message.html


def test_a_simulation_that_cannot_be_sent_says_why(owner: Browser, office: Engine, outbox: Outbox) -> None:
    outbox.refusal = refused()
    page = owner.follow(owner.send("/simulation/envoyer", {"date": "2026-11-23"}, on="/simulation"))
    assert 'role="alert"' in page.html


def test_the_file_has_every_open_invoice_and_no_formula(owner: Browser, engine: Engine, clock: Clock) -> None:
    rows = "N° facture;Code client;Client;E-mail;Échéance;Total TTC\nF-9;X;=cmd();a@b.example;16/11/2026;1480,40\n"
    furnish(engine, clock(), invoices=rows)
    answer = owner.client.get("/simulation.csv", base_url=BASE)
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    assert "'=cmd()" in text
    assert ";1480,40;EUR;" in text


def test_a_reader_looks_and_sends_nothing(office: Engine, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    page = reader.open("/simulation")
    assert "/simulation/envoyer" not in page.html
    reader.open("/simulation/reprise", status=403)


def test_more_invoices_take_no_more_queries(
    owner: Browser, engine: Engine, clock: Clock, count_queries: Callable[[], int]
) -> None:
    heading = "N° facture;Code client;Client;E-mail;Échéance;Total TTC\n"
    furnish(engine, clock())
    owner.open("/simulation")
    furnish(engine, clock(), invoices=heading + "G-0;C0;Client 0;c0@client.example;16/11/2026;9,40")
    count_queries()
    owner.open("/simulation")
    few = count_queries()
    owner.open("/simulation")
    assert count_queries() < few  # nothing was written since
    rows = [f"G-{n};C{n};Client {n};c{n}@client.example;16/11/2026;{n},40" for n in range(1, 120)]
    furnish(engine, clock(), invoices=heading + "\n".join(rows))
    count_queries()
    owner.open("/simulation?par=100")
    assert count_queries() <= few + 1


def test_without_invoices_the_page_says_so(owner: Browser, engine: Engine, clock: Clock) -> None:
    with db.writing(engine) as session:
        settings_service.load(session, "[automation]\nenabled = true\n", now=clock())
    assert "<tbody" not in owner.open("/simulation").html


def test_what_is_queued_already_is_not_counted_as_another_message(owner: Browser, office: Engine, clock: Clock) -> None:
    clock.move(hours=2)
    run_today(office, clock(), by="test")
    figure = owner.open("/simulation").html.split("<small>")[1].split("</small>")[0]
    assert not any(sign.isdigit() for sign in figure.split("·")[1])
