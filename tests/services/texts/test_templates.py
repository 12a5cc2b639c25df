"""The firm's models: written, put back as they were, copied, renamed, taken away."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance import config
from relance.domain.delivery import ChannelName
from relance.services import texts
from relance.services.database import open_database
from relance.services.refusal import Refused
from relance.services.texts import Text, templates
from relance.services.texts.templates import Place
from relance.storage import db
from relance.storage.models import Program, Step, Template

EMAIL, SMS, LETTER = ChannelName.EMAIL, ChannelName.SMS, ChannelName.LETTER
N1 = Place("niveau-1", EMAIL, "fr")
OURS = Text("Facture #REF#", "Bonjour, il reste #RESTE_DU#.")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_database(config.Settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with db.reading(engine) as session:  # never committed: each test finds the database as it is at first
        yield session


def used_text(session: Session, place: Place) -> str:
    own = texts.stored(session, [place.name])
    return texts.in_languages(own, place.name, place.channel)[place.language].body


def rows(session: Session) -> set[tuple[str, ChannelName, str]]:
    return {(row.name, row.channel, text.language) for row in session.scalars(select(Template)) for text in row.texts}


def a_program(session: Session, **named: str) -> Step:
    step = Step(position=1, level=1, offset=8, channels=list(named), templates=named)
    session.add(Program(name="Maison", steps=[step]))
    session.flush()
    return step


def test_the_firms_words_take_the_place_of_the_original_in_one_language_and_channel(session: Session) -> None:
    templates.save(session, N1, OURS)
    assert used_text(session, N1) == OURS.body
    assert rows(session) == {("niveau-1", EMAIL, "fr")}
    assert used_text(session, Place("niveau-1", EMAIL, "en")) == texts.builtin("niveau-1")["en"].body


def test_the_original_restored_leaves_no_trace(session: Session) -> None:
    templates.save(session, N1, OURS)
    templates.save(session, Place("niveau-1", EMAIL, "en"), OURS)
    templates.restore(session, N1)
    assert rows(session) == {("niveau-1", EMAIL, "en")}
    templates.restore(session, Place("niveau-1", EMAIL, "en"))
    assert session.scalars(select(Template)).all() == []
    with pytest.raises(Refused, match="template.nothing_to_restore"):
        templates.restore(session, N1)


def test_saving_the_words_of_the_original_is_no_change(session: Session) -> None:
    templates.save(session, N1, OURS)
    templates.save(session, N1, texts.builtin("niveau-1")["fr"])
    assert rows(session) == set()


def test_lines_end_alike_and_blank_ends_go(session: Session) -> None:
    templates.save(session, N1, Text("  Objet ", "\r\n\r\nBonjour\r\n\x07  suite\tici\r\n \r\n"))
    assert used_text(session, N1) == "Bonjour\n  suite\tici"


@pytest.mark.parametrize(
    ("subject", "body", "code", "facts"),
    [
        ("s", "", "template.empty", {}),
        ("s", " \r\n\t ", "template.empty", {}),
        ("s", "\x00\x01", "template.empty", {}),
        ("", "b", "template.no_subject", {}),
        ("s\nBcc: x@y.example", "b", "template.subject_controls", {}),
        ("s\x00", "b", "template.subject_controls", {}),
        ("s" * 251, "b", "template.too_long", {}),
        ("s", "b" * 20_001, "template.too_long", {}),
        ("s", "#MONTAN#", "template.fault", {"written": "MONTAN", "suggestion": "MONTANT", "part": "body"}),
        ("#REFF#", "b", "template.fault", {"written": "REFF", "suggestion": "REF", "part": "subject"}),
        ("s", "a\nb #REF", "template.fault", {"fault": "open_field", "line": 2}),
        ("s", "[si pro]x", "template.fault", {"fault": "open_block"}),
        ("s", "[si prot]x[fin]", "template.fault", {"suggestion": "pro"}),
        ("s", "x[fin]", "template.fault", {"fault": "stray_end"}),
        ("s", "[sinon]", "template.fault", {"fault": "stray_else"}),
    ],
)
def test_a_text_that_cannot_be_is_refused_with_its_place(
    session: Session, subject: str, body: str, code: str, facts: dict[str, object]
) -> None:
    with pytest.raises(Refused) as refused:
        templates.save(session, N1, Text(subject, body))
    assert refused.value.code == code
    assert facts.items() <= refused.value.facts.items()
    assert rows(session) == set()


def test_only_an_e_mail_needs_a_subject(session: Session) -> None:
    templates.save(session, Place("niveau-1", SMS, "fr"), Text("", "Bonjour"))
    assert used_text(session, Place("niveau-1", SMS, "fr")) == "Bonjour"


def test_a_copy_has_every_text_of_its_model_as_it_is_now(session: Session) -> None:
    templates.save(session, N1, OURS)
    assert templates.duplicate(session, "niveau-1", "  Ma   relance ") == "Ma relance"
    assert used_text(session, Place("Ma relance", EMAIL, "fr")) == OURS.body
    assert used_text(session, Place("Ma relance", SMS, "en")) == texts.builtin("niveau-1", SMS)["en"].body
    own = {(channel, language) for name, channel, language in rows(session) if name == "Ma relance"}
    assert own == {(channel, language) for channel in ChannelName for language in texts.builtin("niveau-1", channel)}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "template.name_empty"),
        ("  \n ", "template.name_empty"),
        ("x" * 61, "template.name_long"),
        ("a/b", "template.name_unusable"),
        ("..", "template.name_unusable"),
        ("a#b", "template.name_unusable"),
        ("a\x00b", "template.name_unusable"),
        ("niveau-1", "template.name_taken"),
        ("NIVEAU-1", "template.name_taken"),
        ("nouveau", "template.name_taken"),
        ("déjà là", "template.name_taken"),
        ("De\u0301ja\u0300 la\u0300", "template.name_taken"),
        ("Déjà\u00a0 là", "template.name_taken"),
        ("niveau-1\u200b", "template.name_taken"),
        ("\uff4eiveau-1", "template.name_taken"),
    ],
)
def test_a_name_that_cannot_be_is_refused(session: Session, name: str, code: str) -> None:
    templates.duplicate(session, "rappel", "Déjà là")
    before = rows(session)
    templates.duplicate(session, "rappel", "Autre")
    for act, of in ((templates.duplicate, "rappel"), (templates.rename, "Autre")):
        with pytest.raises(Refused, match=code):
            act(session, of, name)
    templates.delete(session, "Autre", None)
    assert rows(session) == before


def test_a_model_may_change_the_capitals_of_its_name(session: Session) -> None:
    templates.duplicate(session, "rappel", "maison")
    assert templates.rename(session, "maison", "Maison") == "Maison"


def test_programs_follow_a_model_that_is_renamed(session: Session) -> None:
    templates.duplicate(session, "rappel", "Doux")
    step = a_program(session, email="Doux", sms="niveau-1")
    templates.rename(session, "Doux", "Très doux")
    session.refresh(step)
    assert step.templates == {"email": "Très doux", "sms": "niveau-1"}
    assert not texts.exists(texts.stored(session, ["Doux"]), "Doux")


def test_a_model_in_use_is_deleted_only_with_what_replaces_it(session: Session) -> None:
    templates.duplicate(session, "rappel", "Doux")
    step = a_program(session, email="Doux", letter="niveau-2")
    with pytest.raises(Refused, match="template.in_use"):
        templates.delete(session, "Doux", None)
    for wrong in ("Doux", "nulle part"):
        with pytest.raises(Refused, match="template.no_replacement"):
            templates.delete(session, "Doux", wrong)
    templates.delete(session, "Doux", "niveau-1-oubli")
    session.refresh(step)
    assert step.templates == {"email": "niveau-1-oubli", "letter": "niveau-2"}
    assert rows(session) == set()


def test_the_usual_text_of_the_level_may_replace_it(session: Session) -> None:
    templates.duplicate(session, "rappel", "Doux")
    step = a_program(session, email="Doux")
    templates.delete(session, "Doux", "")
    session.refresh(step)
    assert step.templates == {}


def test_a_model_that_nothing_uses_needs_no_replacement(session: Session) -> None:
    templates.duplicate(session, "rappel", "Doux")
    templates.delete(session, "Doux", None)
    assert rows(session) == set()


def test_a_model_that_comes_with_relance_keeps_its_name_and_stays(session: Session) -> None:
    templates.save(session, N1, OURS)
    with pytest.raises(Refused, match="template.builtin"):
        templates.rename(session, "niveau-1", "x")
    with pytest.raises(Refused, match="template.builtin"):
        templates.delete(session, "niveau-1", "")


@pytest.mark.parametrize("act", [templates.rename, templates.delete, templates.duplicate])
def test_a_model_that_is_gone_is_said_to_be(session: Session, act: object) -> None:
    with pytest.raises(Refused, match="template.unknown"):
        act(session, "parti", "x")  # type: ignore[operator]
    with pytest.raises(Refused, match="template.unknown"):
        templates.save(session, Place("parti", EMAIL, "fr"), OURS)


def test_the_last_text_of_an_own_model_is_never_taken_away(session: Session) -> None:
    templates.duplicate(session, "niveau-1-sms", "Court")
    for language in list(texts.builtin("niveau-1-sms", SMS))[1:]:
        templates.restore(session, Place("Court", SMS, language))
    with pytest.raises(Refused, match="template.last_text"):
        templates.restore(session, Place("Court", SMS, next(iter(texts.builtin("niveau-1-sms", SMS)))))
