"""RULES 1.1 to 1.3: programs, and how they check themselves."""

from dataclasses import replace

import pytest

from relance.domain.delivery import ChannelName
from relance.domain.program import CountFrom, ProgramFault, ProgramProblem, Repeat, Step, check, from_offsets
from tests.builders import a_program

PREVIOUS = CountFrom.PREVIOUS


@pytest.mark.parametrize(
    ("offsets", "levels"),
    [
        pytest.param((-3, 0, 5), (0, 0, 1), id="the example of the rules"),
        pytest.param((10, 21, 30, 45, 60), (1, 2, 3, 3, 3), id="levels are dealt 1, 2, 3, then 3 for the rest"),
        pytest.param((-7,), (0,), id="a courtesy alone"),
        pytest.param((0,), (0,), id="the due day is a courtesy"),
        pytest.param((1,), (1,), id="the day after is the first level"),
    ],
)
def test_a_comma_list_becomes_a_sound_program(offsets: tuple[int, ...], levels: tuple[int, ...]) -> None:
    steps = from_offsets(offsets)
    assert tuple((step.level, step.offset) for step in steps) == tuple(zip(levels, offsets, strict=True))
    assert {step.counts_from for step in steps} == {CountFrom.DUE}
    assert check(steps) == ()


@pytest.mark.parametrize(
    ("steps", "problems"),
    [
        pytest.param((), [(0, ProgramFault.NO_STEP)], id="a program without steps"),
        pytest.param((Step(0, 1),), [(1, ProgramFault.COURTESY_AFTER_DUE)], id="a courtesy after the due date"),
        pytest.param(
            (Step(0, -7), Step(0, -3, PREVIOUS)),
            [(2, ProgramFault.COURTESY_FROM_PREVIOUS)],
            id="a courtesy that counts from the step before",
        ),
        pytest.param((Step(1, 0),), [(1, ProgramFault.LEVEL_BEFORE_DUE)], id="a relance on the due day"),
        pytest.param((Step(2, -1),), [(1, ProgramFault.LEVEL_BEFORE_DUE)], id="a relance before the due date"),
        pytest.param(
            (Step(1, 5), Step(2, 0, PREVIOUS)),
            [(2, ProgramFault.LEVEL_BEFORE_DUE)],
            id="a relance on the very day of the step before",
        ),
        pytest.param((Step(2, 5), Step(1, 9)), [(2, ProgramFault.LEVEL_DECREASES)], id="a level that decreases"),
        pytest.param((Step(1, 9), Step(1, 9)), [(2, ProgramFault.OFFSET_NOT_INCREASING)], id="an offset twice"),
        pytest.param(
            (Step(1, 9), Step(1, 3, PREVIOUS), Step(2, 8)),
            [(3, ProgramFault.OFFSET_NOT_INCREASING)],
            id="an offset below the one before it that counts from the due date",
        ),
        pytest.param((Step(1, 5, PREVIOUS),), [(1, ProgramFault.FIRST_FROM_PREVIOUS)], id="a first step from previous"),
        pytest.param((Step(4, 5),), [(1, ProgramFault.LEVEL_RANGE)], id="a fourth level"),
        pytest.param((Step(1, 5, channels=()),), [(1, ProgramFault.NO_CHANNEL)], id="a step without a channel"),
        pytest.param((Step(1, 4000),), [(1, ProgramFault.OFFSET_RANGE)], id="an offset of eleven years"),
        pytest.param((Step(1, 5, deadline_days=0),), [(1, ProgramFault.DEADLINE_RANGE)], id="no day to pay"),
        pytest.param(
            (Step(1, 5, repeat=Repeat(7, 2)), Step(2, 9)),
            [(1, ProgramFault.REPEAT_NOT_LAST)],
            id="a repeat in the middle",
        ),
        pytest.param((Step(1, 5, repeat=Repeat(0, 2)),), [(1, ProgramFault.REPEAT_RANGE)], id="a repeat every 0 days"),
        pytest.param(
            (Step(1, 0), Step(2, 5), Step(1, 5)),
            [
                (1, ProgramFault.LEVEL_BEFORE_DUE),
                (3, ProgramFault.LEVEL_DECREASES),
                (3, ProgramFault.OFFSET_NOT_INCREASING),
            ],
            id="every fault is named, with its step",
        ),
    ],
)
def test_a_program_that_breaks_the_rules_names_the_step(
    steps: tuple[Step, ...], problems: list[tuple[int, ProgramFault]]
) -> None:
    assert check(steps) == tuple(ProgramProblem(step, fault) for step, fault in problems)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            (Step(1, 10), Step(2, 21), Step(3, 30), Step(3, 45), Step(3, 60)), id="several steps of one level"
        ),
        pytest.param((Step(1, 10), Step(1, 30, PREVIOUS), Step(1, 15)), id="offsets from previous stand apart"),
        pytest.param((Step(3, 1, repeat=Repeat(1, 1)),), id="a single step that repeats"),
    ],
)
def test_a_sound_program_has_no_problem(steps: tuple[Step, ...]) -> None:
    assert check(steps) == ()


def test_each_channel_of_a_step_has_its_own_template_or_the_built_in_one() -> None:
    step = replace(a_program("7").steps[0], templates=((ChannelName.EMAIL, "Doux"),))
    assert step.template_for(ChannelName.EMAIL) == "Doux"
    assert step.template_for(ChannelName.LETTER) is None
