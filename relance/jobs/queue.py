"""The Huey queue of a data folder, in a file of its own, its messages in JSON."""

import json
from datetime import datetime
from typing import Any

from huey import Huey, MemoryHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from relance.config import Settings

# The type of a queue, for those who only pass it on.
Queue = Huey

MOMENTS = ("eta", "expires", "expires_resolved")


class JsonMessages(Serializer):  # type: ignore[misc]
    """Plain data only: whoever can write to the queue's file can't run code by it."""

    def _serialize(self, data: Any) -> bytes:
        fields = {key: value for key, value in data._asdict().items() if value is not None}
        return json.dumps(fields, default=_moment).encode()

    def _deserialize(self, data: bytes) -> Any:
        fields = json.loads(data)
        for key in MOMENTS:
            if isinstance(fields.get(key), str):
                fields[key] = datetime.fromisoformat(fields[key])
        return Message(**fields)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a task can't carry {type(value).__name__}")


def open_queue(settings: Settings, *, immediate: bool = False) -> Huey:
    """The queue. `immediate` runs each task at once, in the caller: for tests."""
    options = {"results": False, "utc": False, "serializer": JsonMessages()}
    if immediate:
        return MemoryHuey("relance", immediate=True, **options)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return SqliteHuey("relance", filename=str(settings.data_dir / "queue.db"), **options)
