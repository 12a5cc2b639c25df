"""What the people of the made-up firm and its customers write; templates/examples/ holds it."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from relance import paths


def folder() -> Path:
    """Where the firm's settings and its words are."""
    return paths.templates() / "examples"


def settings_text() -> str:
    """The firm's settings, as a settings file."""
    return (folder() / "firm.toml").read_text(encoding="utf-8")


@cache
def words() -> dict[str, Any]:
    """The words; not to be changed."""
    return tomllib.loads((folder() / "words.toml").read_text(encoding="utf-8"))
