"""The built-in texts, and which text a reminder uses."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance import config, paths
from relance.domain.delivery import ChannelName
from relance.domain.merge import FIELDS, faults, uses
from relance.i18n import MESSAGE_LANGUAGES
from relance.services import texts
from relance.services.database import open_database
from relance.storage import db
from relance.storage.models import Template, TemplateText
from tests.services.golden_messages import FOLDER, LANGUAGES, as_file, messages

EMAIL = ChannelName.EMAIL
FINISHED = dict(messages())
BUILTIN = [(language, name) for language in LANGUAGES for name in sorted(texts.builtin_names())]
# A sign that French sets off by a no-break space, without one; "://" and hours are no such sign.
WRONG_SPACE = re.compile(r"(?<![\u00a0\u202f:])[:;?!%€»](?!//)|«(?!\u00a0)")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_database(config.Settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with db.reading(engine) as session:  # never committed: each test finds the database empty
        yield session


def a_template(session: Session, name: str, by_language: dict[str, str], channel: ChannelName = EMAIL) -> None:
    written = [TemplateText(language=one, subject=one, body=body) for one, body in by_language.items()]
    session.add(Template(name=name, channel=channel, texts=written))
    session.flush()


@pytest.mark.parametrize(("language", "name"), BUILTIN)
def test_a_built_in_text_is_there_and_sound_in_each_language(language: str, name: str) -> None:
    text = texts.builtin(name)[language]
    assert text.subject
    assert faults(text.subject) == faults(text.body) == ()


@pytest.mark.parametrize(("language", "name"), BUILTIN)
def test_a_built_in_text_says_what_is_owed_how_to_pay_and_who_writes(language: str, name: str) -> None:
    used = uses(texts.builtin(name)[language].body)
    assert used >= {"REF", "DATE_FACTURE", "ECHEANCE", "RESTE_DU", "LISTE_FACTURES", "DATE_LIMITE"}
    assert used >= {"IBAN", "BIC", "SIGNATURE"}
    assert used.isdisjoint({"PENALITES", "TAUX_PENALITES", "LIEN_PAIEMENT"})


@pytest.mark.parametrize("name", sorted(FINISHED))
def test_a_finished_message_is_its_golden_file(name: str) -> None:
    assert as_file(FINISHED[name]) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_the_html_of_several_invoices_is_its_golden_file() -> None:
    golden = FOLDER / "fr-niveau-1-plusieurs-pro.html"
    assert FINISHED[golden.stem].html == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in FINISHED if name.startswith("fr-")])
def test_french_typography_and_tone(name: str) -> None:
    text = as_file(FINISHED[name])
    assert WRONG_SPACE.findall(text) == []
    assert "!" not in text
    assert "'" not in text
    assert re.search(r"\b(invoice|reminder|payment|please|tu|te|ton|tes)\b", text, re.IGNORECASE) is None


@pytest.mark.parametrize("name", [name for name in FINISHED if name.startswith("en-")])
def test_english_texts_hold_no_french(name: str) -> None:
    text = as_file(FINISHED[name])
    assert "!" not in text
    assert re.search(r"\b(facture|relance|échéance|vous|jours?)\b", text, re.IGNORECASE) is None


@pytest.mark.parametrize("name", [name for name in FINISHED if name.endswith("-particulier")])
def test_a_consumer_is_never_told_of_charges(name: str) -> None:
    """LEGAL 4."""
    text = as_file(FINISHED[name])
    assert re.search(r"40[ \u00a0]€|€40|pénalit|indemnité|interest charge|recovery charge|L\.", text) is None


@pytest.mark.parametrize("name", [name for name in FINISHED if "niveau-2" in name and name.endswith("-pro")])
def test_a_company_is_told_of_the_charges_that_the_law_adds(name: str) -> None:
    assert re.search(r"40\u00a0€|€40", FINISHED[name].text)


@pytest.mark.parametrize("name", [name for name in FINISHED if "niveau-3" in name])
def test_level_3_says_formal_notice_in_its_subject(name: str) -> None:
    assert re.search("MISE EN DEMEURE|FORMAL NOTICE", FINISHED[name].subject)


@pytest.mark.parametrize(
    ("level", "offset", "name"),
    [(0, -7, "rappel"), (0, 0, "echeance"), (1, 7, "niveau-1"), (2, 14, "niveau-2"), (3, 60, "niveau-3")],
)
def test_a_step_without_a_template_has_the_text_of_its_level(level: int, offset: int, name: str) -> None:
    assert texts.default_name(level, offset) == name
    assert name in texts.builtin_names()


@pytest.mark.parametrize("language", MESSAGE_LANGUAGES)
def test_every_language_of_messages_has_the_words_of_values(language: str) -> None:
    assert texts.words(language).keys() == texts.words("fr").keys()
    assert "{n}" in texts.words(language)["day"]
    assert "{name}" in texts.words(language)["greeting_named"]


def test_no_built_in_text_lies_about() -> None:
    files = {path.stem for path in (paths.templates() / "messages").glob("*/*.txt")}
    assert files == texts.builtin_names()


def test_a_built_in_text_in_the_language_asked_for(session: Session) -> None:
    found = texts.find(session, None, EMAIL, "en", "fr", level=1, offset=7)
    assert (found.name, found.language, found.fell_back) == ("niveau-1", "en", False)
    assert found.subject.endswith("Invoice #REF# is overdue[fin]")


def test_a_built_in_text_falls_back_to_the_firms_language(session: Session) -> None:
    found = texts.find(session, "niveau-1", EMAIL, "de", "en", level=1, offset=7)
    assert (found.language, found.fell_back) == ("en", True)


def test_the_firms_template_wins_over_the_built_in_text_of_its_name(session: Session) -> None:
    a_template(session, "niveau-1", {"fr": "à nous"})
    assert texts.find(session, None, EMAIL, "fr", "fr", level=1, offset=7).body == "à nous"


@pytest.mark.parametrize(
    ("asked", "of_firm", "written", "language"),
    [
        ("en", "fr", {"fr": "f", "en": "e"}, "en"),
        ("en", "fr", {"fr": "f", "de": "d"}, "fr"),
        ("en", "fr", {"nl": "n", "de": "d"}, "de"),
    ],
)
def test_a_template_falls_back_to_the_firms_language_then_to_the_first_it_has(
    session: Session, asked: str, of_firm: str, written: dict[str, str], language: str
) -> None:
    """RULES 4.3."""
    a_template(session, "doux", written)
    found = texts.find(session, "doux", EMAIL, asked, of_firm, level=1, offset=7)
    assert (found.name, found.language, found.fell_back) == ("doux", language, language != asked)


def test_a_template_of_another_channel_is_not_used(session: Session) -> None:
    a_template(session, "doux", {"fr": "sms"}, ChannelName.SMS)
    assert texts.find(session, "doux", EMAIL, "fr", "fr", level=1, offset=7).name == "niveau-1"


def test_the_fields_are_those_of_the_contract() -> None:
    assert len(FIELDS) == 22
