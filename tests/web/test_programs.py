"""Programs on the screen: changed with their effects shown first, refused with the step named."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import selectinload

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.program import CountFrom, Mode, Repeat
from relance.domain.program import Program as Made
from relance.services.accounts import Role
from relance.services.run import run_today
from relance.services.settings import loading as settings_service
from relance.storage import db
from relance.storage.models import Customer, Program
from relance.storage.programs import to_domain
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.office import Outbox, furnish

GENTLE = """
[[program]]
name = "Souple"
[[program.step]]
level = 1
offset = 20
channels = ["email", "letter"]
template = { letter = "niveau-2" }
[[program.step]]
level = 3
offset = 15
from = "previous"
mode = "manual"
repeat_every = 30
repeat_times = 2

[[customer]]
code = "LEN"
name = "Garage Lenoir"
program = "Souple"
"""


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Flask:
    made = create_app(settings, clock=clock, channels=Outbox().outlets)
    made.testing = True
    return made


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    """Program 1 is the general one; program 2 has a customer of its own."""
    furnish(engine, clock())
    with db.writing(engine) as session:
        settings_service.load(session, GENTLE, now=clock())
    return engine


def program(engine: Engine, program_id: int) -> Made:
    with db.reading(engine) as session:
        return to_domain(session.get_one(Program, program_id, options=[selectinload(Program.steps)]))


def filled_in(page: Page) -> dict[str, Any]:
    """The big form of a page as a browser would send it."""
    form = next(part for part in page.html.split("<form") if 'name="grouping"' in part).split("</form>")[0]
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            values[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        options = re.findall(r'<option( selected)? value="([^"]*)"', body)
        values[name] = next((one[1] for one in options if one[0]), options[0][1])
    values.pop("csrf_token")
    return values


def test_the_list_shows_the_steps_and_who_is_on_them(owner: Browser, office: Engine) -> None:
    page = owner.open("/programmes")
    assert page.shows("−7, 0, 7, 14, 30")
    assert page.shows("20, +15")


def test_saving_without_a_change_changes_nothing(owner: Browser, office: Engine) -> None:
    for number in (1, 2):
        before = program(office, number)
        values = filled_in(owner.open(f"/programmes/{number}"))
        owner.follow(owner.send(f"/programmes/{number}", {**values, "do": "save"}))
        assert program(office, number) == before


def test_models_that_differ_by_channel_stay_as_they_are(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/2"))
    found = save(owner, "/programmes/2", {**values, "s0-days": "25"})
    assert found.location == "/programmes/2"
    first, second = program(office, 2).steps
    assert (first.offset, first.channels) == (25, (ChannelName.EMAIL, ChannelName.LETTER))
    assert dict(first.templates) == {ChannelName.LETTER: "niveau-2"}
    assert (second.counts_from, second.mode, second.repeat) == (CountFrom.PREVIOUS, Mode.MANUAL, Repeat(30, 2))


def test_a_model_serves_every_channel_that_it_has_a_text_for(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/2")) | {"s0-sms": "y", "s0-template": "niveau-2-grand-compte"}
    save(owner, "/programmes/2", values)
    first = program(office, 2).steps[0]
    assert first.channels == (ChannelName.EMAIL, ChannelName.SMS, ChannelName.LETTER)
    assert dict(first.templates) == dict.fromkeys((ChannelName.EMAIL, ChannelName.LETTER), "niveau-2-grand-compte")
    assert 'value="niveau-2-grand-compte"' in owner.open("/programmes/2").html.split('name="s0-template"')[1][:4000]
    before = program(office, 2)
    owner.send("/programmes/2", {**filled_in(owner.open("/programmes/2")), "do": "save"})
    assert program(office, 2) == before


def test_a_step_without_a_channel_is_refused(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/1"))
    del values["s0-email"]
    page = owner.send("/programmes/1", {**values, "do": "save"}, status=422)
    assert 'href="#s0-email"' in page.html


@pytest.mark.parametrize(("ready", "offsets"), [("gentle", "−5, 10, 25, 45"), ("firm", "−5, 1, 8, 15")])
def test_a_ready_program_becomes_the_firms_own(owner: Browser, office: Engine, ready: str, offsets: str) -> None:
    assert owner.open("/programmes").shows(offsets)
    page = owner.open(f"/programmes/nouveau?modele={ready}")
    owner.send("/programmes/nouveau", {**filled_in(page), "name": "Essai", "do": "save"})
    assert ", ".join(str(step.offset) for step in program(office, 3).steps).replace("-", "−") == offsets
    owner.open("/programmes/nouveau?modele=other", status=404)


def save(owner: Browser, address: str, values: dict[str, Any]) -> Page:
    """Save, and confirm what it does to the invoices."""
    answer = owner.client.post(
        address,
        data={"csrf_token": owner.token, **values, "do": "save"},
        base_url="http://127.0.0.1:8710",
    )
    if answer.status_code == 200:
        told = re.search(r'name="confirmed" value="([^"]*)"', answer.get_data(as_text=True))
        assert told
        return owner.send(address, {**values, "confirmed": told[1], "do": "save"})
    return owner.send(address, {**values, "do": "save"})


def test_a_change_that_touches_invoices_is_told_before_it_is_saved(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/1")) | {"s2-days": "60", "s3-days": "70", "s4-days": "80"}
    page = owner.send("/programmes/1", {**values, "do": "save"}, status=200)
    assert program(office, 1).steps[2].offset == 7
    assert re.search(r'name="confirmed" value="[1-9]', page.html)
    save(owner, "/programmes/1", values)
    assert [step.offset for step in program(office, 1).steps] == [-7, 0, 60, 70, 80]


def test_the_number_told_is_that_of_the_invoices_that_change(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/2")) | {"s0-days": "3", "do": "preview"}
    page = owner.send("/programmes/2", values, status=200)
    assert 'value="2-2"' in page.html  # the two invoices of its one customer; both leave


def test_the_example_gives_the_dates_of_the_run(owner: Browser, office: Engine) -> None:
    page = owner.send(
        "/programmes/1", {**filled_in(owner.open("/programmes/1")), "due": "2026-10-31", "do": "preview"}, status=200
    )
    found = re.findall(r'<time datetime="([^"]*)"', page.html)
    # Sat 24 moves back to Fri 23; Sat 31 on to Mon 2; Sat 7 on to Mon 9; 8 days to pay end on the 17th; then 30.
    assert found == ["2026-10-23", "2026-11-02", "2026-11-09", "2026-11-18", "2026-11-30"]


def test_steps_come_from_the_comma_list(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/1"))
    page = owner.send("/programmes/1", {**values, "offsets": "-3, 0, 5, 30", "do": "list"}, status=200)
    save(owner, "/programmes/1", filled_in(page))
    steps = program(office, 1).steps
    assert [(step.level, step.offset) for step in steps] == [(0, -3), (0, 0), (1, 5), (2, 30)]
    assert steps[3].mode is Mode.APPROVAL  # as it was on that day


def test_a_list_that_cannot_be_is_refused(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/1"))
    for bad in ("", "a, b", "5, 3, 3", "1,,2", "99999", "²"):
        owner.send("/programmes/1", {**values, "offsets": bad, "do": "list"}, status=422)


def test_a_step_is_added_put_in_order_and_removed(owner: Browser, office: Engine) -> None:
    page = owner.send("/programmes/1", {**filled_in(owner.open("/programmes/1")), "do": "add"}, status=200)
    values = filled_in(page) | {"s5-days": "21", "s5-level": "3", "s1-remove": "y"}
    save(owner, "/programmes/1", values)
    assert [(one.level, one.offset) for one in program(office, 1).steps] == [(0, -7), (1, 7), (2, 14), (3, 21), (3, 30)]


BAD_STEPS = [
    ({"s2-level": "3", "s3-level": "1"}, "s3-level"),
    ({"s3-days": "7"}, "s3-days"),
    ({"s0-when": "previous"}, "s0-days"),
    ({"s2-when": "before", "s2-days": "2"}, "s2-days"),
    ({"s1-days": "3"}, "s1-days"),
    ({"s2-days": "x"}, "s2-days"),
    ({"s2-days": ""}, "s2-days"),
    ({"s2-days": "9999"}, "s2-days"),
    ({"s2-deadline": "0"}, "s2-deadline"),
    ({"s2-deadline": "soon"}, "s2-deadline"),
    ({"s2-level": "7"}, "s2-level"),
    ({"repeat_every": "10"}, "repeat_times"),
    ({"repeat_every": "0", "repeat_times": "2"}, "repeat_every"),
    ({"name": " "}, "name"),
    ({"name": "never"}, "name"),
    ({"name": "Souple"}, "name"),
]


def test_what_breaks_the_rules_is_refused_where_it_stands(owner: Browser, office: Engine) -> None:
    before, values = program(office, 1), filled_in(owner.open("/programmes/1"))
    for changes, field in BAD_STEPS:
        page = owner.send("/programmes/1", {**values, **changes, "do": "save"}, status=422)
        assert f'href="#{field}"' in page.html, changes
        assert f'id="{field}-error"' in page.html, changes
    assert program(office, 1) == before


def test_a_program_without_steps_and_one_with_an_unknown_text_are_refused(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/1"))
    gone = {f"s{row}-remove": "y" for row in range(5)}
    owner.send("/programmes/1", {**values, **gone, "do": "save"}, status=422)
    owner.send("/programmes/1", {**values, "s0-template": "nothing", "do": "save"}, status=422)


def test_a_copy_is_a_program_of_its_own(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/nouveau?copie=2"))
    address = owner.send("/programmes/nouveau?copie=2", {**values, "do": "save"}).location
    assert program(office, 3).steps == program(office, 2).steps
    owner.open(address)
    assert owner.open("/programmes/nouveau").status == 200


def test_one_is_made_the_general_one_and_the_other_is_not_any_more(owner: Browser, office: Engine) -> None:
    values = filled_in(owner.open("/programmes/2")) | {"general": "y"}
    save(owner, "/programmes/2", values)
    with db.reading(office) as session:
        assert session.scalars(select(Program.id).where(Program.general)).all() == [2]


def test_a_program_in_use_goes_with_a_replacement(owner: Browser, office: Engine) -> None:
    owner.send("/programmes/2/supprimer", {}, status=422)
    owner.send("/programmes/2/supprimer", {"replacement": "2"}, status=422)
    owner.send("/programmes/2/supprimer", {"replacement": "77"}, status=422)
    owner.follow(owner.send("/programmes/2/supprimer", {"replacement": "1"}))
    with db.reading(office) as session:
        assert session.get(Program, 2) is None
        assert session.scalar(select(func.count(Customer.id)).where(Customer.program_id == 1)) == 1


def test_one_that_has_reminded_is_switched_off_and_stays(owner: Browser, office: Engine, clock: Clock) -> None:
    save(owner, "/programmes/2", filled_in(owner.open("/programmes/2")) | {"s0-days": "3"})
    clock.move(hours=2)
    run_today(office, clock(), by="test")
    owner.follow(owner.send("/programmes/2/supprimer", {"replacement": "1"}))
    assert not program(office, 2).active


def test_the_general_one_stays(owner: Browser, office: Engine) -> None:
    owner.open("/programmes/1/supprimer")
    owner.send("/programmes/1/supprimer", {"replacement": "2"}, status=422)


def test_what_is_not_there_is_not_found(owner: Browser, office: Engine) -> None:
    for address in ("/programmes/77", "/programmes/99999999999999999999", "/programmes/nouveau?copie=77"):
        owner.open(address, status=404)
    owner.open("/programmes/nouveau?copie=abc")


def test_a_reader_looks_and_changes_nothing(office: Engine, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    page = reader.open("/programmes/1")
    assert 'value="save"' not in page.html
    reader.open("/programmes/nouveau", status=403)


def test_a_step_falls_back_on_another_channel(owner: Browser, office: Engine) -> None:
    sent = filled_in(owner.open("/programmes/1"))
    first = next(name.partition("-")[0] for name in sent if name.endswith("-fallback"))
    owner.send("/programmes/1", {**sent, f"{first}-fallback": "letter", "do": "save"})
    assert program(office, 1).steps[0].fallback is ChannelName.LETTER
    page = owner.send("/programmes/1", {**sent, f"{first}-fallback": "email", "do": "save"}, status=422)
    assert f'href="#{first}-fallback"' in page.html
    assert program(office, 1).steps[0].fallback is ChannelName.LETTER


def test_a_fallback_that_goes_takes_its_template_along(owner: Browser, office: Engine) -> None:
    with db.writing(office) as session:
        row = session.get_one(Program, 1)
        row.steps[0].fallback, row.steps[0].templates = "letter", {"letter": "niveau-1"}
    sent = filled_in(owner.open("/programmes/1"))
    first = next(name.partition("-")[0] for name in sent if name.endswith("-fallback"))
    assert sent[f"{first}-fallback"] == "letter"
    owner.send("/programmes/1", {**sent, f"{first}-fallback": "", "do": "save"})
    assert (program(office, 1).steps[0].fallback, program(office, 1).steps[0].templates) == (None, ())


def test_numbers_that_no_program_can_have_are_answered_plainly(owner: Browser, office: Engine) -> None:
    owner.open(f"/programmes/nouveau?copie={-(2**63) - 1}", status=404)
    for wrong in (2**63, -(2**63) - 1, 0):
        owner.send("/programmes/2/supprimer", {"replacement": str(wrong)}, status=422)
    assert program(office, 2).active


def test_every_row_of_a_long_program_is_kept(owner: Browser, office: Engine) -> None:
    sent = {"name": "Long", "active": "y", "grouping": "customer", "do": "save"}
    step = {"level": "1", "when": "after", "mode": "auto", "email": "y", "template": ""}
    for row in range(60):
        sent |= {f"s{row}-{name}": value for name, value in {**step, "days": str(row + 1)}.items()}
    address = owner.send("/programmes/nouveau", sent).location
    assert len(program(office, int(address.rpartition("/")[2])).steps) == 60
