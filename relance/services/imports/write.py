"""Writes what was planned for a file of invoices, in bulk, and notes how to take it back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import CHASED, CustomerKind, DocumentKind
from relance.services.imports.drafts import Draft
from relance.services.imports.holds import IMPORT
from relance.services.imports.known import chunks, name_key
from relance.services.imports.outcome import Missing
from relance.services.imports.parties import Party, address_key
from relance.services.imports.plan import InvoicePlan
from relance.services.imports.record import Record, update_rows
from relance.storage.models import Contact, CreditApplication, Customer, CustomerGroup, Hold, Invoice, Payment

DEDUCED = "deduced"
_REACHES = frozenset(("phone",))
_NEW_CUSTOMER: dict[str, Any] = {
    "kind": CustomerKind.UNKNOWN,
    "language": None,
    "group_id": None,
    "program_choice": Choose.INHERIT,
    "program_id": None,
    "insolvent": False,
    **dict.fromkeys(("phone", "address_1", "address_2", "address_3", "postcode", "city", "country", "notes"), ""),
    "email_origin": IMPORT,
}
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


@dataclass(slots=True)
class Writer:
    """One import being written. `refreshed` are the invoices whose balance must be worked out again."""

    session: Session
    batch: int
    by: str
    now: datetime
    today: date
    record: Record = field(default_factory=Record)
    customer_ids: dict[str, int] = field(default_factory=dict)
    invoice_ids: dict[str, int] = field(default_factory=dict)
    refreshed: set[int] = field(default_factory=set)

    @property
    def connection(self) -> Connection:
        """The session's own connection: rows go straight to it, without an object for each."""
        return self.session.connection()

    def payment(self, invoice: int, customer: int, amount: int, currency: str, on: date) -> dict[str, Any]:
        """A payment worked out from what a file says."""
        self.refreshed.add(invoice)
        return {
            "invoice_id": invoice,
            "customer_id": customer,
            "amount": amount,
            "currency": currency,
            "paid_on": on,
            "reference": "",
            "origin": DEDUCED,
            "batch_id": self.batch,
            "created_at": self.now,
            "created_by": self.by,
        }


def write_invoices(writer: Writer, plan: InvoicePlan, absent: tuple[Missing, ...]) -> None:
    """Everything of the plan; the open invoices of `absent` are settled."""
    _groups(writer, plan)
    _customers(writer, plan)
    _contacts(writer, plan)
    _new_invoices(writer, plan)
    _changed_invoices(writer, plan)
    _credits(writer, plan)
    _payments(writer, plan, absent)
    _holds(writer, plan)
    _remember(writer, plan, absent)


def _groups(writer: Writer, plan: InvoicePlan) -> None:
    names = {name_key(party.new_group): party.new_group for party in plan.parties if party.new_group}
    if not names:
        return
    rows = [{"name": name, "program_choice": Choose.INHERIT, "program_id": None} for name in names.values()]
    writer.connection.execute(insert(CustomerGroup), rows)
    made = writer.connection.execute(
        select(CustomerGroup.id, CustomerGroup.name).where(CustomerGroup.name.in_(names.values()))
    ).all()
    writer.record.creates("groups", [key for key, _ in made])
    ids = {name: key for key, name in made}
    for party in plan.parties:
        if party.new_group:
            party.changes["group_id"] = ids[names[name_key(party.new_group)]]


def _customers(writer: Writer, plan: InvoicePlan) -> None:
    new = [party for party in plan.parties if party.known is None]
    if new:
        rows = [{**_NEW_CUSTOMER, "extra": {}, "code": p.code, "name": p.code, **p.changes} for p in new]
        writer.connection.execute(insert(Customer), rows)
    for codes in chunks([party.code for party in new]):
        made = writer.connection.execute(select(Customer.code, Customer.id).where(Customer.code.in_(codes)))
        writer.customer_ids.update((code, key) for code, key in made)
    writer.record.creates("customers", writer.customer_ids.values())
    changes: dict[int, dict[str, Any]] = {}
    for party in plan.parties:
        if party.known is not None:
            writer.customer_ids[party.code] = party.known.id
            if party.changes:
                changes[party.known.id] = party.changes
                before = {column: getattr(party.known, column) for column in party.changes}
                writer.record.changes("customers", party.known.id, before, party.changes)
    update_rows(writer.connection, Customer, changes)


def _contacts(writer: Writer, plan: InvoicePlan) -> None:
    """New addresses are alive; one that stays keeps its row, and with it whether it is dead."""
    added: list[dict[str, Any]] = []
    removed: list[int] = []
    revived: list[int] = []
    for party in plan.parties:
        if party.to is not None:
            added.extend(_contact_rows(writer, party, removed))
        if party.known is not None and (party.to is not None or _REACHES & party.changes.keys()):
            revived.append(party.known.id)
    for ids in chunks(removed):
        writer.connection.execute(delete(Contact).where(Contact.id.in_(ids)))
    if added:
        writer.connection.execute(insert(Contact), added)
    for ids in chunks(revived):
        failed = update(Invoice).where(Invoice.customer_id.in_(ids), Invoice.failed_step.is_not(None))
        writer.connection.execute(failed.values(failed_step=None))


def _contact_rows(writer: Writer, party: Party, removed: list[int]) -> list[dict[str, Any]]:
    customer = writer.customer_ids[party.code]
    wanted = address_key(party.to or ())
    before = [one for one in party.known.contacts if one.use == "to" and one.email] if party.known else []
    gone = [one for one in before if one.email.casefold() not in wanted]
    kept = {one.email.casefold() for one in before} & wanted
    new = [address for address in party.to or () if address.casefold() not in kept]
    removed.extend(one.id for one in gone)
    if party.known is not None:
        taken = [{"email": one.email, "reminders": one.reminders, "dead": one.dead} for one in gone]
        writer.record.contacts[str(customer)] = {"added": new, "removed": taken}
    blank = {"name": "", "phone": "", "language": None, "use": "to", "reminders": True, "dead": False}
    return [{**blank, "customer_id": customer, "email": address} for address in new]


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
        if known.failed_step is not None and (draft.own_emails is not None or "customer" in draft.values):
            values["failed_step"] = None
        if values:
            changes[known.id] = values
            before = {column: getattr(known, column) for column in values}
            writer.record.changes("invoices", known.id, before, values)
            writer.refreshed.add(known.id)
    update_rows(writer.connection, Invoice, changes)
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


def _holds(writer: Writer, plan: InvoicePlan) -> None:
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
