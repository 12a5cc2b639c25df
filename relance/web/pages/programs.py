"""Programs: their list, changing one with its effects shown before they happen, taking one away."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from relance.domain.program import Step
from relance.services.activation import first_run
from relance.services.programs.editing import Effects, Removal, effects, remove
from relance.services.programs.example import example
from relance.services.programs.presets import PRESETS, Preset
from relance.services.refusal import Refused
from relance.services.settings.loading import ProgramSpec, save_program
from relance.storage import book as books
from relance.storage.models import Program
from relance.storage.programs import to_domain
from relance.storage.queries.programs import Uses, all_programs, uses_of
from relance.web.batches import LARGEST_ID
from relance.web.database import firm, local_now, reading, writing
from relance.web.forms.programs import ProgramForm
from relance.web.labels import programs as labels
from relance.web.labels import reasons
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.program_editor import Editor, models
from relance.web.shell import refuse, tell

page = Blueprint("programs", __name__)

Answer = Response | str | tuple[str, int]


@page.context_processor
def _words() -> dict[str, object]:
    return {
        "changed_words": lambda found: labels.changed(found.changed, found.leaving, language()),
        "grouping_name": lambda one: _(labels.GROUPINGS[one]),
        "channel_name": lambda one: reasons.channel(one, language()),
    }


@page.get("/programmes")
def index() -> Answer:
    """All programs, and who is on them."""
    used = uses_of(reading())
    listed = [(row, labels.offsets(to_domain(row).steps), used.get(row.id, Uses())) for row in all_programs(reading())]
    ready = [(one, *labels.PRESETS[one], labels.offsets(steps)) for one, steps in PRESETS.items()]
    return render_template("programs/index.html", programs=listed, ready=ready)


@page.route("/programmes/nouveau", methods=["GET", "POST"], endpoint="new")
def new() -> Answer:
    """A new program, from a ready one or from a copy of another."""
    asked = request.args.get("copie", type=int)
    copied = _stored(asked) if asked is not None else None
    ready = request.args.get("modele", Preset.STANDARD)
    if ready not in set(Preset):
        abort(404)
    steps = to_domain(copied).steps if copied else PRESETS[Preset(ready)]
    name = _("Copy of %(name)s") % {"name": copied.name} if copied else _free_name(Preset(ready))
    head = ProgramForm(data={"name": name, "active": True, "grouping": copied.grouping if copied else None})
    return _edited(None, head, steps)


def _free_name(ready: Preset) -> str:
    """The ready program's own name, unless there is one of that name; none where nothing was chosen."""
    if "modele" not in request.args:
        return ""
    name, taken = _(labels.PRESETS[ready][0]), {row.name for row in all_programs(reading())}
    return _("Copy of %(name)s") % {"name": name} if name in taken else name


@page.route("/programmes/<int:program_id>", methods=["GET", "POST"])
def edit(program_id: int) -> Answer:
    """One program: its steps, an example of its dates, what a change does."""
    row = _found(program_id)
    values = {"name": row.name, "general": row.general, "active": row.active, "grouping": row.grouping.value}
    return _edited(row, ProgramForm(data=values), to_domain(row).steps)


def _edited(row: Program | None, head: ProgramForm, base: tuple[Step, ...]) -> Answer:
    editor = Editor(head, base, models(reading()))
    if request.method == "GET":
        editor.show(base)
        return _page(row, editor, base)
    editor.read()
    if request.form.get("do") == "add":
        editor.add()
        return _page(row, editor)
    sound = head.validate()
    if request.form.get("do") == "list":
        editor.use_list()
    steps = editor.steps() if sound and not editor.problems else None
    if steps is None:
        return _page(row, editor)
    found = _effects(row, editor, steps)
    asked = request.form.get("do") == "save"
    if not asked or (found.changed and head.confirmed.data != _told(found)):
        return _page(row, editor, steps, found, asked=asked)
    return _save(row, editor, steps, found)


def _save(row: Program | None, editor: Editor, steps: tuple[Step, ...], found: Effects) -> Answer:
    head = editor.head
    spec = ProgramSpec(
        name=head.name.data or "",
        steps=steps,
        general=True if head.general.data else None,
        grouping=head.chosen_grouping(),
        active=bool(head.active.data),
    )
    try:
        with writing() as session:
            saved = save_program(session, spec, program_id=row.id if row else None).id
    except Refused as error:
        editor.refused(error)
        return _page(row, editor)
    tell(_("Saved.") + " " + labels.changed(found.changed, found.leaving, language()))
    return redirect(url_for("programs.edit", program_id=saved), 303)


def _effects(row: Program | None, editor: Editor, steps: tuple[Step, ...]) -> Effects:
    """Nobody is on a new program yet, unless it becomes the general one."""
    general = bool(editor.head.general.data) and not (row and row.general)
    if row is None and not general:
        return Effects(0, 0)
    now = local_now()
    changed = editor.program(row.id if row else None, steps)
    return effects(reading(), firm(), first_run(reading(), firm(), now), now, changed, general=general)


def _told(found: Effects) -> str:
    return f"{found.changed}-{found.leaving}"


def _page(
    row: Program | None,
    editor: Editor,
    steps: tuple[Step, ...] | None = None,
    found: Effects | None = None,
    *,
    asked: bool = False,
) -> Answer:
    """The editor, with the dates of an example when its steps are sound."""
    due = editor.due(local_now().date())
    editor.head.due.data = due.isoformat()
    dates = example(editor.program(None, steps), due, books.policy(reading(), firm())) if steps else []
    values = {
        "row": row,
        "editor": editor,
        "due": due,
        "dates": [(one, steps[one.ref.position - 1]) for one in dates] if steps else [],
        "found": found,
        "told": _told(found) if found else "",
        "asked": asked,
        "used": uses_of(reading()).get(row.id, Uses()) if row else Uses(),
    }
    if editor.problems:
        return refuse("programs/edit.html", **values)
    return render_template("programs/edit.html", **values)


@page.route("/programmes/<int:program_id>/supprimer", methods=["GET", "POST"])
def delete(program_id: int) -> Answer:
    """Take a program away, and say which one its customers go to."""
    row = _found(program_id)
    others = [one for one in all_programs(reading()) if one.id != row.id]
    values = {"row": row, "others": others, "used": uses_of(reading()).get(row.id, Uses()), "refused": ""}
    if request.method == "GET":
        return render_template("programs/delete.html", **values)
    try:
        with writing() as session:
            removal = remove(session, row.id, _known(request.form.get("replacement", type=int)))
    except Refused as error:
        return refuse("programs/delete.html", **{**values, "refused": refusal(error, language())})
    if removal is Removal.DELETED:
        tell(_("“%(name)s” is deleted.") % {"name": row.name})
    else:
        tell(
            _("“%(name)s” is switched off. It stays in the list, for reminders were sent under it.")
            % {"name": row.name}
        )
    return redirect(url_for("programs.index"), 303)


def _found(program_id: int) -> Program:
    """The program of a number; a customer's own steps are changed on that customer's pages alone."""
    row = _stored(program_id)
    return abort(404) if row.own else row


def _stored(program_id: int) -> Program:
    found = reading().get(Program, _known(program_id) or 0, options=[selectinload(Program.steps)])
    return found or abort(404)


def _known(number: int | None) -> int | None:
    """A number that a row may have."""
    return number if number is not None and 0 < number <= LARGEST_ID else None
