"""A test to oneself: the reminder as it would be, through any channel, marked as a test. It changes nothing."""

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from relance.domain import delivery
from relance.domain.delivery import ChannelName
from relance.services import compose
from relance.services.by_hand import by_hand, pick
from relance.services.channel_accounts import read_accounts
from relance.services.freezing import as_sent
from relance.services.remind import Asked
from relance.storage.models import Firm


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test makes: a message to the person who asks, or a letter's PDF to look at."""

    message: delivery.Message
    pdf: bytes = b""


def trial(session: Session, firm: Firm, invoice_id: int, asked: Asked, *, to: str, data_dir: Path) -> Trial:
    """The test of a step; `to` is one's own address, or one's own number for a text message.

    Writes nothing; raises Refused where the step or the channel has nothing to say.
    """
    channel = asked.channel or ChannelName.EMAIL
    situation = by_hand(session, firm, invoice_id, asked.now)
    step, accounts = pick(situation, asked.position), read_accounts(session)
    content = compose.compose_test(session, situation, step, channel, firm, accounts, asked.now.date(), to, data_dir)
    if channel is ChannelName.LETTER:
        return Trial(delivery.Message(content.uid, content.to, content.subject, content.text), content.pdf)
    return Trial(as_sent(replace(content, reply_to=""), data_dir))
