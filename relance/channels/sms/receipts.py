"""What is heard of an SMS after it left: delivery receipts that the provider sends, or that it is asked for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from relance.channels.sms.account import SmsAccount, fault
from relance.channels.sms.http import Gateway
from relance.channels.sms.outcomes import amount, content_of
from relance.domain.delivery import DeliveryFailed, Fate

MAX_ID = 100
IDS_PER_QUESTION = 50


class DeliveryStatus(StrEnum):
    """Where a message is, as the network says."""

    DELIVERED = "delivered"
    FAILED = "failed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    DELETED = "deleted"
    BUFFERED = "buffered"
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"


class SignatureMethod(StrEnum):
    """How receipts are signed: HMAC with one of these."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


NOT_DELIVERED = {
    DeliveryStatus.FAILED: "sms.undelivered",
    DeliveryStatus.REJECTED: "sms.rejected_by_network",
    DeliveryStatus.EXPIRED: "sms.expired",
    DeliveryStatus.DELETED: "sms.undelivered",
}

# The provider's err-code of a message that was not delivered.
ERRORS = {
    2: "sms.phone_unreachable",
    3: "sms.number_gone",
    4: "sms.barred_by_recipient",
    5: "sms.portability",
    6: "sms.spam_filter",
    7: "sms.phone_unreachable",
    8: "sms.network",
    9: "sms.opted_out",
    10: "sms.illegal_message",
    11: "sms.unroutable",
    12: "sms.unroutable",
    13: "sms.age_restriction",
    14: "sms.blocked_by_network",
    15: "sms.recipient_without_credit",
    16: "sms.network_quota",
    39: "sms.sender_refused",
    50: "sms.content_filter",
    51: "sms.content_filter",
    52: "sms.content_filter",
    53: "sms.content_filter",
    54: "sms.content_filter",
}
DEAD_NUMBERS = frozenset(("sms.number_gone", "sms.barred_by_recipient", "sms.opted_out"))


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One piece of news of one part sent to one number."""

    provider_id: str
    uid: str  # ours, as it was given; empty where the network lost it
    number: str  # +33612345678, or empty
    status: DeliveryStatus
    code: str = ""  # why it was not delivered, in our words; empty where it was, or may still be
    price: Decimal | None = None
    at: datetime | None = None

    @property
    def dead_number(self) -> bool:
        """Whether nothing should be sent to the number any more."""
        return self.code in DEAD_NUMBERS


def read_receipt(params: Mapping[str, str]) -> DeliveryReport | None:
    """The news in a receipt's fields; None for what isn't one. Whether it is genuine is `is_signed`'s to say."""
    names = ("messageId", "client-ref", "msisdn", "status", "err-code", "price", "message-timestamp")
    return _report(*(str(params.get(name) or "").strip() for name in names))


def is_signed(params: Mapping[str, str], signature_secret: str, method: SignatureMethod) -> bool:
    """Whether the fields carry the signature that this secret makes of them. No secret: never."""
    from vonage_http_client import Auth

    if not signature_secret or not re.fullmatch(r"[0-9A-Fa-f]{32,128}", str(params.get("sig") or "")):
        return False
    auth = Auth(api_key="any", signature_secret=signature_secret, signature_method=method.value)
    try:
        return bool(params.get("timestamp")) and bool(auth.check_signature(dict(params)))
    except UnicodeError:
        return False


def ask_for_receipts(account: SmsAccount, provider_ids: Iterable[str]) -> tuple[DeliveryReport, ...]:
    """What the provider's records say of these messages now: for firms that it can't call back.

    The provider charges for these questions. Raises DeliveryFailed where they can't be asked.
    """
    wrong = fault(account)
    if wrong is not None:
        raise DeliveryFailed(wrong, Fate.HOLD)
    gateway, ids = Gateway(account), iter(dict.fromkeys(one for one in provider_ids if one))
    found: list[DeliveryReport] = []
    try:
        while some := tuple(islice(ids, IDS_PER_QUESTION)):
            found += _ask(gateway, account.key, some)
    finally:
        gateway.close()
    return tuple(found)


def _ask(gateway: Gateway, key: str, ids: tuple[str, ...]) -> list[DeliveryReport]:
    question = {"account_id": key, "product": "SMS", "direction": "outbound", "id": ",".join(ids)}
    records = content_of(gateway.get("/v2/reports/records", question, api=True)).get("records")
    names = ("message_id", "client_ref", "to", "status", "error_code", "total_price", "date_finalized")
    lists = ([str(r.get(name) or "").strip() for name in names] for r in _dicts(records))
    return [report for values in lists if (report := _report(*values)) is not None]


def _dicts(records: object) -> list[dict[str, object]]:
    return [one for one in records if isinstance(one, dict)] if isinstance(records, list) else []


def _report(
    provider_id: str, uid: str, number: str, status: str, error: str, price: str, moment: str
) -> DeliveryReport | None:
    try:
        known = DeliveryStatus(status.lower())
    except ValueError:
        return None
    if not provider_id or len(provider_id) > MAX_ID or len(uid) > MAX_ID:
        return None
    code = NOT_DELIVERED.get(known, "")
    if code and error.isascii() and error.isdecimal():
        code = ERRORS.get(int(error[:9]), code)
    digits = number.removeprefix("+")
    to = f"+{digits}" if digits.isascii() and digits.isdecimal() and len(digits) <= 15 else ""
    return DeliveryReport(provider_id, uid, to, known, code, amount(price), _moment(moment))


def _moment(words: str) -> datetime | None:
    """A time of the provider; its own times have no zone and are in UTC."""
    try:
        moment = datetime.fromisoformat(words)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
