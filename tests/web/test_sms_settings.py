"""The SMS account: kept, checked, tried out, released; its secrets never shown."""

import stat
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from relance.app import create_app
from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.services.accounts import Role
from relance.services.delivery.account_values import sms_account
from relance.services.delivery.outcomes import hold_account
from relance.storage import db
from relance.storage.models import Firm, Message, SmsAccount
from relance.storage.ways import Way
from tests.channels.certificates import authority
from tests.channels.vonage_server import KEY, SECRET, VonageServer, http, refused
from tests.web.client import Browser
from tests.web.conftest import Clock, SignIn
from tests.web.office import refused as account_refused

PAGE, TEST = "/reglages/sms", "/reglages/sms/essai"
SMS = {
    "provider": "vonage",
    "key": KEY,
    "secret": SECRET,
    "sender": "BONNET",
    "opens_at": "09:00",
    "closes_at": "19:00",
    "accents": "free",
    "price_per_part": "0,0642",
    "per_minute": "30",
    "per_day": "0",
    "do": "save",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[VonageServer]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority().cafile)
    monkeypatch.setenv("NO_PROXY", "*")
    with VonageServer() as running:
        yield running


@pytest.fixture
def there(engine: Engine, server: VonageServer) -> VonageServer:
    """The account's requests go to the server."""
    change(engine, base_url=server.url)
    return server


def change(engine: Engine, **values: object) -> None:
    with db.writing(engine) as session:
        for name, value in values.items():
            setattr(session.get_one(SmsAccount, 1), name, value)


def account_of(engine: Engine) -> SmsAccount:
    with db.reading(engine) as session:
        account = session.get_one(SmsAccount, 1)
        session.expunge(account)
    return account


def test_the_account_is_kept_and_its_secret_in_a_file_of_its_own(
    owner: Browser, engine: Engine, settings: Settings
) -> None:
    owner.follow(owner.send(PAGE, SMS))
    account = account_of(engine)
    assert (account.provider, account.key, account.sender) == ("vonage", KEY, "BONNET")
    assert (account.opens_at, account.closes_at, account.per_minute) == ("09:00", "19:00", 30)
    assert account.price_per_part == Decimal("0.0642")
    assert not account.without_accents
    assert sms_account(settings, account).secret == SECRET
    file = settings.data_dir / account.secret_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in settings.data_dir.glob("relance.db*"))


def test_the_secrets_are_never_shown_and_empty_fields_keep_them(
    owner: Browser, engine: Engine, settings: Settings
) -> None:
    owner.send(PAGE, {**SMS, "signature": "sign-Me-1234"})
    page = owner.open(PAGE)
    assert SECRET not in page.html
    assert "sign-Me-1234" not in page.html
    assert "0,0642" in page.html
    owner.send(PAGE, {**SMS, "secret": "", "sender": "+33 6 12 34 56 78"})
    assert sms_account(settings, account_of(engine)).secret == SECRET
    refused_page = owner.send(PAGE, {**SMS, "secret": "another-one", "opens_at": "7"}, status=422)
    assert "another-one" not in refused_page.html
    assert sms_account(settings, account_of(engine)).secret == SECRET


def test_the_secrets_can_be_forgotten(owner: Browser, engine: Engine, settings: Settings) -> None:
    owner.send(PAGE, {**SMS, "signature": "sign-Me-1234"})
    owner.send(PAGE, {**SMS, "provider": "", "secret": "", "forget_secret": "y", "forget_signature": "y"})
    assert list((settings.data_dir / "secrets").iterdir()) == []
    account = account_of(engine)
    assert (account.secret_file, account.signature_file) == ("", "")


