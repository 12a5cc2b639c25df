"""The built-in texts, and which text a reminder uses."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance import config
from relance.domain.delivery import ChannelName
from relance.domain.merge import FIELDS, faults, uses
from relance.domain.program import Tone
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
STANDARD = ("rappel", "echeance", "niveau-1", "niveau-2", "niveau-3")
BUILTIN = [(language, name) for language in LANGUAGES for name in STANDARD]
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


def find(session: Session, name: str | None, channel: ChannelName, asked: str, of_firm: str) -> texts.TemplateBody:
    return texts.find(session, texts.Wanted(name, channel, asked, of_firm, level=1, offset=7))


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
    assert used.isdisjoint({"LIEN_PAIEMENT"})


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


def test_a_built_in_text_in_the_language_asked_for(session: Session) -> None:
    found = find(session, None, EMAIL, "en", "fr")
    assert (found.name, found.language, found.fell_back) == ("niveau-1", "en", False)
    assert found.subject.endswith("Invoice #REF# is overdue[fin]")


def test_a_built_in_text_falls_back_to_the_firms_language(session: Session) -> None:
    found = find(session, "niveau-1", EMAIL, "pt", "en")
    assert (found.language, found.fell_back) == ("en", True)


def test_the_firms_template_wins_over_the_built_in_text_of_its_name(session: Session) -> None:
    a_template(session, "niveau-1", {"fr": "à nous"})
    assert find(session, None, EMAIL, "fr", "fr").body == "à nous"


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
    found = find(session, "doux", EMAIL, asked, of_firm)
    assert (found.name, found.language, found.fell_back) == ("doux", language, language != asked)


def test_a_template_of_another_channel_is_not_used(session: Session) -> None:
    a_template(session, "doux", {"fr": "sms"}, ChannelName.SMS)
    assert find(session, "doux", EMAIL, "fr", "fr").name == "niveau-1"


@pytest.mark.parametrize("channel", [ChannelName.SMS, ChannelName.LETTER])
def test_the_firms_template_of_another_channel_wins_there_alone(session: Session, channel: ChannelName) -> None:
    a_template(session, "niveau-1", {"fr": "à nous"}, channel)
    assert find(session, None, channel, "fr", "fr").body == "à nous"
    assert find(session, None, EMAIL, "fr", "fr").body != "à nous"


def test_the_fields_are_those_of_the_contract() -> None:
    assert len(FIELDS) == 24


@pytest.mark.parametrize(
    ("stage", "tone", "pro", "channel", "name"),
    [
        ((0, -5), Tone.STANDARD, True, EMAIL, "rappel"),
        ((0, -5), Tone.GENTLE, True, EMAIL, "rappel"),
        ((0, -5), Tone.FIRM, True, EMAIL, "rappel-court"),
        ((0, -5), Tone.FIRM, True, ChannelName.LETTER, "rappel"),
        ((0, -5), Tone.FIRM, False, EMAIL, "rappel-particulier"),
        ((0, 0), Tone.FIRM, True, EMAIL, "echeance"),
        ((0, 0), Tone.STANDARD, False, EMAIL, "echeance-particulier"),
        ((1, 8), Tone.GENTLE, True, EMAIL, "niveau-1-oubli"),
        ((1, 8), Tone.STANDARD, False, EMAIL, "niveau-1"),
        ((1, 8), Tone.FIRM, False, ChannelName.SMS, "niveau-1"),
        ((2, 20), Tone.GENTLE, False, EMAIL, "niveau-2-echeancier"),
        ((2, 20), Tone.FIRM, True, EMAIL, "niveau-2"),
        ((3, 35), Tone.GENTLE, True, EMAIL, "niveau-3"),
        ((3, 35), Tone.GENTLE, False, EMAIL, "niveau-3-particulier"),
        ((3, 35), Tone.FIRM, False, ChannelName.SMS, "niveau-3"),
    ],
)
def test_a_step_without_a_model_takes_the_one_that_suits_its_customer(
    session: Session, stage: tuple[int, int], tone: Tone, pro: bool, channel: ChannelName, name: str
) -> None:
    wanted = texts.Wanted(None, channel, "fr", "fr", *stage, tone, pro)
    assert texts.find(session, wanted).name == name


def test_a_model_that_a_step_names_is_kept_whatever_the_customer(session: Session) -> None:
    wanted = texts.Wanted("niveau-3", EMAIL, "fr", "fr", 3, 35, Tone.GENTLE, pro=False)
    assert texts.find(session, wanted).name == "niveau-3"


def test_a_model_without_a_text_for_the_channel_gives_way_to_that_of_the_level(session: Session) -> None:
    wanted = texts.Wanted("niveau-2-grand-compte", ChannelName.SMS, "fr", "fr", 2, 20)
    assert texts.find(session, wanted).name == "niveau-2"
    wanted = texts.Wanted("niveau-1-sms", EMAIL, "fr", "fr", 1, 8, Tone.GENTLE)
    assert texts.find(session, wanted).name == "niveau-1-oubli"


def test_the_standard_model_in_the_language_asked_for_wins_over_a_better_one_that_lacks_it(session: Session) -> None:
    own = {("niveau-1", EMAIL): {"xx": texts.Text("s", "à nous")}}
    wanted = texts.Wanted(None, EMAIL, "xx", "fr", 1, 8, Tone.GENTLE)
    found = texts.choose(own, wanted)
    assert (found.name, found.body, found.fell_back) == ("niveau-1", "à nous", False)


def test_the_firms_own_words_leave_the_other_languages_of_a_model_as_they_were(session: Session) -> None:
    a_template(session, "niveau-1", {"fr": "à nous"})
    found = find(session, None, EMAIL, "en", "fr")
    assert (found.language, found.body) == ("en", texts.builtin("niveau-1")["en"].body)


def test_the_catalogue_is_23_models_in_order_of_levels_each_with_a_standard_for_every_channel() -> None:
    models = texts.catalogue()
    assert len(models) == len(texts.builtin_names()) == 23
    assert [model.level for model in models] == sorted(model.level for model in models)
    assert {name for model in models for name in STANDARD if model.name == name and len(model.channels) == 3} == {
        *STANDARD
    }
    fits = {model.name: model.channels for model in models}
    for stage, tone, pro in product(((0, -1), (0, 0), (1, 1), (2, 2), (3, 3)), Tone, (True, False)):
        assert {*texts.chosen_names(*stage, tone, pro=pro)} <= fits.keys()
