"""Runs the program with one of its functions set to die at its N-th pass: python -m scripts.torture.points NAME N ...

Nothing in the program knows of it: the functions are wrapped here, before its main is called.
"""

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any


class When(Enum):
    """Where, about a function, the process dies."""

    BEFORE = auto()
    AFTER = auto()
    COMMITTING = auto()  # inside it, when it is about to commit
    COMMITTED = auto()  # inside it, right after a commit
    HALF_SENT = auto()  # inside it, when half of what it was given has left


@dataclass(frozen=True, slots=True)
class Point:
    """A place to die. `only`: the passes that count, by the arguments."""

    function: str  # module:name or module:Class.name
    when: When
    only: Callable[[tuple[Any, ...]], bool] = lambda arguments: True


_CARRIER = "relance.services.delivery.transmit:Carrier."
_SMTP = "relance.channels.email."


def _is_data(arguments: tuple[Any, ...]) -> bool:
    return "DATA" in arguments


def _ends_a_mail(arguments: tuple[Any, ...]) -> bool:
    return isinstance(arguments[-1], bytes) and arguments[-1].endswith(b"\r\n.\r\n")


SENDING: dict[str, Point] = {
    "claim: before the commit": Point(_CARRIER + "claim", When.COMMITTING),
    "claim: committed": Point(_CARRIER + "claim", When.COMMITTED),
    "freeze: done, not committed": Point(_CARRIER + "_freeze", When.AFTER),
    "transmitting: before": Point(_CARRIER + "_commit_to", When.BEFORE),
    "transmitting: before the commit": Point(_CARRIER + "_commit_to", When.COMMITTING),
    "transmitting: committed": Point(_CARRIER + "_commit_to", When.COMMITTED),
    "journal: before the line": Point("relance.services.delivery.journal:Journal.handing_over", When.BEFORE),
    "journal: line written": Point("relance.services.delivery.journal:Journal.handing_over", When.AFTER),
    "DATA: answered by 354": Point(_SMTP + "smtp_exchange:SmtpExchange.command", When.AFTER, _is_data),
    "body: half of it sent": Point(_SMTP + "smtp_wire:SmtpWire.send", When.HALF_SENT, _ends_a_mail),
    "body: sent, no answer yet": Point(_SMTP + "smtp_wire:SmtpWire.send", When.AFTER, _ends_a_mail),
    "answer: there, not noted": Point(_SMTP + "smtp_session:SmtpSession.hand_over", When.AFTER),
    "sent: before the commit": Point(_CARRIER + "_sent", When.COMMITTING),
    "sent: committed": Point(_CARRIER + "_sent", When.COMMITTED),
}
# A process passes here once, before it sends anything.
SWEEPING: dict[str, Point] = {
    "sweep: before": Point("relance.services.delivery.deliver:sweep", When.BEFORE),
    "sweep: before the commit": Point("relance.services.delivery.deliver:sweep", When.COMMITTING),
    "sweep: committed": Point("relance.services.delivery.deliver:sweep", When.COMMITTED),
}
RUNNING: dict[str, Point] = {
    "run: before the commit": Point("relance.services.run:run_today", When.COMMITTING),
    "run: committed": Point("relance.services.run:run_today", When.COMMITTED),
}
IMPORTING: dict[str, Point] = {
    "import: written, not committed": Point("relance.services.imports.write:write_invoices", When.AFTER),
    "import: before a commit": Point("relance.cli.imports:_Import.run", When.COMMITTING),
    "import: after a commit": Point("relance.cli.imports:_Import.run", When.COMMITTED),
}
ANSWERING: dict[str, Point] = {
    "answer of a person: given, not committed": Point("relance.services.mailbox.answers:send_again", When.AFTER),
    "answer of a person: before the commit": Point("scripts.torture.acts:act", When.COMMITTING),
    "answer of a person: committed": Point("scripts.torture.acts:act", When.COMMITTED),
}
POINTS = {**SENDING, **SWEEPING, **RUNNING, **IMPORTING, **ANSWERING}


class _Fuse:
    """Counts passes, and ends the process at the right one as a power cut would."""

    def __init__(self, number: int) -> None:
        self._left, self._lock = number, threading.Lock()

    def burn(self) -> bool:
        """Whether this is the pass."""
        with self._lock:
            self._left -= 1
            return self._left == 0

    def pass_by(self) -> None:
        if self.burn():
            die()


def die() -> None:
    """No handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: Point, number: int) -> None:
    """Wrap the point's function wherever it is known by name."""
    module, _, name = point.function.partition(":")
    holder: Any = importlib.import_module(module)
    *owners, attribute = name.split(".")
    for owner in owners:
        holder = getattr(holder, owner)
    original = getattr(holder, attribute)
    wrapped = _wrapped(point, original, _Fuse(number))
    setattr(holder, attribute, wrapped)
    for other in [one for key, one in sys.modules.items() if key.startswith(("relance", "scripts")) and one]:
        for known, value in list(vars(other).items()):
            if value is original:
                setattr(other, known, wrapped)


def _wrapped(point: Point, original: Callable[..., Any], fuse: _Fuse) -> Callable[..., Any]:
    if point.when in (When.COMMITTING, When.COMMITTED):
        return _with_commits(point.when, original, fuse)

    def wrapper(*arguments: Any, **options: Any) -> Any:
        counts = point.only(arguments)
        if counts and point.when is When.BEFORE:
            fuse.pass_by()
        if counts and point.when is When.HALF_SENT and fuse.burn():
            wire, content = arguments
            wire.sock.sendall(content[: len(content) // 2])
            die()
        found = original(*arguments, **options)
        if counts and point.when is When.AFTER:
            fuse.pass_by()
        return found

    return wrapper


def _with_commits(when: When, original: Callable[..., Any], fuse: _Fuse) -> Callable[..., Any]:
    from sqlalchemy.dialects.sqlite.base import SQLiteDialect

    commit: Callable[..., None] = SQLiteDialect.do_commit
    inside = threading.local()

    def do_commit(dialect: Any, connection: Any) -> None:
        counts = getattr(inside, "depth", 0) > 0
        if counts and when is When.COMMITTING:
            fuse.pass_by()
        commit(dialect, connection)
        if counts and when is When.COMMITTED:
            fuse.pass_by()

    def wrapper(*arguments: Any, **options: Any) -> Any:
        inside.depth = getattr(inside, "depth", 0) + 1
        try:
            return original(*arguments, **options)
        finally:
            inside.depth -= 1

    SQLiteDialect.do_commit = do_commit  # type: ignore[method-assign]
    return wrapper


def main(name: str, number: int, words: list[str]) -> None:
    """Set the point, then be the program."""
    from relance.cli import main as relance
    from scripts.torture import acts

    arm(POINTS[name], number)
    if "act" in words:
        acts.main(words)
    else:
        sys.argv = ["relance", *words]
        relance()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
