"""The history: everything that was sent or is about to be, and each message as it left."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import LIVE
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.lookup import customers_named
from relance.services.mailbox import answers
from relance.services.messages.attachments import stored
from relance.services.messages.compose import Composed, prepare
from relance.services.messages.rewrite import can_be_written
from relance.services.refusal import Refused
from relance.services.senders.lookup import by_id
from relance.services.withdraw import WAITING, withdraw_message
from relance.storage.models import Customer, Message
from relance.storage.queries import history as queries
from relance.storage.queries.history import Asked, Line
from relance.storage.queries.invoices import Searched
from relance.web import mends, visitors
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.downloads import csv_download
from relance.web.filters import moment
from relance.web.forms.history import STATES, HistoryForm
from relance.web.labels import heard, letters, reasons
from relance.web.labels import messages as labels
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.letter_card import letter_card, may_take_mark_back
from relance.web.message_words import customer_page, message_words
from relance.web.pages.invoice import LARGEST_ID
from relance.web.paging import paging
from relance.web.shell import refuse, tell, warn

page = Blueprint("history", __name__)

MOST_TO_SEE_TO = 50


@page.get("/historique")
def index() -> str | tuple[str, int]:
    """What a person should see to, then everything, newest first."""
    form = HistoryForm(formdata=request.args)
    form.validate()
    session, asked = reading(), _asked(form)
    part = paging(request.args, queries.count(session, asked))
    narrowed = any(field.data for field in form)
    first = not narrowed and part.number == 1
    values = {
        "form": form,
        "narrowed": narrowed,
        "urgent": queries.to_see_to(session, _start(local_now().date()), MOST_TO_SEE_TO) if first else [],
        "lines": queries.lines(session, asked, limit=part.per, offset=part.offset),
        "paging": part,
        "mends_of": mends.of_message,
        **message_words(),
    }
    if form.errors:
        return refuse("history/index.html", **values)
    return render_template("history/index.html", **values)


@page.get("/historique.csv")
def export() -> Response:
    """The history with its filters, as a file."""
    form = HistoryForm(formdata=request.args)
    form.validate()
    rows = (_cells(line) for line in queries.lines(reading(), _asked(form)))
    return csv_download(f"historique-{local_now().date()}.csv", [_(name) for name in labels.COLUMNS], rows, language())


def _cells(line: Line) -> list[object]:
    return [
        moment(line.at),
        line.customer,
        ", ".join(one.number for one in line.about),
        reasons.level(line.level, language()),
        letters.how(line.how, language()),
        reasons.state(line.state, language()),
        labels.why(line.state, line.code, line.detail, language()),
        ", ".join(line.recipients),
        line.subject,
        labels.by_whom(line.kind, line.by, language(), line.code),
        heard.known(line.channel, line.state, line.news, language(), test_mode=line.test_mode),
        heard.refused([str(one["address"]) for one in line.refused], language()),
        line.parts or "",
        _figure(line.price),
        line.price_currency,
        heard.posted(line.postage, "", language()),
        line.tracking,
    ]


def _figure(amount: Decimal | None) -> str:
    written = format(amount, "f") if amount is not None else ""
    return written.replace(".", ",") if language() == "fr" else written


@page.get("/historique/<int:message_id>")
def message(message_id: int) -> str:
    """One message: the exact text, to whom, when, why, and the server's answer."""
    found = _message(message_id)
    preview, refused = _preview(found) if found.state in LIVE and not found.body else (None, "")
    session = reading()
    return render_template(
        "history/message.html",
        message=found,
        customer=session.get_one(Customer, found.customer_id),
        program=queries.program_name(session, found),
        about=queries.about(session, [found.id]).get(found.id, ()),
        in_name_of=by_id(session, [found.sender_id]).get(found.sender_id or 0),
        heard=queries.news(session, found.id),
        preview=preview,
        refused=refused,
        may_withdraw=found.state in WAITING,
        may_rewrite=can_be_written(found),
        letter=letter_card(found),
        may_unmark=may_take_mark_back(found),
        customer_page=customer_page(found.customer_id),
        **message_words(),
    )


@page.get("/historique/<int:message_id>/pieces/<int:number>")
def attachment(message_id: int, number: int) -> Response:
    """A file as it was sent, from 1."""
    kept = _message(message_id).attachments
    if not 1 <= number <= len(kept):
        abort(404)
    described = kept[number - 1]
    path = stored(wiring().settings.data_dir.resolve(), str(described["sha256"]))
    if not path.is_file():
        abort(404)
    name = str(described["name"])
    return send_file(path, mimetype=str(described["type"]), as_attachment=True, download_name=name)


@page.post("/historique/<int:message_id>/suite")
def answer(message_id: int) -> Response:
    """A person's word on a message that waits for it."""
    _message(message_id)
    word = request.form.get("word", "")
    if word not in _ANSWERS:
        abort(422)
    with writing() as session:
        done = _ANSWERS[word](session, message_id)
    if done:
        wiring().ring()
        tell(_(labels.ANSWERS[word]))
    else:
        warn(_(labels.TOO_LATE))
    return redirect(url_for("history.message", message_id=message_id), 303)


_ANSWERS: dict[str, Callable[[Session, int], bool]] = {
    "withdraw": withdraw_message,
    "left": lambda session, key: answers.it_left(session, key, by=visitors.me().email),
    "again": lambda session, key: answers.send_again(session, key, by=visitors.me().email, now=now()),
}


def _message(message_id: int) -> Message:
    found = queries.one(reading(), message_id) if message_id <= LARGEST_ID else None
    return found if found is not None else abort(404)


def _preview(found: Message) -> tuple[Composed | None, str]:
    """The message as it would leave now: its text is only made when it leaves."""
    session = reading()
    today, data_dir = local_now().date(), wiring().settings.data_dir
    made = prepare(session, [found.id], firm(), read_accounts(session), today, data_dir, keep=False)[found.id]
    return (None, refusal(made, language())) if isinstance(made, Refused) else (made, "")


def _asked(form: HistoryForm) -> Asked:
    return Asked(
        since=_start(form.du.data) if form.du.data else None,
        until=_start(form.au.data + timedelta(days=1)) if form.au.data else None,
        channel=ChannelName(form.canal.data) if form.canal.data and not form.canal.errors else None,
        level=int(form.niveau.data) if form.niveau.data and not form.niveau.errors else None,
        states=STATES[form.etat.data][1] if form.etat.data and not form.etat.errors else (),
        kind=ReminderKind(form.mode.data) if form.mode.data and not form.mode.errors else None,
        customers=_customers(form.client),
    )


def _customers(field: Any) -> Searched | None:
    """A customer's own number, as its page links here; else those whose name has the text in it."""
    text = " ".join((field.data or "").split())
    if not text or field.errors:
        return None
    if text.isascii() and text.isdigit() and len(text) < 19 and reading().get(Customer, int(text)) is not None:
        return Searched(text, (int(text),))
    return Searched(text, customers_named(reading(), text))


def _start(day: date) -> datetime:
    """The moment at which a day of the firm begins."""
    return datetime.combine(day, time(), ZoneInfo(firm().timezone)).astimezone(UTC)
