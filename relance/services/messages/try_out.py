"""A test to oneself: the reminder as it would be, through any channel, marked as a test. It changes nothing."""

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain import delivery
from relance.domain.delivery import ChannelName
from relance.services.by_hand import by_hand, pick
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import Accounts, read_accounts
from relance.services.delivery.outlets import OutletsOf, build_outlets
from relance.services.messages import compose
from relance.services.messages.freezing import as_sent
from relance.services.notices import send_alone
from relance.services.remind import Asked
from relance.services.senders import lookup as senders
from relance.storage import db
from relance.storage.models import Firm


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test makes: a message to the person who asks, or a letter's PDF to look at."""

    message: delivery.Message
    accounts: Accounts  # with that of the customer's sender
    pdf: bytes = b""


def trial(session: Session, firm: Firm, invoice_id: int, asked: Asked, *, to: str, data_dir: Path) -> Trial:
    """The test of a step; `to` is one's own address, or one's own number for a text message.

    Writes nothing; raises Refused where the step or the channel has nothing to say.
    """
    channel = asked.channel or ChannelName.EMAIL
    situation = by_hand(session, firm, invoice_id, asked.now)
    step, accounts = pick(situation, asked.position), read_accounts(session)
    through = accounts.through(senders.own_account(senders.sender_of(session, situation.customer.id)) or accounts.mail)
    today, language = asked.now.date(), asked.language
    content = compose.compose_test(
        session, situation, step, channel, firm, accounts, today, to, data_dir, language=language
    )
    if channel is ChannelName.LETTER:
        return Trial(delivery.Message(content.uid, content.to, content.subject, content.text), through, content.pdf)
    return Trial(as_sent(replace(content, reply_to=""), data_dir), through)


def try_out(
    engine: Engine,
    settings: Settings,
    invoice_id: int,
    asked: Asked,
    *,
    to: str,
    outlets_of: OutletsOf = build_outlets,
) -> Trial:
    """Make a test and send it; a letter goes nowhere. That somebody saw one is kept, for the first steps.

    No transaction is open while the server is spoken to. Raises Refused, DeliveryFailed.
    """
    with db.reading(engine) as session:
        tried = trial(session, the_firm(session), invoice_id, asked, to=to, data_dir=settings.data_dir)
        session.expunge_all()
    channel = asked.channel or ChannelName.EMAIL
    if channel is not ChannelName.LETTER:
        send_alone(settings, tried.accounts, tried.message, outlets_of, channel)
    with db.writing(engine) as session:
        session.execute(update(Firm).where(Firm.tested_at.is_(None)).values(tested_at=asked.now))
    return tried
