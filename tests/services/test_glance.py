"""What is kept of the whole book is never older than what was written last."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from relance.services import glance
from relance.services.glance import NextRun
from relance.services.kept import written
from relance.services.reporting.figures import Figures
from relance.storage import db
from relance.storage.models import Hold
from tests.services.firm import SmallFirm

PARIS = ZoneInfo("Europe/Paris")


def at(firm: SmallFirm) -> datetime:
    return firm.now.astimezone(PARIS)


def left(found: Figures) -> int:
    return found.main.outstanding if found.main else 0


def test_the_number_is_that_of_the_run(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    for number in range(3):
        firm.invoice(f"F-{number}", "A", days_late=10 + number)
    firm.change(enabled=True, data_fresh_at=firm.now)
    expected = glance.next_run(firm.engine, at(firm))
    firm.run()
    assert expected.sends == len(firm.states()) > 0


def test_a_write_shows_at_the_next_look(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    one = firm.invoice("F-1", "A", days_late=10, total=10_000)
    firm.change(data_fresh_at=firm.now)
    assert left(glance.figures_now(firm.engine, firm.today)) == 10_000
    assert glance.next_run(firm.engine, at(firm)).sends == 1
    firm.pay(one, 4_000)
    assert left(glance.figures_now(firm.engine, firm.today)) == 6_000
    with db.writing(firm.engine) as session:
        session.add(Hold(invoice_id=one, kind="dispute", opened_at=firm.now))
    assert glance.next_run(firm.engine, at(firm)) == NextRun(0, 0)


def test_another_day_is_looked_at_anew(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=0)
    assert glance.figures_now(firm.engine, firm.today).main.aged.late == 0  # type: ignore[union-attr]
    tomorrow = firm.today + timedelta(days=1)
    assert glance.figures_now(firm.engine, tomorrow).main.aged.late == 10_000  # type: ignore[union-attr]


def test_the_sign_stays_while_nothing_is_written_and_changes_with_every_commit(firm: SmallFirm) -> None:
    seen = {written(firm.engine)}
    for number in range(20):
        before = written(firm.engine)
        with db.reading(firm.engine) as session:
            session.get(Hold, 1)
        assert written(firm.engine) == before
        firm.change(phone=str(number))
        seen.add(written(firm.engine))
    assert len(seen) == 21


def test_an_empty_book_has_no_figures_and_nothing_to_send(firm: SmallFirm) -> None:
    assert glance.next_run(firm.engine, at(firm)) == NextRun(0, 0)
    assert glance.by_hand(firm.engine, at(firm)) == 0
