"""Letters to print and to post: the list, the batch to print in one go, and what a person says of it afterwards."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from relance.services.letters import partner as partner_letters
from relance.services.letters import posted as posted_letters
from relance.services.letters.printing import MOST, Printed, batch_file, print_letters
from relance.services.refusal import Refused
from relance.storage.models import LetterAccount, Message
from relance.storage.queries import letters as queries
from relance.storage.queries.letters import Order, Stage, Wanted
from relance.web import selection, visitors
from relance.web.database import firm, local_now, now, reading, wiring, writing
from relance.web.forms.letters import LettersForm
from relance.web.labels import N_
from relance.web.labels import letters as labels
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.message_words import message_words
from relance.web.pages import letter_acts
from relance.web.paging import paging
from relance.web.shell import refuse, tell, warn

page = Blueprint("letters", __name__)
letter_acts.register(page)

Answer = Response | str | tuple[str, int]
NAMES = ("etat", "niveau", "tri", "par", "page")
CHOSEN = "lettres"
TABS = {
    Stage.TO_PRINT: N_("To print"),
    Stage.TO_POST: N_("Printed, to be posted"),
    Stage.POSTED: N_("Posted today"),
}
CAPTIONS = {
    Stage.TO_PRINT: N_("Letters to print"),
    Stage.TO_POST: N_("Letters that were printed and wait to be posted"),
    Stage.POSTED: N_("Letters marked as posted today"),
}
NOTHING = {
    Stage.TO_PRINT: N_("No letter waits to be printed."),
    Stage.TO_POST: N_("No printed letter waits to be posted."),
    Stage.POSTED: N_("No letter was marked as posted today."),
}


@page.get("/lettres")
def index() -> Answer:
    """One page of one stage."""
    form = LettersForm(formdata=request.args)
    form.validate()
    values = _shown(form)
    if form.errors:
        return refuse("letters/index.html", **values)
    return render_template("letters/index.html", **values)


def _shown(form: LettersForm, refused: str = "") -> dict[str, Any]:
    session, wanted = reading(), _wanted(form)
    part = paging(request.args, queries.count(session, wanted))
    lines = queries.lines(session, wanted, limit=part.per, offset=part.offset)
    counts = queries.counts(session, wanted.since)
    batch = request.args.get("lot", "")
    return {
        "form": form,
        "wanted": wanted,
        "Stage": Stage,
        "tabs": [
            (_(name), url_for("letters.index", etat=one.value), one is wanted.stage, counts[one])
            for one, name in TABS.items()
        ],
        "caption": _(CAPTIONS[wanted.stage]),
        "nothing": _(NOTHING[wanted.stage]),
        "paging": part,
        "lines": lines,
        "doubts": _doubts(wanted, [line.id for line in lines]),
        "batch": batch if batch_file(_data_dir(), batch) else "",
        "account": session.get_one(LetterAccount, 1),
        "kept": kept(),
        "most": MOST,
        "refused": refused,
        **message_words(),
    }


def kept() -> dict[str, Any]:
    """The list's own part of this request's address."""
    return {name: request.args[name] for name in NAMES if request.args.get(name)}


def _doubts(wanted: Wanted, ids: list[int]) -> dict[int, str]:
    """Why printed letters of this page should not be posted after all."""
    if wanted.stage is not Stage.TO_POST or not ids:
        return {}
    found = posted_letters.doubts(reading(), firm(), ids, local_now())
    return {key: labels.doubt(code, language()) for key, code in found.items()}


def _wanted(form: LettersForm) -> Wanted:
    asked = request.args.get("etat", "")
    today = datetime.combine(local_now().date(), time(), ZoneInfo(firm().timezone)).astimezone(UTC)
    return Wanted(
        stage=Stage(asked) if asked in set(Stage) else Stage.TO_PRINT,
        since=today,
        level=int(form.niveau.data) if form.niveau.data and not form.niveau.errors else None,
        order=Order(form.tri.data) if form.tri.data and not form.tri.errors else Order.CUSTOMER,
    )


@page.post("/lettres/choix")
def choose() -> Answer:
    """What to do with the chosen letters; the list's own filters stand in the address."""
    form = LettersForm(formdata=request.args)
    form.validate()
    try:
        ids = _chosen(_wanted(form))
        if not ids:
            raise Refused("letter.none_chosen")
        return _act(request.form.get("act", ""), ids)
    except Refused as error:
        return refuse("letters/index.html", **_shown(form, refusal(error, language())))


def _chosen(wanted: Wanted) -> list[int]:
    """The ticked ones, or all of the list, in its order."""
    if request.form.get("toutes"):
        return queries.ids(reading(), wanted, limit=MOST + 1)
    ticked = selection.expand(",".join(request.form.getlist("lettre")[: 2 * MOST]))
    return queries.in_order(reading(), wanted, ticked)


def _act(act: str, ids: list[int]) -> Response:
    if act in ("print", "anew"):
        return _print(ids, anew=act == "anew")
    if act in ("posted", "drop"):
        return redirect(url_for(f"letters.{act}", **{**kept(), CHOSEN: selection.compact(ids)}), 303)
    if act == "undo":
        with writing() as session:
            count = posted_letters.undo(session, ids, local_now())
        tell(labels.undone(count, language()))
    elif act == "leave":
        with writing() as session:
            count = partner_letters.hand_over(session, ids, by=visitors.me().email, now=now())
        wiring().ring()
        tell(labels.handed_over(count, language()))
    else:
        abort(422)
    return redirect(url_for("letters.index", **kept()), 303)


def _print(ids: list[int], *, anew: bool) -> Response:
    made = wiring()
    done = print_letters(
        made.engine,
        made.settings,
        ids,
        now=now(),
        local=local_now(),
        part_of=lambda level: labels.part(level, firm().language),
        title=_("Letters"),
        anew=anew,
    )
    _say(done)
    words = kept() | ({"etat": Stage.TO_POST.value, "lot": done.batch} if done.batch else {})
    words.pop("page", None)
    return redirect(url_for("letters.index", **words), 303)


def _say(done: Printed) -> None:
    session = reading()
    session.rollback()  # what was just written is to be seen
    for sentence in labels.printed(done, language()):
        tell(sentence)
    gone = [*done.withdrawn, *done.refused]
    names = {
        key: found.recipients[0] if found.recipients else "" for key in gone if (found := session.get(Message, key))
    }
    for sentence in labels.left_out(done, names, language()):
        warn(sentence)


@page.get("/lettres/lots/<sha256>.pdf")
def batch(sha256: str) -> Response:
    """The PDF of a batch that was just printed."""
    path = batch_file(_data_dir(), sha256)
    if path is None:
        abort(404)
    name = _("letters-%(day)s.pdf") % {"day": local_now().date().isoformat()}
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=name)


def _data_dir() -> Any:
    return wiring().settings.data_dir.resolve()
