"""The pages of models: the list, one text with its preview and its test, models of one's own."""

import re
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.services import texts
from relance.services.accounts import Role
from relance.services.texts import Text, templates
from relance.services.texts.templates import Place
from relance.storage import db
from relance.storage.models import Firm, Template, TemplateText
from relance.storage.models import Program as ProgramRow
from relance.web.headers import PREVIEW_POLICY
from tests.web.client import BASE, Browser
from tests.web.conftest import Clock, SignIn
from tests.web.office import INVOICES, Outbox, furnish, refused

N1 = Place("niveau-1", ChannelName.EMAIL, "fr")
ODD = INVOICES + 'F-7;ODD;"<script>alert(1)</script> **X**";odd@odd.example;15/09/2026;15/10/2026;10,00\n'
OURS = {"subject": "Facture #REF#", "body": "Bonjour, il reste #RESTE_DU#.", "facture": "F-1"}


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    made = create_app(settings, clock=clock, channels=outbox.outlets)
    made.testing = True
    return made


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    furnish(engine, clock(), invoices=ODD)
    return engine


def kept(engine: Engine) -> dict[tuple[str, str, str], str]:
    with db.reading(engine) as session:
        rows = select(Template.name, Template.channel, TemplateText.language, TemplateText.body).join(Template.texts)
        return {(name, channel, language): body for name, channel, language, body in session.execute(rows)}


def frame(browser: Browser, path: str, data: dict[str, str] | None = None) -> tuple[str, str]:
    """What a frame shows, as words and as it is."""
    if data is None:
        answer = browser.client.get(path, base_url=BASE)
    else:
        browser.open("/modeles/niveau-1")
        sent = {"csrf_token": browser.token, **data}
        answer = browser.client.post(path, data=sent, base_url=BASE, headers={"Origin": BASE})
    assert answer.status_code == 200, answer.status
    assert answer.headers["Content-Security-Policy"] == PREVIEW_POLICY
    html = answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html.partition("<body>")[2])), html


def test_the_list_shows_every_model_under_its_level(owner: Browser, office: Engine) -> None:
    shown = owner.open("/modeles")
    assert shown.html.count('href="/modeles/') >= 23
    for name in texts.builtin_names():
        assert f'href="/modeles/{name}"' in shown.html


def test_the_list_says_what_was_changed_and_who_uses_it(owner: Browser, office: Engine) -> None:
    with db.writing(office) as session:
        templates.save(session, N1, Text("s", "b"))
        session.scalars(select(ProgramRow)).one().steps[0].templates = {"email": "rappel-court"}
    shown = owner.open("/modeles")
    assert shown.html.count("c-n1") == 1
    assert 'href="/programmes/1"' in shown.html.partition("/modeles/rappel-court")[2].partition("</tr>")[0]


def test_the_list_takes_the_same_few_queries_whatever_the_firm_wrote(owner: Browser, office: Engine) -> None:
    def count() -> int:
        asked: list[str] = []
        listen = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(office, "before_cursor_execute", listen)
        owner.open("/modeles")
        event.remove(office, "before_cursor_execute", listen)
        return len(asked)

    before = count()
    with db.writing(office) as session:
        for name in ("un", "deux", "trois"):
            templates.duplicate(session, "niveau-1", name)
    assert count() == before


def test_every_model_opens_in_each_channel_with_a_preview(owner: Browser, office: Engine) -> None:
    for model in texts.catalogue():
        for channel in model.channels:
            owner.open(f"/modeles/{model.name}?canal={channel}")
            words, _ = frame(owner, f"/modeles/apercu/{model.name}?canal={channel}&facture=F-1")
            assert "F-1" in words


def test_the_preview_is_of_the_invoice_asked_for(owner: Browser, office: Engine) -> None:
    words, _ = frame(owner, "/modeles/apercu/niveau-1?facture=F-1")
    assert "compta@aubry.example" in words
    assert "2\u202f745,00\u00a0€" in words.replace(" ", " ") or "745,00" in words
    assert "16 novembre" not in words


def test_the_preview_shows_what_stands_in_the_form_and_keeps_nothing(owner: Browser, office: Engine) -> None:
    data = {
        "subject": "Essai #REF#",
        "body": "**Fort** [lien](https://pay.example/a) <b>x</b> #RESTE_DU#",
        "facture": "F-2",
    }
    words, html = frame(owner, "/modeles/apercu/niveau-1", data)
    assert "Essai F-2" in words
    assert "<strong>Fort</strong>" in html
    assert '<a href="https://pay.example/a">lien</a>' in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert kept(office) == {}


def test_a_customers_name_is_never_markup_in_the_preview(owner: Browser, office: Engine) -> None:
    _, html = frame(
        owner, "/modeles/apercu/niveau-1", {"subject": "#CLIENT#", "body": "Pour #CLIENT#.", "facture": "F-7"}
    )
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **X**" in html


