"""What a person says of letters: posted, not sent, with a number; and what is asked of the postal partner about one."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import DeliveryFailed
from relance.services.letters import follow as follow_letters
from relance.services.letters import partner as partner_letters
from relance.services.letters import posted as posted_letters
from relance.services.letters.posted import Posting
from relance.services.refusal import Refused
from relance.services.refuse import Refusal, Sequel
from relance.services.refuse import refuse as drop_letters
from relance.storage.models import Message
from relance.storage.queries import letters as queries
from relance.storage.queries.letters import Line
from relance.web import selection, visitors
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.forms.letters import DropForm, NumberForm, PostedForm
from relance.web.labels import letters as labels
from relance.web.labels.delivery import delivery_error
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import LARGEST_ID
from relance.web.shell import refuse, tell, warn

Answer = Response | str | tuple[str, int]
HERE = "/lettres/<int:message_id>"


def register(page: Blueprint) -> None:
    """Its addresses, among those of the letters."""
    page.add_url_rule("/lettres/postees", "posted", posted, methods=["GET", "POST"])
    page.add_url_rule("/lettres/ecarter", "drop", drop, methods=["GET", "POST"])
    for address, endpoint, view in (
        ("/numero", "number", number),
        ("/suivi", "follow", follow),
        ("/annuler", "cancel", cancel),
        ("/recherche", "search", search),
    ):
        page.add_url_rule(HERE + address, endpoint, view, methods=["POST"])


def posted() -> Answer:
    """Mark letters as posted: the day, and the number of each that is registered."""
    form, lines = PostedForm(data={"day": local_now().date()}), _lines()
    found = _doubts(lines)
    ticked = _ticked(lines) if request.method == "POST" else [one.id for one in lines if one.id not in found]
    if form.sent():
        try:
            if not ticked:
                raise Refused("letter.none_chosen")
            with writing() as session:
                done = posted_letters.mark_posted(session, firm(), ticked, _posting(form, ticked))
        except Refused as error:
            form.refused(error)
        else:
            tell(labels.posted(len(done), language()))
            return redirect(url_for("letters.index", etat=queries.Stage.POSTED.value), 303)
    values = {"form": form, "lines": lines, "doubts": found, "ticked": ticked, **_around()}
    values["numbers"] = {one.id: request.form.get(f"number-{one.id}", one.tracking) for one in lines}
    if request.method == "POST":
        return refuse("letters/posted.html", **values)
    return render_template("letters/posted.html", **values)


def _posting(form: PostedForm, ticked: list[int]) -> Posting:
    numbers = {key: text for key in ticked if (text := request.form.get(f"number-{key}", ""))}
    assert form.day.data is not None
    return Posting(form.day.data, visitors.me().email, local_now(), numbers, form.note.data or "")


def drop() -> Answer:
    """Letters that aren't sent: why, and what follows for their invoices."""
    form, lines = DropForm(), _lines()
    if form.sent():
        try:
            if not lines:
                raise Refused("letter.none_chosen")
            given = Refusal(form.reason.data or "", Sequel(form.sequel.data), visitors.me().email, local_now())
            with writing() as session:
                done = drop_letters(session, firm(), [one.id for one in lines], given)
        except Refused as error:
            form.refused(error)
        else:
            tell(labels.dropped(done.refused, language()))
            return redirect(url_for("letters.index", etat=request.args.get("etat", "")), 303)
    values = {"form": form, "lines": lines, **_around()}
    if request.method == "POST":
        return refuse("letters/drop.html", **values)
    return render_template("letters/drop.html", **values)


def _lines() -> list[Line]:
    """The letters that this request names, those of them that still wait."""
    try:
        ids = selection.expand(request.values.get("lettres", ""))
    except Refused:
        abort(422)
    return queries.some(reading(), ids)


def _ticked(lines: list[Line]) -> list[int]:
    chosen = set(request.form.getlist("lettre"))
    return [one.id for one in lines if str(one.id) in chosen]


def _doubts(lines: list[Line]) -> dict[int, str]:
    found = posted_letters.doubts(reading(), firm(), [one.id for one in lines], local_now())
    return {key: labels.doubt(code, language()) for key, code in found.items()}


def _around() -> dict[str, Any]:
    named: dict[str, Any] = {name: request.args[name] for name in ("etat", "niveau", "tri") if request.args.get(name)}
    return {"chosen": request.values.get("lettres", ""), "kept": named, "back": url_for("letters.index", **named)}


def number(message_id: int) -> Answer:
    """A registered letter's number, before it is printed."""
    form = NumberForm()
    letter = _letter(message_id)
    try:
        if not form.sent():
            raise Refused("letter.bad_number", number=(form.number.data or "")[:40])
        with writing() as session:
            posted_letters.number_letter(session, letter.id, form.number.data or "")
    except Refused as error:
        warn(refusal(error, language()))
    else:
        tell(_("Saved. It stands on the letter when it is printed."))
    return _back(message_id)


def follow(message_id: int) -> Answer:
    """Ask the partner where a letter is."""
    made, letter = wiring(), _letter(message_id)
    try:
        asked = follow_letters.ask_about(made.engine, made.settings, letter.id, now())
    except DeliveryFailed as error:
        warn(delivery_error(error.code, error.detail, language()))
    else:
        tell(_("The partner was asked.") if asked else _("The partner doesn't have this letter."))
    return _back(message_id)


def cancel(message_id: int) -> Answer:
    """Stop a letter before it is printed."""
    made, letter = wiring(), _letter(message_id)
    try:
        partner_letters.cancel(made.engine, made.settings, letter.id, by=visitors.me().email)
    except Refused as error:
        warn(refusal(error, language()))
    except DeliveryFailed as error:
        warn(delivery_error(error.code, error.detail, language()))
    else:
        tell(_("Cancelled: the partner prints nothing, and the step isn't done."))
    return _back(message_id)


def search(message_id: int) -> Answer:
    """Look for a letter of unknown fate at the partner's."""
    made, letter = wiring(), _letter(message_id)
    try:
        found = partner_letters.find(made.engine, made.settings, letter.id, by=visitors.me().email)
    except Refused as error:
        warn(refusal(error, language()))
    except DeliveryFailed as error:
        warn(delivery_error(error.code, error.detail, language()))
    else:
        if found.receipt is not None:
            tell(_("The partner has it: it left, and is counted once."))
        else:
            warn(_("The partner doesn't have it: you can send it again."))
    return _back(message_id)


def _letter(message_id: int) -> Message:
    found = reading().get(Message, message_id) if message_id <= LARGEST_ID else None
    return found if found is not None else abort(404)


def _back(message_id: int) -> Response:
    return redirect(url_for("history.message", message_id=message_id), 303)