BAD = [
    ("provider", "other", "provider"),
    ("key", "", "key"),
    ("key", "a b", "key"),
    ("secret", "", "secret"),
    ("secret", "two words", "secret"),
    ("secret", "é" * 8, "secret"),
    ("sender", "", "sender"),
    ("sender", "BONNET CONSEIL SARL", "sender"),
    ("sender", "Crédit", "sender"),
    ("opens_at", "07:59", "opens_at"),
    ("opens_at", "", "opens_at"),
    ("opens_at", "25:00", "opens_at"),
    ("closes_at", "20:01", "closes_at"),
    ("closes_at", "09:00", "closes_at"),
    ("closes_at", "²", "closes_at"),
    ("price_per_part", "-1", "price_per_part"),
    ("price_per_part", "NaN", "price_per_part"),
    ("price_per_part", "1e9", "price_per_part"),
    ("price_per_part", "0,00001", "price_per_part"),
    ("per_minute", "-1", "per_minute"),
    ("per_day", "9" * 30, "per_day"),
    ("signature", "two words", "signature"),
]


def test_what_cannot_be_is_refused_at_its_field_and_nothing_changes(
    owner: Browser, engine: Engine, settings: Settings
) -> None:
    change(engine, callback_key="k")
    for name, bad, field in BAD:
        page = owner.send(PAGE, {**SMS, name: bad}, status=422)
        assert f'<a href="#{field}">' in page.html, (name, bad)
        assert page.title.startswith("Erreur")
    assert account_of(engine).key == ""
    assert not (settings.data_dir / "secrets").exists()


def test_an_account_may_be_prepared_before_it_is_used(owner: Browser, engine: Engine) -> None:
    owner.send(PAGE, {**SMS, "provider": "", "key": "", "secret": "", "sender": "", "price_per_part": ""})
    account = account_of(engine)
    assert (account.provider, account.opens_at, account.price_per_part) == ("", "09:00", None)


def test_the_check_signs_in_and_says_what_is_left(owner: Browser, there: VonageServer) -> None:
    page = owner.follow(owner.send(PAGE, {**SMS, "do": "check"}))
    assert page.shows("10,28")
    assert page.shows("160 SMS")
    (request,) = there.requests
    assert (request.method, request.signed_in_as) == ("GET", f"{KEY}:{SECRET}")


def test_a_check_that_fails_shows_the_sentence_and_the_raw_answer_and_holds_back_what_was_held(
    owner: Browser, engine: Engine, there: VonageServer
) -> None:
    hold(engine)
    page = owner.send(PAGE, {**SMS, "secret": "wrong", "do": "check"}, status=422)
    assert "<details>" in page.html
    assert page.shows("You did not provide correct credentials")
    account = account_of(engine)
    assert (account.key, account.held_code) == (KEY, "smtp.auth_refused")
    there.script = [http(200, b"<html>not json</html>")]
    assert owner.send(PAGE, {**SMS, "do": "check"}, status=422).shows("not json")


def test_a_check_takes_a_provider(owner: Browser, there: VonageServer) -> None:
    page = owner.send(PAGE, {**SMS, "provider": "", "do": "check"}, status=422)
    assert page.title.startswith("Erreur")
    assert there.requests == []


def hold(engine: Engine) -> None:
    with db.writing(engine) as session:
        hold_account(session, Way(ChannelName.SMS), account_refused())


def test_what_was_held_goes_on_once_the_account_is_seen_to(owner: Browser, engine: Engine, there: VonageServer) -> None:
    hold(engine)
    assert "535 5.7.8 bad credentials" in owner.open(PAGE).words
    owner.send(PAGE, {**SMS, "do": "check"})
    assert account_of(engine).held_code is None
    hold(engine)
    owner.send(PAGE, SMS)
    assert account_of(engine).held_code is None


def test_a_pause_is_shown_and_saving_ends_it(owner: Browser, engine: Engine, clock: Clock) -> None:
    later = clock()
    clock.move(hours=-1)
    change(engine, paused_until=later, pauses=2)
    assert owner.open(PAGE).shows("23/11/2026")
    owner.send(PAGE, SMS)
    assert (account_of(engine).paused_until, account_of(engine).pauses) == (None, 0)


