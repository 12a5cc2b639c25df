"""The e-mail account of a sender that has its own: a server, a name and a password, beside the firm's account."""

from collections.abc import Mapping

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import LEAVING
from relance.services.delivery.outcomes import release_messages
from relance.services.mail_settings import forget_password, save_account
from relance.services.refusal import Refused
from relance.services.senders.lookup import find, own_account
from relance.storage.models import MailAccount, Message, Sender


def save_mail(
    session: Session,
    settings: Settings,
    sender_id: int,
    values: Mapping[str, object],
    password: str,
    *,
    forget: bool = False,
) -> MailAccount:
    """Set the account that a sender's e-mails leave through, a new one where it has none.

    It signs in with a password. Raises Refused: with every problem of the values, or without a server or an address.
    """
    row = find(session, sender_id)
    for key, code in (("host", "senders.no_host"), ("sender", "mail.no_sender")):
        if not str(values.get(key, "")).strip():
            raise Refused(code)
    account = own_account(row)
    if account is None:
        account = MailAccount()
        session.add(account)
        session.flush()
        row.mail_account = account
        session.flush()
        release_mail(session, sender_id)
    save_account(session, settings, values, password, account)
    if forget and not password:
        forget_password(session, settings, account)
    session.flush()
    return account


def drop_mail(session: Session, settings: Settings, sender_id: int) -> None:
    """A sender's e-mails leave through the firm's account again. Raises Refused while one is leaving."""
    row = find(session, sender_id)
    account = own_account(row)
    if account is None:
        return
    refuse_while_leaving(session, sender_id)
    row.mail_account = None
    session.flush()
    release_mail(session, sender_id)
    remove_account(session, settings, account)


def release_mail(session: Session, sender_id: int) -> None:
    """What was held for the account that a sender had may leave through another."""
    release_messages(session, and_(Message.channel == ChannelName.EMAIL, Message.sender_id == sender_id))


def remove_account(session: Session, settings: Settings, account: MailAccount) -> None:
    """The account and the password that we kept for it, unless another sender uses them."""
    if session.scalar(select(Sender.id).where(Sender.mail_account_id == account.id).limit(1)) is None:
        forget_password(session, settings, account)
        session.delete(account)
        session.flush()


def refuse_while_leaving(session: Session, sender_id: int) -> None:
    """Raise Refused while a message is on its way out in the name of a sender."""
    leaving = select(func.count()).where(Message.sender_id == sender_id, Message.state.in_(LEAVING))
    if session.scalar(leaving):
        raise Refused("senders.leaving")
