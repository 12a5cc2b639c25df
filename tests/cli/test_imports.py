"""relance import, as other programs rely on it: exit codes, JSON, and what is left unchanged."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from relance.cli.main import relance
from relance.importers.fields import Field
from relance.importers.reading import ProblemCode, QuestionCode, UnreadableCode
from relance.services.imports import MatchCode, RowProblem, RowState
from relance.web.labels import imports as labels
from tests.services.imported import Desk, fresh_engine

HEADINGS = "Numéro;Client;Échéance;Total TTC;Payé"
GOOD = "F-1;Aubry;2026-10-31;120,00;0"
OTHER = "F-2;Mercier;2026-10-31;80,00;0"
BAD = "F-3;Mercier;31/11/2026;80,00;0"


class Terminal:
    """A data folder, and commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = Desk(fresh_engine(folder))

    def file(self, *lines: str, name: str = "liste.csv") -> str:
        """A file with these lines."""
        path = self.folder / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return str(path)

    def run(self, *arguments: str) -> Result:
        """A command, in English."""
        environment = {"RELANCE_LANG": "en"}
        return CliRunner().invoke(relance, ["--data-dir", str(self.folder), *arguments], env=environment)

    def json(self, *arguments: str) -> dict[str, Any]:
        """The document that a command prints."""
        document: dict[str, Any] = json.loads(self.run(*arguments, "--json").stdout)
        return document


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_good_file_is_imported_and_counted(terminal: Terminal) -> None:
    done = terminal.run("import", "invoices", terminal.file(HEADINGS, GOOD, OTHER))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "Imported: 2, updated: 0, already known: 0, refused: 0.\n"
    assert terminal.desk.numbers() == ["F-1", "F-2"]


def test_the_json_has_its_five_keys_first(terminal: Terminal) -> None:
    document = terminal.json("import", "invoices", terminal.file(HEADINGS, GOOD, OTHER))
    assert list(document)[:5] == ["created", "updated", "unchanged", "missing", "problems"]
    assert [document[key] for key in list(document)[:5]] == [2, 0, 0, [], []]


def test_a_file_that_was_imported_says_so(terminal: Terminal) -> None:
    file = terminal.file(HEADINGS, GOOD)
    terminal.run("import", "invoices", file)
    again = terminal.run("import", "invoices", file)
    assert again.exit_code == 0
    assert again.stdout.startswith("This file was already imported on ")
    assert "already known: 1" in again.stdout


def test_a_bad_row_keeps_all_out_and_is_named(terminal: Terminal) -> None:
    file = terminal.file(HEADINGS, GOOD, BAD)
    done = terminal.run("import", "invoices", file, "--json")
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert (document["created"], terminal.desk.numbers()) == (0, [])
    (problem,) = document["problems"]
    message = problem.pop("message")
    assert problem == {"row": 3, "column": "Échéance", "code": "date_impossible", "value": "31/11/2026"}
    assert "31/11/2026" in message
    assert message in done.stderr


def test_skipping_bad_rows_lets_the_good_ones_in(terminal: Terminal) -> None:
    done = terminal.run("import", "invoices", terminal.file(HEADINGS, GOOD, BAD), "--skip-bad-rows")
    assert done.exit_code == 1
    assert "Imported: 1, updated: 0, already known: 0, refused: 1." in done.stdout
    assert "Row 3, column “Échéance”" in done.stderr
    assert terminal.desk.numbers() == ["F-1"]


def test_a_dry_run_says_the_same_and_changes_nothing(terminal: Terminal) -> None:
    file = terminal.file(HEADINGS, GOOD, OTHER)
    dry = terminal.json("import", "invoices", file, "--dry-run")
    assert terminal.desk.numbers() == []
    real = terminal.json("import", "invoices", file)
    assert [dry[key] for key in ("created", "updated", "unchanged")] == [2, 0, 0]
    for told in (dry, real):
        told.pop("batch")
        told.pop("dry_run")
    assert dry == real


def test_a_complete_list_only_reports_without_yes(terminal: Terminal) -> None:
    terminal.run("import", "invoices", terminal.file(HEADINGS, GOOD, OTHER))
    shorter = terminal.file(HEADINGS, GOOD, name="ouvertes.csv")
    document = terminal.json("import", "invoices", shorter, "--complete-list")
    assert (document["missing"], document["settled"]) == (["F-2"], [])
    assert terminal.desk.amounts("F-2")[3] == 8000
    document = terminal.json("import", "invoices", shorter, "--complete-list", "--yes")
    assert (document["missing"], document["settled"]) == (["F-2"], ["F-2"])
    assert terminal.desk.amounts("F-2")[3] == 0


