"""The one registry of channels: what a message can leave through, built from the settings."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from relance import clock
from relance.config import Settings
from relance.domain.delivery import BeforeHandover, Channel, ChannelName, DeliveryFailed, Fate, Message, Receipt
from relance.domain.status import TO_PRINT
from relance.services.channel_accounts import Accounts
from relance.storage.models import MailAccount

if TYPE_CHECKING:
    from relance.channels.email import EmailAccount

# Makes a fresh channel for one thread; nothing connects before its first send.
Outlet = Callable[[], Channel]
Outlets = Mapping[ChannelName, Outlet]
OutletsOf = Callable[[Settings, Accounts], Outlets]


class Closed:
    """A channel through which nothing leaves, and which says why."""

    def __init__(self, code: str, fate: Fate = Fate.HOLD) -> None:
        self._code, self._fate = code, fate

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Refuse every message: a person must set the channel up."""
        raise DeliveryFailed(self._code, self._fate)

    def close(self) -> None:
        """Nothing to close."""


class ToPrint(Closed):
    """Letters that a person prints and posts: they wait, ready, to be marked as sent."""

    def __init__(self) -> None:
        super().__init__(TO_PRINT, Fate.ASK)


def build_outlets(settings: Settings, accounts: Accounts) -> Outlets:
    """The channels that this firm has set up. In a demonstration nothing can leave."""
    if settings.demo:
        return {ChannelName.EMAIL: _impossible, ChannelName.SMS: _impossible, ChannelName.LETTER: ToPrint}
    return {ChannelName.EMAIL: _mail(settings, accounts.mail), ChannelName.LETTER: ToPrint}


def _impossible() -> Channel:
    return Closed("demo.sending_impossible")


def _mail(settings: Settings, account: MailAccount) -> Outlet:
    if not account.host:
        return lambda: Closed("email.not_set_up")
    return lambda: _smtp(settings, account)


def _smtp(settings: Settings, account: MailAccount) -> Channel:
    from relance.channels.email import SmtpChannel

    return SmtpChannel(smtp_account(settings, account), now=clock.utc_now)


def smtp_account(settings: Settings, account: MailAccount) -> "EmailAccount":
    """The account as the channel reads it."""
    from relance.channels.email import EmailAccount, Security

    return EmailAccount(
        host=account.host,
        port=account.port,
        security=Security(account.security),
        username=account.username,
        password=password_of(settings, account),
        sender=account.sender,
    )


def password_of(settings: Settings, account: MailAccount) -> str:
    """The SMTP account's password; empty when there is none."""
    return secret_of(settings, account.password_env, account.password_file)


def secret_of(settings: Settings, variable: str, file: str) -> str:
    """A secret, from its variable or its file (relative to the data folder); empty when neither is there."""
    if variable:
        return os.environ.get(variable, "")
    if file:
        path = Path(file).expanduser()
        path = path if path.is_absolute() else settings.data_dir / path
        try:
            return path.read_text(encoding="utf-8").strip("\r\n")
        except OSError:
            return ""
    return ""
