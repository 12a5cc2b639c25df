"""Invoices that a person chose, as addresses and hidden fields carry them: `12,15-80` for one number and a range."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request

from relance.services.bulk_acts import MOST
from relance.services.refusal import Refused
from relance.web import invoice_list

CHOSEN, ALL = "factures", "tout"
_DIGITS = 12  # no id is longer


def compact(ids: Iterable[int]) -> str:
    """The ids in few characters."""
    parts: list[list[int]] = []
    for key in sorted(set(ids)):
        if parts and key == parts[-1][-1] + 1:
            parts[-1][1:] = [key]
        else:
            parts.append([key])
    return ",".join("-".join(map(str, part)) for part in parts)


def expand(text: str) -> list[int]:
    """The ids of a text, each once; what is no id is passed over. Raises Refused for more than can be handled."""
    found: set[int] = set()
    for part in text.split(",") if text else ():
        first, dash, last = part.strip().partition("-")
        if not (_is_id(first) and (_is_id(last) or not dash)):
            continue
        span = range(int(first), int(last or first) + 1)
        if len(span) > MOST or len(found) + len(span) > 2 * MOST:
            raise Refused("selection.too_many", most=MOST)
        found.update(span)
    if len(found) > MOST:
        raise Refused("selection.too_many", most=MOST)
    return sorted(found)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def chosen() -> list[int]:
    """What this request's address names: the invoices themselves, or all that the list's filters give."""
    if request.args.get(ALL):
        found = invoice_list.all_of_them(MOST + 1)
        if len(found) > MOST:
            raise Refused("selection.too_many", most=MOST)
        return found
    return expand(request.args.get(CHOSEN, ""))


def kept() -> dict[str, Any]:
    """The part of this request's address that names the selection and the list it came from."""
    named = {name: request.args[name] for name in (CHOSEN, ALL) if request.args.get(name)}
    return {**invoice_list.kept(), **named}


def query(values: Mapping[str, Any]) -> str:
    """Values as they stand in an address."""
    return urlencode(values)
