"""The address of every screen of a filled Relance: a page that nobody listed is found all the same."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from relance.app import create_app
from relance.config import Settings

# What stands for each part of an address: a row that the made-up firm has.
PARTS = {
    "invoice_id": "SELECT id FROM invoice WHERE balance > 0 AND level = 2 ORDER BY id LIMIT 1",
    "customer_id": "SELECT customer_id FROM invoice WHERE balance > 0 AND level = 2 ORDER BY id LIMIT 1",
    "batch_id": "SELECT id FROM import_batch ORDER BY id LIMIT 1",
    "message_id": "SELECT id FROM message WHERE state = 'sent' ORDER BY id LIMIT 1",
    "dispatch_id": "SELECT id FROM dispatch ORDER BY id LIMIT 1",
    "program_id": "SELECT id FROM program ORDER BY id LIMIT 1",
}
# What is no screen: files, answers to the program itself, and pages that need something first.
NO_SCREENS = frozenset(("static", "home.favicon", "sms_receipts.bring", "welcome.index"))


@dataclass(frozen=True)
class Place:
    """One route and an address that it answers."""

    endpoint: str
    address: str


def places(data_dir: Path) -> list[Place]:
    """Every address that a browser may ask for, with rows of this firm in it."""
    app = create_app(Settings(data_dir=data_dir))
    parts = _parts(data_dir)
    with app.test_request_context():
        found = [
            Place(
                rule.endpoint, app.url_map.bind("127.0.0.1").build(rule.endpoint, {n: parts[n] for n in rule.arguments})
            )
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint not in NO_SCREENS and rule.arguments <= parts.keys()
        ]
    return sorted(found, key=lambda place: place.address)


def _parts(data_dir: Path) -> dict[str, object]:
    with sqlite3.connect(data_dir / "relance.db") as rows:
        found = {name: rows.execute(query).fetchone() for name, query in PARTS.items()}
    return {name: row[0] for name, row in found.items() if row is not None}
