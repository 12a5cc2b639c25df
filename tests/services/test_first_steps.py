"""The first steps: what is done, what can be done now, what waits for a step before it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.services import first_steps
from relance.services.database import open_database, the_firm
from relance.services.first_steps import FirstStep
from relance.storage import db
from relance.storage.models import Customer, Invoice, MailAccount

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path, blank: Path) -> Engine:
    shutil.copy(blank, tmp_path / blank.name)
    return open_database(Settings(tmp_path))


def do(session: Session, step: str) -> None:
    """What makes a step done."""
    firm = the_firm(session)
    if step == "firm":
        firm.name = "Bonnet Conseil"
    elif step == "email":
        session.get_one(MailAccount, 1).host = "smtp.bonnet.example"
    elif step == "invoices":
        customer = Customer(code="C", name="C")
        session.add(customer)
        session.flush()
        session.add(Invoice(number="1", customer_id=customer.id, currency="EUR", total=1, balance=1, entered_at=NOW))
    elif step == "test":
        firm.tested_at = NOW
    elif step == "activate":
        firm.activated_at = NOW


# What was done; the states of firm, e-mail, invoices, test, activation; the next step.
SITUATIONS = [
    ("", "to_do to_do to_do blocked blocked", "firm"),
    ("firm", "done to_do to_do blocked blocked", "email"),
    ("firm later", "done later to_do blocked blocked", "invoices"),
    ("firm email", "done done to_do blocked blocked", "invoices"),
    ("firm invoices", "done to_do done blocked blocked", "email"),
    ("firm later invoices", "done later done to_do blocked", "test"),
    ("firm later email", "done done to_do blocked blocked", "invoices"),
    ("email invoices", "to_do done done to_do blocked", "firm"),
    ("firm email invoices", "done done done to_do blocked", "test"),
    ("firm email invoices test", "done done done done to_do", "activate"),
    ("firm email invoices activate", "done done done to_do done", "test"),
    ("firm email invoices test activate", "done done done done done", None),
]


@pytest.mark.parametrize(("done", "states", "following"), SITUATIONS)
def test_each_step_stands_as_those_before_it_allow(
    engine: Engine, done: str, states: str, following: str | None
) -> None:
    with db.writing(engine) as session:
        for step in done.split():
            do(session, step)
        session.flush()
        found = first_steps.progress(session, the_firm(session), letters_only="later" in done)
    assert [state.value for _, state in found.steps] == ["done", *states.split()]
    assert (found.next.value if found.next else None) == following
    assert found.done == 1 + states.split().count("done")
    assert found.state(FirstStep.ACCOUNT) == "done"


def test_the_set_up_ends_by_switching_on_or_by_putting_the_list_away(engine: Engine) -> None:
    with db.writing(engine) as session:
        firm = the_firm(session)
        assert first_steps.is_open(firm)
        first_steps.put_away(session, NOW)
        first_steps.put_away(session, NOW.replace(hour=9))
        assert not first_steps.is_open(firm) and firm.set_up_at == NOW
        firm.set_up_at, firm.activated_at = None, NOW
        assert not first_steps.is_open(firm)
        firm.activated_at, firm.examples = None, True
        assert not first_steps.is_open(firm)
