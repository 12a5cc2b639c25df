"""The SMS channel: one request for each number through the Vonage account, never repeated (RELIABILITY 3.6)."""

import re
from collections.abc import Callable
from decimal import Decimal

from relance.channels.sms.account import AccountFault, SmsAccount, fault, wire_sender
from relance.channels.sms.http import Gateway
from relance.channels.sms.outcomes import (
    CURRENCY,
    NOT_A_NUMBER,
    UNREADABLE,
    Refused,
    Taken,
    amount,
    content_of,
    judge,
)
from relance.domain.delivery import BeforeHandover, DeliveryFailed, Fate, Message, Receipt, Refusal
from relance.domain.sms import Encoding, normalise, parts

__all__ = ["AccountFault", "SmsAccount", "VonageChannel", "check_account", "fault"]

MAX_CHARACTERS = 3200  # the provider's limit
_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
_OF_THE_ACCOUNT = (Fate.HOLD, Fate.REQUEUE)


class VonageChannel:
    """A Channel. Connects at the first send; belongs to one thread."""

    def __init__(self, account: SmsAccount) -> None:
        self._account = account
        self._gateway = Gateway(account)

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Hand one text over to each number; see domain.delivery.Channel.

        Sent once one number's was taken: the refusals of the others are in the receipt, and they are not tried again.
        """
        text = _text(message, self._account)
        numbers = tuple(dict.fromkeys(message.to))
        before = _once(before_handover)
        results: dict[str, Taken | Refused] = {}
        for number in numbers:
            if not _NUMBER.fullmatch(number):
                results[number] = Refused(NOT_A_NUMBER, 0)
                continue
            results[number] = result = judge(self._gateway.send(self._fields(message, number, text), before=before))
            if isinstance(result, Refused) and result.outcome.fate in _OF_THE_ACCOUNT:
                results = {**dict.fromkeys(numbers, result), **results}  # the others would fare no better
                break
        return _receipt(results)

    def close(self) -> None:
        """End the connection, if one is open. Never raises."""
        self._gateway.close()

    def _fields(self, message: Message, number: str, text: str) -> dict[str, str]:
        fields = {
            "to": number.removeprefix("+"),
            "from_": wire_sender(self._account.sender) or "",
            "text": text,
            "type": "text" if parts(text).encoding is Encoding.GSM7 else "unicode",
            "client_ref": message.uid,
        }
        return fields | ({"callback": self._account.callback} if self._account.callback else {})


def check_account(account: SmsAccount) -> Decimal:
    """Sign in and send nothing; the balance, in CURRENCY. Raises DeliveryFailed where it can't be had."""
    _usable(account)
    gateway = Gateway(account)
    try:
        answer = gateway.get("/account/get-balance")
    finally:
        gateway.close()
    balance = amount(content_of(answer).get("value"))
    if balance is None:
        raise DeliveryFailed(UNREADABLE.code, Fate.REQUEUE)
    return balance


def _usable(account: SmsAccount) -> None:
    wrong = fault(account)
    if wrong is not None:
        raise DeliveryFailed(wrong, Fate.HOLD)


def _text(message: Message, account: SmsAccount) -> str:
    _usable(account)
    text = normalise(message.text, without_accents=account.without_accents).strip()
    if not text:
        raise DeliveryFailed("sms.no_text", Fate.FAIL)
    if not message.to:
        raise DeliveryFailed("sms.no_number", Fate.FAIL)
    if len(text) > MAX_CHARACTERS:
        raise DeliveryFailed("sms.too_long", Fate.FAIL, str(len(text)))
    return text


def _once(call: BeforeHandover) -> Callable[[], None]:
    """The caller's word is asked before the first request leaves, and not again for the other numbers."""
    asked = False

    def before() -> None:
        nonlocal asked
        if not asked:
            call()
            asked = True

    return before


def _receipt(results: dict[str, Taken | Refused]) -> Receipt:
    """Sent where anything was taken; else the failure that binds: unknown, the account's, to try again, refused."""
    taken = [one for one in results.values() if isinstance(one, Taken)]
    refused = {number: one for number, one in results.items() if isinstance(one, Refused)}
    if not taken:
        order = (Fate.UNKNOWN, *_OF_THE_ACCOUNT, Fate.DEFER, Fate.FAIL)
        worst = min(refused.values(), key=lambda one: order.index(one.outcome.fate))
        raise worst.failure(tuple(number for number, one in refused.items() if one.outcome.bad_number))
    partly = {number: one.refused for number, one in results.items() if isinstance(one, Taken) and one.refused}
    prices = [one.price for one in taken if one.price is not None]
    ids = [name for one in taken for name in one.ids if name]
    return Receipt(
        provider_id=",".join(ids),
        response=taken[-1].said,
        refused=(
            *(_refusal(number, one, dead=False) for number, one in partly.items()),
            *(_refusal(number, one, dead=one.outcome.bad_number) for number, one in refused.items()),
        ),
        price=sum(prices, Decimal(0)) if prices else None,
        currency=CURRENCY if prices else "",
        parts=sum(one.parts for one in taken),
    )


def _refusal(number: str, refused: Refused, *, dead: bool) -> Refusal:
    return Refusal(number, refused.status, f"{refused.outcome.code} {refused.detail}".strip(), dead)
