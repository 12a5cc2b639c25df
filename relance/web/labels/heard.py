"""Words about a message after it left: what is known of its arrival, what it cost, how it was posted."""

from collections.abc import Sequence
from decimal import Decimal

from relance import i18n
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.mailbox.news import Heard
from relance.web.labels import N_, letters, sms
from relance.web.labels.delivery import FAILURES, delivery_error
from relance.web.labels.reasons import translate

NEWS: dict[Heard, str] = {
    Heard.DELIVERED: N_("Delivered"),
    Heard.BOUNCED: N_("Not delivered: this address must not be used any more"),
    Heard.REFUSED: N_("Not delivered"),
    Heard.DELAYED: N_("Not delivered yet: it is still being tried"),
    Heard.REPLIED: N_("Answered"),
    Heard.AUTO_REPLY: N_("Automatic answer received"),
    Heard.COMPLAINT: N_("Reported as unwanted"),
    Heard.TRACKING: N_("On its way"),
}
ACCEPTED = N_("Accepted by the operator")
TEST_MODE = N_("Test mode: the partner posts nothing")


def known(channel: ChannelName, state: MessageState, news: str, language: str, *, test_mode: bool = False) -> str:
    """What is known of a message after it left; empty when there is nothing to say."""
    _ = translate(language)
    if test_mode:
        return _(TEST_MODE)
    if news in set(Heard):
        return _(NEWS[Heard(news)])
    return _(ACCEPTED) if channel is ChannelName.SMS and state is MessageState.SENT else ""


def kind(news: str, language: str) -> str:
    """A piece of news in a few words."""
    return translate(language)(NEWS[Heard(news)]) if news in set(Heard) else news


def why(code: str, language: str) -> str:
    """The reason that a piece of news gives, where it has one in our words."""
    return delivery_error(code, "", language) if code in FAILURES else ""


def cost(channel: ChannelName, parts: int, price: Decimal | None, currency: str, language: str) -> str:
    """What a message took and cost, as far as that is known: 2 SMS, 0,13 €."""
    if channel is ChannelName.SMS and parts:
        return sms.cost(parts, price, currency, language)
    return i18n.money(price, currency or "EUR", language) if price is not None else ""


def posted(postage: str, tracking: str, language: str) -> str:
    """How a letter was posted, and under which number."""
    named = letters.postage(postage, language) if postage else ""
    number = translate(language)(N_("no. %(number)s")) % {"number": tracking} if tracking else ""
    return ", ".join(filter(None, (named, number)))


def refusal_why(number: str, text: str, language: str) -> str:
    """Why an address was refused: in our words where the other side's begin with a code of ours, else in its own."""
    code, _, rest = text.partition(" ")
    return delivery_error(code, rest, language) if code in FAILURES else f"{number} {text}".strip()


def refused(addresses: Sequence[str], language: str) -> str:
    """Who was refused while others got the message."""
    if not addresses:
        return ""
    return translate(language)(N_("Address refused: %(addresses)s")) % {"addresses": ", ".join(addresses)}
