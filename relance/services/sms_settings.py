"""The SMS account as an owner sets it up: its secrets in files of their own, its hours, and a test to oneself."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import ChannelName, Message, Receipt
from relance.domain.sms import parts
from relance.services.delivery.account_values import receipts_address, sms_account
from relance.services.delivery.channel_accounts import Accounts
from relance.services.delivery.outlets import OutletsOf
from relance.services.messages.compose_sms import gsm
from relance.services.notices import notice, send_alone
from relance.services.refusal import Refused
from relance.services.secrets import keep_secret
from relance.services.settings.apply import set_columns
from relance.services.settings.problems import Problems
from relance.services.settings.tables import SMS, read_table
from relance.services.settings.values import Read, boolean
from relance.services.sms_hours import check_hours
from relance.storage.models import Firm, SmsAccount
from relance.storage.recipients import mobiles_of, why_not

SECRET, SIGNATURE = "secrets/sms-secret", "secrets/sms-signature"
KEY_BYTES = 16
LONGEST_SIGNATURE = 1000
LONGEST_NAME = 60  # of the firm, in a test
_SIGNATURE = re.compile(r"[!-~]+")


COLUMNS: dict[str, Read] = {**SMS, "ask_receipts": boolean}


@dataclass(frozen=True, slots=True)
class Typed:
    """The secrets that were typed: an empty one leaves what is kept, unless that is to be forgotten."""

    secret: str = ""
    signature: str = ""
    forget_secret: bool = False
    forget_signature: bool = False


def save_account(session: Session, settings: Settings, values: Mapping[str, object], typed: Typed) -> None:
    """Set the account. Raises Refused, with every problem of the values or with what is missing to send."""
    problems = Problems()
    given = read_table(dict(values), ("sms",), COLUMNS, problems)
    problems.refuse()
    account = session.get_one(SmsAccount, 1)
    check_hours(account, given)
    _check_secrets(typed)
    if given.get("provider", account.provider):
        if settings.public_url and not account.callback_key:
            given["callback_key"] = secrets.token_urlsafe(KEY_BYTES)
        _check_usable(settings, account, given, typed)
    set_columns(account, given | _kept(settings, account, typed))


def _check_secrets(typed: Typed) -> None:
    if typed.signature and not (len(typed.signature) <= LONGEST_SIGNATURE and _SIGNATURE.fullmatch(typed.signature)):
        raise Refused("sms.bad_signature")


def _check_usable(settings: Settings, account: SmsAccount, given: Mapping[str, Any], typed: Typed) -> None:
    """The account as it would be, in the channel's own eyes."""
    from relance.channels.sms import fault

    kept = sms_account(settings, account)
    wrong = fault(
        replace(
            kept,
            key=given.get("key", kept.key),
            secret=typed.secret or ("" if typed.forget_secret else kept.secret),
            sender=given.get("sender", kept.sender),
            base_url=given.get("base_url", kept.base_url),
            callback=receipts_address(settings, given.get("callback_key", account.callback_key)),
        )
    )
    if wrong is not None:
        raise Refused(wrong.value)


def _kept(settings: Settings, account: SmsAccount, typed: Typed) -> dict[str, str]:
    """Write the secrets into their files, or remove the files that we made; the columns that follow."""
    columns: dict[str, str] = {}
    if typed.secret:
        keep_secret(settings.data_dir / SECRET, typed.secret)
        columns |= {"secret_file": SECRET, "secret_env": ""}
    elif typed.forget_secret:
        _remove(settings, account.secret_file, SECRET)
        columns |= {"secret_file": "", "secret_env": ""}
    if typed.signature:
        keep_secret(settings.data_dir / SIGNATURE, typed.signature)
        columns["signature_file"] = SIGNATURE
    elif typed.forget_signature:
        _remove(settings, account.signature_file, SIGNATURE)
        columns["signature_file"] = ""
    return columns


def _remove(settings: Settings, named: str, ours: str) -> None:
    if named == ours:
        (settings.data_dir / ours).unlink(missing_ok=True)


def balance(settings: Settings, account: SmsAccount) -> Decimal:
    """Sign in and send nothing; the credit left, in euros. Raises DeliveryFailed."""
    from relance.channels.sms import check_account

    return check_account(sms_account(settings, account))


@dataclass(frozen=True, slots=True)
class Tried:
    """A test that left."""

    to: str
    receipt: Receipt
    text: str

    @property
    def parts(self) -> int:
        """What the provider counts, else what we count."""
        return self.receipt.parts or parts(self.text).parts


def send_test(
    settings: Settings, accounts: Accounts, firm: Firm, number: str, language: str, outlets_of: OutletsOf
) -> Tried:
    """Send a word to a number, at any hour. Nothing is kept. Raises Refused for the number, and DeliveryFailed."""
    to = mobiles_of((number,), firm.country)[:1]
    if not to:
        why = why_not(number, firm.country)
        raise Refused("compose.no_mobile", customer="", numbers=[number], reasons=[why.value] if why else [])
    _, written = notice("test_sms", language, {"FIRM": (firm.name or "Relance")[:LONGEST_NAME]})
    text = gsm(written.strip(), without_accents=accounts.sms.without_accents)
    message = Message(uid=f"test-{uuid4()}", to=to, subject="", text=text, sender=accounts.sms.sender)
    receipt = send_alone(settings, accounts, message, outlets_of, ChannelName.SMS)
    return Tried(to[0], receipt, text)
