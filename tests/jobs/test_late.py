"""A send that Relance was not there to make is asked about again before anything of it leaves."""

from datetime import timedelta

import pytest

from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.jobs import heartbeat, late, tasks, worker
from relance.jobs.queue import open_queue
from relance.services import dispatches
from relance.services.database import the_firm
from relance.services.dispatches import Confirmed
from relance.services.remind import Asked
from relance.storage import db
from tests.services.conftest import firm  # noqa: F401  (a fixture)
from tests.services.firm import SmallFirm


@pytest.fixture
def sent(firm: SmallFirm) -> SmallFirm:  # noqa: F811
    """A firm whose person has just confirmed a send."""
    firm.customer("A", "a@a.example")
    invoice = firm.invoice("F-1", "A", days_late=10)
    with db.writing(firm.engine) as session:
        confirmed = Confirmed({invoice: (ChannelName.EMAIL,)})
        dispatches.remind_all(session, the_firm(session), confirmed, Asked("c", firm.now), token="t")
    return firm


def states(found: SmallFirm) -> list[MessageState]:
    return [one.state for one in found.messages()]


def test_a_worker_that_starts_asks_before_it_sends(sent: SmallFirm) -> None:
    sent.sleep(hours=9)
    queue = open_queue(sent.settings)
    declared = tasks.declare(queue, sent.engine, sent.settings, lambda: sent.now, sent.outlets)
    running = worker.Worker(queue, declared, sent.settings, lambda: sent.now)
    running.start()
    running.stop()
    assert states(sent) == [MessageState.HELD]
    assert sent.received() == []


def test_after_a_short_stop_it_leaves(sent: SmallFirm) -> None:
    sent.sleep(minutes=20)
    late.ask_again(sent.engine, lambda: sent.now)
    assert states(sent) == [MessageState.QUEUED]


@pytest.mark.parametrize(("minutes", "state"), [(10, MessageState.SENT), (60 * 8, MessageState.HELD)])
def test_a_machine_that_slept_asks_too(sent: SmallFirm, minutes: int, state: MessageState) -> None:
    heartbeat.beat(sent.settings, sent.now)
    sent.sleep(minutes=minutes)
    queue = open_queue(sent.settings, immediate=True)
    declared = tasks.declare(queue, sent.engine, sent.settings, lambda: sent.now, sent.outlets)
    declared.wake()
    assert states(sent) == [state]


def test_a_send_that_lasts_is_not_asked_about_while_the_worker_lives(sent: SmallFirm) -> None:
    sent.sleep(hours=3)
    heartbeat.beat(sent.settings, sent.now)
    late.ask_again_after_sleep(sent.engine, sent.settings, lambda: sent.now)
    assert states(sent) == [MessageState.QUEUED]


def test_without_any_sign_of_life_nothing_is_held(sent: SmallFirm) -> None:
    sent.sleep(hours=3)
    late.ask_again_after_sleep(sent.engine, Settings(sent.settings.data_dir / "other"), lambda: sent.now)
    assert states(sent) == [MessageState.QUEUED]


def test_the_bell_can_be_rung_for_later(sent: SmallFirm) -> None:
    queue = open_queue(sent.settings)
    declared = tasks.declare(queue, sent.engine, sent.settings, lambda: sent.now)
    declared.wake_in(timedelta(minutes=2).total_seconds())
    [task] = queue.pending()
    assert task.name == "wake"
    assert task.eta is not None
    assert task.expires_resolved > task.eta
