"""The first page, and the icon that browsers ask for."""

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from relance.web import visitors
from relance.web.dashboard import dashboard as found
from relance.web.database import local_now
from relance.web.labels import dashboard as labels
from relance.web.language import language

page = Blueprint("home", __name__)


@page.get("/")
def dashboard() -> str:
    """Where things stand: what is wrong first, then what to do, then the figures."""
    return render_template(
        "home/dashboard.html",
        shown=found(),
        today=local_now().date(),
        first_name=(visitors.me().name.split() or [""])[0],
        words=labels,
        spoken=language(),
    )


@page.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it at this address."""
    return current_app.send_static_file("favicon.ico")
