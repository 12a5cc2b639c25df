"""Confirm an approval: whom, what, how much, what fell out meanwhile; then the word that lets it go."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import ChannelName
from relance.services import approve as approving
from relance.services.approve import Weighed, Word
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.dispatches import UNDO, find
from relance.services.refusal import Refused
from relance.services.sending import Office, letter_price, not_set_up, prints_itself
from relance.web import visitors
from relance.web.database import firm, local_now, reading, wiring, writing
from relance.web.forms.approvals import ApproveForm
from relance.web.labels import approvals as labels
from relance.web.labels.delivery import delivery_error
from relance.web.labels.dispatches import channel_count, price
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.pages.invoice import Answer
from relance.web.shell import refuse, tell, warn
from relance.web.waiting_messages import address, asked, office, tell_gone, told_gone

PAGE = "approvals/approve.html"


def register(page: Blueprint) -> None:
    """Its address, among those of what waits."""
    page.add_url_rule("/a-valider/accord", "approve", approve, methods=["GET", "POST"])


def approve() -> Answer:
    """Confirm an approval, then let the messages go in two minutes."""
    ids = asked()
    known = find(reading(), request.form.get("token", "")) if request.method == "POST" else None
    if known is not None:
        return redirect(url_for("dispatches.show", dispatch_id=known.id), 303)
    weighed = _weighed(ids)
    if isinstance(weighed, Response):
        return weighed
    form = ApproveForm(weighed, data={"token": str(uuid4())})
    if request.method == "GET":
        return render_template(PAGE, **_confirmation(form, weighed, ids))
    if not form.sent():
        return refuse(PAGE, **_confirmation(form, weighed, ids))
    try:
        with writing() as session:
            where = Office(the_firm(session), read_accounts(session), wiring().settings.data_dir)
            word = Word(visitors.me().email, local_now(), form.seen)
            made = approving.approve(session, where, ids, word, token=form.its_token)
    except Refused as error:
        form.refused(error)
        return refuse(PAGE, **_confirmation(form, weighed, ids))
    wiring().ring_in(UNDO.total_seconds())
    tell_gone(made.weighed.gone, ids)
    tell(_("Approved: the messages leave in two minutes; until then they can be called back."))
    return redirect(url_for("dispatches.show", dispatch_id=made.dispatch), 303)


def _weighed(ids: Collection[int]) -> Weighed | Response:
    """The messages that still wait, weighed; or the way back to the list, with why."""
    try:
        weighed = approving.weigh_some(reading(), office(), ids, local_now())
    except Refused as error:
        warn(refusal(error, language()))
        return redirect(url_for("approvals.index"), 303)
    if weighed.gone == len(ids):
        tell_gone(weighed.gone, ids)
        return redirect(url_for("approvals.index"), 303)
    return weighed


def _confirmation(form: ApproveForm, weighed: Weighed, ids: Collection[int]) -> dict[str, Any]:
    count, here = len(weighed.leaving), office()
    form.show(weighed)
    channels = [one for one in ChannelName if weighed.through(one)]
    shut = not_set_up(here.accounts, demo=here.demo)
    return {
        "form": form,
        "weighed": weighed,
        "title": labels.question(count, language()),
        "button": labels.do_approve(count, language()),
        "channels": [(one, _count(one, weighed, here)) for one in channels],
        "prices": _prices(weighed, here),
        "fell": labels.fell(len(weighed.fallen), language()),
        "gone": told_gone(weighed.gone, ids),
        "shut": [delivery_error(shut[one], "", language()) for one in channels if one in shut],
        "explained": lambda refused: refusal(refused, language()),
        "fresh_at": firm().data_fresh_at,
        "address": address("approvals.approve", ids),
    }


def _count(channel: ChannelName, weighed: Weighed, here: Office) -> str:
    printed = channel is ChannelName.LETTER and prints_itself(here.accounts)
    return channel_count(channel, len(weighed.through(channel)), language(), printed=printed)


def _prices(weighed: Weighed, here: Office) -> dict[ChannelName, str]:
    """What text messages and posted letters cost, where that is known."""
    found: dict[ChannelName, str] = {}
    each = here.accounts.sms.price_per_part
    taken = sum(one.content.parts for one in weighed.through(ChannelName.SMS))
    if taken and each is not None:
        found[ChannelName.SMS] = price(each * taken, language())
    letters = [] if prints_itself(here.accounts) else weighed.through(ChannelName.LETTER)
    known = [letter_price(here.accounts, one.content.postage or here.accounts.letter.postage) for one in letters]
    if known and None not in known:
        found[ChannelName.LETTER] = price(sum((one for one in known if one), Decimal(0)), language())
    return found