def test_an_ambiguous_date_is_asked_with_the_option_that_answers(terminal: Terminal) -> None:
    file = terminal.file("Number,Customer,Due date,Total", "F-1,Aubry,03/04/2026,10.00")
    asked = terminal.run("import", "invoices", file)
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "--date-order dmy" in asked.stderr
    assert terminal.desk.numbers() == []
    assert terminal.run("import", "invoices", file, "--date-order", "mdy").exit_code == 0
    assert str(terminal.desk.invoice("F-1").due_date) == "2026-03-04"


def test_an_unknown_column_is_asked_with_the_option_that_answers(terminal: Terminal) -> None:
    file = terminal.file("Machin;Client;Total TTC", "F-1;Aubry;10")
    asked = terminal.run("import", "invoices", file)
    assert asked.exit_code == 2
    assert "--map 'HEADING=number'" in asked.stderr
    assert terminal.run("import", "invoices", file, "--map", "Machin=number").exit_code == 0
    assert terminal.desk.numbers() == ["F-1"]


def test_a_profile_is_kept_and_used_by_its_name(terminal: Terminal) -> None:
    first = terminal.file("Machin;Client;Total TTC", "F-1;Aubry;10")
    done = terminal.run("import", "invoices", first, "--map", "Machin=number", "--profile", "Compta")
    assert done.exit_code == 0
    second = terminal.file("Machin;Client;Total TTC;Ville", "F-2;Aubry;10;Lyon", name="suite.csv")
    assert terminal.run("import", "invoices", second, "--profile", "Compta").exit_code == 0
    assert terminal.desk.numbers() == ["F-1", "F-2"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.csv"], "There is no file"),
        (["."], "is a folder"),
        (["liste.csv", "--map", "Total"], "an equals sign"),
        (["liste.csv", "--map", "Total TTC=montant"], "There is no field “montant”"),
        (["liste.csv", "--map", "Ech.=due_date"], "no column “Ech.”"),
        (["vide.csv"], "The file is empty"),
        (["facture.pdf"], "This is a PDF"),
    ],
)
def test_what_cannot_be_read_is_refused(terminal: Terminal, arguments: list[str], said: str) -> None:
    terminal.file(HEADINGS, GOOD)
    terminal.file("", name="vide.csv")
    terminal.file("%PDF-1.7", name="facture.pdf")
    name, *options = arguments
    refused = terminal.run("import", "invoices", str(terminal.folder / name), *options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr


def test_payments_are_imported_and_their_problems_named(terminal: Terminal) -> None:
    terminal.run("import", "invoices", terminal.file(HEADINGS, GOOD))
    headings = "Facture;Date de paiement;Montant"
    good = terminal.file(headings, "F-1;2026-11-10;50,00", name="reglements.csv")
    assert terminal.json("import", "payments", good)["created"] == 1
    bad = terminal.file(headings, "F-9;2026-11-10;50,00", name="autres.csv")
    done = terminal.run("import", "payments", bad, "--json")
    assert (done.exit_code, json.loads(done.stdout)["problems"][0]["code"]) == (1, "invoice_unknown")
    assert terminal.desk.amounts("F-1")[3] == 7000


@pytest.mark.parametrize("code", [*ProblemCode, *MatchCode])
def test_every_problem_has_a_sentence(code: ProblemCode | MatchCode) -> None:
    said = labels.problem_line(RowProblem(3, "Ech.", code, "x"), str)
    assert said.startswith("Row 3, column “Ech.”: ")


def test_every_code_of_a_file_has_its_words() -> None:
    assert set(labels.QUESTIONS) == set(QuestionCode)
    assert set(labels.UNREADABLE) == set(UnreadableCode)
    assert set(labels.FIELDS) == set(Field)
    assert set(labels.ROW_STATES) == set(RowState)
    facts: defaultdict[str, object] = defaultdict(lambda: "x")
    for unreadable in UnreadableCode:
        assert labels.sentence(f"import.unreadable.{unreadable}", {}, str)
    for code in labels.REFUSALS:
        assert labels.sentence(code, facts, str)
    assert labels.sentence("remind.kind", {}, str) is None
