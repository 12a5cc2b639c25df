"""Starts the real program as a process of its own, whole or set to die at a named point."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scripts.torture.firm import Firm
from scripts.torture.sink import Sink

FAKETIME = next(iter(Path("/usr/lib").glob("**/faketime/libfaketime.so.1")), None)
PATIENCE = 300.0  # seconds, on a machine that has much else to do


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended by itself."""

    code: int
    said: str
    complained: str

    @property
    def broke(self) -> bool:
        """Whether it showed a fault of its own instead of a sentence."""
        return "Traceback" in self.complained


def start(
    firm: Firm,
    *words: str,
    point: tuple[str, int] | None = None,
    at: datetime | None = None,
    before: Callable[[], None] | None = None,
) -> "subprocess.Popen[str]":
    """`relance WORDS` on a firm's folder; `point` is where to die, and at which pass; `at` the moment it believes.

    `before` is called in the new process.
    """
    runner = ["scripts.torture.points", point[0], str(point[1])] if point else ["relance"]
    command = [sys.executable, "-m", *runner, "--data-dir", str(firm.folder), *words]
    out = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=_environment(at), preexec_fn=before, **out)  # type: ignore[call-overload, no-any-return]


def _environment(at: datetime | None) -> dict[str, str]:
    found = {**os.environ, "RELANCE_LANG": "en", "RELANCE_NO_BROWSER": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if at is not None:
        found |= {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"@{at:%Y-%m-%d %H:%M:%S}", "TZ": "UTC"}
        found |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    return found


def end(process: "subprocess.Popen[str]") -> Ended:
    """Wait until it has ended."""
    said, complained = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, said, complained)


def run(firm: Firm, *words: str, point: tuple[str, int] | None = None, at: datetime | None = None) -> Ended:
    """`relance run`, or another command, to its end."""
    return end(start(firm, *(words or ("run",)), point=point, at=at))


def kill(process: "subprocess.Popen[str]") -> None:
    """As a power cut would, for the process."""
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)


def until_it_sends(process: "subprocess.Popen[str]", sink: Sink, limit: float = PATIENCE) -> float | None:
    """The seconds until the next mail comes in; None when the process ended before, or never sends."""
    begun, before = time.monotonic(), sink.size()
    while time.monotonic() - begun < limit:
        if sink.size() > before:
            return time.monotonic() - begun
        if process.poll() is not None:
            return None
        time.sleep(0.002)
    return None


def command(luck: random.Random) -> tuple[str, ...]:
    """One of the ways in which the program sends."""
    mode = luck.choice(("run", "run", "worker", "serve"))
    return ("serve", "--port", str(_a_free_port())) if mode == "serve" else (mode,)


def _a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
