"""Settings: the firm's mailbox, where replies and reports come in; and what a person asks of it: read, or search."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.channels.inbox.account import InboxFailed
from relance.services.mail_settings import preset_of
from relance.services.mailbox import settings as inbox_settings
from relance.services.mailbox.read_now import patience, read_now
from relance.services.mailbox.sent_search import look_for
from relance.services.refusal import Refused
from relance.storage.models import InboxAccount, MailAccount, Message
from relance.web import visitors
from relance.web.database import firm, now, reading, wiring, writing
from relance.web.filters import moment
from relance.web.forms.mailbox import MailboxForm, mailbox_data
from relance.web.labels import mailbox as labels
from relance.web.labels.delivery import delivery_error
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import LARGEST_ID
from relance.web.shell import link_to, refuse, tell, warn

page = Blueprint("mailbox", __name__)

Answer = Response | str | tuple[str, int]
PAGE = "settings/mailbox.html"


@page.route("/reglages/boite", methods=["GET", "POST"])
def index() -> Answer:
    """The mailbox; saved, and tried out when that is asked."""
    session = reading()
    inbox, mail = session.get_one(InboxAccount, 1), session.get_one(MailAccount, 1)
    form = MailboxForm(data=mailbox_data(inbox, preset_of(mail)))
    if request.method == "GET":
        return render_template(PAGE, **_shown(form, inbox, mail))
    wants_check = request.form.get("do") == "check"
    if form.sent():
        try:
            _save(form)
            tell(_checked() if wants_check else _("Saved."))
        except Refused as error:
            form.refused(error)
        except InboxFailed as error:
            failed = {"said": delivery_error(error.code, "", language()), "detail": error.detail or error.code}
            return refuse(PAGE, **_shown(form, inbox, mail) | {"failed": failed})
        else:
            return redirect(url_for("mailbox.index"), 303)
    return refuse(PAGE, **_shown(form, inbox, mail))


@page.post("/reglages/boite/relever")
def read() -> Response:
    """Read it now; back to the page where that was asked."""
    made = wiring()
    try:
        tell(labels.was_read(read_now(made.engine, made.settings, now()), language()))
    except Refused as error:
        warn(refusal(error, language()))
    except InboxFailed as error:
        warn(delivery_error(error.code, "", language()))
    here = link_to("mailbox.index") if request.form.get("back") == "settings" else ""
    return redirect(here or url_for("replies.index"), 303)


@page.post("/historique/<int:message_id>/boite")
def search(message_id: int) -> Response:
    """Look among the sent mails for a message of unknown fate (RELIABILITY 3.2)."""
    if message_id > LARGEST_ID or reading().get(Message, message_id) is None:
        abort(404)
    made = wiring()
    try:
        found = look_for(made.engine, made.settings, message_id, by=visitors.me().email, timeouts=patience())
    except Refused as error:
        warn(refusal(error, language()))
    except InboxFailed as error:
        warn(delivery_error(error.code, "", language()))
    else:
        tell(_(labels.FOUND)) if found else warn(_(labels.NOT_FOUND if found is False else labels.NO_TELLING))
    return redirect(url_for("history.message", message_id=message_id), 303)


def _save(form: MailboxForm) -> None:
    settings = wiring().settings
    with writing() as session:
        inbox_settings.save_mailbox(session, settings, form.values(), form.password.data or "")
        if form.forget.data and not form.password.data:
            inbox_settings.forget_password(session, settings)


def _checked() -> str:
    """Try what was just saved, free of any transaction."""
    made = wiring()
    return labels.checked(inbox_settings.try_mailbox(made.engine, made.settings, timeouts=patience()), language())


def _shown(form: MailboxForm, inbox: InboxAccount, mail: MailAccount) -> dict[str, object]:
    return {
        "form": form,
        "inbox": inbox,
        "mail": mail,
        "failed": None,
        "failing": delivery_error(inbox.failed_code, "", language()) if inbox.failed_code else "",
        "last_read": labels.last_read(inbox.checked_at, moment(inbox.checked_at), language()),
        "demo": wiring().settings.demo or firm().examples,
    }
