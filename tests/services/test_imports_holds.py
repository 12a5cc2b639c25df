"""Disputes, promises and pauses in files of invoices."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from relance.storage import db
from relance.storage.models import Hold
from tests.services.imported import Desk, a_list, fresh_engine

HEADINGS = "Numéro;Client;Total TTC;Litige;Promesse;En pause jusqu'au"
CHRISTMAS = date(2026, 12, 24)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(fresh_engine(tmp_path))


def _row(disputed: str = "", promise: str = "", pause: str = "") -> str:
    return a_list(HEADINGS, f"F-1;Aubry;10;{disputed};{promise};{pause}")


def test_a_dispute_is_opened_by_yes_and_closed_by_no(desk: Desk) -> None:
    desk.bring(_row("oui"))
    assert desk.holds("F-1") == [("dispute", None, True)]
    assert desk.bring(_row("oui")).unchanged == 1
    assert desk.bring(_row("")).unchanged == 1
    assert desk.bring(_row("non")).updated == 1
    assert desk.holds("F-1") == [("dispute", None, False)]


@pytest.mark.parametrize("kind", ["promise", "pause"])
def test_a_date_opens_moves_and_closes_the_imports_own_hold(desk: Desk, kind: str) -> None:
    desk.bring(_row(**{kind: "24/12/2026"}))
    assert desk.holds("F-1") == [(kind, CHRISTMAS, True)]
    assert desk.bring(_row(**{kind: "24/12/2026"})).unchanged == 1
    desk.bring(_row(**{kind: "31/12/2026"}))
    assert desk.holds("F-1") == [(kind, date(2026, 12, 31), True)]
    desk.bring(_row())
    assert desk.holds("F-1") == [(kind, date(2026, 12, 31), False)]


def test_a_file_without_the_column_closes_nothing(desk: Desk) -> None:
    desk.bring(_row(promise="24/12/2026"))
    desk.bring(a_list("Numéro;Client;Total TTC", "F-1;Aubry;10"))
    assert desk.holds("F-1") == [("promise", CHRISTMAS, True)]


def test_an_empty_cell_leaves_a_persons_promise(desk: Desk) -> None:
    desk.bring(_row())
    with db.writing(desk.engine) as session:
        session.add(Hold(invoice_id=desk.invoice("F-1").id, kind="promise", until=CHRISTMAS, opened_at=desk.now))
    assert desk.bring(_row()).unchanged == 1
    assert desk.holds("F-1") == [("promise", CHRISTMAS, True)]


def test_a_promise_that_a_person_closed_is_not_opened_again_by_the_same_date(desk: Desk) -> None:
    desk.bring(_row(promise="24/12/2026"))
    with db.writing(desk.engine) as session:
        session.execute(update(Hold).values(closed_at=desk.now, closed_by="claire@bonnet.fr"))
    assert desk.bring(_row(promise="24/12/2026")).unchanged == 1
    desk.bring(_row(promise="31/12/2026"))
    assert desk.holds("F-1")[-1] == ("promise", date(2026, 12, 31), True)
