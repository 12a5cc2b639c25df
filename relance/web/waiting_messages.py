"""The messages that an address names, for the pages that approve or refuse them."""

from collections.abc import Collection

from flask import request, url_for

from relance.services.delivery.channel_accounts import read_accounts
from relance.services.refusal import Refused
from relance.services.sending import Office
from relance.storage.queries import approvals as queries
from relance.web import selection
from relance.web.database import firm, reading, wiring
from relance.web.labels.approvals import gone as said_gone
from relance.web.language import language
from relance.web.shell import warn

MESSAGES = "messages"


def office() -> Office:
    """What a look at messages needs beside their rows."""
    made = wiring()
    return Office(firm(), read_accounts(reading()), made.settings.data_dir, demo=made.settings.demo)


def address(endpoint: str, ids: Collection[int]) -> str:
    """A page about some messages."""
    return f"{url_for(endpoint)}?{selection.query({MESSAGES: selection.compact(ids)})}"


def asked() -> list[int]:
    """The messages that an address names; none for one that names too many."""
    try:
        return selection.expand(request.args.get(MESSAGES, ""))
    except Refused:
        return []


def told_gone(gone: int, ids: Collection[int]) -> str:
    """The sentence about those on which somebody decided meanwhile; empty when there are none."""
    return said_gone(gone, queries.who_decided(reading(), ids), language()) if gone else ""


def tell_gone(gone: int, ids: Collection[int]) -> None:
    """Say it on the next page."""
    if gone:
        reading().rollback()  # to see who decided meanwhile
        warn(told_gone(gone, ids))
