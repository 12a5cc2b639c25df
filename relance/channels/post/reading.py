"""A postal partner's JSON as values; whatever is missing or strange reads as unknown, never as an error."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from relance.channels.post.account import Mode
from relance.channels.post.letter import UID_FIELD, uid_in
from relance.channels.post.wire import Answer
from relance.channels.postal import one_line
from relance.domain.delivery import Receipt

CURRENCY = "EUR"
LONGEST_TEXT = 500
HIGHEST_PRICE = Decimal(100_000)
CANCELLED = frozenset(("letter.canceled", "letter.cancelled", "canceled", "cancelled"))

Json = object
Letter = Mapping[str, Json]


class TrackingStatus(StrEnum):
    """Where a letter is."""

    TAKEN = "PRIS_EN_CHARGE"
    TO_COLLECT = "A_RETIRER"
    DELIVERED = "DISTRIBUE"
    RETURNED = "RETOUR_DESTINATAIRE"
    UNKNOWN = "INCONNU"  # said by the partner, or a word of its own that isn't known here


class ProofKind(StrEnum):
    """What a stored proof proves."""

    FILING = "filing_proof"
    DELIVERY = "delivery_proof"
    RETURN = "return_to_sender_proof"


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One step of a letter's way."""

    status: TrackingStatus
    message: str
    date: datetime | None  # a time without a zone is taken for UTC


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a proof can be fetched, for a time."""

    kind: ProofKind
    url: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """What the partner knows of a letter now."""

    status: TrackingStatus | None  # None: nothing happened yet, or an ordinary letter
    events: tuple[TrackingEvent, ...]
    price: Decimal | None
    tracking_number: str
    proofs: tuple[Proof, ...]
    wrong_address: bool
    error: bool
    cancelled: bool
    mode: Mode


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list of letters."""

    letters: tuple[Letter, ...]
    total: int | None  # of the whole list, if it says so

    @property
    def oldest_first(self) -> bool:
        """Whether the list begins with the oldest; newest first where nothing tells."""
        dates = [when for one in self.letters if (when := moment(one.get("created_at"))) is not None]
        return len(dates) > 1 and dates[0] < dates[-1] and dates == sorted(dates)


def parse(body: bytes) -> Json:
    """The JSON of an answer; None where it can't be read."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError, InvalidOperation):
        return None


def as_letter(value: Json) -> Letter | None:
    """A letter, if it is one: an object with an id that can stand in an address."""
    return value if isinstance(value, dict) and letter_id(value) else None


def letter_id(letter: Letter) -> str:
    value = letter.get("_id")
    return value if isinstance(value, str) and is_id(value) else ""


def is_id(value: str) -> bool:
    """Whether this can be the id of a letter: anything else could name another resource."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,100}", value) is not None


def as_page(value: Json) -> Page | None:
    """A list of letters, bare or with its total; None if it is something else."""
    total = None
    if isinstance(value, dict):
        info = value.get("info")
        total = _count(info.get("total")) if isinstance(info, dict) else None
        value = value.get("letters")
    if not isinstance(value, list):
        return None
    return Page(tuple(one for one in value if isinstance(one, dict)), total)


def uid_of(letter: Letter) -> str:
    """Our id of this letter, from its metadata or else its description; empty for a letter of other origin."""
    metadata = letter.get("metadata")
    given = metadata.get(UID_FIELD) if isinstance(metadata, dict) else None
    return given if isinstance(given, str) and given else uid_in(_text(letter.get("description")))


def is_cancelled(letter: Letter) -> bool:
    """Whether somebody took it back before it was printed."""
    events = letter.get("events")
    named = [letter.get("status"), *(events if isinstance(events, list) else ())]
    names = {_text(one.get("name") if isinstance(one, dict) else one).lower() for one in named}
    return not CANCELLED.isdisjoint(names) or any(letter.get(key) is True for key in ("canceled", "cancelled"))


def as_receipt(letter: Letter, response: str, known: Mode) -> Receipt:
    """What is kept of a letter that was taken; `known` is what the key says where the answer doesn't."""
    price = price_of(letter)
    return Receipt(
        provider_id=letter_id(letter),
        response=response,
        price=price,
        currency=CURRENCY if price is not None else "",
        parts=_count(letter.get("sheet_count")) or 0,
        tracking=_number(letter.get("tracking_number")),
        test_mode=mode_of(letter, known) is Mode.TEST,
    )


def as_tracking(letter: Letter, known: Mode) -> Tracking:
    """What is shown of a letter later."""
    events = tuple(_events(letter.get("tracking_events")))
    return Tracking(
        status=_latest(events).status if events else None,
        events=events,
        price=price_of(letter),
        tracking_number=_number(letter.get("tracking_number")),
        proofs=tuple(_proofs(letter)),
        wrong_address=letter.get("wrong_address") is True,
        error=bool(letter.get("error")),
        cancelled=is_cancelled(letter),
        mode=mode_of(letter, known),
    )


def mode_of(letter: Letter, known: Mode) -> Mode:
    """What the answer says of the key, else what the key says of itself."""
    given = letter.get("mode")
    return next((mode for mode in (Mode.TEST, Mode.LIVE) if mode == given), known)


def price_of(letter: Letter) -> Decimal | None:
    """In euros: a number, or the total of its parts."""
    given = letter.get("price")
    if isinstance(given, dict):
        given = given.get("total")
    if isinstance(given, bool) or not isinstance(given, int | str | Decimal):
        return None
    try:
        price = Decimal(given)
    except InvalidOperation:
        return None
    return price if price.is_finite() and 0 <= price <= HIGHEST_PRICE else None


def line_of(answer: Answer) -> str:
    """The number of an answer and its reason, on one line."""
    value = parse(answer.body)
    given = value if value is not None else answer.body[:4000].decode("utf-8", "replace")
    return f"{answer.status} {one_line(' '.join(_reasons(given)))[:LONGEST_TEXT]}".strip()


def moment(value: Json) -> datetime | None:
    """A date as the partner writes it."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return read if read is None or read.tzinfo is not None else read.replace(tzinfo=UTC)


def _reasons(value: Json, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield re.sub(r"<[^>]{0,200}>", " ", value)
    elif isinstance(value, dict) and depth < 5:
        for key in ("error", "message", "errors", "details", "param", "field"):
            yield from _reasons(value.get(key), depth + 1)
    elif isinstance(value, list) and depth < 5:
        for one in value[:20]:
            yield from _reasons(one, depth + 1)


def _events(value: Json) -> Iterable[TrackingEvent]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            status = _text(one.get("status")).upper()
            known = next((one for one in TrackingStatus if one == status), TrackingStatus.UNKNOWN)
            yield TrackingEvent(known, _text(one.get("message") or one.get("label")), moment(one.get("date")))


def _latest(events: Sequence[TrackingEvent]) -> TrackingEvent:
    """The one of the latest date; the last one where a date is missing."""
    dates = [event.date for event in events if event.date is not None]
    if len(dates) < len(events):
        return events[-1]
    return next(event for event in reversed(events) if event.date == max(dates))


def _proofs(letter: Letter) -> Iterable[Proof]:
    for kind in ProofKind:
        value = letter.get(kind.value)
        url = value.get("url") if isinstance(value, dict) else value
        if isinstance(url, str) and url.startswith(("https://", "http://")):
            yield Proof(kind, url)


def _text(value: Json) -> str:
    return one_line(value)[:LONGEST_TEXT] if isinstance(value, str) else ""


def _number(value: Json) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None
