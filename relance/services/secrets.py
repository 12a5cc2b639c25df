"""Secrets, read where their name says they are, or kept in files that their owner alone may read."""

import os
from pathlib import Path

from relance.config import Settings
from relance.services.refusal import Refused

LONGEST = 1000


def secret_of(settings: Settings, variable: str, file: str) -> str:
    """A secret, from its variable or its file (relative to the data folder); empty when neither is there."""
    if variable:
        return os.environ.get(variable, "")
    if file:
        path = Path(file).expanduser()
        path = path if path.is_absolute() else settings.data_dir / path
        try:
            return path.read_text(encoding="utf-8").strip("\r\n")
        except OSError:
            return ""
    return ""


def keep_secret(path: Path, secret: str) -> None:
    """Keep a secret in a file; the old one stands until the new one is whole. Raises Refused."""
    if len(secret) > LONGEST or any(sign in secret for sign in "\r\n\0"):
        raise Refused("mail.password_unusable", longest=LONGEST)
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(secret)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        raise Refused("mail.password_unwritable", file=str(path), error=error.strerror or str(error)) from error
