"""One customer: what it owes and how it pays, how it is reminded, its invoices, what was sent to it, notes."""

from datetime import date
from enum import StrEnum
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.services import bad_addresses, customers, notes
from relance.services.customer_contacts import lines_of
from relance.services.programs import own as own_programs
from relance.services.refusal import Refused
from relance.storage.bad_addresses import key
from relance.storage.models import BadAddress, Customer, Hold
from relance.storage.queries import customer as queries
from relance.storage.queries import replies
from relance.storage.queries.customers import owed_by
from relance.web import links, visitors
from relance.web.batches import LARGEST_ID
from relance.web.database import firm, local_now, reading, writing
from relance.web.forms import customers as forms
from relance.web.forms.customers import CustomerForm, Inherited
from relance.web.labels import N_, invoices, reasons
from relance.web.labels import customers as labels
from relance.web.language import gettext as _
from relance.web.message_words import message_words
from relance.web.paging import paging
from relance.web.shell import refuse, tell

Answer = Response | str | tuple[str, int]
MOST_SENT = 50
MOST_HEARD = 20
MOST_HELD = 20
PLACE = "suite"  # where the tabs stand


class Tab(StrEnum):
    """What stands below the form, by the word in the address."""

    INVOICES = "factures"
    REMINDERS = "relances"
    NOTES = "notes"


TABS = {Tab.INVOICES: N_("Invoices"), Tab.REMINDERS: N_("Reminders"), Tab.NOTES: N_("Notes")}


def register(page: Blueprint) -> None:
    """Its address; it belongs to the blueprint of the list, so that the menu shows where one is."""
    page.add_url_rule("/clients/<int:customer_id>", "show", show, methods=["GET", "POST"])


def show(customer_id: int) -> Answer:
    """The page, and what a person changes there."""
    row = customer_of(customer_id)
    form = _form(row)
    if request.method == "GET":
        return render_template("customers/show.html", **_values(row, form))
    if not form.validate():
        return refuse("customers/show.html", **_values(row, form))
    try:
        with writing() as session:
            made = customers.save(session, row.id, form.change(), by=visitors.me().email, now=local_now())
    except Refused as error:
        form.refused(error)
        return refuse("customers/show.html", **_values(row, form))
    if made:
        tell(_("Saved. Here are its own steps, copied from the program it had: change them as you like."))
        return redirect(url_for("customers.steps", customer_id=row.id), 303)
    tell(_("Saved."))
    return redirect(url_for("customers.show", customer_id=row.id), 303)


def customer_of(customer_id: int) -> Customer:
    """The customer of a number; 404 when there is none."""
    if not 0 < customer_id <= LARGEST_ID:
        abort(404)
    return reading().get(Customer, customer_id) or abort(404)


def _form(row: Customer) -> CustomerForm:
    session = reading()
    found = queries.choices(session)
    lines = lines_of(row)
    count = forms.lines_sent() if request.method == "POST" else len(lines) + forms.SPARE_LINES
    own = own_programs.followed_own(session, row) is not None
    data = forms.data_of(row, lines, _pause(row, local_now().date()), own=own)
    return forms.customer_form(found, _inherited(row, found), lines=count, data=data)


def _inherited(row: Customer, found: queries.Choices) -> Inherited:
    name = queries.inherited(row.group, found)
    said = _("Never remind automatically") if name is None else name or _("none")
    group_sender = row.group.sender_id if row.group is not None else None
    if row.group is not None:
        program = _("As its group, or the general program (%(name)s)") % {"name": said}
        sender = _("As its group (%(name)s)") % {"name": found.senders.get(group_sender or 0) or firm().name}
        return Inherited(program, sender, row.language)
    program = _("The general program (%(name)s)") % {"name": said}
    return Inherited(program, _("The firm itself (%(name)s)") % {"name": firm().name}, row.language)


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
    asked = request.args.get("onglet", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.INVOICES
    written = notes.of_customer(session, row.id)
    heard = replies.of_customer(session, row.id, most=MOST_HEARD)
    counts = {
        Tab.INVOICES: queries.count_invoices(session, row.id),
        Tab.REMINDERS: queries.count_sent(session, row.id),
        Tab.NOTES: len(written),
    }
    return {
        "row": row,
        "form": form,
        "own": form.program.object_data == own_programs.Own.STEPS.value,
        "firm_charges": firm().charges,
        "no_charges": labels.NO_CHARGES.get(row.kind, ""),
        "bad": _bad(row, today),
        "levels": labels.LEVELS,
        "groups": queries.choices(session).groups.values(),
        "today": today,
        "owed": owed_by(session, [row.id], today).get(row.id, []),
        "credit": queries.free_credit(session, row.id, today),
        "habits": queries.habits(session, row.id),
        "held": queries.held(session, row.id, most=MOST_HELD),
        "hold_names": {kind: _(name) for kind, name in invoices.HOLDS.items()},
        "paused": _pause(row, today),
        "tab": tab,
        "tabs": [(_(name), _tab_address(row.id, one), one is tab, counts[one]) for one, name in TABS.items()],
        "notes": written,
        "unanswered": [one for one in heard if one.handled_at is None],
        "heard": [one for one in heard if one.handled_at is not None],
        "invoice_address": links.invoice,
        "message_address": links.message,
        **_below(row, tab, counts),
        **message_words(),
    }


def _tab_address(customer_id: int, tab: Tab) -> str:
    return url_for("customers.show", customer_id=customer_id, onglet=tab.value, _anchor=PLACE)


def _below(row: Customer, tab: Tab, counts: dict[Tab, int]) -> dict[str, Any]:
    """What the tab that is shown needs."""
    session = reading()
    if tab is Tab.INVOICES:
        part = paging(request.args, counts[tab])
        return {
            "paging": part,
            "invoices": queries.invoices(session, row.id, limit=part.per, offset=part.offset),
            "kind_of": lambda kind: _(reasons.KINDS[kind]),
        }
    if tab is Tab.REMINDERS:
        return {
            "sent_count": counts[tab],
            "sent": queries.sent(session, row.id, most=MOST_SENT),
            "channel_of": lambda name: _(reasons.CHANNELS[name]) if name else "",
        }
    return {}
