"""Where templates/, static/, locales/ and the migrations are: in a checkout, a wheel or the frozen binary."""

import sys
from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """The folder that holds templates/, static/ and locales/."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle:
        return Path(bundle)
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "templates").is_dir():
        return checkout
    return Path(sys.prefix) / "share" / "relance"


def templates() -> Path:
    """The Jinja pages, and messages/ with the built-in texts."""
    return root() / "templates"


def static() -> Path:
    """The style sheet, the script, the icons."""
    return root() / "static"


def locales() -> Path:
    """The translations of the screens."""
    return root() / "locales"


def migrations() -> Path:
    """The numbered migrations."""
    if getattr(sys, "_MEIPASS", None):
        return root() / "relance" / "storage" / "migrations"
    return Path(__file__).resolve().parent / "storage" / "migrations"


def rates() -> Path:
    """The rates of late interest by half-year that the program comes with."""
    if getattr(sys, "_MEIPASS", None):
        return root() / "relance" / "storage" / "rates"
    return Path(__file__).resolve().parent / "storage" / "rates"
