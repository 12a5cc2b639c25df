"""A CSV file of 5,000 invoices with 1,000 new customers, read, checked, stored."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from relance.cli.main import relance
from scripts.bench.figures import Figure, seconds

ROWS = 5000
CUSTOMERS = 1000
HEADINGS = "N° facture;Code client;Client;E-mail;Date facture;Échéance;Montant TTC;Réglé;Reste dû"


def figures() -> Iterator[Figure]:
    """The whole command, once in this process, on an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "factures.csv"
        file.write_text(csv_text(), encoding="cp1252")
        runner, data = CliRunner(), str(Path(folder) / "data")
        runner.invoke(relance, ["--data-dir", data, "doctor"])  # makes the database
        answers = []
        command = ["--data-dir", data, "import", "invoices", str(file), "--json"]
        took = seconds(lambda: answers.append(runner.invoke(relance, command)))
        if f'"created": {ROWS}' not in answers[0].output:
            raise RuntimeError(answers[0].output[:500])
        yield Figure("import of 5,000 rows", took, 1.5, "s", "1,000 new customers, cp1252, the whole command")


def csv_text() -> str:
    """The file's text."""
    lines = [HEADINGS]
    for key in range(1, ROWS + 1):
        customer, cents = key % CUSTOMERS, key * 37 % 900000 + 1000
        total, paid = f"{cents // 100:,}".replace(",", " ") + f",{cents % 100:02}", "0,00"
        day, month = key % 28 + 1, key % 11 + 1
        lines.append(
            f"F-{key:06};C{customer:04};Société n° {customer};compta@client{customer}.example;"
            f"{day:02}/{month:02}/2026;{day:02}/{month + 1:02}/2026;{total};{paid};{total}"
        )
    return "\r\n".join(lines) + "\r\n"