def test_the_preview_names_an_unknown_field_and_the_one_that_was_meant(owner: Browser, office: Engine) -> None:
    words, _ = frame(
        owner, "/modeles/apercu/niveau-1", {"subject": "s", "body": "a\n#MONTAN# [si pro]", "facture": "F-1"}
    )
    assert "#MONTAN#" in words
    assert "#MONTANT#" in words
    assert "[fin]" in words


def test_the_preview_says_that_a_field_has_no_value(owner: Browser, office: Engine) -> None:
    words, _ = frame(
        owner, "/modeles/apercu/niveau-1", {"subject": "s", "body": "Commande #COMMANDE#.", "facture": "F-1"}
    )
    assert "Commande (vide)." in words
    assert "COMMANDE" in words.replace("Commande", "")


def test_the_preview_of_an_sms_counts_its_characters_and_parts(owner: Browser, office: Engine) -> None:
    words, _ = frame(owner, "/modeles/apercu/niveau-1?canal=sms", {"subject": "", "body": "é" * 161, "facture": "F-1"})
    assert "161" in words
    assert "2 SMS" in words


def test_a_firm_without_invoices_sees_an_example(owner: Browser) -> None:
    owner.open("/modeles/niveau-2")
    words, _ = frame(owner, "/modeles/apercu/niveau-2")
    assert "F-2026-0401" in words
    words, _ = frame(owner, "/modeles/apercu/niveau-2?canal=letter")
    assert "F-2026-0401" in words


NOT_THERE = ("niveau-1?canal=pigeon", "niveau-1?langue=xx", "niveau-1-sms?canal=email", "inconnu", "%00", "a/b/c")


def test_what_is_not_there_is_not_found(owner: Browser, office: Engine) -> None:
    for path in NOT_THERE:
        owner.open(f"/modeles/{path}", status=404)
        owner.open(f"/modeles/apercu/{path}", status=404)
    for path in ("..", "apercu"):
        owner.open(f"/modeles/{path}", status=404)


def test_a_text_is_kept_and_the_original_restored(owner: Browser, office: Engine) -> None:
    answer = owner.send("/modeles/niveau-1?langue=fr&canal=email", OURS)
    assert answer.location == "/modeles/niveau-1?langue=fr&canal=email&facture=F-1"
    assert kept(office) == {("niveau-1", "email", "fr"): OURS["body"]}
    page = owner.follow(answer)
    assert "/modeles/origine/niveau-1?langue=fr&amp;canal=email" in page.html
    owner.open("/modeles/origine/niveau-1?langue=fr&canal=email")
    owner.send("/modeles/origine/niveau-1?langue=fr&canal=email", {})
    assert kept(office) == {}
    owner.send("/modeles/origine/niveau-1?langue=fr&canal=email", {}, status=422)


BAD_TEXTS: list[tuple[dict[str, str], str]] = [
    ({"body": "#MONTAN#"}, "#MONTANT#"),
    ({"body": " \n"}, "body"),
    ({"subject": ""}, "subject"),
    ({"subject": "a\nb"}, "subject"),
    ({"body": "x" * 20_001}, "xxx"),
    ({"body": "[si pro]"}, "[fin]"),
    ({"body": "\x00\x1f"}, "body"),
    ({"facture": "x" * 101}, "facture"),
]


def test_a_text_that_cannot_be_is_refused_and_stays_in_the_form(owner: Browser, office: Engine) -> None:
    for changes, says in BAD_TEXTS:
        shown = owner.send("/modeles/niveau-1", {**OURS, **changes}, status=422)
        assert 'aria-invalid="true"' in shown.html, changes
        assert says in shown.html, changes
    assert kept(office) == {}


def test_of_a_text_without_end_only_the_beginning_is_looked_at(owner: Browser, office: Engine) -> None:
    body = " " * 500_000 + "»"
    for address in ("/modeles/niveau-1-sms?canal=sms&langue=fr", "/modeles/niveau-1"):
        assert owner.send(address, {**OURS, "body": body}, status=422).shows("20000")
    shown = frame(owner, "/modeles/apercu/niveau-1", {**OURS, "body": "Fin" + body + "Suite"})[0]
    assert "Fin" in shown and "Suite" not in shown
    assert kept(office) == {}


def test_a_text_is_sent_to_oneself_as_it_stands_in_the_form(owner: Browser, office: Engine, outbox: Outbox) -> None:
    shown = owner.send("/modeles/niveau-1", {**OURS, "do": "test"}, status=200)
    [sent] = outbox.sent
    assert sent.to == ("owner@firm.fr",)
    assert sent.cc == sent.bcc == ()
    assert sent.subject == "[Test] Facture F-1"
    assert "compta@aubry.example" in sent.text.splitlines()[0]
    assert 'role="status"' in shown.html
    assert OURS["body"] in shown.html
    assert kept(office) == {}
    with db.reading(office) as session:
        assert session.get_one(Firm, 1).tested_at is not None


