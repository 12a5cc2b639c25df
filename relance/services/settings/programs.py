"""Reads the programs of a settings file, and checks any program, wherever it comes from (RULES 1)."""

from dataclasses import dataclass, replace
from typing import Any

from relance.domain import program as domain
from relance.domain.delivery import ChannelName
from relance.domain.program import CountFrom, Grouping, Mode, ProgramFault, Repeat, Step
from relance.services.settings import values
from relance.services.settings.lines import Path
from relance.services.settings.problems import BadValue, ProblemCode, Problems, nearest_word
from relance.services.settings.tables import Known, name_in, read_table, tables_of
from relance.services.settings.values import Read

# Words that say something else where a program's name is read: a choice, or what importers take for one.
RESERVED = frozenset(("inherit", "never", "jamais"))
_ANY = values.integer(-1_000_000, 1_000_000)  # the limits are those of the domain's own check


@dataclass(frozen=True, slots=True)
class ProgramSpec:
    """What a program is to be; None leaves a thing as it is."""

    name: str
    steps: tuple[Step, ...] | None = None
    general: bool | None = None
    grouping: Grouping | None = None
    active: bool | None = None
    own: bool | None = None


def program_name(value: object) -> str:
    """A name that can't be taken for a choice (RULES 1.4)."""
    found = values.name(value)
    if found.casefold() in RESERVED:
        raise BadValue(ProblemCode.RESERVED_NAME, words=tuple(sorted(RESERVED)))
    return found


def template_names(value: object) -> dict[ChannelName, str] | str:
    """One name for the step's channels, or a table with one for each."""
    if isinstance(value, dict):
        channel = values.one_of(ChannelName)
        return {channel(key): values.line(name) for key, name in value.items()}
    return values.line(value)


def _fallback(value: object) -> ChannelName | None:
    """The channel used when none of the step's reaches anybody; an empty text is none."""
    return None if value == "" else values.one_of(ChannelName)(value)


_KEYS: dict[str, Read] = {
    "name": program_name,
    "general": values.boolean,
    "grouping": values.one_of(Grouping),
    "active": values.boolean,
    "own": values.boolean,
    "offsets": values.offsets,
}
_STEP_KEYS: dict[str, Read] = {
    "level": _ANY,
    "offset": _ANY,
    "from": values.one_of(CountFrom),
    "channels": values.list_of(values.one_of(ChannelName)),
    "fallback": _fallback,
    "mode": values.one_of(Mode),
    "template": template_names,
    "deadline_days": _ANY,
    "repeat_every": _ANY,
    "repeat_times": _ANY,
}
_FAULTY_KEY = {
    ProgramFault.NO_STEP: "step",
    ProgramFault.LEVEL_RANGE: "level",
    ProgramFault.LEVEL_DECREASES: "level",
    ProgramFault.COURTESY_FROM_PREVIOUS: "from",
    ProgramFault.FIRST_FROM_PREVIOUS: "from",
    ProgramFault.NO_CHANNEL: "channels",
    ProgramFault.FALLBACK_IS_OWN: "fallback",
    ProgramFault.DEADLINE_RANGE: "deadline_days",
    ProgramFault.REPEAT_RANGE: "repeat_every",
    ProgramFault.REPEAT_NOT_LAST: "repeat_every",
}


def read_program(raw: dict[str, Any], path: Path, known: Known, problems: Problems) -> ProgramSpec | None:
    """A [[program]] table; None when it has no usable name. What else is wrong is among the problems."""
    owner = name_in(raw)
    given = read_table(raw, path, _KEYS, problems, owner=owner, others=("step",))
    if "name" not in raw:
        problems.add(path, ProblemCode.MISSING, key="name")
    steps = _steps(raw, given, path, known, problems, owner)
    if "name" not in given:
        return None
    said = {key: given.get(key) for key in ("general", "grouping", "active", "own")}
    return ProgramSpec(given["name"], steps, **said)


def _steps(
    raw: dict[str, Any], given: dict[str, Any], path: Path, known: Known, problems: Problems, owner: str
) -> tuple[Step, ...] | None:
    if "offsets" in raw and "step" in raw:
        problems.add((*path, "offsets"), ProblemCode.OFFSETS_AND_STEPS, owner=owner)
        return None
    if "offsets" in raw:
        return _from_list(given, path, problems, owner)
    if "step" in raw:
        return _from_tables(raw["step"], path, known, problems, owner)
    if owner not in known.stored_programs:
        problems.add(path, ProblemCode.PROGRAM, owner=owner, fault=ProgramFault.NO_STEP, step=0)
    return None


