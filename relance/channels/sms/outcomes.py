"""The outcome table of an SMS (RELIABILITY 3.6): what the provider's answer, or its silence, means.

A status other than 0 stands in an answer of HTTP 200, one for each part; other HTTP statuses speak for the whole.
"""

import json
import ssl
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from relance.channels.sms.http import Answer
from relance.domain.delivery import DeliveryFailed, Fate

CURRENCY = "EUR"  # of every price and balance the provider gives
MAX_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """Our code for what happened, and what it means for the message."""

    code: str
    fate: Fate
    bad_number: bool = False


ACCEPTED = 0
STATUSES = {
    1: Outcome("sms.throttled", Fate.REQUEUE),
    2: Outcome("sms.invalid_request", Fate.FAIL),  # a parameter is missing
    3: Outcome("sms.invalid_request", Fate.FAIL),  # a parameter is wrong
    4: Outcome("sms.auth_refused", Fate.HOLD),
    5: Outcome("sms.internal_error", Fate.UNKNOWN),
    6: Outcome("sms.unroutable", Fate.FAIL),  # such as a prefix it doesn't know
    7: Outcome("sms.number_barred", Fate.FAIL, bad_number=True),
    8: Outcome("sms.account_barred", Fate.HOLD),
    9: Outcome("sms.balance_exhausted", Fate.HOLD),
    10: Outcome("sms.throttled", Fate.REQUEUE),  # too many connections
    11: Outcome("sms.not_enabled", Fate.HOLD),
    12: Outcome("sms.too_long", Fate.FAIL),
    13: Outcome("sms.not_submitted", Fate.DEFER),  # older answers: it could not be passed on
    14: Outcome("sms.auth_refused", Fate.HOLD),  # the signature
    15: Outcome("sms.sender_refused", Fate.HOLD),
    17: Outcome("sms.blocked", Fate.FAIL),  # for its content, or the provider's rules
    19: Outcome("sms.not_enabled", Fate.HOLD),  # older answers: a facility the account doesn't have
    22: Outcome("sms.unroutable", Fate.FAIL),  # the network code
    23: Outcome("sms.callback_refused", Fate.HOLD),
    29: Outcome("sms.demo_account", Fate.HOLD),  # a new account sends to its own test numbers alone
    32: Outcome("sms.auth_refused", Fate.HOLD),  # a signature beside a secret
    33: Outcome("sms.number_deactivated", Fate.FAIL, bad_number=True),
}
REFUSED = Outcome("sms.refused", Fate.FAIL)  # a status that isn't documented

HTTP_STATUSES = {
    401: Outcome("sms.auth_refused", Fate.HOLD),
    402: Outcome("sms.balance_exhausted", Fate.HOLD),
    403: Outcome("sms.account_barred", Fate.HOLD),
    404: Outcome("sms.wrong_address", Fate.HOLD),
    405: Outcome("sms.wrong_address", Fate.HOLD),
    407: Outcome("sms.unreachable", Fate.REQUEUE),  # a proxy on the way
    408: Outcome("sms.unreachable", Fate.REQUEUE),  # it didn't get the whole request
    413: Outcome("sms.too_long", Fate.FAIL),
    429: Outcome("sms.throttled", Fate.REQUEUE),
}
MOVED = Outcome("sms.wrong_address", Fate.HOLD)  # 3xx
HTTP_REFUSED = Outcome("sms.invalid_request", Fate.FAIL)  # another 4xx
SERVER_ERROR = Outcome("sms.server_error", Fate.UNKNOWN)  # 5xx: what stood behind it may have taken the message