def test_a_test_that_does_not_leave_says_so(owner: Browser, office: Engine, outbox: Outbox) -> None:
    outbox.refusal = refused()
    shown = owner.send("/modeles/niveau-1", {**OURS, "do": "test"}, status=422)
    assert "535 5.7.8" in shown.words
    owner.send("/modeles/niveau-1", {**OURS, "body": "#X#", "do": "test"}, status=422)
    owner.send("/modeles/niveau-1", {**OURS, "facture": "F-404", "do": "test"}, status=422)
    owner.send("/modeles/niveau-1", {**OURS, "body": "#COMMANDE#", "do": "test"}, status=422)
    owner.send("/modeles/niveau-1?canal=sms", {**OURS, "do": "test"}, status=422)
    owner.send("/modeles/niveau-1?canal=sms", {**OURS, "numero": "01 42 00 00 00", "do": "test"}, status=422)
    assert outbox.sent == []


def test_a_letter_is_shown_as_it_is_printed(owner: Browser, office: Engine) -> None:
    owner.open("/modeles/niveau-3?canal=letter")
    data = {"csrf_token": owner.token, "subject": "s", "body": "Bonjour #REF#", "facture": "F-1", "do": "pdf"}
    path = "/modeles/apercu/niveau-3?canal=letter"
    answer = owner.client.post(path, data=data, base_url=BASE, headers={"Origin": BASE})
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_a_language_without_a_text_says_in_which_the_message_leaves(owner: Browser, office: Engine) -> None:
    with db.writing(office) as session:
        templates.duplicate(session, "niveau-1", "Maison")
        for language in list(texts.builtin("niveau-1")):
            if language != "fr":
                templates.restore(session, Place("Maison", ChannelName.EMAIL, language))
    shown = owner.open("/modeles/Maison?langue=nl&canal=email")
    assert "Français." in shown.words
    words, _ = frame(owner, "/modeles/apercu/Maison?langue=nl&canal=email&facture=F-1")
    assert "Bonjour" in words


def test_a_model_of_ones_own_is_made_renamed_and_deleted(owner: Browser, office: Engine) -> None:
    made = owner.send("/modeles/nouveau", {"name": "Très doux & net", "source": "niveau-1"})
    assert made.location == "/modeles/" + quote("Très doux & net", safe="&")
    owner.follow(made)
    with db.writing(office) as session:
        session.scalars(select(ProgramRow)).one().steps[0].templates = {"email": "Très doux & net"}
    old = quote("Très doux & net")
    owner.send(f"/modeles/nom/{old}", {"name": "rappel"}, on=f"/modeles/nom/{old}", status=422)
    owner.send(f"/modeles/nom/{old}", {"name": "Doux"}, on=f"/modeles/nom/{old}")
    with db.reading(office) as session:
        assert session.scalars(select(ProgramRow)).one().steps[0].templates == {"email": "Doux"}
    owner.send("/modeles/supprimer/Doux", {"replacement": ""}, on="/modeles/supprimer/Doux", status=422)
    owner.send("/modeles/supprimer/Doux", {"replacement": "rien"}, status=422)
    owner.send("/modeles/supprimer/Doux", {"replacement": "/usual"})
    assert kept(office) == {}
    with db.reading(office) as session:
        assert session.scalars(select(ProgramRow)).one().steps[0].templates == {}


def test_a_name_that_cannot_be_is_refused_at_its_field(owner: Browser, office: Engine) -> None:
    for name in ("", " ", "x" * 61, "a/b", "..", "niveau-1", "nouveau"):
        shown = owner.send("/modeles/nouveau", {"name": name, "source": "niveau-1"}, status=422)
        assert 'aria-invalid="true"' in shown.html, name
    assert kept(office) == {}


def test_an_unknown_source_is_refused(owner: Browser, office: Engine) -> None:
    owner.send("/modeles/nouveau", {"name": "x", "source": "nulle part"}, status=422)
    owner.open("/modeles/nouveau?copie=nulle", status=404)
    owner.open("/modeles/nom/niveau-1", status=404)
    owner.open("/modeles/supprimer/niveau-1", status=404)


def test_a_reader_looks_and_changes_nothing(signed_in: SignIn, office: Engine) -> None:
    reader = signed_in(Role.READER)
    shown = reader.open("/modeles/niveau-1")
    assert "<fieldset" in shown.html
    assert 'value="test"' not in shown.html
    frame(reader, "/modeles/apercu/niveau-1?facture=F-1")
    reader.send("/modeles/niveau-1", OURS, status=403)
    reader.open("/modeles/nouveau", status=403)
    assert kept(office) == {}
