"""Notes on customers and invoices: written down, and deleted."""

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from relance.services import notes
from relance.services.refusal import Refused
from relance.storage.models import Invoice, Note
from relance.web import visitors
from relance.web.batches import LARGEST_ID
from relance.web.database import now, reading, writing
from relance.web.forms.notes import NoteForm
from relance.web.language import gettext as _
from relance.web.pages.customer import PLACE, Tab, customer_of
from relance.web.shell import refuse, tell

page = Blueprint("notes", __name__)

Answer = Response | tuple[str, int]


@page.app_context_processor
def _of_invoice() -> dict[str, object]:
    return {"notes_of_invoice": lambda invoice: notes.of_invoice(reading(), invoice)}


@page.post("/clients/<int:customer_id>/notes")
def add(customer_id: int) -> Answer:
    """A note on a customer."""
    return _added(customer_of(customer_id).id, None)


@page.post("/factures/<int:invoice_id>/notes")
def add_to_invoice(invoice_id: int) -> Answer:
    """A note on an invoice."""
    row = reading().get(Invoice, invoice_id) if 0 < invoice_id <= LARGEST_ID else None
    return _added(row.customer_id, row.id) if row is not None else abort(404)


def _added(customer: int, invoice: int | None) -> Answer:
    form, back = NoteForm(), _place(customer, invoice)
    try:
        with writing() as session:
            notes.add(
                session, form.text.data or "", customer=customer, invoice=invoice, by=visitors.me().email, now=now()
            )
    except Refused as error:
        form.refused(error)
        return refuse("notes/add.html", form=form, back=back)
    tell(_("The note is kept."))
    return redirect(back, 303)


@page.post("/notes/<int:note_id>/supprimer")
def delete(note_id: int) -> Answer:
    """Take a note away."""
    row = reading().get(Note, note_id) if 0 < note_id <= LARGEST_ID else None
    if row is None:
        abort(404)
    back = _place(row.customer_id, row.invoice_id)
    with writing() as session:
        notes.delete(session, note_id)
    tell(_("The note is deleted."))
    return redirect(back, 303)


def _place(customer: int, invoice: int | None) -> str:
    if invoice is not None:
        return url_for("invoices.show", invoice_id=invoice, _anchor="notes")
    return url_for("customers.show", customer_id=customer, onglet=Tab.NOTES.value, _anchor=PLACE)
