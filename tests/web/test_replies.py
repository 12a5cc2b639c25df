"""What customers wrote, what follows, and what came back: the pages, from the news to the decision."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from relance.services.mailbox import news as services
from relance.services.mailbox.news import Heard, Piece
from relance.storage import db
from relance.storage.models import BadAddress, Customer, Hold, InboxAccount, Invoice, News
from tests.web.client import Browser, Page
from tests.web.conftest import Clock, SignIn
from tests.web.desk import Desk
from tests.web.office import Outbox, furnish

AUBRY, LENOIR = "compta@aubry.example", "compta@lenoir.example"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    return create_app(settings, clock=clock, channels=outbox.outlets)


@dataclass
class Scene:
    desk: Desk
    count: int = 0

    def hear(self, kind: Heard, address: str, text: str = "", *, number: str = "", **values: object) -> int:
        """Something is heard of the newest message about an invoice, or of a customer."""
        self.count += 1
        message = self.desk.messages(number)[-1].id if number else None
        at = self.desk.clock() + timedelta(minutes=self.count)
        given: dict[str, object] = {"subject": "Re: facture", "message_id": message, "text": text, **values}
        piece = Piece(f"mail:{self.count}", kind, at, at, address=address, **given)  # type: ignore[arg-type]
        with db.writing(self.desk.engine) as session:
            row = services.note(session, piece)
            assert row is not None
            return row.id

    def news(self) -> list[News]:
        with db.reading(self.desk.engine) as session:
            return list(session.scalars(select(News).order_by(News.id)))

    def customer(self, code: str) -> int:
        with db.reading(self.desk.engine) as session:
            return session.scalars(select(Customer.id).where(Customer.code == code)).one()

    def holds(self) -> list[tuple[str, str, bool]]:
        with db.reading(self.desk.engine) as session:
            return [(one.kind, one.origin, one.closed_at is None) for one in session.scalars(select(Hold))]


@pytest.fixture
def scene(engine: Engine, settings: Settings, clock: Clock, outbox: Outbox) -> Scene:
    """After today's run, at eleven: F-1 went to Aubry, F-2 and F-3 to Lenoir."""
    furnish(engine, clock())
    desk = Desk(engine, settings, clock, outbox)
    clock.move(hours=2)
    desk.run()
    return Scene(desk)


@pytest.fixture
def member(scene: Scene, signed_in: SignIn) -> Browser:
    return signed_in(Role.MEMBER)


def decide(member: Browser, scene: Scene, code: str, do: str, *, status: int = 303, **fields: object) -> Page:
    customer = scene.customer(code)
    data: dict[str, object] = {"do": do, "reponse": [one.id for one in scene.news()]}
    prefixed = {f"c{customer}-{name}" if name in ("until", "note") else name: value for name, value in fields.items()}
    return member.send(f"/reponses/{customer}", data | prefixed, on="/reponses", status=status)


def test_nothing_to_answer_is_said(member: Browser) -> None:
    page = member.open("/reponses")
    assert "<article" not in page.html
    assert page.heading


def test_a_reply_is_shown_in_its_own_words_with_what_is_owed(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.REPLIED, AUBRY, "Bonjour,\n\nnous payons le 30.", number="F-1")
    page = member.open("/reponses")
    for text in ("Menuiserie Aubry", AUBRY, "Re: facture", "nous payons le 30.", "F-1"):
        assert page.shows(text), text
    assert f"/historique/{scene.desk.messages('F-1')[-1].id}" in page.html
    assert page.html.count(" checked") == 1


def test_the_words_are_never_markup(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.REPLIED, AUBRY, "<script>alert(1)</script> {{ 7*7 }}", number="F-1", subject="<b>x</b>")
    for address in ("/reponses", scene.desk.address("F-1"), f"/historique/{scene.desk.messages('F-1')[-1].id}"):
        page = member.open(address)
        assert "<script>alert" not in page.html
        assert "<b>x</b>" not in page.html
        assert page.shows("<script>alert(1)</script> {{ 7*7 }}"), address


def test_going_on_ends_the_waiting_once(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.REPLIED, AUBRY, "oui", number="F-1")
    assert scene.holds() == [("pause", "reply", True)]
    decide(member, scene, "AUB", "resume")
    assert scene.holds() == [("pause", "reply", False)]
    (noted,) = scene.news()
    assert (noted.decision, noted.handled_by) == ("resume", "member@firm.fr")
    assert 'role="alert"' in member.follow(decide(member, scene, "AUB", "resume")).html
    assert "<article" not in member.open("/reponses").html


