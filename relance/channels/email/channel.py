"""The e-mail channel: one message at a time through one SMTP account, over a connection kept between messages."""

from collections.abc import Callable
from datetime import datetime

from relance.channels.email.account import EmailAccount, Security, Timeouts
from relance.channels.email.message import Mail, build_mime
from relance.channels.email.smtp_session import SmtpSession
from relance.domain.delivery import BeforeHandover, DeliveryFailed, Message, Receipt

__all__ = ["EmailAccount", "Security", "SmtpChannel", "Timeouts", "build_mime", "check_account"]


class SmtpChannel:
    """A Channel. Connects at the first send; belongs to one thread."""

    def __init__(self, account: EmailAccount, *, now: Callable[[], datetime]) -> None:
        self._account = account
        self._now = now
        self._session: SmtpSession | None = None

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Hand one message over; see domain.delivery.Channel."""
        mail = build_mime(message, date=self._now(), default_sender=self._account.sender)
        session = self._begin(mail)
        with session.transaction():
            refused = session.offer(mail)
            before_handover()
        return Receipt(mail.message_id, session.hand_over(mail), refused)

    def close(self) -> None:
        """End the connection, if one is open. Never raises."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _begin(self, mail: Mail) -> SmtpSession:
        """A session that has accepted MAIL, on a new connection where the kept one turns out to be gone."""
        session = self._session
        if session is not None and not session.is_worn:
            try:
                session.begin(mail)
                return session
            except DeliveryFailed:
                if session.is_open:
                    raise
        self.close()
        self._session = session = SmtpSession(self._account)
        session.begin(mail)
        return session


def check_account(account: EmailAccount) -> None:
    """Connect, encrypt, sign in and take leave; raises DeliveryFailed where one of these fails."""
    session = SmtpSession(account)
    try:
        session.noop()
    finally:
        session.close()
