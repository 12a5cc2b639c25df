"""Looks among the sent mails of the firm's mailbox for a message of unknown fate (RELIABILITY 3.2)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.services.delivery.account_values import inbox_account
from relance.services.mailbox import answers
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import InboxAccount, MailAccount, Message

if TYPE_CHECKING:
    from relance.channels.inbox import InboxTimeouts

FOUND_BY = "mailbox:"  # before the person who asked


def look_for(
    engine: Engine, settings: Settings, message_id: int, *, by: str, timeouts: "InboxTimeouts | None" = None
) -> bool | None:
    """Whether it is there: then it left. False: it isn't, and nothing changes; None: there is no telling.

    Raises Refused where no mailbox is set up, or the message waits for no such answer; InboxFailed.
    """
    from relance.channels.inbox import find_sent

    with db.reading(engine) as session:
        message = session.get(Message, message_id)
        if message is None or message.state is not MessageState.UNKNOWN or message.channel is not ChannelName.EMAIL:
            raise Refused("mailbox.nothing_to_find")
        inbox, mail = session.get_one(InboxAccount, 1), session.get_one(MailAccount, 1)
        if not inbox.host or settings.demo or the_firm(session).examples:
            raise Refused("mailbox.not_set_up")
        account = inbox_account(settings, inbox, mail)
        domain = (message.sender or mail.sender).rpartition("@")[2].strip(" >")
        uid = message.uid
    account = account if timeouts is None else replace(account, timeouts=timeouts)
    found = find_sent(account, uid=uid, message_id=f"{uid}@{domain}" if domain else "")
    if found:
        with db.writing(engine) as session:
            answers.it_left(session, message_id, by=f"{FOUND_BY}{by}")
    return found
