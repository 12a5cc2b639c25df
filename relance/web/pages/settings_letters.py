"""Settings: how letters look and leave. For owners alone."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.delivery.outcomes import release_account
from relance.services.letters import settings as letter_settings
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import LetterAccount
from relance.web.database import firm, local_now, reading, wiring, writing
from relance.web.forms.settings_letters import LettersForm, LogoForm, letters_data
from relance.web.labels.delivery import delivery_error
from relance.web.labels.refusals import refusal
from relance.web.labels.settings import released
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.shell import refuse, tell, warn

page = Blueprint("settings_letters", __name__)

Answer = AnyResponse | str | tuple[str, int]
PAGE = "settings/letters.html"


@page.route("/reglages/lettres", methods=["GET", "POST"])
def index() -> Answer:
    """How letters look and leave; saved, and the key or the folder tried when that is asked."""
    account = reading().get_one(LetterAccount, 1)
    form = LettersForm(data=letters_data(account, language()))
    if request.method == "GET":
        return render_template(PAGE, **_shown(account, form))
    if not form.sent() or form.bad_prices():
        return refuse(PAGE, **_shown(account, form))
    try:
        _save(form)
    except Refused as error:
        form.refused(error)
        return refuse(PAGE, **_shown(account, form))
    return _tried() if request.form.get("do") == "check" else _released(_("Saved."))


def _save(form: LettersForm) -> None:
    settings = wiring().settings
    with writing() as session:
        letter_settings.save_account(session, settings, form.values(), (form.api_key.data or "").strip())
        if form.forget.data and not form.api_key.data:
            letter_settings.forget_key(session, settings, way=str(form.way.data))


def _tried() -> Answer:
    """Use what was just saved. What was held goes on only when that went well."""
    made = wiring()
    with db.reading(made.engine) as session:
        account = read_accounts(session).letter
        session.expunge_all()
    try:
        if account.way == "post":
            return _released(_said_of_key(letter_settings.check_key(made.engine, made.settings)))
        letter_settings.check_way(made.settings, account)
    except DeliveryFailed as error:
        failed = {"said": delivery_error(error.code, "", language()), "detail": error.detail or error.code}
        form = LettersForm(formdata=None, data=letters_data(account, language()))
        return refuse(PAGE, **{**_shown(account, form), "failed": failed})
    return _released(_("Saved. The folder can be written to.") if account.way == "folder" else _("Saved."))


def _said_of_key(test_mode: bool | None) -> str:
    if test_mode is None:
        return _("Saved. The key is good; the partner doesn't say whether it is one for trials.")
    if test_mode:
        return _("Saved. This key is for TRIALS: letters are taken, and none is posted.")
    return _("Saved. This key is LIVE: letters are really posted, and paid for.")


def _released(said: str) -> AnyResponse:
    """A person has seen to the letters: what was held for them leaves (RELIABILITY 3.3)."""
    with writing() as session:
        count = release_account(session, ChannelName.LETTER)
    if count:
        wiring().ring()
    tell(" ".join(filter(None, (said, released(count, language())))))
    return redirect(url_for("settings_letters.index"), 303)


@page.get("/reglages/lettres/logo")
def logo() -> Response:
    """The logo as it is kept, whatever its name was."""
    content = letter_settings.logo(wiring().settings, reading().get_one(LetterAccount, 1))
    if not content:
        abort(404)
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return send_file(BytesIO(content), mimetype=kind)


@page.post("/reglages/lettres/logo")
def change_logo() -> Answer:
    """Another logo, or none."""
    form = LogoForm()
    try:
        with writing() as session:
            account = session.get_one(LetterAccount, 1)
            if request.form.get("do") == "remove":
                letter_settings.remove_logo(account)
            else:
                letter_settings.keep_logo(account, wiring().settings, _uploaded())
    except Refused as error:
        form.refused(error)
        account = reading().get_one(LetterAccount, 1)
        shown = _shown(account, LettersForm(formdata=None, data=letters_data(account, language())))
        return refuse(PAGE, **{**shown, "logo_form": form})
    tell(_("Saved."))
    return redirect(url_for("settings_letters.index") + "#logo", 303)


def _uploaded() -> bytes:
    file = request.files.get("picture")
    content = file.stream.read(letter_settings.LARGEST_LOGO + 1) if file else b""
    if not content:
        raise Refused("letters.no_logo")
    return content


@page.get("/reglages/lettres/exemple.pdf")
def sample() -> Answer:
    """A letter as it would look, of an invoice that there isn't."""
    try:
        pdf = letter_settings.sample(reading(), wiring().settings, firm(), local_now().date())
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("settings_letters.index"), 303)
    return send_file(BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=_("sample-letter.pdf"))


def _shown(account: LetterAccount, form: LettersForm) -> dict[str, Any]:
    return {
        "form": form,
        "logo_form": LogoForm(formdata=None),
        "account": account,
        "has_key": bool(account.api_key_env or account.api_key_file),
        "failed": None,
        "held": delivery_error(account.held_code, "", language()) if account.held_code else "",
        "demo": wiring().settings.demo or firm().examples,
    }
