"""The accounts of the three channels, read together."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.storage.models import LetterAccount, MailAccount, SmsAccount

Account = MailAccount | SmsAccount | LetterAccount


@dataclass(frozen=True, slots=True)
class Accounts:
    """One row for each channel."""

    mail: MailAccount
    sms: SmsAccount
    letter: LetterAccount

    def of(self, channel: ChannelName) -> Account:
        """The account of a channel."""
        if channel is ChannelName.EMAIL:
            return self.mail
        return self.sms if channel is ChannelName.SMS else self.letter


def read_accounts(session: Session) -> Accounts:
    """The accounts as they are kept."""
    return Accounts(session.get_one(MailAccount, 1), session.get_one(SmsAccount, 1), session.get_one(LetterAccount, 1))


def account_of(session: Session, channel: ChannelName) -> Account:
    """The account of one channel."""
    return read_accounts(session).of(channel)
