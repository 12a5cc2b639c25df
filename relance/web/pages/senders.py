"""Settings: the senders, identities that the firm writes under besides its own. For owners alone."""

from io import BytesIO

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from relance.services.letters import settings as letter_settings
from relance.services.refusal import Refused
from relance.services.senders.lookup import find, own_account
from relance.services.senders.settings import delete as take_away
from relance.services.senders.settings import save
from relance.storage.models import Sender
from relance.storage.queries import senders as queries
from relance.web.database import firm, local_now, reading, wiring, writing
from relance.web.forms.senders import HeirForm, SenderForm, sender_data
from relance.web.forms.settings_letters import LogoForm
from relance.web.labels.delivery import delivery_error
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages import sender_mail
from relance.web.shell import refuse, tell, warn

page = Blueprint("senders", __name__)

Answer = Response | str | tuple[str, int]
HERE = sender_mail.HERE
EDIT = "senders/edit.html"
sender_mail.register(page)


@page.get("/reglages/expediteurs")
def index() -> str:
    """All of them, with who is written to in the name of each."""
    return render_template("senders/index.html", senders=queries.listed(reading()), own_account=own_account)


@page.route("/reglages/expediteurs/nouveau", methods=["GET", "POST"])
def new() -> Answer:
    """Make another one."""
    return _edited(None, SenderForm())


@page.route(HERE, methods=["GET", "POST"])
def edit(sender_id: int) -> Answer:
    """Who it is; its e-mails, its logo."""
    found = sender_mail.found(reading(), sender_id)
    return _edited(found, SenderForm(data=sender_data(found)))


def _edited(found: Sender | None, form: SenderForm) -> Answer:
    if request.method == "GET":
        return render_template(EDIT, **_shown(found, form))
    if form.sent():
        try:
            with writing() as session:
                key = save(session, form.values(), found.id if found else None).id
        except Refused as error:
            form.refused(error)
        else:
            tell(_("Saved."))
            return redirect(url_for("senders.edit", sender_id=key), 303)
    return refuse(EDIT, **_shown(found, form))


def _shown(found: Sender | None, form: SenderForm) -> dict[str, object]:
    account = own_account(found)
    return {
        "sender": found,
        "form": form,
        "account": account,
        "held": delivery_error(account.held_code, "", language()) if account and account.held_code else "",
        "logo_form": LogoForm(formdata=None),
        "house": firm(),
    }


@page.route(f"{HERE}/supprimer", methods=["GET", "POST"])
def delete(sender_id: int) -> Answer:
    """Take it away, and say who writes from now on to those it wrote to."""
    found, form = sender_mail.found(reading(), sender_id), HeirForm()
    form.offer(_("The firm itself"), queries.others(reading(), sender_id))
    values = {"sender": found, "form": form, "used": queries.uses(reading(), sender_id)}
    if request.method == "GET":
        return render_template("senders/delete.html", **values)
    try:
        with writing() as session:
            take_away(session, wiring().settings, sender_id, form.chosen())
    except Refused as error:
        form.refused(error)
        return refuse("senders/delete.html", **values)
    wiring().ring()
    tell(_("“%(name)s” is deleted.") % {"name": found.name})
    return redirect(url_for("senders.index"), 303)


@page.get(f"{HERE}/logo")
def logo(sender_id: int) -> Response:
    """Its own logo as it is kept."""
    content = letter_settings.logo(wiring().settings, sender_mail.found(reading(), sender_id))
    if not content:
        abort(404)
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return send_file(BytesIO(content), mimetype=kind)


@page.post(f"{HERE}/logo")
def change_logo(sender_id: int) -> Answer:
    """Another logo, or the firm's again."""
    form = LogoForm()
    try:
        with writing() as session:
            _set_logo(session, sender_id)
    except Refused as error:
        form.refused(error)
        found = sender_mail.found(reading(), sender_id)
        shown = _shown(found, SenderForm(formdata=None, data=sender_data(found)))
        return refuse(EDIT, **{**shown, "logo_form": form})
    tell(_("Saved."))
    return redirect(url_for("senders.edit", sender_id=sender_id) + "#logo", 303)


def _set_logo(session: Session, sender_id: int) -> None:
    row = find(session, sender_id)
    if request.form.get("do") == "remove":
        letter_settings.remove_logo(row)
        return
    file = request.files.get("picture")
    content = file.stream.read(letter_settings.LARGEST_LOGO + 1) if file else b""
    if not content:
        raise Refused("letters.no_logo")
    letter_settings.keep_logo(row, wiring().settings, content)


@page.get(f"{HERE}/exemple.pdf")
def sample(sender_id: int) -> Answer:
    """A letter of this sender as it would look, of an invoice that there isn't."""
    found = sender_mail.found(reading(), sender_id)
    try:
        pdf = letter_settings.sample(reading(), wiring().settings, firm(), local_now().date(), found)
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("senders.edit", sender_id=sender_id), 303)
    return send_file(BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=_("sample-letter.pdf"))
