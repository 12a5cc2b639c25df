"""How letters look and leave, as an owner sets it up: the key is never shown, the logo is a picture."""

from io import BytesIO

import pytest
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.services.accounts import Role
from relance.storage import db
from relance.storage.models import LetterAccount
from tests.channels.letters import a_picture
from tests.channels.postal_server import LIVE_KEY, TEST_KEY, PostalServer
from tests.services.post_room import text_of
from tests.web.client import BASE, Browser
from tests.web.conftest import PASSWORD, Clock, SignIn

PAGE = "/reglages/lettres"
GIVEN = {"way": "print", "window": "french_right", "postage": "prioritaire", "do": "save"}


def account(engine: Engine) -> LetterAccount:
    with db.reading(engine) as session:
        return session.get_one(LetterAccount, 1)


def test_how_letters_look_is_kept(owner: Browser, engine: Engine) -> None:
    more = {"window": "din_left_b", "fold_marks": "y", "place": "Lyon", "footer": "SARL\nRCS Lyon", "price_lr": "6,95"}
    owner.send(PAGE, {**GIVEN, **more})
    row = account(engine)
    assert (row.window, row.fold_marks, row.punch_mark, row.qr, row.place) == ("din_left_b", True, False, False, "Lyon")
    assert row.prices == {"lr": "6.95"}
    assert 'value="6,95"' in owner.open(PAGE).html


@pytest.mark.parametrize(
    "wrong",
    [
        {"way": "pigeon"},
        {"window": "x"},
        {"postage": "lrar"},
        {"way": "post"},
        {"way": "folder"},
        {"base_url": "http://post.example"},
        {"base_url": "https://user:secret@post.example"},
        {"base_url": "ftp://x"},
        {"price_lr": "x"},
        {"price_lr": "-1"},
        {"price_lr": "NaN"},
        {"place": "a\nb" * 300},
        {"footer": "x" * 30_000},
        {"api_key": "a\nb"},
        {"api_key": "x" * 5000},
    ],
)
def test_what_can_not_be_is_said(owner: Browser, engine: Engine, wrong: dict[str, str]) -> None:
    page = owner.send(PAGE, {**GIVEN, **wrong}, status=422)
    assert 'role="alert"' in page.html
    assert (account(engine).way, account(engine).base_url, account(engine).api_key_file) == ("print", "", "")


def test_the_key_is_kept_in_a_file_and_never_shown_again(owner: Browser, engine: Engine, settings: Settings) -> None:
    owner.send(PAGE, {**GIVEN, "api_key": LIVE_KEY})
    assert (settings.data_dir / account(engine).api_key_file).read_text() == LIVE_KEY
    assert LIVE_KEY not in owner.open(PAGE).html
    owner.send(PAGE, GIVEN)
    assert account(engine).api_key_file
    owner.send(PAGE, {**GIVEN, "forget": "y"})
    assert (account(engine).api_key_file, (settings.data_dir / "secrets/post-key").exists()) == ("", False)


def test_a_key_that_is_needed_is_not_forgotten(owner: Browser, engine: Engine, settings: Settings) -> None:
    owner.send(PAGE, {**GIVEN, "api_key": LIVE_KEY})
    owner.send(PAGE, {**GIVEN, "way": "post", "forget": "y"}, status=422)
    assert (settings.data_dir / "secrets/post-key").read_text() == LIVE_KEY
    assert account(engine).way == "print"


@pytest.mark.parametrize(("key", "test_mode"), [(TEST_KEY, True), (LIVE_KEY, False)])
def test_whether_letters_are_really_posted_is_said_plainly(
    owner: Browser, engine: Engine, key: str, test_mode: bool
) -> None:
    with PostalServer() as partner:
        given = {**GIVEN, "way": "post", "api_key": key, "base_url": f"http://127.0.0.1:{partner.port}", "do": "check"}
        page = owner.follow(owner.send(PAGE, given))
    assert account(engine).test_mode is test_mode
    assert ("note warn" in page.html.split("<main")[1]) is test_mode
    assert ("note warn" in owner.open("/lettres").html.split("<main")[1]) is test_mode
    owner.send(PAGE, {**GIVEN, "way": "post", "api_key": "live_other", "base_url": given["base_url"]})
    assert account(engine).test_mode is None


