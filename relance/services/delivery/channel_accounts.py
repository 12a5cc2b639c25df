"""The accounts of the three channels, read together."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.storage.models import Firm, LetterAccount, MailAccount, SmsAccount
from relance.storage.ways import FIRM_ACCOUNT, Way

Account = MailAccount | SmsAccount | LetterAccount


@dataclass(frozen=True, slots=True)
class Accounts:
    """One row for each channel; that of e-mail is the firm's, unless a sender's own was put in its place."""

    mail: MailAccount
    sms: SmsAccount
    letter: LetterAccount
    examples: bool = False  # the data are made up: nothing may leave

    def of(self, channel: ChannelName) -> Account:
        """The account of a channel."""
        if channel is ChannelName.EMAIL:
            return self.mail
        return self.sms if channel is ChannelName.SMS else self.letter

    def through(self, mail: MailAccount) -> "Accounts":
        """The same with another account for e-mails."""
        return replace(self, mail=mail)


def read_accounts(session: Session) -> Accounts:
    """The accounts as they are kept."""
    mail = session.get_one(MailAccount, FIRM_ACCOUNT)
    sms, letter = session.get_one(SmsAccount, 1), session.get_one(LetterAccount, 1)
    return Accounts(mail, sms, letter, examples=session.get_one(Firm, 1).examples)


def account_of(session: Session, way: Way) -> Account:
    """The account that a way leads through."""
    if way.mail_account != FIRM_ACCOUNT:
        return session.get_one(MailAccount, way.mail_account)
    return read_accounts(session).of(way.channel)
