"""The send journal: on the disk before anything is handed over, and readable whatever happened to it."""

import errno
import multiprocessing
import os
import resource
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from relance.domain.status import MessageState
from relance.services.delivery import journal
from relance.services.delivery.journal import Journal
from relance.services.delivery.journal_lines import Carried, Ended, HandedOver, Reading, line_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STEPS = (Carried("F-1", 1, 2, 3, 1, 2), Carried("É; \n\u2028F-2", 1, 2, 3, 1, 2))


@pytest.fixture
def pen(tmp_path: Path) -> Iterator[Journal]:
    pen = Journal(tmp_path)
    yield pen
    pen.close()


def the_file(folder: Path, month: str = "2026-11") -> Path:
    return folder / "journal" / f"sent-{month}.log"


def test_what_is_handed_over_and_what_came_of_it_are_read_back(tmp_path: Path, pen: Journal) -> None:
    pen.handing_over("u1", "email", 2, NOW, STEPS)
    pen.outcome("u1", MessageState.SENT, NOW)
    assert journal.read(tmp_path) == (
        [HandedOver(NOW, "u1", "email", 2, STEPS), Ended(NOW, "u1", MessageState.SENT)],
        0,
    )
    assert the_file(tmp_path).read_bytes().count(b"\n") == 2


def test_each_month_has_a_file_of_its_own(tmp_path: Path, pen: Journal) -> None:
    for days in (0, 10, 20):
        pen.handing_over(f"u{days}", "sms", 1, NOW + timedelta(days=days))
    assert [path.name for path in journal.files_of(tmp_path)] == ["sent-2026-11.log", "sent-2026-12.log"]
    assert [entry.uid for entry in journal.latest(tmp_path)] == ["u0", "u10", "u20"]


def test_a_folder_without_a_journal_has_handed_nothing_over(tmp_path: Path) -> None:
    assert journal.read(tmp_path) == ([], 0)
    assert journal.latest(tmp_path) == []
    assert journal.settled(tmp_path) == set()


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_last_line_hides_neither_the_lines_before_nor_those_after(tmp_path: Path, cut: int) -> None:
    first = Journal(tmp_path)
    first.handing_over("before", "email", 1, NOW)
    first.handing_over("torn", "email", 1, NOW)
    first.close()
    path = the_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    second = Journal(tmp_path)
    second.handing_over("after", "email", 1, NOW)
    second.close()
    entries, damaged = journal.read(tmp_path)
    assert {"before", "after"} <= {entry.uid for entry in entries} <= {"before", "torn", "after"}
    assert damaged == (cut > 1)


def test_a_line_stuck_to_a_torn_one_is_read_all_the_same() -> None:
    good = line_of(HandedOver(NOW, "good", "email", 1, STEPS))
    reading = Reading()
    assert [entry.uid for entry in reading.entries(good[:40] + good + b"\0" * 50 + good)] == ["good", "good"]
    assert reading.damaged == 1


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff\xfe\x00nonsense\n",
        b"{}\n",
        b"[1,2]\n",
        b'{"at":"yesterday","uid":"u","out":"email","attempt":1}\n',
        b'{"at":"2026-11-23T09:30:00","uid":"u","out":"email","attempt":1}\n',
        b'{"at":"2026-11-23T09:30:00+00:00","uid":7,"out":"email","attempt":1}\n',
        b'{"at":"2026-11-23T09:30:00+00:00","uid":"u","out":"email","attempt":"1"}\n',
        b'{"at":"2026-11-23T09:30:00+00:00","uid":"u","out":"email","attempt":true}\n',
        b'{"at":"2026-11-23T09:30:00+00:00","uid":"u","state":"beamed"}\n',
        b'{"at":"2026-11-23T09:30:00+00:00","uid":"u","out":"email","attempt":1,"carried":[["F"]]}\n',
        b'{"at":' + b"[" * 100_000 + b"\n",
    ],
)
def test_garbage_is_counted_and_hides_nothing(tmp_path: Path, pen: Journal, garbage: bytes) -> None:
    pen.handing_over("u1", "email", 1, NOW)
    with the_file(tmp_path).open("ab") as stream:
        stream.write(garbage)
    pen.handing_over("u2", "email", 1, NOW)
    entries, damaged = journal.read(tmp_path)
    assert ([entry.uid for entry in entries], damaged) == (["u1", "u2"], 1)


def test_a_long_journal_is_looked_at_from_its_end(tmp_path: Path, pen: Journal) -> None:
    for number in range(2000):
        pen.outcome(f"u{number}", MessageState.SENT, NOW)
    latest = [entry.uid for entry in journal.latest(tmp_path)]
    assert latest[-1] == "u1999"
    assert 100 < len(latest) < 2000


def _write_many(folder: Path, name: str) -> None:
    pen = Journal(folder)
    for number in range(150):
        pen.handing_over(f"{name}-{number}", "email", 1, NOW, STEPS * 20)
    pen.close()


def test_lines_of_several_processes_never_mix(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_many, args=(tmp_path, f"p{number}")) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    entries, damaged = journal.read(tmp_path)
    assert damaged == 0
    assert {entry.uid for entry in entries} == {f"p{one}-{number}" for one in range(4) for number in range(150)}


def _fill_up(folder: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    pen = Journal(folder)
    written = 0
    try:
        for number in range(50):
            pen.handing_over(f"u{number}", "email", 1, NOW)
            written += 1
    except OSError as error:
        pen.outcome("u0", MessageState.SENT, NOW)  # no place for it either: left out if need be
        os._exit(written if error.errno in (errno.EFBIG, None) else 255)
    os._exit(0)


def test_where_there_is_no_room_it_says_so_and_leaves_no_half_line(tmp_path: Path) -> None:
    filling = multiprocessing.get_context("fork").Process(target=_fill_up, args=(tmp_path,))
    filling.start()
    filling.join()
    assert filling.exitcode is not None and 3 < filling.exitcode < 50
    entries, damaged = journal.read(tmp_path)
    handed_over = [entry.uid for entry in entries if isinstance(entry, HandedOver)]
    assert handed_over == [f"u{number}" for number in range(filling.exitcode)]
    assert damaged == 0


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path, pen: Journal) -> None:
    (tmp_path / "journal").write_text("in the way")
    with pytest.raises(OSError):
        pen.handing_over("u", "email", 1, NOW)


def test_what_was_settled_is_remembered(tmp_path: Path) -> None:
    journal.settle(tmp_path, {"a", "b"})
    journal.settle(tmp_path, {"c"})
    journal.settle(tmp_path, set())
    assert journal.settled(tmp_path) == {"a", "b", "c"}
