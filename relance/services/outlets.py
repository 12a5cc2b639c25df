"""The one registry of channels: what a message can leave through, built from the settings."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from relance import clock
from relance.config import Settings
from relance.domain.delivery import BeforeHandover, Channel, ChannelName, DeliveryFailed, Fate, Message, Receipt
from relance.storage.models import MailAccount

if TYPE_CHECKING:
    from relance.channels.email import EmailAccount

# Makes a fresh channel for one thread; nothing connects before its first send.
Outlet = Callable[[], Channel]
Outlets = Mapping[ChannelName, Outlet]
OutletsOf = Callable[[Settings, MailAccount], Outlets]


class Closed:
    """A channel through which nothing leaves, and which says why."""

    def __init__(self, code: str) -> None:
        self._code = code

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Refuse every message: a person must set the channel up."""
        raise DeliveryFailed(self._code, Fate.HOLD)

    def close(self) -> None:
        """Nothing to close."""


def build_outlets(settings: Settings, account: MailAccount) -> Outlets:
    """The channels that this firm has set up. In a demonstration nothing can leave."""
    if settings.demo:
        return {ChannelName.EMAIL: lambda: Closed("demo.sending_impossible")}
    if not account.host:
        return {ChannelName.EMAIL: lambda: Closed("email.not_set_up")}
    return {ChannelName.EMAIL: lambda: _smtp(settings, account)}


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
    """The password, from its variable or its file (relative to the data folder); empty when neither is there."""
    if account.password_env:
        return os.environ.get(account.password_env, "")
    if account.password_file:
        path = Path(account.password_file).expanduser()
        path = path if path.is_absolute() else settings.data_dir / path
        try:
            return path.read_text(encoding="utf-8").strip("\r\n")
        except OSError:
            return ""
    return ""
