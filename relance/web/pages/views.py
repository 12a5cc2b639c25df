"""Saved views of lists: keep one under a name, and delete one."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from relance.services import views
from relance.services.refusal import Refused
from relance.web import saved_views, visitors
from relance.web.batches import LARGEST_ID
from relance.web.database import writing
from relance.web.forms.views import ViewForm
from relance.web.language import gettext as _
from relance.web.shell import refuse, tell

page = Blueprint("views", __name__)


@page.post("/vues")
def save() -> Response | tuple[str, int]:
    """Keep the filters and the order of a list."""
    form = ViewForm()
    endpoint = form.liste.data or ""
    if not saved_views.shown(endpoint):
        abort(422)
    query = saved_views.kept(endpoint, form.filtres.data or "")
    if form.sent():
        try:
            with writing() as session:
                views.save(session, visitors.me().user, page=endpoint, name=form.name.data or "", query=query)
        except Refused as error:
            form.refused(error)
        else:
            tell(_("The view is saved. It shows this list again with one click."))
            return redirect(saved_views.address(endpoint, query), 303)
    return refuse(
        "views/save.html", form=form, back=saved_views.address(endpoint, query) if query else url_for(endpoint)
    )


@page.post("/vues/<int:view_id>/supprimer")
def remove(view_id: int) -> Response:
    """Forget a view; what it showed stays as it is."""
    if view_id > LARGEST_ID:
        abort(404)
    with writing() as session:
        gone = views.remove(session, visitors.me().user, view_id)
    if gone is None:
        abort(404)
    tell(_("The view “%(name)s” is deleted.") % {"name": gone.name})
    return redirect(saved_views.address(gone.page, gone.query) if saved_views.shown(gone.page) else "/", 303)
