"""What the page that confirms a send shows: counts, prices, what stays behind, and the ways back."""

from datetime import datetime
from typing import Any

from flask import request, url_for

from relance.domain.delivery import ChannelName
from relance.services import dispatches, sending, sms_hours
from relance.services.sending import Offer, Office, prints_itself
from relance.storage.queries.dispatches import named
from relance.web import mends, selection
from relance.web.database import firm, now, reading
from relance.web.forms.sending import SendForm
from relance.web.labels import dispatches as labels
from relance.web.labels import reasons
from relance.web.labels.bulk_acts import amounts, gone
from relance.web.labels.customers import LANGUAGE_NAMES
from relance.web.labels.delivery import delivery_error
from relance.web.labels.refusals import refusal
from relance.web.language import gettext as _
from relance.web.language import language

SHOWN = 20  # messages that are shown whole
KEPT = ("etape", "canal", "langue", "simulation")
_OURS = (selection.CHOSEN, selection.ALL)


def shown(form: SendForm, offer: Offer, office: Office) -> dict[str, Any]:
    """All of it, for the template."""
    printed = len(offer.through(ChannelName.LETTER)) if prints_itself(office.accounts) else 0
    sent = len(offer.messages) - printed
    return {
        "form": form,
        "offer": offer,
        "question": labels.question(sent, printed, language()),
        "button": labels.button(sent, printed, language()),
        "letters_only": not sent,
        "counted": _counted(offer, office),
        "amounts": amounts(offer.amounts, language()),
        "gone": gone(offer.gone, language()) if offer.gone else "",
        "left_out": [(one, _why(one), mends.of_refusal(one.refusal, one.invoice)) for one in offer.left_out],
        "warnings": [delivery_error(code, detail, language()) for code, detail in offer.warnings],
        "without_cautious": _without_cautious(offer),
        "sms_from": _sms_from(offer, office),
        "fresh_at": firm().data_fresh_at,
        "chooses_postage": office.accounts.letter.way == "post"
        and any(one.channel is ChannelName.LETTER for one in offer.notices),
        "channel_name": lambda one: reasons.channel(one, language()),
        "channels": [(one, reasons.channel(one, language())) for one in ChannelName],
        "canal": request.args.get("canal", ""),
        "spoken": _spoken(offer),
        "kept": {**selection.kept(), **kept()},
        "address": url_for("dispatches.confirm", **{**selection.kept(), **kept()}),
        "back": back(),
        "shown": SHOWN,
    }


def kept() -> dict[str, Any]:
    """What the address asks for beside the selection."""
    return {name: request.args[name] for name in KEPT if request.args.get(name)}


def _counted(offer: Offer, office: Office) -> list[tuple[str, str, str]]:
    """For each channel: how many messages, how many parts, what it would cost where that is known."""
    found = []
    for channel in ChannelName:
        messages = offer.through(channel)
        if not messages:
            continue
        printed = channel is ChannelName.LETTER and prints_itself(office.accounts)
        count = labels.channel_count(channel, len(messages), language(), printed=printed)
        parts = sum(one.message.parts for one in messages) if channel is ChannelName.SMS else 0
        cost = (offer.prices or {}).get(channel)
        price = _("about %(price)s") % {"price": labels.price(cost, language())} if cost is not None else ""
        found.append((count, labels.parts(parts, language()) if parts else "", price))
    return found


def _spoken(offer: Offer) -> list[str]:
    """The languages of the messages, where a person picked one: a text that lacks it leaves in another."""
    if not request.args.get("langue"):
        return []
    return sorted({LANGUAGE_NAMES[one.message.language] for one in offer.messages})


def _why(one: sending.LeftOut) -> str:
    return labels.left_out(refusal(one.refusal, language()), one.channel, language())


def _without_cautious(offer: Offer) -> str:
    """The same send without the invoices that the machine would leave alone."""
    cautious = {one.invoice for one in offer.cautions}
    others = [key for key in offer.marks() if key not in cautious]
    if not cautious or not others:
        return ""
    values = {**selection.kept(), **kept()}
    values.pop(selection.ALL, None)
    return url_for("dispatches.confirm", **{**values, selection.CHOSEN: selection.compact(others)})


def _sms_from(offer: Offer, office: Office) -> datetime | None:
    """The moment from which text messages may leave, where they may not yet."""
    if not offer.through(ChannelName.SMS):
        return None
    return sms_hours.opens_at(office.firm, office.accounts.sms, now() + dispatches.UNDO)


def back() -> str:
    """Where the person came from: the simulation, an invoice alone, or the list with its filters."""
    if request.args.get("simulation"):
        return url_for("simulation.index")
    chosen = request.args.get(selection.CHOSEN, "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) <= 12 and named(reading(), [int(chosen)]):
        return url_for("invoices.show", invoice_id=int(chosen))
    return url_for("invoices.index", **{key: value for key, value in selection.kept().items() if key not in _OURS})
