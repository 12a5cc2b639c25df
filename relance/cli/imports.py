"""relance import: a file of invoices, or of payments."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relance.cli.context import FAILURES, REFUSED, Relance, print_json, refusing, say

if TYPE_CHECKING:
    from relance.importers.fields import Field, FileKind
    from relance.services.imports import ImportOptions, ImportResult, Preview, RowProblem

COMMAND = "command"  # who imported, where no account is signed in
_LARGE = 500_000

Command = Callable[..., None]


@click.group("import")
def import_() -> None:
    """Import a file of invoices or of payments (CSV or .xlsx)."""


def _reading_options(command: Command) -> Command:
    options = (
        click.argument("file", metavar="FILE"),
        click.option("--profile", metavar="NAME", help="Answers remembered under a name; kept under it afterwards."),
        click.option("--map", "maps", multiple=True, metavar="'HEADING=field'", help="What a column holds."),
        click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="The order of dates in digits."),
        click.option("--skip-bad-rows", is_flag=True, help="Import the good rows all the same."),
        click.option("--dry-run", is_flag=True, help="Change nothing, and say what would be done."),
        click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@import_.command("invoices")
@_reading_options
@click.option("--complete-list", is_flag=True, help="The file lists every open invoice: name those that it lacks.")
@click.option("--yes", is_flag=True, help="With --complete-list: mark those that it lacks as paid.")
@click.pass_obj
def invoices(relance: Relance, /, **options: Any) -> None:
    """Import FILE, a list of invoices."""
    from relance.importers.fields import FileKind

    _Import(relance, FileKind.INVOICES, options).run()


@import_.command("payments")
@_reading_options
@click.pass_obj
def payments(relance: Relance, /, **options: Any) -> None:
    """Import FILE, a list of payments."""
    from relance.importers.fields import FileKind

    _Import(relance, FileKind.PAYMENTS, {"complete_list": False, "yes": False, **options}).run()


class _Import:
    """One call of the command: read, compare, and unless told otherwise, write."""

    def __init__(self, relance: Relance, kind: "FileKind", options: dict[str, Any]) -> None:
        self.relance = relance
        self.kind = kind
        self.options = options
        self.say = say(relance.language)
        self.json: bool = options["as_json"]

    def run(self) -> None:
        """Ends with 0 when all rows were good, 1 when some were refused, 2 when the file was."""
        from relance.services.imports import ImportResult, result_of

        file = Path(self.options["file"])
        with refusing(self.relance.language):
            content = _content(file)
            with self._progress(content) as bar:
                shown, earlier = self._preview(content)
                bar.update(1)
                self._stop_at_questions(shown)
                if not self._may_write(shown):
                    result = ImportResult(
                        0, 0, 0, missing=shown.missing, problems=shown.problems, notices=shown.notices
                    )
                elif self.options["dry_run"]:
                    result = result_of(shown)
                else:
                    result = self._apply(file.name, content, shown, settle=self._settles(shown))
                bar.update(1)
        self._tell(result, earlier)
        sys.exit(FAILURES if result.problems else 0)

    def _progress(self, content: bytes) -> Any:
        return click.progressbar(
            length=2,
            label=self.say("Importing"),
            file=sys.stderr,
            hidden=len(content) < _LARGE or not sys.stderr.isatty(),
        )

    def _preview(self, content: bytes) -> "tuple[Preview, str | None]":
        from relance import clock
        from relance.services.database import the_firm
        from relance.services.imports import already_applied, preview
        from relance.storage import db

        with db.reading(self.relance.engine) as session:
            before = already_applied(session, self.kind, content)
            zone = the_firm(session).timezone
            day = clock.local_day(before.applied_at, zone).isoformat() if before and before.applied_at else None
            shown = preview(session, self.kind, content, self._answers(), complete=self.options["complete_list"])
        return shown, day

    def _answers(self) -> "ImportOptions":
        from relance.importers.reading import DateOrder
        from relance.services.imports import ImportOptions

        order = self.options["date_order"]
        return ImportOptions(
            mapping=_mapping(self.options["maps"], self.kind),
            date_order=DateOrder(order) if order else None,
            profile=self.options["profile"],
        )

    def _stop_at_questions(self, shown: "Preview") -> None:
        from relance.web.labels.imports import question

        for asked in shown.questions:
            click.echo(question(asked, self.say), err=True)
        if shown.questions:
            sys.exit(REFUSED)

    def _may_write(self, shown: "Preview") -> bool:
        good = bool(shown.rows)
        return good and (not shown.problems or self.options["skip_bad_rows"])

    def _settles(self, shown: "Preview") -> bool:
        """Whether the invoices that a complete list lacks are marked as paid: a person says so, or --yes."""
        if not shown.missing or self.options["yes"]:
            return bool(shown.missing)
        if self.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        words = {"count": len(shown.missing), "numbers": ", ".join(shown.missing)}
        asked = (
            self.say("Open invoices that the file doesn't list (%(count)s): %(numbers)s. Mark them as paid?") % words
        )
        return click.confirm(asked, err=True)

    def _apply(self, filename: str, content: bytes, shown: "Preview", *, settle: bool) -> "ImportResult":
        from relance import clock
        from relance.services.imports import apply, receive
        from relance.storage import db

        now = clock.utc_now()
        with db.writing(self.relance.engine) as session:
            batch = receive(session, self.kind, filename, content, by=COMMAND, now=now)
            return apply(
                session,
                batch,
                shown,
                skip_bad_rows=self.options["skip_bad_rows"],
                complete_confirmed=settle,
                by=COMMAND,
                now=now,
            )

    def _tell(self, result: "ImportResult", earlier: str | None) -> None:
        from relance.web.labels.imports import counts, problem_line

        for found in result.problems:
            click.echo(problem_line(found, self.say), err=True)
        if self.json:
            print_json(self._document(result, earlier))
            return
        if earlier:
            click.echo(self.say("This file was already imported on %(day)s.") % {"day": earlier})
        for found in result.notices:
            click.echo(problem_line(found, self.say))
        if result.problems and not self.options["skip_bad_rows"]:
            click.echo(
                self.say("Nothing was imported: correct these rows, or let the others in with --skip-bad-rows."),
                err=True,
            )
        click.echo(counts(result, self.say, dry_run=self.options["dry_run"]))
        self._tell_missing(result)

    def _tell_missing(self, result: "ImportResult") -> None:
        if result.settled:
            text = self.say("Marked as paid, because the file doesn't list them: %(numbers)s.")
            click.echo(text % {"numbers": ", ".join(result.settled)})
        elif result.missing:
            text = self.say("Open invoices that the file doesn't list: %(numbers)s. Add --yes to mark them as paid.")
            click.echo(text % {"numbers": ", ".join(result.missing)})

    def _document(self, result: "ImportResult", earlier: str | None) -> dict[str, object]:
        return {
            "created": result.created,
            "updated": result.updated,
            "unchanged": result.unchanged,
            "missing": list(result.missing),
            "problems": self._rows(result.problems),
            "batch": result.batch,
            "settled": list(result.settled),
            "notices": self._rows(result.notices),
            "already_imported": earlier,
            "dry_run": self.options["dry_run"],
        }

    def _rows(self, found: "Iterable[RowProblem]") -> list[dict[str, object]]:
        from relance.web.labels.imports import problem

        return [
            {
                "row": one.row,
                "column": one.column,
                "code": one.code.value,
                "value": one.value,
                "message": problem(one, self.say),
            }
            for one in found
        ]


def _content(file: Path) -> bytes:
    """The bytes of a file. Raises Refused for one that isn't there or is far too large."""
    from relance.importers.decoding import LARGEST
    from relance.services.refusal import Refused

    try:
        if file.is_dir():
            raise Refused("import.file_folder", file=str(file))
        if file.stat().st_size > LARGEST:
            raise Refused("import.unreadable.too_large")
        return file.read_bytes()
    except FileNotFoundError as error:
        raise Refused("import.file_missing", file=str(file)) from error
    except (OSError, ValueError) as error:
        raise Refused("import.file_unreadable", file=str(file), error=str(error)) from error


def _mapping(maps: Iterable[str], kind: "FileKind") -> "dict[str, Field | None]":
    from relance.services.imports import field_named
    from relance.services.refusal import Refused

    mapping = {}
    for text in maps:
        heading, equals, word = text.rpartition("=")
        if not equals or not heading.strip():
            raise Refused("import.map_shape", value=text)
        mapping[heading.strip()] = field_named(word, kind)
    return mapping
