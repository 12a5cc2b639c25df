"""Writes the disputes, promises and pauses that a file opens, moves or closes."""

from typing import Any

from sqlalchemy import insert, select

from relance.services.imports.holds import IMPORT
from relance.services.imports.plan import InvoicePlan
from relance.services.imports.record import update_rows
from relance.services.imports.writer import Writer
from relance.storage.models import Hold


def write_holds(writer: Writer, plan: InvoicePlan) -> None:
    """Every move of the plan."""
    opened: list[dict[str, Any]] = []
    changed: dict[int, dict[str, Any]] = {}
    for draft in plan.drafts.values():
        for move in draft.holds:
            if move.hold_id is None:
                opened.append(
                    {
                        "invoice_id": writer.invoice_ids[draft.number],
                        "customer_id": None,
                        "kind": move.kind,
                        "until": move.until,
                        "note": "",
                        "origin": IMPORT,
                        "opened_at": writer.now,
                        "opened_by": writer.by,
                        "closed_at": None,
                        "closed_by": "",
                    }
                )
            else:
                closed = {"closed_at": writer.now, "closed_by": IMPORT}
                changed[move.hold_id] = closed if move.close else {"until": move.until}
    _note_holds(writer, plan, changed)
    update_rows(writer.connection, Hold, changed)
    if opened:
        last = writer.connection.execute(select(Hold.id).order_by(Hold.id.desc()).limit(1)).scalar() or 0
        writer.connection.execute(insert(Hold), opened)
        made = writer.connection.execute(
            select(Hold.id).where(Hold.id > last, Hold.origin == IMPORT, Hold.opened_at == writer.now)
        )
        writer.record.creates("holds", made.scalars())


def _note_holds(writer: Writer, plan: InvoicePlan, changed: dict[int, dict[str, Any]]) -> None:
    for invoice in plan.known.invoices.values() if changed else ():
        for hold in invoice.holds:
            if hold.id in changed:
                before = {column: getattr(hold, column) for column in changed[hold.id]}
                writer.record.changes("holds", hold.id, before, changed[hold.id])
