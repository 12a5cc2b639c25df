"""Writes what was planned for a file of invoices, in bulk, and notes how to take it back."""

from typing import Any

from sqlalchemy import insert, select, update

from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import CHASED, DocumentKind
from relance.services.imports.drafts import Draft
from relance.services.imports.outcome import Missing
from relance.services.imports.plan import InvoicePlan
from relance.services.imports.record import update_rows
from relance.services.imports.write_customers import write_customers
from relance.services.imports.write_holds import write_holds
from relance.services.imports.writer import Writer
from relance.storage.chunks import chunks
from relance.storage.models import CreditApplication, Invoice, Payment

_NEW_INVOICE: dict[str, Any] = {
    "kind": DocumentKind.INVOICE,
    "status": DocumentStatus.ISSUED,
    "issue_date": None,
    "due_date": None,
    "paid": 0,
    "credited": 0,
    "excluded": False,
    "reference": "",
    "pdf_name": "",
    "program_choice": Choose.INHERIT,
    "program_id": None,
    "cycle": 1,
    "failed_step": None,
    "level": None,
    "last_reminder_on": None,
}


def write_invoices(writer: Writer, plan: InvoicePlan, absent: tuple[Missing, ...]) -> None:
    """Everything of the plan; the open invoices of `absent` are settled."""
    write_customers(writer, plan)
    _new_invoices(writer, plan)
    _changed_invoices(writer, plan)
    _credits(writer, plan)
    _payments(writer, plan, absent)
    write_holds(writer, plan)
    _remember(writer, plan, absent)


def _new_invoices(writer: Writer, plan: InvoicePlan) -> None:
    new = [draft for draft in plan.drafts.values() if draft.known is None]
    writer.invoice_ids.update((invoice.number, invoice.id) for invoice in plan.known.invoices.values())
    if new:
        writer.connection.execute(insert(Invoice), [_new_invoice(writer, draft) for draft in new])
    made: list[int] = []
    for numbers in chunks([draft.number for draft in new]):
        rows = writer.connection.execute(select(Invoice.number, Invoice.id).where(Invoice.number.in_(numbers))).all()
        writer.invoice_ids.update((number, key) for number, key in rows)
        made.extend(key for _, key in rows)
    writer.record.creates("invoices", made)
    writer.record.touched.update(made)


def _new_invoice(writer: Writer, draft: Draft) -> dict[str, Any]:
    return {
        **_NEW_INVOICE,
        "number": draft.number,
        "customer_id": writer.customer_ids[draft.party.code],
        "balance": draft.total,
        "chased": draft.kind in CHASED and draft.status is DocumentStatus.ISSUED,
        "emails": draft.own_emails or [],
        "entered_at": writer.now,
        **draft.values,
    }


def _changed_invoices(writer: Writer, plan: InvoicePlan) -> None:
    changes: dict[int, dict[str, Any]] = {}
    reached: list[int] = []
    for draft in plan.drafts.values():
        known = draft.known
        if known is None or not draft.touched:
            continue
        writer.record.touched.add(known.id)
        values = {column: value for column, value in draft.values.items() if column != "customer"}
        if "customer" in draft.values:
            values["customer_id"] = writer.customer_ids[draft.party.code]
        if draft.own_emails is not None:
            values["emails"] = draft.own_emails
        if draft.own_emails is not None or "customer" in draft.values:
            reached.append(known.id)
            if known.failed_step is not None:
                values["failed_step"] = None
        if values:
            changes[known.id] = values
            before = {column: getattr(known, column) for column in values}
            writer.record.changes("invoices", known.id, before, values)
            writer.refreshed.add(known.id)
    update_rows(writer.connection, Invoice, changes)
    for ids in chunks(reached):
        writer.connection.execute(update(Invoice).where(Invoice.id.in_(ids)).values(unreachable_on=None))
    moved = {key: values["customer_id"] for key, values in changes.items() if "customer_id" in values}
    for invoice, customer in moved.items():
        writer.connection.execute(update(Payment).where(Payment.invoice_id == invoice).values(customer_id=customer))


def _credits(writer: Writer, plan: InvoicePlan) -> None:
    rows = [
        {
            "credit_note_id": writer.invoice_ids[one.note],
            "invoice_id": writer.invoice_ids[one.invoice],
            "amount": one.amount,
            "batch_id": writer.batch,
        }
        for one in plan.applications
    ]
    if rows:
        writer.connection.execute(insert(CreditApplication), rows)
    for row in rows:
        writer.refreshed |= {row["credit_note_id"], row["invoice_id"]}
        writer.record.touched |= {row["credit_note_id"], row["invoice_id"]}


def _payments(writer: Writer, plan: InvoicePlan, absent: tuple[Missing, ...]) -> None:
    rows = []
    for draft in plan.drafts.values():
        if draft.payment:
            on = (draft.candidate.settled_on if draft.payment > 0 else None) or writer.today
            invoice, customer = writer.invoice_ids[draft.number], writer.customer_ids[draft.party.code]
            rows.append(writer.payment(invoice, customer, draft.payment, draft.currency, on))
    for one in absent:
        writer.record.touched.add(one.invoice_id)
        rows.append(writer.payment(one.invoice_id, one.customer_id, one.balance, one.currency, writer.today))
    if rows:
        writer.connection.execute(insert(Payment), rows)


def _remember(writer: Writer, plan: InvoicePlan, absent: tuple[Missing, ...]) -> None:
    """The file's word, for the next file to be compared with."""
    for draft in plan.drafts.values():
        invoice = str(writer.invoice_ids[draft.number])
        if draft.stated is not None and draft.stated != plan.said_before(draft):
            writer.record.stated[invoice] = draft.stated
        if draft.own_emails is not None:
            writer.record.own_emails[invoice] = draft.own_emails
    for one in absent:
        writer.record.stated[str(one.invoice_id)] = one.total
