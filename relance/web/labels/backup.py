"""Sentences about backups."""

from collections.abc import Mapping

from relance.web.labels import N_, Say

REFUSALS: dict[str, str] = {
    "backup.not_sqlite": N_("This database is not a file: back it up with its own tools."),
    "backup.not_written": N_("The backup %(file)s can't be written: %(error)s. Choose another place."),
    "backup.damaged": N_("The database %(file)s is damaged: restore the last good backup."),
    "backup.no_file": N_("There is no file %(file)s. Check the path."),
    "backup.not_a_backup": N_("%(file)s is not a Relance backup, or a damaged one. Nothing was changed."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of backup and restore."""
    return _(REFUSALS[code]) % facts if code in REFUSALS else None
