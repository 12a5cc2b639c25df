"""The guide: whole in both languages, with the same topics; and the keys."""

import re

import pytest

from relance import paths
from relance.i18n import SCREEN_LANGUAGES
from relance.services.accounts import Role
from relance.web import shell
from relance.web.labels.help import KEYS, TOPICS
from tests.web.client import Browser
from tests.web.conftest import SignIn


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_topic_is_written_in_every_language(language: str) -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in (paths.templates() / "help" / language).iterdir()}
    assert set(files) == set(TOPICS)
    assert all(len(text) > 200 for text in files.values())


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_point_to_the_same_pages(topic: str) -> None:
    french, english = (
        sorted(re.findall(r'to\("([\w.]+)"', (paths.templates() / "help" / one / f"{topic}.html").read_text("utf-8")))
        for one in ("fr", "en")
    )
    assert french == english


@pytest.mark.parametrize("topic", TOPICS)
def test_french_has_its_no_break_spaces_and_apostrophes(topic: str) -> None:
    text = (paths.templates() / "help" / "fr" / f"{topic}.html").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]*>|\{\{ to\(|\) \}\}", "", text)
    assert not re.findall(r" [:;?!»%€]|« |\w'\w", words)


def test_each_topic_has_its_anchor(owner: Browser) -> None:
    page = owner.open("/aide")
    assert all(f'id="{topic}"' in page.html and f'href="#{topic}"' in page.html for topic in TOPICS)
    assert page.shows("Rien ne part chez vos clients avant cette dernière étape")


def test_the_guide_speaks_the_language_of_the_account(owner: Browser) -> None:
    owner.send("/reglages/apparence", {"theme": "auto", "language": "en"})
    assert owner.open("/aide").shows("Nothing reaches your customers before that last step")


def test_a_reader_is_led_to_no_page_that_refuses_them(signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    for address in set(re.findall(r'href="(/[^"#?]*)"', reader.open("/aide").html)):
        if not address.startswith("/static"):
            reader.open(address)


def test_the_keys_shown_are_those_of_the_menu() -> None:
    assert {typed[1] for typed, _does in KEYS if typed[0] == "g"} == set(shell.KEYS.values())


def test_the_keys_stand_on_a_page_of_their_own(owner: Browser) -> None:
    page = owner.open("/aide/clavier")
    assert page.html.count("<kbd>") == sum(len(typed) for typed, _does in KEYS)