# No answer, or none that can be read.
UNREADABLE = Outcome("sms.unreadable_answer", Fate.UNKNOWN)
NO_ANSWER = Outcome("sms.no_answer", Fate.UNKNOWN)
UNREACHABLE = Outcome("sms.unreachable", Fate.REQUEUE)
NOT_A_NUMBER = Outcome("sms.not_a_number", Fate.FAIL, bad_number=True)  # nothing was asked
CERTIFICATE = Outcome("sms.certificate", Fate.REQUEUE)


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider took all of a message, or some parts of it."""

    ids: tuple[str, ...]
    price: Decimal | None
    parts: int
    said: str
    refused: "Refused | None" = None  # by the parts that were not taken


@dataclass(frozen=True, slots=True)
class Refused:
    """The message was not taken, or may not have been."""

    outcome: Outcome
    status: int  # the provider's, else HTTP's, else 0
    detail: str = ""

    def failure(self, bad_numbers: tuple[str, ...] = ()) -> DeliveryFailed:
        """As the channel raises it."""
        return DeliveryFailed(self.outcome.code, self.outcome.fate, self.detail, bad_numbers)


def judge(answer: Answer) -> Taken | Refused:
    """What became of one message sent to one number."""
    refused = refusal_of(answer)
    if refused is not None:
        return refused
    content = read_json(answer.body)
    messages = content.get("messages") if isinstance(content, dict) else None
    parts = [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
    taken = [part for part in parts if _status(part) == ACCEPTED]
    refusals = [_part_refused(part) for part in parts if part not in taken]
    if not taken:
        unsure = [one for one in refusals if one.outcome.fate is Fate.UNKNOWN]
        return next(iter(unsure + refusals), Refused(UNREADABLE, answer.status, one_line(answer.body)))
    ids = tuple(one_line(str(part.get("message-id", ""))) for part in taken)
    price = _total([amount(part.get("message-price")) for part in taken])
    return Taken(ids, price, len(taken), one_line(answer.body), next(iter(refusals), None))


def content_of(answer: Answer) -> dict[str, Any]:
    """What was read of the account. Raises DeliveryFailed; nothing is unknown here, for nothing was sent."""
    content = read_json(answer.body)
    refused = refusal_of(answer)
    if refused is None and isinstance(content, dict):
        return content
    refused = refused or Refused(UNREADABLE, answer.status, one_line(answer.body))
    if refused.outcome.fate is Fate.UNKNOWN:
        refused = replace(refused, outcome=replace(refused.outcome, fate=Fate.REQUEUE))
    raise refused.failure()


def refusal_of(answer: Answer) -> Refused | None:
    """What an HTTP status, or the lack of one, means; None for a success, whatever it contains."""
    status, detail = answer.status, one_line(answer.body)
    if 200 <= status < 300:
        return None
    if status == 0:
        cause = _innermost(answer.error)
        certificate = isinstance(cause, ssl.SSLCertVerificationError)
        outcome = NO_ANSWER if answer.left else CERTIFICATE if certificate else UNREACHABLE
        return Refused(outcome, 0, one_line(f"{type(cause).__name__}: {cause}"))
    if status in HTTP_STATUSES:
        return Refused(HTTP_STATUSES[status], status, detail)
    by_hundreds = {3: MOVED, 4: HTTP_REFUSED}
    return Refused(by_hundreds.get(status // 100, SERVER_ERROR), status, detail)


def amount(value: object) -> Decimal | None:
    """A price or a balance; None for what isn't one."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return round(number, 8) if number.is_finite() and abs(number) < 10**9 else None


def read_json(body: bytes) -> object:
    """What a body holds; None for what isn't JSON."""
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def one_line(text: str | bytes) -> str:
    """Another's words, short and without control characters."""
    words = text[: 4 * MAX_DETAIL]
    words = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())[:MAX_DETAIL]


def _status(part: dict[str, Any]) -> int | None:
    word = str(part.get("status", "")).strip()
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else None


def _part_refused(part: dict[str, Any]) -> Refused:
    status = _status(part)
    outcome = UNREADABLE if status is None else STATUSES.get(status, REFUSED)
    return Refused(outcome, status or 0, one_line(str(part.get("error-text", ""))))


def _total(prices: list[Decimal | None]) -> Decimal | None:
    known = [price for price in prices if price is not None]
    return sum(known, Decimal(0)) if known else None


def _innermost(error: BaseException | None) -> BaseException | None:
    """The error that the libraries wrapped in theirs."""
    while error is not None:
        inner = getattr(error, "reason", None)
        inner = (
            inner
            if isinstance(inner, BaseException)
            else next((a for a in error.args if isinstance(a, Exception)), None)
        )
        if inner is None:
            return error
        error = inner
    return None
