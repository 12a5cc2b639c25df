"""An e-mail account as an owner sets it up: its provider, its password in a file of its own, and a test to oneself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.channels.email.presets import BY_KEY, PRESETS, MailPreset, SignIn, username_for
from relance.config import Settings
from relance.domain.delivery import ChannelName, Message
from relance.domain.status import COUNTS_AS_SENT
from relance.services.delivery.account_values import TOKENS
from relance.services.delivery.channel_accounts import Accounts
from relance.services.delivery.outlets import OutletsOf
from relance.services.delivery.pacing import DAY, limits_of
from relance.services.messages.recipients import house_of
from relance.services.notices import notice, send_alone
from relance.services.secrets import keep_secret
from relance.services.senders.lookup import own_account
from relance.services.settings.addresses import bare
from relance.services.settings.apply import set_columns
from relance.services.settings.change import check_email
from relance.storage.models import Firm, MailAccount, Sender
from relance.storage.models import Message as MessageRow
from relance.storage.ways import FIRM_ACCOUNT, Way, leaves_by

KEPT_IN = "secrets/smtp-password"  # with its number, that of a sender's account

# Providers show such a password in groups of letters, with spaces that are no part of it.
_IN_GROUPS = re.compile(r"[a-z]{16}")


def preset_of(account: MailAccount) -> MailPreset:
    """The provider that the account was set up for, or the one whose server it uses; "other" where it is neither."""
    if account.preset in BY_KEY:
        return BY_KEY[account.preset]
    of_host = (one for one in PRESETS if one.smtp is not None and one.smtp.host == account.host)
    return next(of_host, BY_KEY["other"])


def kept_in(account: MailAccount) -> str:
    """The file of a password that we keep, relative to the data folder."""
    return KEPT_IN if account.id == FIRM_ACCOUNT else f"{KEPT_IN}-{account.id}"


def save_account(
    session: Session,
    settings: Settings,
    values: Mapping[str, object],
    password: str,
    account: MailAccount | None = None,
) -> None:
    """Set an account, the firm's unless another is given; an empty password leaves the one that is kept.

    Raises Refused: with every problem of the values, or when the password's file can't be written.
    """
    given = check_email(values)
    account = account or session.get_one(MailAccount, FIRM_ACCOUNT)
    preset = BY_KEY.get(given.get("preset", ""), preset_of(account))
    sign_in = _sign_in(account, preset, password)
    if password:
        keep_secret(settings.data_dir / kept_in(account), _as_meant(preset, password))
        given |= {"password_file": kept_in(account), "password_env": ""}
    if sign_in not in TOKENS:
        given |= _username(account, preset, given)
    set_columns(account, given | {"sign_in": sign_in})


def _sign_in(account: MailAccount, preset: MailPreset, password: str) -> str:
    """A password is meant to be used, and a token opens nothing at another provider."""
    if password or account.sign_in not in TOKENS:
        return SignIn.PASSWORD.value
    stays = preset == preset_of(account) or account.sign_in in preset.sign_in
    return account.sign_in if stays else SignIn.PASSWORD.value


def _username(account: MailAccount, preset: MailPreset, given: Mapping[str, Any]) -> dict[str, str]:
    """The name of a known provider follows the address, unless a person typed another one."""
    addresses = bare(given.get("sender", account.sender))
    if preset.smtp is None or not addresses:
        return {}
    typed = given.get("username", account.username)
    before = [username_for(preset, address) for address in bare(account.sender)]
    followed = typed == account.username and typed in before
    return {} if typed and not followed else {"username": username_for(preset, addresses[0])}


def _as_meant(preset: MailPreset, password: str) -> str:
    joined = "".join(password.split())
    of_groups = preset.sign_in[0] is SignIn.APP_PASSWORD and _IN_GROUPS.fullmatch(joined)
    return joined if of_groups else password


def forget_password(session: Session, settings: Settings, account: MailAccount | None = None) -> None:
    """The account has no password any more; the file that we made is removed, another is left alone."""
    account = account or session.get_one(MailAccount, FIRM_ACCOUNT)
    if account.password_file == kept_in(account):
        (settings.data_dir / kept_in(account)).unlink(missing_ok=True)
    account.password_file = account.password_env = ""


@dataclass(frozen=True, slots=True)
class Today:
    """What the account may still send within 24 hours, and whether its first days limit it."""

    limit: int
    left: int
    slowed: bool


def today(session: Session, account: MailAccount, now: datetime) -> Today | None:
    """What is left of the day's limit; None where there is none."""
    limit = limits_of(account, now).per_day
    if limit <= 0:
        return None
    sent = session.scalar(
        select(func.count()).where(
            leaves_by(Way(ChannelName.EMAIL, account.id)),
            MessageRow.state.in_(COUNTS_AS_SENT),
            MessageRow.sent_at > now - DAY,
        )
    )
    return Today(limit, max(0, limit - (sent or 0)), slowed=limit != account.per_day)


def send_test(
    settings: Settings,
    accounts: Accounts,
    firm: Firm,
    to: str,
    language: str,
    outlets_of: OutletsOf,
    sender: Sender | None = None,
) -> None:
    """Send a word to the person who asks, as the firm or as a sender, through the account as it is kept.

    Raises DeliveryFailed.
    """
    name, written, reply_to = firm.name, accounts.mail.sender or firm.email, accounts.mail.reply_to
    if sender is not None:
        house = house_of(firm, accounts.mail, sender)
        name, written, reply_to = house.name, house.sender, house.reply_to
        accounts = accounts.through(own_account(sender) or accounts.mail)
    subject, text = notice("test", language, {"FIRM": name or "Relance", "TO": to, "SENDER": written})
    message = Message(
        uid=f"test-{uuid4()}",
        to=(to,),
        subject=subject,
        text=text,
        sender=written,
        reply_to=reply_to or None,
        language=language,
    )
    send_alone(settings, accounts, message, outlets_of)
