"""What the machine itself refuses, a full disk or a damaged database, as a sentence that names it and the mend."""

import errno
import shutil
import sys

from relance.cli.context import Relance, say
from relance.config import BadSetting

# The beginning of SQLite's own name of an error, the longest first.
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_CLOSED = ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")
_READ_ONLY = ("SQLITE_READONLY",)
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
_FULL = ("SQLITE_FULL",)
_LEAST_ROOM = 1 << 20


def sentence(error: Exception, relance: Relance) -> str | None:
    """What to tell, or None for an error that isn't the machine's."""
    if isinstance(error, OSError):
        return _of_system(error, relance)
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import ArgumentError, DBAPIError

    if isinstance(error, DBAPIError):
        return _of_database(error.orig or error, relance)
    if isinstance(error, (ArgumentError, ImportError)) and _url(relance):  # what it names isn't there
        _ = say(relance.language)
        return _("RELANCE_DATABASE_URL can't be used: %(error)s. Correct it, or remove it.") % {"error": error}
    return None


def _url(relance: Relance) -> str:
    try:
        return relance.settings.database_url
    except (BadSetting, SystemExit):
        return ""


def _of_system(error: OSError, relance: Relance) -> str | None:
    if error.errno == errno.EPIPE:
        return None
    _, told = say(relance.language), _told(relance, error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk of %(folder)s is full. Make room and start again.") % told
    named = {**told, "file": error.filename or told["file"], "error": error.strerror or error}
    return _("%(file)s can't be used: %(error)s. Check that it is there and that you may use it.") % named


def _of_database(error: BaseException, relance: Relance) -> str:
    _, told = say(relance.language), _told(relance, error)
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(_DAMAGED):
        return (
            _('The database %(file)s is damaged (%(error)s). Put the last good backup back with "relance restore".')
            % told
        )
    if name.startswith(_FULL) or (name.startswith("SQLITE_IOERR") and _no_room(relance)):
        return _("The disk of %(folder)s is full. Make room and start again.") % told
    if name.startswith(_READ_ONLY):
        return _("The database %(file)s can't be written. Give yourself the right to write in %(folder)s.") % told
    if name.startswith(_CLOSED):
        return _("The database %(file)s can't be opened. Check that it is a file and that you may use it.") % told
    if name.startswith(_BUSY):
        return _("Another program keeps the database %(file)s busy. Try again in a moment.") % told
    if name:
        return _("The database %(file)s can't be used: %(error)s. Check the disk of %(folder)s.") % told
    return _("The database can't be used: %(error)s. Check its server and RELANCE_DATABASE_URL.") % told


def _no_room(relance: Relance) -> bool:
    """A log that can't grow is told as an error of the disk."""
    try:
        return shutil.disk_usage(relance.settings.data_dir).free < _LEAST_ROOM
    except OSError:
        return False


def _told(relance: Relance, error: object) -> dict[str, object]:
    settings = relance.settings
    return {"file": settings.database, "folder": settings.data_dir, "error": " ".join(str(error).split())}