@pytest.mark.parametrize(("do", "until"), [("promise", "2026-11-30"), ("pause", "2026-12-24"), ("dispute", "")])
def test_a_decision_opens_its_hold_on_the_chosen_invoices_alone(
    scene: Scene, member: Browser, do: str, until: str
) -> None:
    scene.hear(Heard.REPLIED, LENOIR, "sur F-2", number="F-2")
    chosen = scene.desk.invoice("F-2").id
    decide(member, scene, "LEN", do, until=until, note="au téléphone", facture=chosen)
    (opened,) = [one for one in scene.desk.holds("F-2") if one.closed_at is None]
    assert (opened.kind, opened.note, str(opened.until or "")) == (do, "au téléphone", until)
    assert all(one.closed_at for one in scene.desk.holds("F-3"))
    assert scene.news()[0].decision == do


def test_excluding_takes_the_chosen_invoices_out(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.REPLIED, LENOIR, "non", number="F-2")
    decide(member, scene, "LEN", "exclude", facture=[scene.desk.invoice("F-2").id, scene.desk.invoice("F-3").id])
    assert [scene.desk.invoice(number).excluded for number in ("F-2", "F-3")] == [True, True]


def test_what_lacks_is_said_and_nothing_is_done(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.REPLIED, AUBRY, "oui", number="F-1")
    mine, other = scene.desk.invoice("F-1").id, scene.desk.invoice("F-2").id
    wrong: list[tuple[str, dict[str, object]]] = [
        ("promise", {"facture": mine}),
        ("promise", {"facture": mine, "until": "31/02/2026"}),
        ("promise", {"facture": mine, "until": "2026-01-01"}),
        ("pause", {"facture": mine, "until": "9999-01-01"}),
        ("dispute", {}),
        ("dispute", {"facture": "x"}),
        ("exclude", {"facture": other}),
        ("dispute", {"facture": mine, "note": "x" * 501}),
    ]
    for do, fields in wrong:
        page = decide(member, scene, "AUB", do, status=422, **fields)
        assert 'role="alert"' in page.html, (do, fields)
    assert scene.holds() == [("pause", "reply", True)]
    decide(member, scene, "AUB", "drop table", status=422)
    assert scene.news()[0].handled_at is None


def test_an_answer_that_came_meanwhile_is_not_decided_unseen(scene: Scene, member: Browser) -> None:
    seen = scene.hear(Heard.REPLIED, AUBRY, "un", number="F-1")
    scene.hear(Heard.REPLIED, AUBRY, "deux", number="F-1")
    decide(member, scene, "AUB", "resume", reponse=seen)
    assert [one.handled_at is None for one in scene.news()] == [False, True]
    assert scene.holds() == [("pause", "reply", False), ("pause", "reply", True)]


def test_several_replies_of_a_customer_stand_together(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.REPLIED, AUBRY, "un", number="F-1")
    scene.hear(Heard.REPLIED, "chef@aubry.example", "deux", customer_id=scene.customer("AUB"))
    page = member.open("/reponses")
    assert page.html.count("<article") == 1
    decide(member, scene, "AUB", "resume")
    assert not any(is_open for _, _, is_open in scene.holds())


def test_who_writes_a_hundred_times_fills_no_page_and_is_answered_all_the_same(scene: Scene, member: Browser) -> None:
    for number in range(45):
        scene.hear(Heard.REPLIED, AUBRY, f"mot {number}.", number="F-1")
    page = member.open("/reponses")
    assert page.html.count('name="reponse"') == 20
    assert page.shows("mot 44.")
    assert not page.shows("mot 24.")
    assert member.open(scene.desk.address("F-1")).html.count("mot ") == 20
    decide(member, scene, "AUB", "resume", reponse=[one.id for one in scene.news()[25:]])
    assert member.open("/reponses").shows("mot 24.")


def test_a_complaint_asks_for_a_word_too(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.COMPLAINT, "fbl@orange.example", number="F-1")
    assert member.open("/reponses").html.count("<article") == 1
    decide(member, scene, "AUB", "pause", facture=scene.desk.invoice("F-1").id)
    assert scene.news()[0].decision == "pause"


def test_what_waits_is_counted_on_every_page(scene: Scene, member: Browser) -> None:
    before = member.open("/historique").html
    scene.hear(Heard.REPLIED, AUBRY, "oui", number="F-1")
    after = member.open("/historique").html
    assert 'href="/reponses"' in after
    assert 'href="/reponses"' not in before
    assert 'href="/reponses"' in member.open("/a-faire").html


