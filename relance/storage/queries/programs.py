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
    """Every program with its steps: the general one first, those that are off last."""
    order = (Program.general.desc(), Program.active.desc(), Program.name)
    return list(session.scalars(select(Program).options(selectinload(Program.steps)).order_by(*order)))


def template_names(session: Session, channel: ChannelName) -> list[str]:
    """The firm's own templates of a channel."""
    return list(session.scalars(select(Template.name).where(Template.channel == channel).order_by(Template.name)))
