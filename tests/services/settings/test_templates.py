"""Templates of a settings file: a model of one name may have a text for each channel."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from relance.domain.delivery import ChannelName
from relance.services.settings.problems import ProblemCode
from relance.storage import db
from relance.storage.models import Step, Template
from tests.services.settings_files import blank_database, dump, load, problems_of

EMAIL, SMS, LETTER = ChannelName.EMAIL, ChannelName.SMS, ChannelName.LETTER
BOTH = """
[[template]]
name = "Ours"
[template.fr]
subject = "s"
body = "e-mail"
[[template]]
name = "Ours"
channel = "sms"
[template.fr]
body = "sms"
"""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return blank_database(tmp_path)


def bodies(engine: Engine) -> dict[tuple[str, ChannelName], dict[str, str]]:
    with db.reading(engine) as session:
        return {
            (row.name, row.channel): {text.language: text.body for text in row.texts}
            for row in session.scalars(select(Template))
        }


def test_one_name_has_a_text_for_each_channel(engine: Engine) -> None:
    load(engine, BOTH)
    assert bodies(engine) == {("Ours", EMAIL): {"fr": "e-mail"}, ("Ours", SMS): {"fr": "sms"}}


def test_what_is_dumped_loads_again_and_changes_nothing(engine: Engine) -> None:
    load(engine, BOTH)
    dumped = dump(engine)
    load(engine, dumped)
    assert dump(engine) == dumped
    assert len(bodies(engine)) == 2


def test_a_template_without_a_channel_is_its_only_one(engine: Engine) -> None:
    load(engine, '[[template]]\nname = "Ours"\nchannel = "sms"\n[template.fr]\nbody = "b"\n')
    load(engine, '[[template]]\nname = "Ours"\n[template.fr]\nbody = "new"\n')
    assert bodies(engine) == {("Ours", SMS): {"fr": "new"}}


def test_another_channel_of_a_name_is_another_text(engine: Engine) -> None:
    load(engine, BOTH)
    load(engine, '[[template]]\nname = "Ours"\nchannel = "letter"\n[template.fr]\nsubject = "s"\nbody = "lettre"\n')
    assert bodies(engine)["Ours", LETTER] == {"fr": "lettre"}
    assert bodies(engine)["Ours", EMAIL] == {"fr": "e-mail"}


def test_a_name_in_a_step_stands_for_every_channel_that_it_has(engine: Engine) -> None:
    steps = '[[program]]\nname = "P"\n[[program.step]]\noffset = 5\nchannels = ["email", "sms", "letter"]\n'
    load(engine, BOTH + steps + 'template = "Ours"\n')
    with db.reading(engine) as session:
        assert [step.templates for step in session.scalars(select(Step)) if step.templates] == [
            {"email": "Ours", "sms": "Ours"}
        ]


@pytest.mark.parametrize(
    "second",
    ['name = "Ours"\n', 'name = "Ours"\nchannel = "email"\n', 'name = " Ours "\nchannel = "email"\n'],
)
def test_a_name_stands_once_for_a_channel(engine: Engine, second: str) -> None:
    text = BOTH + "[[template]]\n" + second + '[template.en]\nsubject = "s"\nbody = "b"\n'
    assert [problem.code for problem in problems_of(engine, text)] == [ProblemCode.DUPLICATE]
    assert bodies(engine) == {}
