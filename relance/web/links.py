"""Addresses of pages that another page names: empty while the page isn't there, or isn't for this person."""

from typing import Any

from flask import current_app, url_for

from relance.web import visitors
from relance.web.access import may


def invoice(invoice_id: int) -> str:
    """The page of an invoice."""
    return _to("invoices.show", invoice_id=invoice_id)


def message(message_id: int) -> str:
    """The page of a message."""
    return _to("history.message", message_id=message_id)


def _to(endpoint: str, **values: Any) -> str:
    known = endpoint in current_app.view_functions and may(visitors.visitor(), endpoint)
    return url_for(endpoint, **values) if known else ""
