"""relance serve and relance worker, in processes of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relance.cli.main import relance
from relance.cli.single import OnlyCopy

ENVIRONMENT = {**os.environ, "PYTHONUNBUFFERED": "1", "RELANCE_LANG": "en", "RELANCE_NO_BROWSER": "1"}


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "relance", "--data-dir", str(folder), *words]


@contextmanager
def running(folder: Path, *words: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A process and the first line that it said; ended by force if the test does not end it."""
    with subprocess.Popen(
        command(folder, *words),
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        preexec_fn=_hear_interrupts,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


def _hear_interrupts() -> None:
    """What runs in the background of a script ignores Ctrl+C, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command(folder, *words), capture_output=True, text=True, env=ENVIRONMENT, timeout=60)


def in_process(folder: Path, *words: str) -> Result:
    return CliRunner(env={"RELANCE_LANG": "en"}).invoke(relance, ["--data-dir", str(folder), *words, "--no-browser"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_shows_the_way_to_the_first_account_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, "serve", "--port", str(a_free_port())) as (process, said):
        address = re.search(r"http://127\.0\.0\.1:\d+/bienvenue\?jeton=\S+", said)
        assert address, said
        with urllib.request.urlopen(address[0].partition("?")[0].replace("/bienvenue", "/static/relance.css")) as page:
            assert page.status == 200
        process.send_signal(number)
        assert process.wait(30) == 0


def test_a_second_copy_points_to_the_first(tmp_path: Path) -> None:
    port = a_free_port()
    with running(tmp_path, "serve", "--port", str(port), "--no-worker"):
        second = run(tmp_path, "serve", "--port", str(a_free_port()))
        assert second.returncode == 0
        assert second.stdout.strip() == f"Relance is running already: http://127.0.0.1:{port}"


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = in_process(tmp_path, "serve", "--port", port)
    assert result.exit_code == 2
    assert port in result.stderr
    assert "--port" in result.stderr


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    result = in_process(tmp_path, "serve", "--port", str(a_free_port()))
    assert result.exit_code == 2
    assert "secret.key" in result.stderr


def test_two_workers_do_not_share_a_data_folder(tmp_path: Path) -> None:
    with running(tmp_path, "worker") as (process, said):
        assert said.startswith("The worker runs")
        assert run(tmp_path, "worker").returncode == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert (tmp_path / "worker.beat").exists()


def test_a_killed_copy_leaves_no_lock_behind(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--port", str(a_free_port()), "--no-worker") as (process, _said):
        process.kill()
        process.wait(30)
    copy = OnlyCopy(tmp_path, "serve")
    assert copy.take()
    copy.release()
