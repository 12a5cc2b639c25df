"""Does what a preview showed, in the transaction of its session, once; and notes how to take it back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from relance import clock
from relance.importers.fields import FileKind
from relance.importers.reading import ProblemCode
from relance.services import balances
from relance.services.database import the_firm
from relance.services.imports.memory import APPLIED
from relance.services.imports.options import as_invoices, as_payments, to_json
from relance.services.imports.outcome import ImportResult, MatchCode, Missing, Preview, RowProblem, result_of
from relance.services.imports.payments import plan_payments, write_payments
from relance.services.imports.plan import plan_invoices
from relance.services.imports.preview import preview_of
from relance.services.imports.profiles import remember
from relance.services.imports.receive import RECEIVED
from relance.services.imports.write import write_invoices
from relance.services.imports.writer import Writer
from relance.services.refusal import Refused
from relance.storage.models import ImportBatch

_KEPT_PROBLEMS = 1000


def apply(
    session: Session,
    batch: ImportBatch,
    shown: Preview,
    *,
    skip_bad_rows: bool,
    complete_confirmed: bool,
    by: str,
    now: datetime,
) -> ImportResult:
    """Import a file. The rows are compared again, with what the database holds now.

    `complete_confirmed` settles the open invoices that a complete list doesn't have. A second call for the same batch
    changes nothing and gives the same result. Raises Refused, with nothing changed, when a question is open or (unless
    `skip_bad_rows`) when any row is bad.
    """
    if batch.state == APPLIED:
        return stored_result(batch)
    if batch.state != RECEIVED:
        raise Refused("import.undone", batch=batch.id)
    if shown.questions:
        raise Refused("import.questions", count=len(shown.questions))
    today = clock.local_day(now, the_firm(session).timezone)
    balances.advance(session, today)
    session.flush()
    writer = Writer(session, batch.id, by, now, today)
    fresh = _carry_out(writer, batch, shown, skip_bad_rows=skip_bad_rows, settle=complete_confirmed)
    balances.refresh(session, writer.refreshed, today)
    _conclude(writer, batch, shown, fresh)
    return fresh


def _carry_out(
    writer: Writer, batch: ImportBatch, shown: Preview, *, skip_bad_rows: bool, settle: bool
) -> ImportResult:
    session = writer.session
    if batch.kind == FileKind.PAYMENTS:
        payments = plan_payments(session, as_payments(shown.reading))
        fresh = Preview(
            shown.reading,
            shown.options,
            False,
            tuple(payments.rows),
            tuple(payments.problems),
            tuple(payments.notices),
        )
        _check(fresh, skip_bad_rows=skip_bad_rows)
        write_payments(writer, payments)
        return result_of(fresh, batch=batch.id)
    plan = plan_invoices(session, as_invoices(shown.reading), shown.options.customer_kind)
    fresh = preview_of(session, plan, shown.reading, shown.options, batch.content, complete=shown.complete)
    _check(fresh, skip_bad_rows=skip_bad_rows)
    absent: tuple[Missing, ...] = fresh.absent if settle and shown.complete else ()
    write_invoices(writer, plan, absent)
    return result_of(fresh, settled=tuple(one.number for one in absent), batch=batch.id)


def _check(fresh: Preview, *, skip_bad_rows: bool) -> None:
    if fresh.problems and not skip_bad_rows:
        raise Refused("import.problems", count=len({problem.row for problem in fresh.problems}))
    if not fresh.reading.candidates:
        raise Refused("import.nothing_usable", count=len({problem.row for problem in fresh.problems}))


def _conclude(writer: Writer, batch: ImportBatch, shown: Preview, result: ImportResult) -> None:
    """An import that went well is fresh data, even when it changed nothing (RULES 5.3)."""
    firm = the_firm(writer.session)
    before = firm.data_fresh_at
    firm.data_fresh_at = writer.now
    writer.record.fresh = [before.isoformat() if before else None, writer.now.isoformat()]
    batch.state, batch.applied_at, batch.by = APPLIED, writer.now, writer.by
    batch.options = {**to_json(shown.options), "complete": shown.complete}
    batch.result = _to_json(result)
    batch.undo = writer.record.to_json()
    remember(
        writer.session,
        FileKind(batch.kind),
        shown.reading.signature,
        shown.options,
        filename=batch.filename,
        now=writer.now,
    )
    writer.session.flush()
    writer.session.expire_all()


def _to_json(result: ImportResult) -> dict[str, Any]:
    kept = asdict(result)
    for name in ("problems", "notices"):
        kept[name] = [{**one, "facts": _plain_facts(one["facts"])} for one in kept[name][:_KEPT_PROBLEMS]]
    return kept


def _plain_facts(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: fact if isinstance(fact, str | int) else str(fact) for name, fact in facts.items()}


def stored_result(batch: ImportBatch) -> ImportResult:
    """What an applied batch did, as it was told then."""
    kept = batch.result
    return ImportResult(
        created=kept["created"],
        updated=kept["updated"],
        unchanged=kept["unchanged"],
        missing=tuple(kept["missing"]),
        settled=tuple(kept["settled"]),
        problems=_stored_problems(kept["problems"]),
        notices=_stored_problems(kept["notices"]),
        batch=batch.id,
    )


def _stored_problems(kept: list[dict[str, Any]]) -> tuple[RowProblem, ...]:
    return tuple(RowProblem(**{**one, "code": _code(one["code"])}) for one in kept)


def _code(word: str) -> ProblemCode | MatchCode:
    return ProblemCode(word) if word in set(ProblemCode) else MatchCode(word)
