"""Programs and their steps as rows; the domain's Program is made from them."""

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relance.domain.program import CountFrom, Grouping, Mode
from relance.storage.models.base import Base, word


class Program(Base):
    """A program; at most one is the general one."""

    __tablename__ = "program"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    general: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    grouping: Mapped[Grouping] = mapped_column(word(Grouping), default=Grouping.CUSTOMER)
    own: Mapped[bool] = mapped_column(default=False)  # one customer's own: it stands on that customer's page alone
    steps: Mapped[list["Step"]] = relationship(
        back_populates="program", cascade="all, delete-orphan", order_by="Step.position"
    )


class Step(Base):
    """A step of a program; `templates` names one for each channel that doesn't use the built-in text."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("program_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id", ondelete="CASCADE"))
    position: Mapped[int]
    level: Mapped[int]
    offset: Mapped[int]
    counts_from: Mapped[CountFrom] = mapped_column(word(CountFrom), default=CountFrom.DUE)
    channels: Mapped[list[str]]
    fallback: Mapped[str | None] = mapped_column(String(10))  # the channel used when none of them reaches anybody
    mode: Mapped[Mode] = mapped_column(word(Mode), default=Mode.AUTO)
    templates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    deadline_days: Mapped[int | None]
    repeat_every: Mapped[int | None]
    repeat_times: Mapped[int | None]
    label: Mapped[str] = mapped_column(String(80), default="")

    program: Mapped[Program] = relationship(back_populates="steps")
