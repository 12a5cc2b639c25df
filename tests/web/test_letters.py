"""Letters on the pages: printed as one file, marked as posted, undone; asked about at the partner's."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import TO_PRINT, MessageState
from relance.services.accounts import Role
from relance.services.delivery.outlets import build_outlets
from relance.storage.models import Firm, LetterAccount, Message
from tests.channels.postal_server import End, Fault, PostalServer
from tests.web.client import BASE, Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import ON, Outbox, furnish

PROGRAM = """
[[program]]
name = "Papier"
general = true
[[program.step]]
level = 1
offset = 5
channels = ["letter"]
[[program.step]]
level = 2
offset = 30
channels = ["letter"]
"""
INVOICES = """N° facture;Code client;Client;Adresse;Code postal;Ville;Date facture;Échéance;Total TTC
L-1;ZOE;Zoé Fleurs;1 rue A;69001;Lyon;15/09/2026;15/11/2026;2745,00
L-2;ABE;Abel Bois;2 rue B;06000;Nice;16/10/2026;16/11/2026;1480,40
L-3;ABE;Abel Bois;2 rue B;06000;Nice;16/10/2026;16/11/2026;120,00
L-4;MIA;Mia Métal;3 rue C;57000;Metz;10/09/2026;10/10/2026;312,00
"""


class LetterOutbox(Outbox):
    """E-mails to a list, letters their real way."""

    def outlets(self, settings: Settings, accounts: Any) -> Any:
        real = build_outlets(settings, accounts)
        return {ChannelName.EMAIL: lambda: self, ChannelName.LETTER: real[ChannelName.LETTER]}


@pytest.fixture
def outbox() -> LetterOutbox:
    return LetterOutbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: LetterOutbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@pytest.fixture
def desk(engine: Engine, settings: Settings, clock: Clock, outbox: LetterOutbox) -> Desk:
    clock.move(hours=2)
    furnish(engine, clock(), invoices=INVOICES, more=ON + PROGRAM)
    desk = Desk(engine, settings, clock, outbox)
    desk.change(Firm, 1, address="5 quai Jules-Courmont\n69002 Lyon")
    desk.run()
    return desk


@pytest.fixture
def member(desk: Desk, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


@pytest.fixture
def partner(desk: Desk) -> Iterator[PostalServer]:
    with PostalServer() as server:
        (desk.settings.data_dir / "key").write_text("live_0123456789", encoding="ascii")
        desk.change(LetterAccount, 1, way="post", api_key_file="key", base_url=f"http://127.0.0.1:{server.port}")
        yield server


def letter(desk: Desk, number: str) -> Message:
    return desk.messages(number)[-1]


def acted(browser: Browser, act: str, *ids: int, on: str = "/lettres", **more: str) -> Page:
    address = f"/lettres/choix{on.removeprefix('/lettres')}"
    return browser.follow(browser.send(address, {"act": act, "lettre": [str(one) for one in ids], **more}, on=on))


def ids_of(desk: Desk) -> list[int]:
    return [letter(desk, number).id for number in ("L-1", "L-2", "L-4")]


def test_the_list_says_who_gets_a_letter_and_groups_invoices(desk: Desk, member: Browser) -> None:
    page = member.open("/lettres")
    for text in ("Zoé Fleurs", "Abel Bois", "06000 Nice", "L-2", "L-3", "1 600,40 €"):
        assert page.shows(text), text
    assert page.html.count('name="lettre"') == 3


def test_letters_to_print_are_counted_on_every_page(desk: Desk, member: Browser) -> None:
    bar = member.open("/factures").html.split('class="state"')[1].split("</section>")[0]
    assert re.search(r'href="/lettres">3 ', bar)


@pytest.mark.parametrize(
    ("order", "first"), [("client", "Abel Bois"), ("codepostal", "Abel Bois"), ("montant", "Abel Bois")]
)
def test_levels_stand_apart_and_within_them_as_asked(desk: Desk, member: Browser, order: str, first: str) -> None:
    desk.change(Message, letter(desk, "L-4").id, level=2)
    rows = re.findall(r'<th scope="row" class="k w">([^<]+)', member.open(f"/lettres?tri={order}").html)
    assert rows[0] == first
    assert rows[-1] == "Mia Métal"


def test_all_are_printed_as_one_file_and_marked_as_posted(desk: Desk, member: Browser) -> None:
    page = acted(member, "print", toutes="1")
    assert page.shows("3 ")
    [address] = re.findall(r'href="(/lettres/lots/[0-9a-f]{64}\.pdf)"', page.html)
    pdf = member.client.get(address, base_url=BASE)
    assert pdf.data.startswith(b"%PDF-")
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert all(one.printed_at for one in (letter(desk, "L-1"), letter(desk, "L-2"), letter(desk, "L-4")))
    confirm = acted(member, "posted", on="/lettres?etat=poster", toutes="1")
    chosen = re.findall(r'name="lettres" value="([^"]+)"', confirm.html)[0]
    one = letter(desk, "L-1").id
    form = {"lettres": chosen, "lettre": [str(key) for key in ids_of(desk)], "day": "23/11/2026", "note": "guichet"}
    member.send("/lettres/postees", {**form, f"number-{one}": "1A 22"}, on="/lettres")
    assert desk.states("L-1") == [MessageState.SENT]
    assert (letter(desk, "L-1").tracking, letter(desk, "L-2").tracking) == ("1A 22", "")
    assert desk.invoice("L-3").level == 1
    page = member.open("/lettres?etat=postees")
    assert page.shows("1A 22")
    acted(member, "undo", *ids_of(desk), on="/lettres?etat=postees")
    assert letter(desk, "L-1").code == TO_PRINT
    assert desk.invoice("L-3").level is None


def test_printed_again_the_file_is_the_same(desk: Desk, member: Browser) -> None:
    first = acted(member, "print", toutes="1")
    again = acted(member, "print", on="/lettres?etat=poster", toutes="1")
    files = [re.findall(r"lots/([0-9a-f]{64})", page.html)[0] for page in (first, again)]
    assert files[0] == files[1]


def test_who_has_paid_meanwhile_is_named_and_left_out(desk: Desk, member: Browser) -> None:
    address = desk.address("L-1")
    acted(member, "print", letter(desk, "L-1").id, letter(desk, "L-4").id)
    member.send(f"{address}/reglements", {"pay-amount": "2745", "pay-paid_on": "2026-11-23"}, on=address)
    assert 'class="err"' in member.open("/lettres?etat=poster").html
    confirm = acted(member, "posted", on="/lettres?etat=poster", toutes="1")
    boxes = re.findall(r'name="lettre" value="(\d+)"[^>]*?( checked)?>', confirm.html)
    assert dict(boxes) == {str(letter(desk, "L-1").id): "", str(letter(desk, "L-4").id): " checked"}


def test_a_paid_letter_is_not_printed_and_the_reason_is_said(desk: Desk, member: Browser) -> None:
    address = desk.address("L-1")
    paid = letter(desk, "L-1").id
    member.send(f"{address}/exclusion", {"exclude-note": ""}, on=address)
    desk.change(Message, paid, state=MessageState.HELD, code=TO_PRINT)
    page = acted(member, "print", *ids_of(desk))
    assert 'role="alert"' in page.html or desk.states("L-1") == [MessageState.WITHDRAWN]


def test_letters_can_be_dropped_with_a_reason(desk: Desk, member: Browser) -> None:
    confirm = acted(member, "drop", letter(desk, "L-1").id)
    chosen = re.findall(r'name="lettres" value="([^"]+)"', confirm.html)[0]
    member.send("/lettres/ecarter", {"lettres": chosen, "reason": "", "sequel": "again"}, on="/lettres", status=422)
    member.send("/lettres/ecarter", {"lettres": chosen, "reason": "arrangement", "sequel": "exclude"}, on="/lettres")
    assert desk.states("L-1") == [MessageState.WITHDRAWN]
    assert letter(desk, "L-1").note == "arrangement"
    assert desk.invoice("L-1").excluded


def test_nothing_chosen_is_said(desk: Desk, member: Browser) -> None:
    page = member.send("/lettres/choix", {"act": "print"}, on="/lettres", status=422)
    assert 'role="alert"' in page.html


@pytest.mark.parametrize(
    "address",
    ["/lettres?etat=x&niveau=9&tri=<b>", "/lettres?page=abc&par=-1", "/lettres?niveau='; DROP TABLE message"],
)
def test_a_strange_address_is_no_fault(desk: Desk, member: Browser, address: str) -> None:
    assert member.client.get(address, base_url=BASE).status_code in (200, 422)


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2frelance"])
def test_no_other_file_can_be_fetched(desk: Desk, member: Browser, name: str) -> None:
    assert member.client.get(f"/lettres/lots/{name}.pdf", base_url=BASE).status_code == 404


@pytest.mark.parametrize(
    ("day", "number"), [("24/11/2026", ""), ("22/11/2026", ""), ("", ""), ("x", ""), ("23/11/2026", "<b>")]
)
def test_what_can_not_be_marked_is_said_at_its_field(desk: Desk, member: Browser, day: str, number: str) -> None:
    key = letter(desk, "L-1").id
    form = {"lettres": str(key), "lettre": str(key), "day": day, f"number-{key}": number}
    page = member.send("/lettres/postees", form, on="/lettres", status=422)
    assert 'role="alert"' in page.html
    assert desk.states("L-1") == [MessageState.HELD]


def test_a_letter_that_waits_no_more_is_no_fault(desk: Desk, member: Browser) -> None:
    for key in ("0", "999999999", "9" * 40, "x"):
        member.open(f"/lettres/postees?lettres={key}")
        member.open(f"/lettres/ecarter?lettres={key}")
    for address in ("suivi", "annuler", "recherche", "numero"):
        assert member.client.post(f"/lettres/{'9' * 30}/{address}", base_url=BASE).status_code in (400, 403, 404)


def test_a_number_is_given_before_it_is_printed(desk: Desk, member: Browser) -> None:
    key = letter(desk, "L-1").id
    member.send(f"/lettres/{key}/numero", {"number": "1A 77"}, on=f"/historique/{key}")
    assert letter(desk, "L-1").tracking == "1A 77"
    page = member.follow(member.send(f"/lettres/{key}/numero", {"number": "é" * 3}, on=f"/historique/{key}"))
    assert 'role="alert"' in page.html
    assert letter(desk, "L-1").tracking == "1A 77"


def test_the_list_asks_the_database_a_fixed_number_of_questions(desk: Desk, member: Browser) -> None:
    desk.change(Message, letter(desk, "L-4").id, level=2)
    member.open("/lettres")
    few = desk.queries_of(lambda: member.open("/lettres?niveau=2"))
    many = desk.queries_of(lambda: member.open("/lettres"))
    assert many == few


def sent_by(desk: Desk, partner: PostalServer, member: Browser) -> Message:
    acted(member, "leave", letter(desk, "L-1").id)
    desk.deliver()
    assert desk.states("L-1") == [MessageState.SENT]
    return letter(desk, "L-1")


def test_where_a_letter_is_and_what_it_cost_stand_on_its_page(
    desk: Desk, member: Browser, partner: PostalServer
) -> None:
    key = sent_by(desk, partner, member).id
    partner.letters[0].update(
        tracking_events=[{"status": "DISTRIBUE", "message": "<script>", "date": "2026-11-23T08:00:00Z"}],
        delivery_proof="https://files.example/p.pdf",
        filing_proof="javascript:alert(1)",
        return_to_sender_proof="http://files.example/x",
    )
    page = member.follow(member.send(f"/lettres/{key}/suivi", {}, on=f"/historique/{key}"))
    assert page.shows("1,45")
    assert 'href="https://files.example/p.pdf"' in page.html
    assert "javascript:" not in page.html
    assert "<script>" not in page.html.split("<main")[1]


def test_a_letter_is_stopped_before_it_is_printed(desk: Desk, member: Browser, partner: PostalServer) -> None:
    key = sent_by(desk, partner, member).id
    assert "/annuler" in member.open(f"/historique/{key}").html
    member.send(f"/lettres/{key}/annuler", {}, on=f"/historique/{key}")
    assert desk.states("L-1") == [MessageState.WITHDRAWN]
    assert desk.invoice("L-1").level is None
    page = member.follow(member.send(f"/lettres/{key}/annuler", {}, on=f"/historique/{key}"))
    assert 'role="alert"' in page.html


def test_a_partner_that_is_down_is_no_fault(desk: Desk, member: Browser, partner: PostalServer) -> None:
    key = sent_by(desk, partner, member).id
    partner.stop()
    for act in ("suivi", "annuler"):
        page = member.follow(member.send(f"/lettres/{key}/{act}", {}, on=f"/historique/{key}"))
        assert 'role="alert"' in page.html
    assert desk.states("L-1") == [MessageState.SENT]


def test_a_lost_letter_is_looked_for(desk: Desk, member: Browser, partner: PostalServer) -> None:
    partner.script("create", Fault(End.RESET, taken=True))
    partner.script("list", None, Fault(status=503))
    acted(member, "leave", letter(desk, "L-1").id)
    desk.deliver()
    key = letter(desk, "L-1").id
    assert desk.states("L-1") == [MessageState.UNKNOWN]
    assert "/recherche" in member.open(f"/historique/{key}").html
    member.send(f"/lettres/{key}/recherche", {}, on=f"/historique/{key}")
    assert desk.states("L-1") == [MessageState.SENT]


def test_a_reader_sees_and_changes_nothing(desk: Desk, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    page = reader.open("/lettres")
    assert 'name="lettre"' not in page.html
    assert reader.client.post("/lettres/choix", data={"act": "print"}, base_url=BASE).status_code in (400, 403)
