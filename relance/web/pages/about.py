"""Which version this is, what it is made of, under which licences."""

from dataclasses import dataclass
from importlib import metadata

from flask import Blueprint, render_template

from relance.services.accounts import Role
from relance.web import visitors
from relance.web.database import wiring
from relance.web.labels.about import PARTS
from relance.web.language import gettext as _

page = Blueprint("about", __name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that somebody else wrote."""

    name: str
    version: str  # empty where it isn't known
    use: str
    licence: str


@page.get("/reglages/a-propos")
def index() -> str:
    """All of it; where the data are is for owners."""
    owner = visitors.me().role is Role.OWNER
    parts = [Part(one.name, _version(one.package), _(one.use), one.licence) for one in PARTS]
    return render_template("about/index.html", parts=parts, folder=wiring().settings.data_dir if owner else None)


def _version(package: str) -> str:
    try:
        return metadata.version(package) if package else ""
    except metadata.PackageNotFoundError:
        return ""
