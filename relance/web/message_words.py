"""What templates about messages ask for: words in the reader's language, the address of a customer's page."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.web import visitors
from relance.web.access import may
from relance.web.labels import heard, letters, messages, reasons
from relance.web.language import language

CUSTOMER = "customers.show"
CHANNEL_ICONS = {"email": "mail", "sms": "message-square", "letter": "file-text"}


def message_words() -> dict[str, Any]:
    """For render_template."""
    return {
        "by_whom": by_whom,
        "withdrawn": withdrawn,
        "why": why,
        "channel_name": channel_name,
        "channel_icon": CHANNEL_ICONS.get,
        "how_named": how_named,
        "known_of": known_of,
        "cost_of": cost_of,
        "posted_how": posted_how,
        "refused_of": refused_of,
        "news_kind": news_kind,
        "news_why": news_why,
        "refusal_why": refusal_why,
    }


def by_whom(kind: ReminderKind, person: str, code: str | None = None) -> str:
    """Who or what decided a message."""
    return messages.by_whom(kind, person, language(), code)


def withdrawn(code: str) -> str:
    """Why a reminder was taken out before it left."""
    return messages.withdrawn(code, language())


def why(state: MessageState, code: str | None, detail: str) -> str:
    """Why a message did not leave, if so."""
    return messages.why(state, code, detail, language())


def channel_name(channel: ChannelName) -> str:
    """A channel's name."""
    return reasons.channel(channel, language())


def how_named(how: str) -> str:
    """How a reminder travelled, a call included."""
    return letters.how(how, language())


def known_of(message: Any) -> str:
    """What is known of a message after it left."""
    return heard.known(message.channel, message.state, message.news, language(), test_mode=message.test_mode)


def cost_of(message: Any) -> str:
    """What a message took and cost."""
    return heard.cost(message.channel, message.parts, message.price, message.price_currency, language())


def posted_how(message: Any) -> str:
    """How a letter was posted."""
    return heard.posted(message.postage, message.tracking, language())


def refused_of(message: Any) -> str:
    """Who was refused while others got the message."""
    return heard.refused([str(one["address"]) for one in message.refused], language())


def news_kind(kind: str) -> str:
    """A piece of news in a few words."""
    return heard.kind(kind, language())


def news_why(news: Any) -> str:
    """The reason that a piece of news gives."""
    return heard.why(news.code, language())


def refusal_why(one: Mapping[str, Any]) -> str:
    """Why one address of several was refused."""
    return heard.refusal_why(str(one.get("code", "")), str(one.get("text", "")), language())


def customer_page(customer_id: int) -> str:
    """The address of a customer's page, empty where there is none for this person."""
    if CUSTOMER not in current_app.view_functions or not may(visitors.visitor(), CUSTOMER):
        return ""
    return url_for(CUSTOMER, customer_id=customer_id)
