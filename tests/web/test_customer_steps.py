"""A customer's own steps: made as a copy, changed in place, left again without losing the history."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select

from relance.domain.book import ReminderKind
from relance.domain.program import Tone
from relance.services.accounts import Role
from relance.storage.db import reading, writing
from relance.storage.models import CustomerGroup, Program, Reminder, Sender
from tests.web import customer_book as book
from tests.web.client import Browser
from tests.web.conftest import SignIn

FORM = {"name": "Dupont SARL", "kind": "company", "language": "", "email_0": "compta@dupont.example", "use_0": "to"}
STEPS = "/clients/1/etapes"


@pytest.fixture
def firm(owner: Browser, engine: Engine) -> Browser:
    book.fill(engine)
    return owner


def own(engine: Engine) -> list[tuple[str, list[int]]]:
    with reading(engine) as session:
        rows = session.scalars(select(Program).where(Program.own)).all()
        return [(row.name, [step.offset for step in row.steps]) for row in rows]


def a_step(index: int, days: int, level: int = 1) -> dict[str, str]:
    sent = {"level": str(level), "days": str(days), "when": "after", "mode": "auto", "email": "y", "template": ""}
    return {f"s{index}-{name}": value for name, value in sent.items()}


def steps(offsets: Sequence[int], do: str = "save", **more: str) -> dict[str, str]:
    sent = {"name": "x", "active": "y", "grouping": "customer", "confirmed": "", "do": do, **more}
    for index, days in enumerate(offsets):
        sent |= a_step(index, days, min(index + 1, 3))
    return sent


def saved(firm: Browser, offsets: Sequence[int]) -> None:
    """Save, and confirm what it does to the invoices when that is asked."""
    shown = firm.send(STEPS, steps(offsets, do="preview"), status=200)
    told = shown.html.split('name="confirmed" value="')[1].split('"')[0]
    firm.send(STEPS, steps(offsets, confirmed=told))


def test_own_steps_begin_as_a_copy_of_the_program_it_had(firm: Browser, engine: Engine) -> None:
    answer = firm.send("/clients/1", {**FORM, "program": "own"})
    assert answer.location == STEPS
    assert own(engine) == [("Dupont SARL (DUPONT)", [-7, 0, 7, 14, 30])]
    assert 'value="30"' in firm.open(STEPS).html
    page = firm.open("/clients/1").html
    assert re.search(r'<input checked id="program-2"', page) and f'href="{STEPS}"' in page


def test_own_steps_are_changed_in_place_and_leave_the_general_ones_alone(firm: Browser, engine: Engine) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    saved(firm, (10, 20))
    assert own(engine) == [("Dupont SARL (DUPONT)", [10, 20])]
    with reading(engine) as session:
        general = session.scalars(select(Program).where(Program.general)).one()
        assert [step.offset for step in general.steps] == [-7, 0, 7, 14, 30]


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        (steps((20, 10)) | {"s0-when": "previous"}, "s0-when"),
        (steps((10,)) | {"s0-days": "dix"}, "s0-days"),
        (steps((10, 10)), "s1-days"),
        ({**steps((10,)), "s0-email": ""}, "s0-email"),
    ],
)
def test_steps_that_break_the_rules_are_refused_at_their_field(
    firm: Browser, engine: Engine, sent: dict[str, str], at: str
) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    if at == "s0-email":
        del sent["s0-email"]
    page = firm.send(STEPS, sent, status=422)
    assert f'href="#{at}"' in page.html
    assert own(engine)[0][1] == [-7, 0, 7, 14, 30]


def test_steps_without_any_are_refused(firm: Browser, engine: Engine) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    firm.send(STEPS, steps(()), status=422)
    assert len(own(engine)) == 1


def test_own_programs_stand_in_no_list_of_programs(firm: Browser) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    for path in ("/programmes", "/clients/2", "/clients", "/factures/1", "/clients/groupes"):
        html = firm.open(path).html
        assert ">Dupont SARL (DUPONT)</option>" not in html, path
    assert not firm.open("/programmes").shows("Dupont SARL")
    assert firm.open("/clients?programme=propre").shows("Dupont SARL")


def test_nobody_else_can_be_put_on_them(firm: Browser, engine: Engine) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    key = book.customer(engine).program_id
    other = {"name": "Pinson", "kind": "company", "language": "", "program": "named", "named": str(key)}
    firm.send("/clients/2", other, status=422)
    book.group(engine, "Artisans")
    of_group = {"name": "Artisans", "program": "named", "named": str(key), "tone": "standard", "sender": ""}
    firm.send("/clients/groupes/1", of_group, status=422)


def test_own_steps_that_are_left_unused_are_gone(firm: Browser, engine: Engine) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    firm.send("/clients/1", {**FORM, "program": "inherit"})
    assert own(engine) == [] and book.customer(engine).program_id is None
    assert firm.open(STEPS, status=303).location == "/clients/1"


def test_own_steps_that_reminders_were_sent_under_are_kept_and_taken_up_again(firm: Browser, engine: Engine) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    saved(firm, (10, 20))
    with writing(engine) as session:
        at = datetime(2026, 11, 20, 9, tzinfo=UTC)
        key = book.customer(engine).program_id
        told = {"kind": ReminderKind.MARKED, "step": 1, "occurrence": 1, "level": 1, "cycle": 1, "done": True}
        session.add(Reminder(invoice_id=1, program_id=key, day=date(2026, 11, 20), at=at, by="claire", **told))
    firm.send("/clients/1", {**FORM, "program": "never"})
    assert own(engine) == [("Dupont SARL (DUPONT)", [10, 20])]
    again = firm.send("/clients/1", {**FORM, "program": "own"})
    assert again.location == "/clients/1" and own(engine) == [("Dupont SARL (DUPONT)", [10, 20])]


def test_a_taken_name_does_not_stop_it(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Program(name="Dupont SARL (DUPONT)", steps=[]))
    firm.send("/clients/1", {**FORM, "program": "own"})
    assert own(engine)[0][0] == "Dupont SARL (DUPONT) 2"


def test_a_customer_without_own_steps_is_sent_back_to_its_page(firm: Browser) -> None:
    assert firm.open(STEPS, status=303).location == "/clients/1"
    firm.send(STEPS, steps((10,)), on="/clients/1", status=303)
    firm.open("/clients/99/etapes", status=404)


def test_a_reader_sees_the_steps_and_changes_none(firm: Browser, signed_in: SignIn) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    reader = signed_in(Role.READER)
    assert 'name="do" value="save"' not in reader.open(STEPS).html
    reader.send(STEPS, steps((10,)), on="/compte", status=403)


def test_the_sender_and_the_charges_of_a_customer_are_saved(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Sender(name="Bonnet Nantes"))
        session.add(CustomerGroup(name="Artisans", tone=Tone.FIRM))
    assert 'name="charges" type="checkbox" value="y"' in firm.open("/clients/1").html
    firm.send("/clients/1", {**FORM, "program": "inherit", "sender": "1", "group": "artisans", "charges": "y"})
    row = book.customer(engine)
    assert (row.sender_id, row.charges, row.group_id) == (1, True, 1)
    firm.send("/clients/1", {**FORM, "program": "inherit", "sender": ""})
    row = book.customer(engine)
    assert (row.sender_id, row.charges) == (None, False)


def test_who_owes_no_charges_is_told_why(firm: Browser) -> None:
    said = set()
    for kind in ("consumer", "unknown", "company", "public"):
        firm.send("/clients/1", {**FORM, "kind": kind, "program": "inherit"})
        html = firm.open("/clients/1").html
        said.add(html[html.index('id="charges-why"') :].partition("</p>")[0])
    assert len(said) == 3  # companies and public bodies owe them, the others for reasons of their own


def test_own_steps_are_no_program_for_others(firm: Browser, engine: Engine) -> None:
    firm.send("/clients/1", {**FORM, "program": "own"})
    with writing(engine) as session:
        key = session.scalars(select(Program.id).where(Program.own)).one()
        session.add(Program(name="Souple", general=False))
        session.flush()
        session.add(CustomerGroup(name="Artisans", program_id=key + 1))
    firm.open(f"/programmes/{key}", status=404)
    firm.send(f"/programmes/{key}/supprimer", {"replacement": "1"}, on="/compte", status=404)
    firm.send(f"/programmes/{key + 1}/supprimer", {"replacement": str(key)}, status=422)
    assert len(own(engine)) == 1 and book.customer(engine).program_id == key


def test_a_customer_with_a_very_long_name_can_have_steps_of_its_own(firm: Browser, engine: Engine) -> None:
    book.change(engine, book.DUPONT, name="D" * 500)
    firm.send("/clients/1", {**FORM, "name": "D" * 500, "program": "own"})
    saved(firm, (10, 20))
    assert [offsets for _name, offsets in own(engine)] == [[10, 20]]
