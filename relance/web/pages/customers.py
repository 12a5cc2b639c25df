"""The customers: what each owes; and one customer, with what may be changed of it."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import bad_addresses, customers
from relance.services.customer_contacts import lines_of
from relance.services.customer_search import searched
from relance.services.refusal import Refused
from relance.storage.bad_addresses import key
from relance.storage.models import BadAddress, Customer, Hold
from relance.storage.queries import customer as one_query
from relance.storage.queries import customers as queries
from relance.storage.queries import replies
from relance.storage.queries.customers import Order, Wanted, Which
from relance.web import links, visitors
from relance.web.batches import LARGEST_ID
from relance.web.database import local_now, reading, writing
from relance.web.forms import customers as forms
from relance.web.forms.customers import CustomerForm, ListForm
from relance.web.labels import reasons
from relance.web.labels.customers import LEVELS
from relance.web.language import gettext as _
from relance.web.message_words import message_words
from relance.web.paging import paging
from relance.web.shell import refuse, tell

page = Blueprint("customers", __name__)

Answer = Response | str | tuple[str, int]
MOST_SENT = 50
MOST_HEARD = 20


@page.get("/clients")
def index() -> Answer:
    """The list, a page at a time."""
    form, today = ListForm(), local_now().date()
    wanted = _wanted(form)
    part = paging(request.args, queries.count(reading(), wanted, today))
    shown = {
        "form": form,
        "paging": part,
        "rows": queries.rows(reading(), wanted, today, limit=part.per, offset=part.offset),
        "sorted_by": ("-" if wanted.descending else "") + wanted.order.value,
        "narrowed": wanted.search is not None or wanted.which is not Which.ALL,
    }
    if form.errors:
        return refuse("customers/index.html", **shown)
    return render_template("customers/index.html", **shown)


def _wanted(form: ListForm) -> Wanted:
    asked = request.args.get("tri", Order.NAME.value)
    word = asked.removeprefix("-")
    order = Order(word) if word in set(Order) else Order.NAME
    which = Which(form.etat.data) if form.validate() else Which.ALL
    search = searched(reading(), form.q.data or "")
    return Wanted(which, search, order, descending=asked.startswith("-"))


@page.route("/clients/<int:customer_id>", methods=["GET", "POST"])
def show(customer_id: int) -> Answer:
    """One customer: who it is and how it is reminded, its invoices, and everything that was sent to it."""
    row = _customer(customer_id)
    form = _form(row)
    if request.method == "GET":
        return render_template("customers/show.html", **_values(row, form))
    if not form.validate():
        return refuse("customers/show.html", **_values(row, form))
    try:
        with writing() as session:
            customers.save(session, row.id, form.change(), by=visitors.me().email, now=local_now())
    except Refused as error:
        form.refused(error)
        return refuse("customers/show.html", **_values(row, form))
    tell(_("Saved."))
    return redirect(url_for("customers.show", customer_id=row.id), 303)


def _customer(customer_id: int) -> Customer:
    if not 0 < customer_id <= LARGEST_ID:
        abort(404)
    return reading().get(Customer, customer_id) or abort(404)


def _form(row: Customer) -> CustomerForm:
    found = one_query.choices(reading())
    lines = lines_of(row)
    count = forms.lines_sent() if request.method == "POST" else len(lines) + forms.SPARE_LINES
    data = forms.data_of(row, lines, _pause(row, local_now().date()))
    return forms.customer_form(found, _inherits(row, found), row.language, lines=count, data=data)


def _inherits(row: Customer, found: one_query.Choices) -> str:
    name = one_query.inherited(row, found)
    said = _("Never remind automatically") if name is None else name or _("none")
    if row.group is not None:
        return _("As its group, or the general program (%(name)s)") % {"name": said}
    return _("The general program (%(name)s)") % {"name": said}


def _pause(row: Customer, today: date) -> Hold | None:
    """The pause that still runs."""
    running = customers.open_pauses(reading(), row.id)[-1:]
    return next((hold for hold in running if hold.until is None or hold.until > today), None)


def _bad(row: Customer, today: date) -> dict[str, BadAddress]:
    """The addresses that are refused or left alone, as they are written here."""
    known = bad_addresses.lookup(reading(), (line.email for line in lines_of(row)))
    marked = ((line.email, known.get(key(line.email))) for line in lines_of(row))
    return {email: one for email, one in marked if one and (one.until is None or one.until > today)}


def _values(row: Customer, form: CustomerForm) -> dict[str, object]:
    session, today = reading(), local_now().date()
    part = paging(request.args, one_query.count_invoices(session, row.id))
    return {
        "row": row,
        "form": form,
        "bad": _bad(row, today),
        "levels": LEVELS,
        "groups": one_query.choices(session).groups.values(),
        "today": today,
        "owed": queries.owed_by(session, [row.id], today).get(row.id, []),
        "credit": one_query.free_credit(session, row.id, today),
        "delay": one_query.usual_delay(session, row.id),
        "paging": part,
        "heard": replies.of_customer(session, row.id, most=MOST_HEARD),
        "invoices": one_query.invoices(session, row.id, limit=part.per, offset=part.offset),
        "sent_count": one_query.count_sent(session, row.id),
        "sent": one_query.sent(session, row.id, most=MOST_SENT),
        "kind_of": lambda kind: _(reasons.KINDS[kind]),
        "channel_of": lambda name: _(reasons.CHANNELS[name]) if name else "",
        "paused": _pause(row, today),
        "invoice_address": links.invoice,
        "message_address": links.message,
        **message_words(),
    }
