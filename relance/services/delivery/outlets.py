"""The one registry of channels: what a message can leave through, built from the settings."""

from collections.abc import Callable, Mapping

from relance import clock
from relance.config import Settings
from relance.domain.delivery import BeforeHandover, Channel, ChannelName, DeliveryFailed, Fate, Message, Receipt
from relance.domain.status import TO_PRINT
from relance.services.delivery import account_values as values
from relance.services.delivery.channel_accounts import Accounts
from relance.storage.models import LetterAccount, MailAccount, SmsAccount

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
    """The channels that this firm has set up. In a demonstration, and from made-up data, nothing can leave."""
    if settings.demo or accounts.examples:
        return {ChannelName.EMAIL: _impossible, ChannelName.SMS: _impossible, ChannelName.LETTER: ToPrint}
    found = {
        ChannelName.EMAIL: _mail(settings, accounts.mail),
        ChannelName.SMS: _sms(settings, accounts.sms),
        ChannelName.LETTER: _letters(settings, accounts.letter),
    }
    return {channel: outlet for channel, outlet in found.items() if outlet is not None}


def _impossible() -> Channel:
    return Closed("demo.sending_impossible", Fate.ASK)


def _mail(settings: Settings, account: MailAccount) -> Outlet:
    if not account.host:
        return lambda: Closed("email.not_set_up")

    def smtp() -> Channel:
        from relance.channels.email import SmtpChannel

        return SmtpChannel(values.email_account(settings, account), now=clock.utc_now)

    return smtp


def _sms(settings: Settings, account: SmsAccount) -> Outlet | None:
    if not account.provider:
        return None

    def vonage() -> Channel:
        from relance.channels.sms import VonageChannel

        return VonageChannel(values.sms_account(settings, account))

    return vonage


def _letters(settings: Settings, account: LetterAccount) -> Outlet:
    """By the firm's choice: printed by a person, by the postal partner, or as files for another printer."""
    if account.way == "post":
        return lambda: _post(settings, account)
    return (lambda: _folder(settings, account)) if account.way == "folder" else ToPrint


def _post(settings: Settings, account: LetterAccount) -> Channel:
    from relance.channels.post import PostChannel

    return PostChannel(values.post_account(settings, account))


def _folder(settings: Settings, account: LetterAccount) -> Channel:
    from relance.channels.folder import FolderChannel

    return FolderChannel(values.letter_folder(settings, account), today=lambda: clock.utc_now().date())
