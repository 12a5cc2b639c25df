"""What templates about messages ask for: words in the reader's language, the address of a customer's page."""

from typing import Any

from flask import current_app, url_for

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.web import visitors
from relance.web.access import may
from relance.web.labels import messages, reasons
from relance.web.language import language

CUSTOMER = "customers.show"


def message_words() -> dict[str, Any]:
    """For render_template."""
    return {"by_whom": by_whom, "withdrawn": withdrawn, "why": why, "channel_name": channel_name}


def by_whom(kind: ReminderKind, person: str) -> str:
    """Who or what decided a message."""
    return messages.by_whom(kind, person, language())


def withdrawn(code: str) -> str:
    """Why a reminder was taken out before it left."""
    return messages.withdrawn(code, language())


def why(state: MessageState, code: str | None, detail: str) -> str:
    """Why a message did not leave, if so."""
    return messages.why(state, code, detail, language())


def channel_name(channel: ChannelName) -> str:
    """A channel's name."""
    return reasons.channel(channel, language())


def customer_page(customer_id: int) -> str:
    """The address of a customer's page, empty where there is none for this person."""
    if CUSTOMER not in current_app.view_functions or not may(visitors.visitor(), CUSTOMER):
        return ""
    return url_for(CUSTOMER, customer_id=customer_id)
