"""The first steps with Relance: which are done, which can be done now, and which is the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.services.database import the_firm
from relance.storage.models import Firm, Invoice, MailAccount


class FirstStep(StrEnum):
    """The steps, in their order."""

    ACCOUNT = "account"
    FIRM = "firm"
    EMAIL = "email"
    INVOICES = "invoices"
    TEST = "test"
    ACTIVATE = "activate"


class StepState(StrEnum):
    """How a step stands. LATER is the person's own word; BLOCKED waits for a step before it."""

    DONE = "done"
    TO_DO = "to_do"
    LATER = "later"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a firm has come."""

    steps: tuple[tuple[FirstStep, StepState], ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(state is StepState.DONE for _, state in self.steps)

    @property
    def next(self) -> FirstStep | None:
        """The first one that can be done now, if any."""
        return next((step for step, state in self.steps if state is StepState.TO_DO), None)

    def state(self, step: FirstStep) -> StepState:
        """How one step stands."""
        return dict(self.steps)[step]


def is_open(firm: Firm) -> bool:
    """Whether the firm is still being set up: never switched on, and the list not put away. Never with made-up data."""
    return firm.set_up_at is None and firm.activated_at is None and not firm.examples


def progress(session: Session, firm: Firm, *, letters_only: bool = False) -> Progress:
    """How far the firm has come. `letters_only`: e-mail is for later."""
    return Progress(tuple(_states(session, firm, letters_only=letters_only)))


def _states(session: Session, firm: Firm, *, letters_only: bool) -> Iterator[tuple[FirstStep, StepState]]:
    has_invoices = session.scalar(select(Invoice.id).limit(1)) is not None
    email = _state(done=bool(session.get_one(MailAccount, 1).host))
    if letters_only and email is StepState.TO_DO:
        email = StepState.LATER
    test = _state(done=firm.tested_at is not None, ready=has_invoices and email is not StepState.TO_DO)
    yield FirstStep.ACCOUNT, StepState.DONE
    yield FirstStep.FIRM, _state(done=bool(firm.name))
    yield FirstStep.EMAIL, email
    yield FirstStep.INVOICES, _state(done=has_invoices)
    yield FirstStep.TEST, test
    yield FirstStep.ACTIVATE, _state(done=firm.activated_at is not None, ready=test is StepState.DONE)


def _state(*, done: bool, ready: bool = True) -> StepState:
    if done:
        return StepState.DONE
    return StepState.TO_DO if ready else StepState.BLOCKED


def put_away(session: Session, now: datetime) -> None:
    """The list is done with; the first time counts."""
    firm = the_firm(session)
    firm.set_up_at = firm.set_up_at or now