def test_a_test_goes_to_the_number_typed_and_is_kept_nowhere(
    owner: Browser, engine: Engine, there: VonageServer, clock: Clock
) -> None:
    clock.move(hours=-5)  # 4 h in the morning: a test to oneself leaves at any hour
    owner.send(PAGE, SMS)
    page = owner.follow(owner.send(TEST, {"number": "06 12 34 56 78"}, on=PAGE))
    (post,) = there.posts
    assert (post.fields["to"], post.fields["from"], post.fields["type"]) == ("33612345678", "BONNET", "text")
    assert post.fields["text"].startswith("[TEST] ")
    assert page.shows("1 SMS")
    assert page.shows("0,06")
    with db.reading(engine) as session:
        assert session.query(Message).count() == 0


def test_a_number_that_cannot_be_texted_is_refused_at_its_field(owner: Browser, there: VonageServer) -> None:
    owner.send(PAGE, SMS)
    for number in ("", "01 42 00 00 00", "hello", "0" * 40, "<script>", "3615", "\ud800", "08 99 70 00 00"):
        page = owner.send(TEST, {"number": number.encode("utf-8", "surrogatepass")}, on=PAGE, status=422)
        assert 'id="number-error"' in page.html, number
    assert there.posts == []


def test_a_test_that_does_not_leave_says_why(owner: Browser, engine: Engine, there: VonageServer) -> None:
    owner.send(PAGE, SMS)
    there.script = [refused(29, "Non White-listed Destination")]
    page = owner.send(TEST, {"number": "0612345678"}, on=PAGE, status=422)
    assert page.shows("Non White-listed Destination")
    assert account_of(engine).held_code is None


def test_a_firm_with_odd_words_in_its_name_sends_one_sms(owner: Browser, engine: Engine, there: VonageServer) -> None:
    with db.writing(engine) as session:
        session.get_one(Firm, 1).name = "Hôtel « Les Œillets »" * 20
    owner.send(PAGE, SMS)
    owner.send(TEST, {"number": "0612345678"}, on=PAGE)
    assert there.posts[0].fields["type"] == "text"
    assert len(there.posts[0].fields["text"]) <= 160


def test_the_address_of_receipts_is_made_where_relance_can_be_reached(
    settings: Settings, clock: Clock, engine: Engine, owner: Browser
) -> None:
    owner.send(PAGE, SMS)
    assert account_of(engine).callback_key == ""
    server = create_app(Settings(data_dir=settings.data_dir, public_url="http://127.0.0.1:8710"), clock=clock)
    browser = Browser(server)
    browser.send("/connexion", {"email": "owner@firm.fr", "password": "correct horse battery"})
    browser.send(PAGE, SMS)
    made = account_of(engine).callback_key
    assert len(made) >= 22
    assert browser.open(PAGE).shows(f"http://127.0.0.1:8710/sms/recus/{made}")
    browser.send(PAGE, SMS)
    assert account_of(engine).callback_key == made


def test_settings_of_text_messages_are_for_owners(signed_in: SignIn, owner: Browser) -> None:
    member = signed_in(Role.MEMBER)
    member.open(PAGE, status=403)
    member.send(TEST, {"number": "0612345678"}, on="/compte", status=403)


def test_nothing_leaves_from_a_demonstration(
    settings: Settings, clock: Clock, there: VonageServer, owner: Browser
) -> None:
    demo = create_app(Settings(data_dir=settings.data_dir, demo=True), clock=clock)
    browser = Browser(demo)
    browser.send("/connexion", {"email": "owner@firm.fr", "password": "correct horse battery"})
    browser.send(PAGE, {**SMS, "do": "check"})
    browser.send(TEST, {"number": "0612345678"}, on=PAGE, status=422)
    assert there.requests == []
