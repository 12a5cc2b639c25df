"""The first page, and the icon that browsers ask for."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

page = Blueprint("home", __name__)


@page.get("/")
def dashboard() -> Response | str:
    """Where things stand."""
    if "invoices.index" in current_app.view_functions:
        return redirect(url_for("invoices.index"), 303)
    return render_template("home/dashboard.html")


@page.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it at this address."""
    return current_app.send_static_file("favicon.ico")
