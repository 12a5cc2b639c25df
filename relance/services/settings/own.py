"""Checks the programs of a settings file that are one customer's own: one customer follows each, and no group."""

from collections.abc import Sequence
from typing import TypeVar

from relance.services.settings.customers import CustomerSpec, GroupSpec
from relance.services.settings.lines import Path
from relance.services.settings.problems import ProblemCode, Problems
from relance.services.settings.programs import ProgramSpec
from relance.services.settings.tables import Known

T = TypeVar("T")
Placed = Sequence[tuple[Path, T]]  # what was read, and where

MOST_NAMED = 5  # customers in one problem


class OwnPrograms:
    """The own programs as they will be once the file is loaded, and where the file makes one of another program."""

    def __init__(self, programs: Placed[ProgramSpec], known: Known) -> None:
        own = set(known.own_programs)
        self.made: dict[str, Path] = {}
        for path, spec in programs:
            if spec.own and spec.name not in known.own_programs:
                self.made[spec.name] = (*path, "own")
            if spec.own is not None:
                (own.add if spec.own else own.discard)(spec.name)
        self.names = frozenset(own)


def check_own(
    programs: Placed[ProgramSpec],
    groups: Placed[GroupSpec],
    customers: Placed[CustomerSpec],
    known: Known,
    problems: Problems,
) -> None:
    """Note each own program that others would follow as well."""
    own = OwnPrograms(programs, known)
    _check_general(programs, own, known, problems)
    _check_groups(groups, own, known, problems)
    _check_customers(customers, own, known, problems)


def _check_general(programs: Placed[ProgramSpec], own: OwnPrograms, known: Known, problems: Problems) -> None:
    chosen = {spec.name for _path, spec in programs if spec.general}
    no_more = {spec.name for _path, spec in programs if spec.general is False}
    generals = chosen or set(known.general_programs - no_more)
    for path, spec in programs:
        if spec.name in own.names & generals:
            key = "own" if spec.own else "general"
            problems.add((*path, key), ProblemCode.OWN_GENERAL, owner=spec.name)


def _check_groups(groups: Placed[GroupSpec], own: OwnPrograms, known: Known, problems: Problems) -> None:
    said = {spec.name for _path, spec in groups if spec.program is not None}
    for path, spec in groups:
        if spec.program in own.names:
            place = (*path, "program")
            problems.add(place, ProblemCode.OWN_OF_GROUP, owner=spec.name, value=spec.program, group=spec.name)
    for group, program in known.group_programs.items():
        if group not in said and program in own.made:
            problems.add(own.made[program], ProblemCode.OWN_OF_GROUP, owner=program, group=group)


def _check_customers(customers: Placed[CustomerSpec], own: OwnPrograms, known: Known, problems: Problems) -> None:
    said = {spec.code for _path, spec in customers if spec.program is not None}
    followers: dict[str, dict[str, Path | None]] = {name: {} for name in sorted(own.names)}
    for code, program in known.followers.items():
        if code not in said and program in followers:
            followers[program][code] = None
    for program in own.made:
        followers[program] |= dict.fromkeys(sorted(known.invoiced.get(program, ())))
    for path, spec in customers:
        if isinstance(spec.program, str) and spec.program in followers:
            followers[spec.program].setdefault(spec.code, (*path, "program"))
    for program, codes in followers.items():
        if len(codes) > 1:
            _note_shared(program, codes, own.made.get(program), problems)


def _note_shared(program: str, codes: dict[str, Path | None], made: Path | None, problems: Problems) -> None:
    """At each customer of the file but the first; where it names none, at the program that it makes an own one."""
    named = tuple(codes)[:MOST_NAMED] + (("…",) if len(codes) > MOST_NAMED else ())
    places = [(code, path) for code, path in list(codes.items())[1:] if path is not None]
    for code, path in places:
        problems.add(path, ProblemCode.OWN_SHARED, owner=code, value=program, customers=named)
    if made is not None and not places:
        problems.add(made, ProblemCode.OWN_SHARED, owner=program, customers=named)
