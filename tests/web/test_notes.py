"""Notes on customers and invoices."""

import pytest
from sqlalchemy import Engine, select

from relance.services.accounts import Role
from relance.storage.db import reading
from relance.storage.models import Note
from tests.web import customer_book as book
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn

NOTES = "/clients/1?onglet=notes"


@pytest.fixture
def member(signed_in: SignIn, engine: Engine) -> Browser:
    book.fill(engine)
    return signed_in(Role.MEMBER)


def kept(engine: Engine) -> list[tuple[int, int | None, str, str]]:
    with reading(engine) as session:
        return [(one.customer_id, one.invoice_id, one.text, one.by) for one in session.scalars(select(Note))]


def test_a_note_is_kept_with_who_and_when_and_shown_newest_first(member: Browser, engine: Engine) -> None:
    member.send("/clients/1/notes", {"text": "Appelé Mme Dupont.\r\nRappeler jeudi."}, on=NOTES)
    member.send("/factures/2/notes", {"text": "Bon de commande renvoyé."}, on="/factures/2")
    by = "member@firm.fr"
    assert kept(engine) == [
        (1, None, "Appelé Mme Dupont.\nRappeler jeudi.", by),
        (1, 2, "Bon de commande renvoyé.", by),
    ]
    page = member.open(NOTES)
    assert page.html.index("Bon de commande") < page.html.index("Rappeler jeudi")
    assert page.shows("F-2") and page.shows("23/11/2026") and page.shows("(2)")
    invoice = member.open("/factures/2")
    assert invoice.shows("Bon de commande") and not invoice.shows("Rappeler jeudi")


@pytest.mark.parametrize("text", ["", "  \r\n ", "\u200b", "x" * 2001, "a\x00b", "a\x1bb"])
def test_a_note_that_cannot_be_kept_is_refused_and_stays_in_its_box(member: Browser, engine: Engine, text: str) -> None:
    page = member.send("/clients/1/notes", {"text": text}, on=NOTES, status=422)
    assert 'role="alert"' in page.html and kept(engine) == []
    assert text.strip()[:1] in page.html


def test_what_a_note_says_is_text(member: Browser) -> None:
    member.send("/clients/1/notes", {"text": "<script>alert(1)</script> {{ 7*7 }}"}, on=NOTES)
    page = member.open(NOTES)
    assert page.shows("<script>alert(1)</script> {{ 7*7 }}") and "<script>alert" not in page.html


def test_a_note_is_deleted_by_any_member(member: Browser, engine: Engine, signed_in: SignIn) -> None:
    member.send("/clients/1/notes", {"text": "un"}, on=NOTES)
    member.send("/factures/1/notes", {"text": "deux"}, on="/factures/1")
    owner = signed_in(Role.OWNER)
    assert "/clients/1?onglet=notes" in owner.send("/notes/1/supprimer", {}, on=NOTES).location
    assert owner.send("/notes/2/supprimer", {}, on="/factures/1").location.startswith("/factures/1")
    assert kept(engine) == []
    owner.send("/notes/2/supprimer", {}, on="/factures/1", status=404)


@pytest.mark.parametrize("path", ["/clients/99/notes", "/factures/99/notes", "/notes/99999999999999999999/supprimer"])
def test_what_is_not_there_has_no_notes(member: Browser, path: str) -> None:
    member.send(path, {"text": "un"}, on=NOTES, status=404)


def test_a_reader_reads_notes_and_writes_none(member: Browser, signed_in: SignIn) -> None:
    member.send("/clients/1/notes", {"text": "à lire"}, on=NOTES)
    reader = signed_in(Role.READER)
    page = reader.open(NOTES)
    assert page.shows("à lire") and "note-text" not in page.html and "supprimer" not in page.html
    reader.send("/clients/1/notes", {"text": "un"}, on="/compte", status=403)
    reader.send("/notes/1/supprimer", {}, on="/compte", status=403)


def test_a_second_click_writes_no_second_note(member: Browser, engine: Engine, clock: Clock) -> None:
    for _click in range(2):
        member.send("/clients/1/notes", {"text": "Appelé."}, on=NOTES)
    assert len(kept(engine)) == 1
    member.send("/factures/1/notes", {"text": "Appelé."}, on="/factures/1")
    clock.move(minutes=5)
    member.send("/clients/1/notes", {"text": "Appelé."}, on=NOTES)
    assert len(kept(engine)) == 3


def test_a_note_far_too_long_is_told_how_long_it_may_be(member: Browser) -> None:
    assert member.send("/clients/1/notes", {"text": "x" * 30_000}, on=NOTES, status=422).shows("2000")
