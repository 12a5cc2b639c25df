"""Where the SMS provider brings its delivery receipts. The unguessable address is its key; nothing is told here."""

from collections.abc import Mapping

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from relance.channels.sms.outcomes import read_json
from relance.services import sms_receipts
from relance.services.delivery.account_values import RECEIPTS
from relance.storage.models import SmsAccount
from relance.web.database import now, reading, wiring

page = Blueprint("sms_receipts", __name__)

LARGEST = 16 * 1024  # bytes of a receipt


@page.record
def _without_token(state: BlueprintSetupState) -> None:
    """It is a program that calls: it has no session, hence no form token that another site could abuse."""
    state.app.extensions["csrf"].exempt(page)


@page.route(f"{RECEIPTS}/<key>", methods=["GET", "POST"])
def bring(key: str) -> Response:
    """One receipt. A wrong key or signature finds nothing here; what isn't ours is taken and forgotten."""
    made, account = wiring(), reading().get_one(SmsAccount, 1)
    if made.settings.demo or not sms_receipts.knows(account, key):
        return _answer(404)
    params = _params()
    if not sms_receipts.is_genuine(made.settings, account, params):
        return _answer(404)
    heard = sms_receipts.receive(made.engine, params, now())
    return _answer(200 if heard else 503)  # what wasn't heard is brought again later


def _answer(status: int) -> Response:
    return Response(status=status, mimetype="text/plain")


def _params() -> Mapping[str, str]:
    """The fields, however the account has them brought: in the address, as a form, as JSON."""
    request.max_content_length = LARGEST
    if request.method != "POST":
        return request.args
    if not request.is_json:
        return request.form or request.args
    content = read_json(request.get_data())
    return {_plain(key): _plain(value) for key, value in content.items()} if isinstance(content, dict) else {}


def _plain(value: object) -> str:
    """JSON can name halves of characters, which no table can keep."""
    return str(value).encode("utf-8", "replace").decode()
