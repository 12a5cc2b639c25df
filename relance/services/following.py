"""What follows for the invoices of one page of a list: the decision itself, on the books of their customers alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from relance.domain.book import Invoice
from relance.domain.plan import Decision, plan
from relance.domain.program import Program, ProgramId
from relance.domain.reasons import ReasonCode
from relance.services.simulate import run_moment
from relance.storage import book as books
from relance.storage.models import Firm
from relance.storage.programs import load_programs
from relance.storage.queries.invoice import Waiting, waiting


@dataclass(frozen=True, slots=True)
class Following:
    """The decisions by invoice, as the run of today would take them; nothing for invoices that weren't asked for."""

    decisions: Mapping[int, Decision]
    invoices: Mapping[int, Invoice]
    programs: Mapping[ProgramId, Program]
    waiting: Mapping[int, Waiting]  # messages that were made already and haven't left

    def says(self, invoice: int, code: ReasonCode) -> bool:
        """Whether a reason is among those of an invoice."""
        decision = self.decisions.get(invoice)
        return decision is not None and any(why.code is code for why in decision.reasons)

    def offset(self, decision: Decision) -> int | None:
        """The offset of the step that a decision is about."""
        if decision.step is None or decision.program is None:
            return None
        return self.programs[decision.program].steps[decision.step.position - 1].offset


NOTHING = Following({}, {}, {}, {})


def following(
    session: Session, firm: Firm, invoices: Collection[int], customers: Collection[int], now: datetime
) -> Following:
    """Decide on some invoices, those of the customers named. `now` is the firm's local time."""
    if not invoices:
        return NOTHING
    programs = load_programs(session)
    found = books.load(session, firm, today=now.date(), customers=customers, invoices=invoices)
    wanted = {one.id: one for one in found.invoices if one.id in invoices}
    decided = plan(found, programs, books.policy(session, firm), max(now, run_moment(firm, now.date())))
    decisions = {int(one.invoice): one for one in decided.decisions if one.invoice in wanted}
    return Following(decisions, {int(key): one for key, one in wanted.items()}, programs, waiting(session, invoices))
