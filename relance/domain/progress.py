"""How far an invoice is in its program (RULES 3.1, 3.11)."""

from dataclasses import dataclass
from datetime import date

from relance.domain.book import PastReminder, ReminderKind
from relance.domain.program import Program


@dataclass(frozen=True, slots=True)
class Progress:
    """What the reminders of an invoice amount to under one program.

    `done` is the position of the last step done, 0 for none; `times` how often that step came round; `here` the
    reminders of this program since its last restart; `last` the last one sent or marked, of any step (RULES 3.6).
    """

    done: int = 0
    times: int = 0
    here: tuple[PastReminder, ...] = ()
    last: PastReminder | None = None


NOTHING_YET = Progress()


def progress(program: Program, past: tuple[PastReminder, ...], cycle: int = 1) -> Progress:
    """Where an invoice stands. Reminders of before a restart make no step done, but still space (RULES 5.5)."""
    if not past:
        return NOTHING_YET
    here: list[PastReminder] = []
    last: PastReminder | None = None
    own, elsewhere = 0, False
    for one in past:  # one pass: a plan looks at hundreds of thousands
        if one.kind is not ReminderKind.SUPERSEDED and (last is None or (one.day, one.at) > (last.day, last.at)):
            last = one
        if one.cycle != cycle:
            continue
        if one.program != program.id:
            elsewhere = True
            continue
        here.append(one)
        if one.step > own:
            own = one.step
    done = min(own, len(program.steps))
    if elsewhere:
        done = max(done, _done_elsewhere(program, [one for one in past if one.cycle == cycle]))
    times = len({one.occurrence for one in here if one.step == done}) or 1
    return Progress(done, times if done else 0, tuple(here), last)


def _done_elsewhere(program: Program, current: list[PastReminder]) -> int:
    """How many steps were done under other programs: levels never go down when an invoice changes program.

    A step counts as done when a higher level was reached, or its own level as many times.
    """
    reached: dict[int, int] = {}
    for one in current:
        if one.program != program.id and one.occurrence == 1:
            reached[one.level] = reached.get(one.level, 0) + 1
    if not reached:
        return 0
    top = max(reached)
    positions = [position for position, step in enumerate(program.steps, 1) if step.level <= top]
    same_level = [position for position in positions if program.steps[position - 1].level == top]
    beyond = len(same_level) - reached[top]
    return len(positions) - max(0, beyond)


def day_done(so_far: Progress, position: int) -> date | None:
    """The day a step was last done, by itself or by a jump over it (RULES 3.11); None while it isn't."""
    own = [one.day for one in so_far.here if one.step == position]
    if own:
        return max(own)
    return min((one.day for one in so_far.here if one.step > position), default=None)


def level_reached(past: tuple[PastReminder, ...]) -> int | None:
    """The highest level an invoice was reminded at; None when it never was."""
    return max((one.level for one in past if one.kind is not ReminderKind.SUPERSEDED), default=None)