def test_a_key_that_is_refused_says_so_and_hides_it(owner: Browser, engine: Engine) -> None:
    with PostalServer() as partner:
        given = {**GIVEN, "way": "post", "api_key": "live_wrong", "base_url": f"http://127.0.0.1:{partner.port}"}
        page = owner.send(PAGE, {**given, "do": "check"}, status=422)
    assert 'role="alert"' in page.html
    assert "live_wrong" not in page.html
    assert account(engine).test_mode is None


def test_a_partner_on_this_machine_is_refused_where_others_reach_relance(
    settings: Settings, clock: Clock, signed_in: SignIn
) -> None:
    signed_in(Role.OWNER)
    public = Settings(settings.data_dir, public_url=BASE)
    app = create_app(public, clock=clock)
    app.testing = True
    browser = Browser(app)
    browser.send("/connexion", {"email": "owner@firm.fr", "password": PASSWORD})
    browser.send(PAGE, {**GIVEN, "base_url": "http://127.0.0.1:1"}, status=422)


def test_the_folder_is_tried(owner: Browser, settings: Settings) -> None:
    given = {**GIVEN, "way": "folder", "folder": "lettres", "do": "check"}
    page = owner.send(PAGE, given, status=422)
    assert 'role="alert"' in page.html
    (settings.data_dir / "lettres").mkdir()
    owner.send(PAGE, given)


def test_the_logo_is_a_picture_and_shown(owner: Browser, engine: Engine) -> None:
    assert send_logo(owner, a_picture(), "../../evil.php") == 303
    shown = owner.client.get(f"{PAGE}/logo", base_url=BASE)
    assert (shown.data, shown.mimetype) == (a_picture(), "image/png")
    owner.send(f"{PAGE}/logo", {"do": "remove"}, on=PAGE)
    assert owner.client.get(f"{PAGE}/logo", base_url=BASE).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg onload=alert(1)>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"x" * 1_000_001,
        a_picture(kind="GIF"),
    ],
)
def test_what_is_no_picture_is_refused(owner: Browser, engine: Engine, content: bytes) -> None:
    assert send_logo(owner, content) == 422
    assert account(engine).logo_sha256 == ""


def test_the_logo_of_a_database_that_was_tampered_with_is_not_served(
    owner: Browser, engine: Engine, settings: Settings
) -> None:
    send_logo(owner, a_picture())
    with db.writing(engine) as session:
        session.get_one(LetterAccount, 1).logo_sha256 = "../../secrets/smtp-password"
    assert owner.client.get(f"{PAGE}/logo", base_url=BASE).status_code == 404


def test_a_sample_letter_shows_how_they_look(owner: Browser) -> None:
    owner.send(PAGE, {**GIVEN, "footer": "SARL au capital de 10 000 €", "place": "Lyon"})
    pdf = owner.client.get(f"{PAGE}/exemple.pdf", base_url=BASE)
    assert pdf.mimetype == "application/pdf"
    said = text_of(pdf.data)
    assert "SARL au capital" in said
    assert "Atelier Mercier" in said


def test_only_owners_may(signed_in: SignIn) -> None:
    member = signed_in(Role.MEMBER)
    for address in (PAGE, f"{PAGE}/exemple.pdf", f"{PAGE}/logo"):
        member.open(address, status=403)


def send_logo(owner: Browser, content: bytes, name: str = "logo.png") -> int:
    owner.open(PAGE)
    data = {"csrf_token": owner.token, "picture": (BytesIO(content), name)}
    answer = owner.client.post(
        f"{PAGE}/logo", data=data, base_url=BASE, content_type="multipart/form-data", headers={"Origin": BASE}
    )
    return answer.status_code
