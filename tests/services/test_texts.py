"""The built-in texts, and which text a reminder uses."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance import config, paths
from relance.domain.delivery import ChannelName
from relance.domain.merge import FIELDS, faults, uses
from relance.domain.sms import Encoding, parts
from relance.i18n import MESSAGE_LANGUAGES
from relance.services import texts
from relance.services.database import open_database
from relance.storage import db
from relance.storage.models import Template, TemplateText
from tests.services.golden_messages import FOLDER, LANGUAGES, as_file, letter_as_file, letters, messages, sms

EMAIL = ChannelName.EMAIL
FINISHED = dict(messages())
SMS = dict(sms())
LETTERS = {name: letter_as_file(letter) for name, letter in letters()}
ALL = {name: as_file(message) for name, message in (FINISHED | SMS).items()} | LETTERS
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


@pytest.mark.parametrize("channel", list(ChannelName))
@pytest.mark.parametrize(("language", "name"), BUILTIN)
def test_a_built_in_text_is_there_and_sound_in_each_language(language: str, name: str, channel: ChannelName) -> None:
    text = texts.builtin(name, channel)[language]
    assert text.subject
    assert faults(text.subject) == faults(text.body) == ()


@pytest.mark.parametrize(("language", "name"), BUILTIN)
def test_a_built_in_text_says_what_is_owed_how_to_pay_and_who_writes(language: str, name: str) -> None:
    used = uses(texts.builtin(name)[language].body)
    assert used >= {"REF", "DATE_FACTURE", "ECHEANCE", "RESTE_DU", "LISTE_FACTURES", "DATE_LIMITE"}
    assert used >= {"IBAN", "BIC", "SIGNATURE"}
    assert used.isdisjoint({"PENALITES", "TAUX_PENALITES", "LIEN_PAIEMENT"})


@pytest.mark.parametrize(("language", "name"), BUILTIN)
def test_a_built_in_sms_names_the_firm_the_invoice_and_whom_to_call(language: str, name: str) -> None:
    used = uses(texts.builtin(name, ChannelName.SMS)[language].body)
    assert used >= {"ENTREPRISE", "REF", "ECHEANCE", "RESTE_DU", "SIGNATURE"}
    assert used.isdisjoint({"LISTE_FACTURES", "INDEMNITE"})


@pytest.mark.parametrize(("language", "name"), BUILTIN)
def test_a_built_in_letter_has_its_table_and_leaves_the_account_to_the_payment_part(language: str, name: str) -> None:
    used = uses(texts.builtin(name, ChannelName.LETTER)[language].body)
    assert used >= {"REF", "DATE_FACTURE", "ECHEANCE", "RESTE_DU", "LISTE_FACTURES", "DATE_LIMITE", "SIGNATURE"}
    assert used.isdisjoint({"IBAN", "BIC", "LIEN_PAIEMENT"})


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_finished_message_is_its_golden_file(name: str) -> None:
    assert ALL[name] == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_no_golden_file_lies_about() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == ALL.keys()


@pytest.mark.parametrize("name", sorted(SMS))
def test_a_finished_sms_is_one_part_of_the_telephones_own_alphabet(name: str) -> None:
    counted = parts(SMS[name].text)
    assert (counted.encoding, counted.parts) == (Encoding.GSM7, 1)
    assert SMS[name].parts == 1


@pytest.mark.parametrize("name", [name for name in SMS if "plusieurs" in name])
def test_an_sms_never_lists_more_than_a_count_and_a_total(name: str) -> None:
    """RULES 4.4."""
    text = SMS[name].text
    assert re.search("2 (factures|invoices)", text)
    assert re.search(r"6965[.,]20", text)
    assert re.search(r"F-2026|845|6120|3[01]/10/2026", text) is None


def test_the_html_of_several_invoices_is_its_golden_file() -> None:
    golden = FOLDER / "fr-niveau-1-plusieurs-pro.html"
    assert FINISHED[golden.stem].html == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("fr-") and name not in SMS])
def test_french_typography(name: str) -> None:
    text = re.sub(r"^(Bénéficiaire|IBAN|BIC|Montant|Référence):", "", ALL[name], flags=re.MULTILINE)
    assert WRONG_SPACE.findall(text) == []
    assert "'" not in text


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("fr-")])
def test_french_tone(name: str) -> None:
    text = ALL[name]
    assert "!" not in text
    assert re.search(r"\b(invoice|reminder|payment|please|tu|te|ton|tes)\b", text, re.IGNORECASE) is None


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("en-")])
def test_english_texts_hold_no_french(name: str) -> None:
    text = ALL[name]
    assert "!" not in text
    assert re.search(r"\b(facture|relance|échéance|vous|jours?)\b", text, re.IGNORECASE) is None


@pytest.mark.parametrize("name", [name for name in ALL if "-particulier" in name])
def test_a_consumer_is_never_told_of_charges(name: str) -> None:
    """LEGAL 4."""
    text = ALL[name]
    assert re.search(r"40[ \u00a0]€|€40|pénalit|indemnité|interest charge|recovery charge|L\.", text) is None


@pytest.mark.parametrize("name", [name for name in ALL if re.search("niveau-[23].*-pro", name) and name not in SMS])
def test_a_company_is_told_of_the_charges_that_the_law_adds(name: str) -> None:
    assert re.search(r"40\u00a0€|€40", ALL[name])


@pytest.mark.parametrize("name", [name for name in ALL if "niveau-3" in name and name not in SMS])
def test_level_3_says_formal_notice_in_its_subject(name: str) -> None:
    assert re.search("^(Objet\u00a0: |Subject: )?(MISE EN DEMEURE|FORMAL NOTICE)", ALL[name], re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in SMS if "niveau-3" in name])
def test_an_sms_is_no_formal_notice(name: str) -> None:
    """LEGAL 6: a formal notice is a letter."""
    assert re.search("mise en demeure|formal notice", as_file(SMS[name]), re.IGNORECASE) is None


@pytest.mark.parametrize("name", sorted(ALL))
def test_who_has_paid_is_told_to_disregard_it(name: str) -> None:
    told = "ne pas tenir compte|please disregard|[Ii]gnore[rz] ce SMS|[Ii]gnore this text"
    assert re.search(told, ALL[name])


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
    files = {path.name for path in (paths.templates() / "messages").glob("*/*.txt")}
    assert files == {f"{name}{end}" for name in texts.builtin_names() for end in (".txt", ".sms.txt", ".letter.txt")}


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


@pytest.mark.parametrize("channel", [ChannelName.SMS, ChannelName.LETTER])
def test_the_firms_template_of_another_channel_wins_there_alone(session: Session, channel: ChannelName) -> None:
    a_template(session, "niveau-1", {"fr": "à nous"}, channel)
    assert texts.find(session, None, channel, "fr", "fr", level=1, offset=7).body == "à nous"
    assert texts.find(session, None, EMAIL, "fr", "fr", level=1, offset=7).body != "à nous"


def test_the_fields_are_those_of_the_contract() -> None:
    assert len(FIELDS) == 22
