"""Programs from a file or from a page: the same rules (RULES 1)."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from relance.domain.book import Scope
from relance.domain.delivery import ChannelName
from relance.domain.program import CountFrom, Grouping, Mode, ProgramFault, Repeat, Step
from relance.services.refusal import Refused
from relance.services.settings import loading as settings
from relance.services.settings.apply import step_of
from relance.services.settings.loading import ProblemCode, ProgramSpec
from relance.storage import db
from relance.storage.models import Firm, Program
from tests.services.settings_files import NOW, all_rows, blank_database, load

EMAIL, SMS = ChannelName.EMAIL, ChannelName.SMS


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return blank_database(tmp_path)


def steps_of(engine: Engine, name: str = "P") -> tuple[Step, ...]:
    with db.reading(engine) as session:
        row = session.scalars(select(Program).where(Program.name == name)).one()
        assert [step.position for step in row.steps] == list(range(1, len(row.steps) + 1))
        return tuple(map(step_of, row.steps))


def general_names(engine: Engine) -> list[str]:
    with db.reading(engine) as session:
        return list(session.scalars(select(Program.name).where(Program.general)))


def save(engine: Engine, spec: ProgramSpec, program_id: int | None = None) -> int:
    with db.writing(engine) as session:
        return settings.save_program(session, spec, program_id=program_id).id


def refused(engine: Engine, spec: ProgramSpec, program_id: int | None = None) -> list[tuple[ProblemCode, str]]:
    with pytest.raises(Refused) as error:
        save(engine, spec, program_id)
    problems: Any = error.value.facts["problems"]
    return [(problem.code, problem.key) for problem in problems]


@pytest.mark.parametrize("offsets", ['"-3, 0, 5,9 , +12,30"', '"\u22123, 0, 5, 9, 12, 30"', "[-3, 0, 5, 9, 12, 30]"])
def test_a_comma_list_deals_the_levels(engine: Engine, offsets: str) -> None:
    """RULES 1.3"""
    load(engine, f'[[program]]\nname = "P"\noffsets = {offsets}\n')
    found = [(step.level, step.offset) for step in steps_of(engine)]
    assert found == [(0, -3), (0, 0), (1, 5), (2, 9), (3, 12), (3, 30)]


def test_levels_that_nobody_wrote_are_dealt_as_in_a_comma_list(engine: Engine) -> None:
    offsets = (-3, 0, 5, 9, 12, 30)
    load(engine, '[[program]]\nname = "P"\n' + "".join(f"[[program.step]]\noffset = {one}\n" for one in offsets))
    assert [step.level for step in steps_of(engine)] == [0, 0, 1, 2, 3, 3]


def test_a_step_is_all_that_the_file_says(engine: Engine) -> None:
    load(
        engine,
        '[[program]]\nname = "P"\ngrouping = "invoice"\nactive = false\n'
        "[[program.step]]\noffset = 5\nlevel = 2\n"
        '[[program.step]]\noffset = 9\nlevel = 3\nfrom = "previous"\nchannels = ["sms", "email", "sms"]\n'
        'mode = "approval"\ntemplate = {sms = "niveau-3"}\ndeadline_days = 8\nrepeat_every = 7\nrepeat_times = 2\n',
    )
    assert steps_of(engine) == (
        Step(level=2, offset=5),
        Step(3, 9, CountFrom.PREVIOUS, (SMS, EMAIL), Mode.APPROVAL, ((SMS, "niveau-3"),), 8, Repeat(7, 2)),
    )
    with db.reading(engine) as session:
        row = session.scalars(select(Program).where(Program.name == "P")).one()
        assert (row.grouping, row.active, row.general) == (Grouping.INVOICE, False, False)


@pytest.mark.parametrize(
    ("template", "kept"),
    [
        ('"Ours"', ((EMAIL, "Ours"),)),  # a template has one channel: the other one uses the built-in text
        ('"niveau-1"', ((EMAIL, "niveau-1"), (SMS, "niveau-1"))),
        ('{email = "Ours", sms = ""}', ((EMAIL, "Ours"),)),
        ('""', ()),
    ],
)
def test_one_template_name_stands_for_the_channels_it_can(
    engine: Engine, template: str, kept: tuple[tuple[ChannelName, str], ...]
) -> None:
    ours = '[[template]]\nname = "Ours"\n[template.fr]\nsubject = "s"\nbody = "b"\n'
    step = f'[[program.step]]\noffset = 5\nchannels = ["email", "sms"]\ntemplate = {template}\n'
    load(engine, f'[[program]]\nname = "P"\n{step}\n{ours}')
    assert [step.templates for step in steps_of(engine)] == [kept]


def test_steps_that_are_given_replace_all_the_others(engine: Engine) -> None:
    load(engine, '[[program]]\nname = "P"\noffsets = "-3, 0, 5, 9"\n')
    load(engine, '[[program]]\nname = "P"\noffsets = "4"\n')
    assert [step.offset for step in steps_of(engine)] == [4]
    load(engine, '[[program]]\nname = "P"\noffsets = "-1, 4, 8"\n')
    assert [step.offset for step in steps_of(engine)] == [-1, 4, 8]


def test_steps_that_are_not_given_stay(engine: Engine) -> None:
    load(engine, '[[program]]\nname = "P"\noffsets = "4"\n')
    load(engine, '[[program]]\nname = "P"\nactive = false\n')
    assert [step.offset for step in steps_of(engine)] == [4]


def test_a_new_general_program_takes_the_place_of_the_one_before(engine: Engine) -> None:
    assert general_names(engine) == ["Standard"]
    load(engine, '[[program]]\nname = "P"\ngeneral = true\noffsets = "4"\n')
    assert general_names(engine) == ["P"]


# The pages' way in.


def test_a_program_saved_by_a_page_is_checked_like_one_of_a_file(engine: Engine) -> None:
    before = all_rows(engine)
    spec = ProgramSpec("never", (Step(level=0, offset=5), Step(1, 5, templates=((EMAIL, "nope"),))))
    assert refused(engine, spec) == [
        (ProblemCode.RESERVED_NAME, "name"),
        (ProblemCode.PROGRAM, "step[1].offset"),
        (ProblemCode.PROGRAM, "step[2].offset"),
        (ProblemCode.UNKNOWN_TEMPLATE, "step[2].template"),
    ]
    assert all_rows(engine) == before


def test_a_new_program_needs_steps(engine: Engine) -> None:
    with pytest.raises(Refused) as error:
        save(engine, ProgramSpec("P"))
    problems: Any = error.value.facts["problems"]
    assert [problem.facts["fault"] for problem in problems] == [ProgramFault.NO_STEP]


def test_a_page_can_rename_a_program_but_not_to_a_name_that_is_taken(engine: Engine) -> None:
    key = save(engine, ProgramSpec("P", (Step(1, 5),), general=True))
    assert save(engine, ProgramSpec("Q", grouping=Grouping.INVOICE), key) == key
    assert steps_of(engine, "Q") == (Step(1, 5),)
    assert general_names(engine) == ["Q"]
    assert refused(engine, ProgramSpec("Standard"), key) == [(ProblemCode.NAME_TAKEN, "name")]
    assert refused(engine, ProgramSpec("Q", (Step(1, 5),))) == [(ProblemCode.NAME_TAKEN, "name")]


def test_a_page_switches_automatic_sending_on_and_off(engine: Engine) -> None:
    with db.writing(engine) as session:
        settings.activate(session, Scope.ALL, NOW)
        firm = session.get_one(Firm, 1)
        assert (firm.enabled, firm.scope, firm.activated_at) == (True, Scope.ALL, NOW)
        settings.deactivate(session)
        assert (firm.enabled, firm.activated_at) == (False, NOW)
