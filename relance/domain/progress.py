"""How far an invoice is in its program (RULES 3.1, 3.11)."""

from datetime import date
from typing import NamedTuple

from relance.domain.book import PastReminder, ReminderKind
from relance.domain.program import Program


class Progress(NamedTuple):
    """What the reminders of an invoice amount to under one program.

    `done` is the position of the last step done, 0 for none; `times` how often that step came round; `level` the
    highest level reached. `here` are the reminders of this program since its last restart, `day` the last day one was
    made under any program since then; `last` is the last one sent or marked, of any step (RULES 3.6).
    """

    done: int = 0
    times: int = 0
    level: int = 0
    here: tuple[PastReminder, ...] = ()
    day: date | None = None
    last: PastReminder | None = None


NOTHING_YET = Progress()


def progress(program: Program, past: tuple[PastReminder, ...], cycle: int = 1) -> Progress:
    """Where an invoice stands. Reminders of before a restart make no step done, but still space (RULES 5.5)."""
    if not past:
        return NOTHING_YET
    here: list[PastReminder] = []
    elsewhere: list[PastReminder] = []
    last: PastReminder | None = None
    day: date | None = None
    done = level = 0
    for one in past:  # one pass without calls: a plan looks at hundreds of thousands
        if one.kind is not ReminderKind.SUPERSEDED and (last is None or _later(one, last)):
            last = one
        if one.cycle != cycle:
            continue
        if day is None or one.day > day:
            day = one.day
        if one.level > level:
            level = one.level
        if one.program != program.id or not _is_step(program, one):
            elsewhere.append(one)
            continue
        here.append(one)
        if one.step > done:
            done = one.step
    if elsewhere:
        done = max(done, _done_elsewhere(program, elsewhere))
    times = (_times(here, done) or 1) if done else 0
    return Progress(done, times, level, tuple(here), day, last)


def _later(one: PastReminder, other: PastReminder) -> bool:
    if one.day != other.day:
        return one.day > other.day
    return (one.at, one.step, one.occurrence) > (other.at, other.step, other.occurrence)


def _times(here: list[PastReminder], done: int) -> int:
    """How often the last step done came round; one that another program stands for came once before these."""
    return max((one.occurrence for one in here if one.step == done), default=0)


def _is_step(program: Program, one: PastReminder) -> bool:
    """Whether a program still has the step of a reminder of its own: of one edited since, only the level counts."""
    return one.step <= len(program.steps) and program.steps[one.step - 1].level == one.level


def _done_elsewhere(program: Program, elsewhere: list[PastReminder]) -> int:
    """How many steps other programs, or steps that were edited since, stand for: levels never go down.

    A step counts as done when a higher level was reached, or its own level as many times.
    """
    reached: dict[int, int] = {}
    for one in elsewhere:
        reached[one.level] = reached.get(one.level, 0) + (one.occurrence == 1)
    top = max(reached)
    below = sum(1 for step in program.steps if step.level < top)
    same = sum(1 for step in program.steps if step.level == top)
    return below + min(same, reached[top])


def day_done(so_far: Progress, position: int) -> date | None:
    """The day a step was last done, by itself or by a jump over it (RULES 3.11); None while it isn't.

    Of a step that another program stands for, it is the day of the last reminder.
    """
    own = [one.day for one in so_far.here if one.step == position]
    if own:
        return max(own)
    jump = min((one.day for one in so_far.here if one.step > position), default=None)
    return so_far.day if jump is None and position <= so_far.done else jump
