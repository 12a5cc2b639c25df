"""A backup to take away, how to put one back, and the copies that upgrades left."""

from flask import Blueprint, render_template, send_file
from werkzeug.wrappers import Response

from relance.services import copies
from relance.services.refusal import Refused
from relance.web.database import firm, local_now, now, wiring, writing
from relance.web.labels.refusals import refusal
from relance.web.language import language
from relance.web.shell import refuse

page = Blueprint("backup", __name__)


@page.get("/reglages/sauvegarde")
def index() -> str:
    """When the last backup was taken, and a button for the next."""
    return render_template("backup/index.html", refused="", **_values())


@page.post("/reglages/sauvegarde/telecharger")
def download() -> Response | tuple[str, int]:
    """A backup of this very moment, as a file."""
    made = wiring()
    try:
        stream = copies.fresh_backup(made.engine, made.settings)
    except Refused as error:
        return refuse("backup/index.html", refused=refusal(error, language()), **_values())
    with writing() as session:
        copies.note_backup(session, now())
    name = f"relance-{local_now():%Y-%m-%d-%H%M}.zip"
    return send_file(stream, mimetype="application/zip", as_attachment=True, download_name=name)


def _values() -> dict[str, object]:
    made = wiring()
    return {
        "backed_up_at": firm().backed_up_at,
        "old": copies.is_old(firm().backed_up_at, now()),
        "possible": made.engine.dialect.name == "sqlite",
        "kept": copies.before_upgrades(made.settings),
        "folder": made.settings.data_dir,
    }