def _from_list(given: dict[str, Any], path: Path, problems: Problems, owner: str) -> tuple[Step, ...] | None:
    if "offsets" not in given:
        return None
    steps = domain.from_offsets(given["offsets"])
    for problem in domain.check(steps):
        place = (*path, "offsets")
        value = steps[problem.step - 1].offset
        problems.add(place, ProblemCode.PROGRAM, owner=owner, value=value, fault=problem.fault, step=problem.step)
    return steps


def _from_tables(raw: object, path: Path, known: Known, problems: Problems, owner: str) -> tuple[Step, ...] | None:
    before = len(problems.found)
    steps: list[Step] = []
    for place, table in tables_of(raw, (*path, "step"), problems):
        step = _read_step(table, place, steps, known, problems, owner)
        if step:
            steps.append(step)
    if len(problems.found) > before:
        return None
    check_program(tuple(steps), path, known, problems, owner)
    return tuple(steps)


def _read_step(
    raw: dict[str, Any], path: Path, before: list[Step], known: Known, problems: Problems, owner: str
) -> Step | None:
    given = read_table(raw, path, _STEP_KEYS, problems, owner=owner)
    if "offset" not in raw:
        problems.add(path, ProblemCode.MISSING, owner=owner, key="offset")
    half_a_repeat = ("repeat_every" in raw) != ("repeat_times" in raw)
    if half_a_repeat:
        problems.add(path, ProblemCode.HALF_A_REPEAT, owner=owner)
    if half_a_repeat or "offset" not in given or len(given) < len(raw):
        return None
    counts_from = given.get("from", CountFrom.DUE)
    step = Step(
        level=given.get("level", _usual_level(given["offset"], counts_from, before)),
        offset=given["offset"],
        counts_from=counts_from,
        channels=given.get("channels", (ChannelName.EMAIL,)),
        fallback=given.get("fallback"),
        mode=given.get("mode", Mode.AUTO),
        deadline_days=given.get("deadline_days"),
        repeat=Repeat(given["repeat_every"], given["repeat_times"]) if "repeat_every" in given else None,
    )
    return replace(step, templates=_templates(given.get("template", ""), step.ways, known))


def _usual_level(offset: int, counts_from: CountFrom, before: list[Step]) -> int:
    """Levels that nobody wrote are dealt 1, 2, 3, then 3 for the rest (RULES 1.3)."""
    if offset <= 0 and counts_from is CountFrom.DUE:
        return 0
    return min(before[-1].level + 1, domain.MAX_LEVEL) if before else 1


def _templates(
    names: dict[ChannelName, str] | str, channels: tuple[ChannelName, ...], known: Known
) -> tuple[tuple[ChannelName, str], ...]:
    """One name for several channels stands for those it can: a built-in name for all, the firm's for those it has."""
    if isinstance(names, str):
        own = known.templates.get(names, frozenset()) if names not in known.builtin_templates else frozenset()
        names = dict.fromkeys([channel for channel in channels if channel in own] or channels, names)
    return tuple(sorted((channel, name) for channel, name in names.items() if name))


def check_program(steps: tuple[Step, ...], path: Path, known: Known, problems: Problems, owner: str) -> None:
    """Note every rule that a program breaks, and every template that isn't there."""
    for problem in domain.check(steps):
        key = _FAULTY_KEY.get(problem.fault, "offset")
        place = (*path, "step", problem.step - 1, key) if problem.step else (*path, "step")
        value = getattr(steps[problem.step - 1], key, None) if problem.step and key in ("level", "offset") else None
        problems.add(place, ProblemCode.PROGRAM, owner=owner, value=value, fault=problem.fault, step=problem.step)
    for index, step in enumerate(steps):
        for channel, name in step.templates:
            _check_template((*path, "step", index, "template"), channel, name, step, known, problems, owner)


def _check_template(
    path: Path, channel: ChannelName, name: str, step: Step, known: Known, problems: Problems, owner: str
) -> None:
    if channel not in step.ways:
        problems.add(path, ProblemCode.CHANNEL_NOT_USED, owner=owner, value=name, channel=channel)
    elif name in known.builtin_templates or channel in known.templates.get(name, ()):
        return
    elif name in known.templates:
        of = tuple(sorted(known.templates[name]))
        problems.add(path, ProblemCode.TEMPLATE_CHANNEL, owner=owner, value=name, channel=channel, of=of)
    else:
        near = nearest_word(name, (*known.templates, *known.builtin_templates))
        problems.add(path, ProblemCode.UNKNOWN_TEMPLATE, owner=owner, value=name, near=near)
