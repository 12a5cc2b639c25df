"""The lines of the send journal: written as JSON, and read again whatever a crash or a bad disk left of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from relance.domain.status import MessageState

BEGIN = b'{"at":'
LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Carried:
    """One step of one invoice that a message carries, named so that an older database can be told of it."""

    invoice: str  # its number
    cycle: int
    program: int
    step: int
    occurrence: int
    level: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Right after this was written, a message's content was handed over."""

    at: datetime
    uid: str
    channel: str
    attempt: int
    carried: tuple[Carried, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a message that was handed over."""

    at: datetime
    uid: str
    state: MessageState


Entry = HandedOver | Ended


def line_of(entry: Entry) -> bytes:
    """An entry as it is written: one line of ASCII."""
    fields: dict[str, Any] = {"at": entry.at.astimezone(UTC).isoformat(), "uid": entry.uid}
    if isinstance(entry, HandedOver):
        fields.update(out=entry.channel, attempt=entry.attempt)
        if entry.carried:
            fields["carried"] = [
                [one.invoice, one.cycle, one.program, one.step, one.occurrence, one.level] for one in entry.carried
            ]
    else:
        fields["state"] = entry.state.value
    return json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"


@dataclass(slots=True)
class Reading:
    """How many lines could not be read."""

    damaged: int = 0

    def entries(self, content: bytes) -> Iterator[Entry]:
        """The entries of a file, in the order they were written; a broken line never hides the next one."""
        for line in content.splitlines():
            if not line.strip(b"\0 \t"):
                continue
            for piece in _pieces(line):
                entry = _read(piece)
                if entry is None:
                    self.damaged += 1
                else:
                    yield entry


def _pieces(line: bytes) -> list[bytes]:
    """A line that was torn may have the next one stuck to it."""
    first, *others = line.split(BEGIN)
    found = [BEGIN + one for one in others]
    return [first, *found] if first.strip(b"\0 \t") else found


def _read(piece: bytes) -> Entry | None:
    try:
        fields = json.loads(piece.rstrip(b"\0 \t"))
        at, uid = datetime.fromisoformat(fields["at"]), fields["uid"]
        if at.tzinfo is None or not isinstance(uid, str):
            return None
        if "state" in fields:
            return Ended(at, uid, MessageState(fields["state"]))
        carried = tuple(_carried(one) for one in fields.get("carried", ()))
        return HandedOver(at, uid, str(fields["out"]), _whole(fields["attempt"]), carried)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _carried(row: Any) -> Carried:
    invoice, *numbers = row
    cycle, program, step, occurrence, level = (_whole(number) for number in numbers)
    if not isinstance(invoice, str):
        raise TypeError(invoice)
    return Carried(invoice, cycle, program, step, occurrence, level)


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError(value)
    return value
