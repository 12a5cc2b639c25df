"""Program rows to the domain's programs."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from relance.domain import program as domain
from relance.domain.delivery import ChannelName
from relance.storage.models import Program, Step


def load_programs(session: Session) -> Mapping[domain.ProgramId, domain.Program]:
    """Every program, by its id."""
    rows = session.scalars(select(Program).options(selectinload(Program.steps)))
    return {domain.ProgramId(row.id): to_domain(row) for row in rows}


def to_domain(row: Program) -> domain.Program:
    """A program as the decision reads it."""
    return domain.Program(
        id=domain.ProgramId(row.id),
        name=row.name,
        steps=tuple(_step(step) for step in row.steps),
        grouping=row.grouping,
        active=row.active,
    )


def _step(row: Step) -> domain.Step:
    return domain.Step(
        level=row.level,
        offset=row.offset,
        counts_from=row.counts_from,
        channels=tuple(ChannelName(name) for name in row.channels),
        mode=row.mode,
        templates=tuple((ChannelName(channel), name) for channel, name in row.templates.items()),
        deadline_days=row.deadline_days,
        fallback=ChannelName(row.fallback) if row.fallback else None,
        repeat=domain.Repeat(row.repeat_every, row.repeat_times or 1) if row.repeat_every else None,
    )
