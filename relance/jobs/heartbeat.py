"""The worker's sign of life: a moment in a small file, which the pages read."""

from datetime import UTC, datetime, timedelta

from relance.config import Settings

BEATS_EVERY = timedelta(seconds=20)
SILENT_AFTER = timedelta(minutes=3)


def beat(settings: Settings, now: datetime) -> None:
    """The worker lives at this moment."""
    path = settings.data_dir / "worker.beat"
    path.write_text(now.astimezone(UTC).isoformat(), encoding="ascii")


def last_beat(settings: Settings) -> datetime | None:
    """When the worker was last known to live; None when it never ran."""
    try:
        return datetime.fromisoformat((settings.data_dir / "worker.beat").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def is_silent(settings: Settings, now: datetime) -> bool:
    """Whether nothing would be sent now, because no worker runs."""
    beaten = last_beat(settings)
    return beaten is None or now - beaten > SILENT_AFTER
