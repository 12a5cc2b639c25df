"""The address of every screen of a filled Relance: a page that nobody listed is found all the same."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

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
    "group_id": "SELECT id FROM customer_group ORDER BY id LIMIT 1",
    "sender_id": "SELECT id FROM sender ORDER BY id LIMIT 1",
    "name": "SELECT 'niveau-2'",
}
# Parts of addresses that lead to files, or on to another page.
NO_PAGES = frozenset(("filename", "number", "kind", "sha256", "key", "act"))
# The same pages as other choices show them.
CHOICES = (
    "/factures?etat=toutes",
    "/factures?etat=payees&q=rien-de-tel",
    "/clients/{customer_id}?onglet=relances",
    "/clients/{customer_id}?onglet=notes",
    "/modeles/niveau-1?canal=sms",
    "/modeles/niveau-3?canal=letter&langue=de",
    "/programmes/nouveau?modele=firm",
    "/rapports/balance-agee?par=groupe",
    "/relances/marquer?factures={invoice_id}",
    "/reglages/e-mail?fournisseur=other",
    "/historique?etat=echec",
)
# What is no screen: files, answers to the program itself, the inside of a frame where no script runs.
NO_SCREENS = frozenset(("static", "home.favicon", "sms_receipts.bring", "welcome.index", "models.preview"))


@dataclass(frozen=True)
class Place:
    """One route and an address that it answers."""

    endpoint: str
    address: str


def places(data_dir: Path) -> list[Place]:
    """Every address that a browser may ask for, with rows of this firm in it. A part that nobody knows is a fault."""
    app = create_app(Settings(data_dir=data_dir))
    parts = _parts(data_dir)
    found = [Place("", choice.format(**parts)) for choice in CHOICES if _fits(choice, parts)]
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_SCREENS:
            continue
        assert rule.arguments <= PARTS.keys() | NO_PAGES, rule
        if rule.arguments <= parts.keys():
            address = app.url_map.bind("127.0.0.1").build(rule.endpoint, {one: parts[one] for one in rule.arguments})
            found.append(Place(rule.endpoint, address))
    return sorted(found, key=lambda place: place.address)


def _fits(choice: str, parts: dict[str, object]) -> bool:
    return all(name in parts for _text, name, _form, _as in Formatter().parse(choice) if name)


def _parts(data_dir: Path) -> dict[str, object]:
    with sqlite3.connect(data_dir / "relance.db") as rows:
        found = {name: rows.execute(query).fetchone() for name, query in PARTS.items()}
    return {name: row[0] for name, row in found.items() if row is not None}
