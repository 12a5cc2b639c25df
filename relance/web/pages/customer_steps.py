"""The steps that one customer has for itself, changed in place with their effects shown before they happen."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.program import Step
from relance.services.activation import first_run
from relance.services.programs.editing import Effects, effects
from relance.services.programs.example import example
from relance.services.programs.own import followed_own
from relance.services.refusal import Refused
from relance.services.settings.loading import ProgramSpec, save_program
from relance.storage import book as books
from relance.storage.models import Customer, Program
from relance.storage.programs import to_domain
from relance.web.database import firm, local_now, reading, writing
from relance.web.forms.programs import ProgramForm
from relance.web.labels import programs as labels
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.customer import customer_of
from relance.web.program_editor import Editor, models
from relance.web.shell import refuse, tell, warn

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is edited: whose steps, in which program, and how they are shown."""

    row: Customer
    program: Program
    editor: Editor


def register(page: Blueprint) -> None:
    """Its address; it belongs to the blueprint of the list, so that the menu shows where one is."""
    page.add_url_rule("/clients/<int:customer_id>/etapes", "steps", steps, methods=["GET", "POST"])


def steps(customer_id: int) -> Answer:
    """The steps, an example of their dates, what a change does."""
    row = customer_of(customer_id)
    program = followed_own(reading(), row)
    if program is None:
        warn(_("This customer has no steps of its own: choose them first, and save."))
        return redirect(url_for("customers.show", customer_id=row.id), 303)
    base = to_domain(program).steps
    head = ProgramForm(data={"name": program.name, "active": True, "grouping": program.grouping.value})
    editor = Editor(head, base, models(reading()))
    desk = _Desk(row, program, editor)
    if request.method == "GET":
        editor.show(base)
        return _page(desk, base)
    return _sent(desk)


def _sent(desk: _Desk) -> Answer:
    editor, asked = desk.editor, request.form.get("do")
    editor.read()
    if asked == "add":
        editor.add()
        return _page(desk)
    if asked == "list":
        editor.use_list()
    made = None if editor.problems else editor.steps()
    if made is None:
        return _page(desk)
    now = local_now()
    changed = editor.program(desk.program.id, made)
    found = effects(reading(), firm(), first_run(reading(), firm(), now), now, changed, general=False)
    if asked != "save" or (found.changed and editor.head.confirmed.data != _told(found)):
        return _page(desk, made, found, asked=asked == "save")
    return _save(desk, made, found)


def _save(desk: _Desk, made: tuple[Step, ...], found: Effects) -> Answer:
    spec = ProgramSpec(desk.program.name, made, grouping=desk.editor.head.chosen_grouping(), active=True)
    try:
        with writing() as session:
            save_program(session, spec, program_id=desk.program.id)
    except Refused as error:
        desk.editor.refused(error)
        return _page(desk)
    tell(_("Saved.") + " " + labels.changed(found.changed, found.leaving, language()))
    return redirect(url_for("customers.show", customer_id=desk.row.id), 303)


def _told(found: Effects) -> str:
    return f"{found.changed}-{found.leaving}"


def _page(
    desk: _Desk, made: tuple[Step, ...] | None = None, found: Effects | None = None, *, asked: bool = False
) -> Answer:
    editor = desk.editor
    due = editor.due(local_now().date())
    editor.head.due.data = due.isoformat()
    dates = example(editor.program(None, made), due, books.policy(reading(), firm())) if made else []
    values = {
        "row": desk.row,
        "editor": editor,
        "due": due,
        "dates": [(one, made[one.ref.position - 1]) for one in dates] if made else [],
        "found": found,
        "said": labels.changed(found.changed, found.leaving, language()) if found else "",
        "told": _told(found) if found else "",
        "asked": asked,
    }
    if editor.problems:
        return refuse("customers/steps.html", **values)
    return render_template("customers/steps.html", **values)
