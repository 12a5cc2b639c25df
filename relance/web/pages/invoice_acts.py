"""What a person does about one invoice: enters a payment, holds it back, lets it go on. Every form of its page."""

from collections.abc import Callable
from decimal import Decimal

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from relance.domain.book import Choose
from relance.domain.program import ProgramId
from relance.services import holds, payments
from relance.services.holds import HoldKind
from relance.services.payments import Received
from relance.services.refusal import Refused
from relance.storage.queries import invoice as queries
from relance.web import visitors
from relance.web.database import local_now, now, reading, writing
from relance.web.forms.base import PageForm
from relance.web.forms.invoices import HOLD_FORMS, ExcludeForm, PaymentForm, ProgramForm
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import HERE, LARGEST_ID, Answer, look, shown
from relance.web.shell import refuse, tell, warn


def register(page: Blueprint) -> None:
    """Its addresses, among those of the invoices."""
    for address, endpoint, view in (
        ("/reglements", "pay", pay),
        ("/reglements/<int:payment_id>/supprimer", "unpay", unpay),
        ("/blocages/<kind>", "hold", hold),
        ("/blocages/<int:hold_id>/lever", "release", release),
        ("/exclusion", "exclude", exclude),
        ("/recommencer", "restart", restart),
        ("/programme", "program", program),
    ):
        page.add_url_rule(HERE + address, endpoint, view, methods=["POST"])


def _back(invoice_id: int) -> Response:
    return redirect(url_for("invoices.show", invoice_id=invoice_id), 303)


def _act(invoice_id: int, form: PageForm, act: Callable[[Session], object], done: str) -> Answer:
    """The five beats of every form of the page; `done` is what is said when it went well."""
    found = look(invoice_id)
    if form.sent():
        try:
            with writing() as session:
                act(session)
        except Refused as error:
            form.refused(error)
        else:
            tell(done)
            return _back(invoice_id)
    return refuse("invoices/show.html", **shown(found, failed=form))


def pay(invoice_id: int) -> Answer:
    """A payment entered by hand."""
    form = PaymentForm(prefix="pay-")

    def enter(session: Session) -> object:
        assert form.paid_on.data is not None
        given = Received(
            form.amount.amount or Decimal(0),
            form.paid_on.data,
            (form.reference.data or "").strip(),
            form.amount.currency,
        )
        return payments.enter(session, invoice_id, given, after=form.seen, by=visitors.me().email, now=local_now())

    announced = form.paid_on.data is not None and form.paid_on.data > local_now().date()
    done = _("Payment announced: the reminders wait for its day.") if announced else _("Payment entered.")
    return _act(invoice_id, form, enter, done)


def unpay(invoice_id: int, payment_id: int) -> Answer:
    """Take back a payment that was entered by hand."""
    look(invoice_id)
    if payment_id > LARGEST_ID:
        abort(404)
    try:
        with writing() as session:
            payments.remove(session, invoice_id, payment_id, local_now().date())
    except Refused as error:
        warn(refusal(error, language()))
    else:
        tell(_("Payment removed: its amount is due again."))
    return _back(invoice_id)


def hold(invoice_id: int, kind: str) -> Answer:
    """A pause, a dispute or a promise."""
    if kind not in set(HoldKind):
        abort(404)
    what = HoldKind(kind)
    form = HOLD_FORMS[what](prefix=f"{kind}-")

    def open_it(session: Session) -> None:
        note, by = (form.note.data or "").strip(), visitors.me().email
        holds.open_hold(session, invoice_id, what, until=form.day, note=note, by=by, now=local_now())

    return _act(invoice_id, form, open_it, _("Noted: this invoice is held back."))


def release(invoice_id: int, hold_id: int) -> Answer:
    """End a pause, a dispute or a promise."""
    look(invoice_id)
    if hold_id > LARGEST_ID:
        abort(404)
    with writing() as session:
        holds.close_hold(session, invoice_id, hold_id, by=visitors.me().email, now=now())
    tell(_("Ended: the reminders go on as the program says."))
    return _back(invoice_id)


def exclude(invoice_id: int) -> Answer:
    """Out of the automatic reminders, or in again."""
    form, by = ExcludeForm(prefix="exclude-"), visitors.me().email
    if request.form.get("again"):
        done = _("This invoice is reminded of again, as its program says.")
        return _act(invoice_id, form, lambda session: holds.include(session, invoice_id, by=by, now=now()), done)
    note = (form.note.data or "").strip()
    done = _("This invoice is no longer reminded of automatically.")
    return _act(invoice_id, form, lambda session: holds.exclude(session, invoice_id, note=note, by=by, now=now()), done)


def restart(invoice_id: int) -> Answer:
    """The program again, from its first step."""
    look(invoice_id)
    cycle = request.form.get("cycle", 0, type=int)
    with writing() as session:
        holds.restart(session, invoice_id, cycle=cycle, by=visitors.me().email, now=now())
    tell(_("The program starts again from its first step; the history stays."))
    return _back(invoice_id)


def program(invoice_id: int) -> Answer:
    """The invoice's own choice of program."""
    form = ProgramForm(queries.programs(reading()))

    def choose(session: Session) -> None:
        word = str(form.program.data)
        holds.choose_program(session, invoice_id, ProgramId(int(word)) if word.isdigit() else Choose(word))

    return _act(invoice_id, form, choose, _("Program chosen."))