def test_the_invoice_and_the_message_tell_what_was_heard(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.REPLIED, AUBRY, "mots du client", number="F-1")
    for address in (scene.desk.address("F-1"), f"/historique/{scene.desk.messages('F-1')[-1].id}"):
        page = member.open(address)
        assert page.shows("mots du client")
        assert f"/reponses#client-{scene.customer('AUB')}" in page.html
    page = member.open(scene.desk.address("F-1"))
    assert "news:" not in page.html
    assert "23/11/2026" in page.words
    assert member.open(f"/clients/{scene.customer('AUB')}").shows("mots du client")


def test_a_message_that_came_back_is_shown_until_it_is_put_aside(scene: Scene, member: Browser) -> None:
    noted = scene.hear(Heard.BOUNCED, AUBRY, "550 no such user", number="F-1", code="bounce.user_unknown")
    for address in ("/reponses", scene.desk.address("F-1"), f"/clients/{scene.customer('AUB')}"):
        assert member.open(address).shows("550 no such user"), address
    assert scene.desk.invoice("F-1").level is None
    member.send("/reponses/non-remis", {"reponse": noted}, on="/reponses")
    assert scene.news()[0].decision == "seen"
    assert not member.open("/reponses").shows("550 no such user")
    with db.reading(scene.desk.engine) as session:
        assert session.get(BadAddress, AUBRY) is not None


def test_putting_aside_settles_no_reply(scene: Scene, member: Browser) -> None:
    noted = scene.hear(Heard.REPLIED, AUBRY, "oui", number="F-1")
    member.send("/reponses/non-remis", {"reponse": [noted, "x", "9" * 30]}, on="/reponses")
    assert scene.news()[0].handled_at is None


def test_a_customer_that_is_mended_settles_what_came_back(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.BOUNCED, AUBRY, "550", number="F-1", code="bounce.user_unknown")
    scene.hear(Heard.BOUNCED, LENOIR, "550", number="F-2", code="bounce.user_unknown")
    customer = scene.customer("AUB")
    form = {"name": "Menuiserie Aubry", "kind": "company", "program": "inherit"}
    member.send(f"/clients/{customer}", {**form, "email_0": "new@aubry.example", "use_0": "to"})
    assert [one.decision for one in scene.news()] == ["corrected", ""]


def test_nobody_who_only_reads_decides(scene: Scene, signed_in: SignIn) -> None:
    scene.hear(Heard.REPLIED, AUBRY, "oui", number="F-1")
    reader = signed_in(Role.READER)
    page = reader.open("/reponses")
    assert page.shows("oui")
    assert 'name="do"' not in page.html
    decide(reader, scene, "AUB", "resume", status=403)


def test_odd_addresses_find_the_page_or_nothing(scene: Scene, member: Browser) -> None:
    for asked in ("?page=abc", "?page=999", "?page=-1"):
        member.open(f"/reponses{asked}")
    for customer in (0, 999, 10**30):
        member.send(f"/reponses/{customer}", {"do": "resume"}, on="/reponses", status=303)


def test_many_replies_take_no_more_queries_than_one(scene: Scene, member: Browser) -> None:
    scene.hear(Heard.REPLIED, AUBRY, "oui", number="F-1")
    member.open("/reponses")
    one = scene.desk.queries_of(lambda: member.open("/reponses"))
    scene.hear(Heard.REPLIED, LENOIR, "oui", number="F-2")
    scene.hear(Heard.REPLIED, "compta@kessler.example", "oui", customer_id=scene.customer("KES"))
    assert scene.desk.queries_of(lambda: member.open("/reponses")) == one


def test_a_customer_who_owes_nothing_any_more_is_put_aside(scene: Scene, member: Browser) -> None:
    invoice = scene.desk.invoice("F-1")
    scene.desk.change(Invoice, invoice.id, balance=0, paid=invoice.total)
    scene.hear(Heard.REPLIED, AUBRY, "c'était payé", number="F-1")
    page = member.open("/reponses")
    assert page.html.count('name="do"') == 1
    decide(member, scene, "AUB", "resume")
    assert scene.news()[0].handled_at is not None


def test_a_mailbox_that_cannot_be_read_is_said_on_every_page(scene: Scene, signed_in: SignIn) -> None:
    owner = signed_in(Role.OWNER)
    scene.desk.change(InboxAccount, 1, active=True, host="h", failed_code="inbox.auth_refused", failed_detail="NO [x]")
    assert 'href="/reglages/boite"' in owner.open("/historique").html
    assert 'href="/reglages/boite"' in owner.open("/a-faire").html
    assert owner.open("/reglages/boite").shows("NO [x]")
