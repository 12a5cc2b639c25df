"""Who uses which program."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from relance.domain.delivery import ChannelName
from relance.storage.models import Customer, CustomerGroup, Invoice, Program, Template


@dataclass(frozen=True, slots=True)
class Uses:
    """How many name a program themselves; who inherits the general one isn't counted."""

    customers: int = 0
    groups: int = 0
    invoices: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.customers + self.groups + self.invoices


def uses_of(session: Session) -> Mapping[int, Uses]:
    """By program: three small queries, whatever their number."""
    found: defaultdict[int, Uses] = defaultdict(Uses)
    for name, kind in (("customers", Customer), ("groups", CustomerGroup), ("invoices", Invoice)):
        counted = select(kind.program_id, func.count()).where(kind.program_id.is_not(None)).group_by(kind.program_id)
        for program, count in session.execute(counted):
            if program is not None:
                found[program] = replace(found[program], **{name: count})
    return found


def all_programs(session: Session) -> list[Program]:
    """Every program that customers may share, with its steps: the general one first, those that are off last."""
    query = select(Program).where(~Program.own).options(selectinload(Program.steps))
    return list(session.scalars(query.order_by(Program.general.desc(), Program.active.desc(), Program.name)))


def models_by_name(session: Session) -> dict[str, frozenset[ChannelName]]:
    """The firm's own models of messages, and the channels that each has a text for."""
    found: defaultdict[str, set[ChannelName]] = defaultdict(set)
    for name, channel in session.execute(select(Template.name, Template.channel).order_by(Template.name)):
        found[name].add(channel)
    return {name: frozenset(channels) for name, channels in found.items()}
