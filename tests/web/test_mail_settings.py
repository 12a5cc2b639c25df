"""The e-mail account by provider: what is filled in, what is said of a failure, its pace (RELIABILITY 3.4)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from relance.app import create_app
from relance.channels.email.presets import PRESETS
from relance.config import Settings
from relance.domain.delivery import ChannelName, DeliveryFailed, Fate
from relance.domain.status import MessageState
from relance.services.delivery.account_values import email_account
from relance.storage import db
from relance.storage.models import MailAccount, Message
from relance.web.labels import mail as labels
from tests.web.client import Browser, Page
from tests.web.conftest import Clock
from tests.web.office import Outbox, furnish, refused

PAGE = "/reglages/e-mail"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def app(settings: Settings, clock: Clock, outbox: Outbox) -> Flask:
    made = create_app(settings, clock=clock, channels=outbox.outlets)
    made.testing = True
    return made


def account_of(engine: Engine) -> MailAccount:
    with db.reading(engine) as session:
        account = session.get_one(MailAccount, 1)
        session.expunge(account)
    return account


def change(engine: Engine, **values: object) -> None:
    with db.writing(engine) as session:
        account = session.get_one(MailAccount, 1)
        for name, value in values.items():
            setattr(account, name, value)


def filled(page: Page) -> dict[str, str]:
    """What the form of a page would send, as it is shown."""
    from tests.web.client import _read

    [form] = [one for one in _read(page.html).forms if one.action == PAGE and "preset" in one.fields]
    return {**form.fields, "security": page.html.partition('selected value="')[2].partition('"')[0]}


def set_up(owner: Browser, provider: str, do: str = "test", *, status: int = 303, **typed: str) -> Page:
    """Choose a provider, type, and press a button: nothing else is filled in by hand."""
    shown = owner.open(f"{PAGE}?fournisseur={provider}")
    ticked = {"slow_start": "y"} if "slow_start" in shown.html else {}
    left_as_it_is = {name: value for name, value in filled(shown).items() if name not in ("forget", "slow_start")}
    return owner.send(PAGE, {**left_as_it_is, **ticked, **typed, "do": do}, on=shown_at(provider), status=status)


def shown_at(provider: str) -> str:
    return f"{PAGE}?fournisseur={provider}"


def test_the_first_question_is_the_provider(owner: Browser) -> None:
    page = owner.open(PAGE)
    for preset in PRESETS:
        assert f"fournisseur={preset.key}" in page.html
    assert 'name="password"' not in page.html


def test_the_provider_is_guessed_from_an_address_that_it_gave(owner: Browser, engine: Engine, clock: Clock) -> None:
    change(engine, sender="bonnet@wanadoo.fr")
    assert 'class="btn p" href="/reglages/e-mail?fournisseur=orange"' in owner.open(PAGE).html
    change(engine, sender="claire@bonnet.example")
    assert 'class="btn p"' not in owner.open(PAGE).html


def test_an_address_and_a_password_are_enough(owner: Browser, engine: Engine, outbox: Outbox) -> None:
    for chosen in PRESETS:
        server, pace = chosen.smtp, chosen.pace
        if server is None:
            continue
        set_up(owner, chosen.key, sender="claire@bonnet.example", password="a secret")
        account = account_of(engine)
        assert (account.preset, account.host, account.port) == (chosen.key, server.host, server.port)
        assert account.security == server.security
        assert account.username == ("claire" if chosen.key == "free" else "claire@bonnet.example")
        assert (account.per_minute, account.per_hour, account.per_day) == (
            pace.per_minute,
            pace.per_hour,
            pace.per_day,
        )
        assert account.slow_start
    assert len(outbox.sent) == len(PRESETS) - 1


def test_every_provider_has_its_words_in_both_languages(owner: Browser) -> None:
    for preset in PRESETS:
        page = owner.open(shown_at(preset.key))
        assert labels.name(preset.key, "fr") in page.html
        for language in ("fr", "en"):
            assert labels.help_of(preset, language).steps
            assert str(preset.pace.per_hour) in labels.pace(preset, language)


def test_an_unknown_provider_is_not_there(owner: Browser) -> None:
    for bad in ("nobody", "../etc", "ovh'--"):
        owner.open(shown_at(bad), status=404)
    owner.send(PAGE, {"preset": "nobody", "do": "save"}, on=shown_at("ovh"), status=422)


def test_a_form_with_nothing_in_it_is_no_fault(owner: Browser) -> None:
    owner.send(PAGE, {"do": "save"}, on=shown_at("ovh"))
    owner.send(PAGE, {"do": "test"}, on=PAGE + "?fournisseur=ovh", status=422)
    owner.send(PAGE, {"do": "google"}, on=PAGE + "?fournisseur=ovh", status=422)
    owner.send(PAGE, {"do": "x" * 5000, "per_hour": "9" * 400}, on=PAGE + "?fournisseur=ovh", status=422)


def test_the_user_name_follows_the_address_unless_another_was_typed(owner: Browser, engine: Engine) -> None:
    set_up(owner, "ovh", sender="Claire Bonnet <claire@bonnet.example>", password="a secret")
    assert account_of(engine).username == "claire@bonnet.example"
    set_up(owner, "ovh", "save", sender="compta@bonnet.example")
    assert account_of(engine).username == "compta@bonnet.example"
    set_up(owner, "ovh", "save", username="other@bonnet.example")
    set_up(owner, "ovh", "save", sender="claire@bonnet.example")
    assert account_of(engine).username == "other@bonnet.example"


def test_an_app_password_is_taken_as_google_shows_it(owner: Browser, engine: Engine, settings: Settings) -> None:
    set_up(owner, "gmail", sender="bonnet@gmail.com", password="abcd efgh\u00a0ijkl mnop ")
    assert email_account(settings, account_of(engine)).password == "abcdefghijklmnop"
    set_up(owner, "ovh", sender="claire@bonnet.example", password="two words")
    assert email_account(settings, account_of(engine)).password == "two words"


def test_another_provider_proposes_none_of_what_the_last_one_needed(owner: Browser, engine: Engine) -> None:
    set_up(owner, "gmail", sender="bonnet@gmail.com", password="a secret")
    assert filled(owner.open(shown_at("other")))["host"] == ""
    assert filled(owner.open(shown_at("orange")))["sender"] == ""
    assert filled(owner.open(shown_at("gmail")))["sender"] == "bonnet@gmail.com"


SAID = [
    ("gmail", "smtp.auth_refused", "app password"),
    ("infomaniak", "smtp.auth_refused", "app password"),
    ("microsoft_365", "smtp.password_sign_in_off", "sign in with Microsoft"),
    ("outlook", "smtp.auth_refused", "sign in with Microsoft"),
    ("free", "smtp.auth_refused", "authenticated SMTP"),
    ("orange", "smtp.auth_refused", "other programs"),
    ("ovh", "smtp.auth_refused", "ssl0.ovh.net refused"),
    ("ovh", "smtp.unreachable", "port 465"),
]


@pytest.mark.parametrize(("provider", "code", "part"), SAID)
def test_a_failed_test_says_what_to_do_at_this_provider(provider: str, code: str, part: str) -> None:
    preset = next(one for one in PRESETS if one.key == provider)
    host = preset.smtp.host if preset.smtp else ""
    said = labels.failed(code, preset=preset, host=host, port=465, language="en")
    assert part in said


def test_a_failed_test_shows_the_servers_words_apart(owner: Browser, outbox: Outbox) -> None:
    outbox.refusal = refused(detail="535-5.7.8 <not accepted>")
    page = set_up(owner, "gmail", sender="bonnet@gmail.com", password="a secret", status=422)
    assert "smtp.gmail.com" in page.words
    assert "535-5.7.8 &lt;not accepted&gt;" in page.html.partition("<details>")[2]
    outbox.refusal = DeliveryFailed("smtp.something_new", Fate.REQUEUE, "")
    page = set_up(owner, "gmail", sender="bonnet@gmail.com", status=422)
    assert "smtp.something_new" in page.words


def test_after_a_test_the_page_asks_whether_it_came_in(owner: Browser) -> None:
    page = owner.follow(set_up(owner, "ovh", sender="claire@bonnet.example", password="a secret"))
    assert 'id="arrived"' in page.html
    assert page.html.count('class="btn p"') + page.html.count('<button class="p"') == 1
    assert 'id="arrived"' not in owner.open(PAGE).html


def test_the_page_says_how_many_can_still_leave(owner: Browser, engine: Engine, clock: Clock) -> None:
    furnish(engine, clock())
    change(engine, per_day=300, slow_start=False)
    with db.writing(engine) as session:
        for number in range(3):
            ago = timedelta(hours=20 * number)
            session.add(
                Message(
                    uid=f"m{number}",
                    kind="auto",
                    channel=ChannelName.EMAIL,
                    state=MessageState.SENT,
                    customer_id=1,
                    program_id=1,
                    step=1,
                    level=1,
                    language="fr",
                    created_at=clock() - ago,
                    next_at=clock() - ago,
                    sent_at=clock() - ago,
                )
            )
    assert "298" in owner.open(PAGE).words
    change(engine, slow_start=True)
    assert "48" in owner.open(PAGE).words
    change(engine, slow_start=False, per_day=0)
    assert "24 h" not in owner.open(PAGE).words


def test_a_resting_account_says_until_when_and_is_woken(owner: Browser, engine: Engine, clock: Clock) -> None:
    change(engine, host="smtp.bonnet.example", paused_until=clock() + timedelta(minutes=15), pauses=2)
    assert "9 h 15" in owner.open(PAGE).words.replace("\u00a0", " ")
    owner.send("/reglages/e-mail/reprendre", {}, on=PAGE)
    account = account_of(engine)
    assert (account.paused_until, account.pauses) == (None, 0)
    change(engine, paused_until=clock() - timedelta(minutes=1))
    assert "/reglages/e-mail/reprendre" not in owner.open(PAGE).html


def test_a_held_account_can_be_tried_again_as_it_is(owner: Browser, engine: Engine) -> None:
    change(engine, host="smtp.bonnet.example", held_code="smtp.auth_refused", held_detail="535 <no>")
    assert "535 &lt;no&gt;" in owner.open(PAGE).html
    owner.send("/reglages/e-mail/reprendre", {}, on=PAGE)
    assert account_of(engine).held_code is None


def test_a_wrong_value_in_a_closed_part_opens_it(owner: Browser) -> None:
    page = set_up(owner, "ovh", "save", sender="claire@bonnet.example", per_hour="many", status=422)
    assert 'id="per_hour-error"' in page.html
    assert '<details class="card" open>' in page.html
