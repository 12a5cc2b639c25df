"""Customer groups: their list, what each changes for its customers, who belongs to it, taking one away."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import groups
from relance.services.refusal import Refused
from relance.storage.models import CustomerGroup
from relance.storage.queries import customer as one_query
from relance.storage.queries import customers as customer_queries
from relance.storage.queries import groups as queries
from relance.storage.queries.customers import Wanted
from relance.web.batches import LARGEST_ID
from relance.web.database import firm, local_now, reading, writing
from relance.web.forms.groups import AddForm, DeleteForm, GroupForm, NewGroupForm, group_form
from relance.web.labels import customers as labels
from relance.web.language import gettext as _
from relance.web.language import ngettext
from relance.web.paging import paging
from relance.web.shell import refuse, tell

page = Blueprint("groups", __name__)

Answer = Response | str | tuple[str, int]
HERE = "/clients/groupes/<int:group_id>"


@page.context_processor
def _words() -> dict[str, object]:
    return {"tone_name": lambda tone: _(labels.TONES[tone][0])}


@page.get("/clients/groupes")
def index() -> Answer:
    """All groups with what their customers owe."""
    return render_template("groups/index.html", form=NewGroupForm(), rows=_rows())


def _rows() -> list[queries.Row]:
    return queries.rows(reading(), local_now().date())


@page.post("/clients/groupes/nouveau")
def create() -> Answer:
    """A new group."""
    form = NewGroupForm()
    try:
        with writing() as session:
            made = groups.create(session, form.name.data or "")
    except Refused as error:
        form.refused(error)
        return refuse("groups/index.html", form=form, rows=_rows())
    tell(_("The group is there: say what it changes for its customers, and who they are."))
    return redirect(url_for("groups.edit", group_id=made), 303)


@page.route(HERE, methods=["GET", "POST"])
def edit(group_id: int) -> Answer:
    """One group, and what a person changes of it."""
    row = _found(group_id)
    form = group_form(one_query.choices(reading()), firm().name, row)
    if request.method == "GET":
        return _page(row, form)
    if not form.validate():
        return _page(row, form, failed=True)
    try:
        with writing() as session:
            groups.save(session, row.id, form.change())
    except Refused as error:
        form.refused(error)
        return _page(row, form, failed=True)
    tell(_("Saved."))
    return redirect(url_for("groups.edit", group_id=row.id), 303)


@page.post(f"{HERE}/clients")
def add(group_id: int) -> Answer:
    """Customers come in."""
    row, form = _found(group_id), AddForm()
    try:
        with writing() as session:
            count = groups.add_customers(session, row.id, form.customers.data or "")
    except Refused as error:
        form.refused(error)
        own = group_form(one_query.choices(reading()), firm().name, row, formdata=None)
        return _page(row, own, form, failed=True)
    tell(ngettext("%(num)s customer was added.", "%(num)s customers were added.", count))
    return redirect(url_for("groups.edit", group_id=row.id, _anchor="members"), 303)


@page.post(f"{HERE}/clients/<int:customer_id>/retirer")
def remove(group_id: int, customer_id: int) -> Answer:
    """A customer goes out."""
    row = _found(group_id)
    if customer_id > LARGEST_ID:
        abort(404)
    with writing() as session:
        done = groups.remove_customer(session, row.id, customer_id)
    tell(_("The customer is out of the group.") if done else _("This customer is not in the group any more."))
    return redirect(url_for("groups.edit", group_id=row.id, _anchor="members"), 303)


@page.route(f"{HERE}/supprimer", methods=["GET", "POST"])
def delete(group_id: int) -> Answer:
    """Take a group away, and say where its customers go."""
    row = _found(group_id)
    others = {key: name for key, name in one_query.choices(reading()).groups.items() if key != row.id}
    form = DeleteForm(others)
    values = {"row": row, "form": form, "count": _count(row)}
    if request.method == "GET":
        return render_template("groups/delete.html", **values)
    if not form.validate():
        return refuse("groups/delete.html", **values)
    try:
        with writing() as session:
            groups.delete(session, row.id, int(form.replacement.data) if form.replacement.data else None)
    except Refused as error:
        form.refused(error)
        return refuse("groups/delete.html", **values)
    tell(_("“%(name)s” is deleted.") % {"name": row.name})
    return redirect(url_for("groups.index"), 303)


def _found(group_id: int) -> CustomerGroup:
    row = reading().get(CustomerGroup, group_id) if 0 < group_id <= LARGEST_ID else None
    return row or abort(404)


def _count(row: CustomerGroup) -> int:
    return customer_queries.count(reading(), Wanted(group=row.id), local_now().date())


def _page(row: CustomerGroup, form: GroupForm, adding: AddForm | None = None, *, failed: bool = False) -> Answer:
    session, today = reading(), local_now().date()
    part = paging(request.args, _count(row))
    values = {
        "row": row,
        "form": form,
        "adding": adding or AddForm(formdata=None),
        "tones": {one.value: _(what) for one, (_name, what) in labels.TONES.items()},
        "owed": queries.owed_by(session, [row.id], today).get(row.id, []),
        "following": queries.members_without_choice(session, row.id),
        "paging": part,
        "rows": customer_queries.rows(session, Wanted(group=row.id), today, limit=part.per, offset=part.offset),
    }
    if failed:
        return refuse("groups/edit.html", **values)
    return render_template("groups/edit.html", **values)
