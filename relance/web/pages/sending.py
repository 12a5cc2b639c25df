"""Confirm a send: whom, what, how much, what stays behind; nothing leaves that wasn't seen on this page."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for

from relance.domain.book import Scope
from relance.domain.delivery import ChannelName
from relance.i18n import MESSAGE_LANGUAGES
from relance.services import dispatches, sending
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.dispatches import Confirmed
from relance.services.forecast import forecast
from relance.services.refusal import Refused
from relance.services.remind import Asked
from relance.services.sending import Office, letter_price
from relance.services.simulate import simulate
from relance.web import offers, selection, visitors
from relance.web.database import firm, local_now, reading, wiring, writing
from relance.web.forms.sending import SendForm
from relance.web.labels import dispatches as labels
from relance.web.labels.refusals import refusal
from relance.web.language import language
from relance.web.pages.invoice import Answer
from relance.web.shell import refuse, tell, warn

LAST_STEP = 99


@dataclass(frozen=True, slots=True)
class Subject:
    """What this request is about: which invoices, and what is asked for them."""

    invoices: list[int]
    asked: Asked


def register(page: Blueprint) -> None:
    """Its address, among those of the sends."""
    page.add_url_rule("/envois/nouveau", "confirm", confirm, methods=["GET", "POST"])


def confirm() -> Answer:
    """Everything that would leave; then the word that lets it go."""
    office = Office(firm(), read_accounts(reading()), wiring().settings.data_dir, wiring().settings.demo)
    form = _form(office)
    if request.method == "POST":
        done = dispatches.find(reading(), form.token)
        if done is not None:
            return redirect(url_for("dispatches.show", dispatch_id=done.id), 303)
    try:
        if request.method == "POST" and form.validate():
            answer = _send(form, office)
            if answer is not None:
                return answer
        subject = _subject(form)
        offer = sending.offer(reading(), office, subject.invoices, subject.asked)
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(offers.back(), 303)
    form.show(offer)
    values = offers.shown(form, offer, office)
    if request.method == "POST":
        return refuse("dispatches/confirm.html", **values)
    return render_template("dispatches/confirm.html", **values)


def _form(office: Office) -> SendForm:
    prices = {one: labels.postage(one, letter_price(office.accounts, one), language()) for one in labels.POSTAGES}
    return SendForm(prices, office.accounts.letter.postage)


def _subject(form: SendForm) -> Subject:
    """The invoices that the address names, or those that were shown already."""
    if request.method == "POST":
        ids = [*form.seen, *form.behind]
        return Subject(ids, _asked(form, _simulated() if request.args.get("simulation") else {}))
    if request.args.get("simulation"):
        found = _simulated()
        return Subject(list(found), _asked(form, found))
    return Subject(selection.chosen(), _asked(form, {}))


def _simulated() -> dict[int, int]:
    """The invoices that today's simulation sends for, each with its step."""
    scope = request.args.get("simulation", "")
    as_if = Scope(scope) if scope in set(Scope) and not firm().enabled else None
    found = forecast(reading(), simulate(reading(), firm(), local_now(), as_if=as_if))
    return {one.invoice: one.step.position for one in found.leaving() if one.step}


def _asked(form: SendForm, positions: dict[int, int]) -> Asked:
    step, channel = request.args.get("etape", ""), request.args.get("canal", "")
    if channel and channel not in set(ChannelName):
        abort(404)
    spoken = request.args.get("langue", "")
    if spoken and spoken not in MESSAGE_LANGUAGES:
        abort(404)
    if step and not (step.isascii() and step.isdigit() and 1 <= int(step[:9]) <= LAST_STEP):
        abort(404)
    return Asked(
        visitors.me().email,
        local_now(),
        position=int(step) if step else None,
        channel=ChannelName(channel) if channel else None,
        positions=positions,
        postage=form.postage,
        language=spoken,
    )


def _send(form: SendForm, office: Office) -> Answer | None:
    """Let go what was seen, as far as it still may leave; None when the page must be looked at again."""
    asked = _subject(form).asked
    seen, offer = form.seen, sending.offer(reading(), office, form.seen, asked)
    marks = offer.marks()
    if any(seen[key] != mark for key, mark in marks.items()):
        form.form_errors.append(refusal(Refused("dispatch.changed"), language()))
        return None
    if not marks:
        form.form_errors.append(refusal(Refused("dispatch.nothing"), language()))
        return None
    if not form.confirmed(offer):
        return None
    behind = sending.offer(reading(), office, form.behind, asked).left_out if form.behind else ()
    left_out = [(one.invoice.id, one.refusal, one.channel) for one in (*offer.left_out, *behind)]
    try:
        with writing() as session:
            confirmed = Confirmed(offer.channels(), left_out)
            made = dispatches.remind_all(session, the_firm(session), confirmed, asked, token=form.token)
    except Refused as error:
        form.form_errors.append(refusal(error, language()))
        return None
    wiring().ring_in(dispatches.UNDO.total_seconds())
    _say_dropped([one.refusal for one in offer.left_out if one.channel is None])
    return redirect(url_for("dispatches.show", dispatch_id=made), 303)


def _say_dropped(dropped: list[Refused]) -> None:
    """What changed between the page and the click."""
    if not dropped:
        return
    paid = all(one.facts.get("reason") == "paid" for one in dropped)
    tell((labels.paid_meanwhile if paid else labels.dropped)(len(dropped), language()))
