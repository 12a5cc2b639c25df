"""Sending one message and looking at how it failed."""

from dataclasses import dataclass, field

import pytest

from relance.channels.email import EmailAccount, SmtpChannel
from relance.domain.delivery import DeliveryFailed, Message, Receipt
from tests.channels.builders import SIMPLE, now


@dataclass
class Marks:
    """A before_handover that counts: each call stands for the committed state `transmitting`."""

    count: int = 0
    error: BaseException | None = None
    verbs: list[str] = field(default_factory=list)  # the server's list
    seen: list[str] = field(default_factory=list)  # what the server had heard at the last call

    def __call__(self) -> None:
        self.count += 1
        self.seen = list(self.verbs)
        if self.error is not None:
            raise self.error


def send(channel: SmtpChannel, message: Message = SIMPLE) -> Receipt:
    return channel.send(message, before_handover=Marks())


def failure(
    target: SmtpChannel | EmailAccount, message: Message = SIMPLE, marks: Marks | None = None
) -> DeliveryFailed:
    """How the sending failed."""
    channel = SmtpChannel(target, now=now) if isinstance(target, EmailAccount) else target
    try:
        with pytest.raises(DeliveryFailed) as caught:
            channel.send(message, before_handover=marks or Marks())
    finally:
        if channel is not target:
            channel.close()
    return caught.value
