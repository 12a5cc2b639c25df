"""Question and answer with an SMTP server; whatever goes wrong becomes the DeliveryFailed of its phase."""

from collections.abc import Callable

from relance.channels.email.account import EmailAccount
from relance.channels.email.smtp_outcomes import LOST, Phase, Reply, judge
from relance.channels.email.smtp_wire import SmtpWire
from relance.domain.delivery import DeliveryFailed

CLOSING = 421
LONGEST_DETAIL = 500


class SmtpExchange:
    """The wire to one server. After a broken or interrupted exchange it is closed, so that no answer is misread."""

    def __init__(self, account: EmailAccount) -> None:
        self.account = account
        self.wire = SmtpWire()
        self.secrets: tuple[str, ...] = ()  # what must never be shown

    def command(self, phase: Phase, line: str) -> Reply:
        return self.ask(phase, lambda: self.wire.docmd(line))

    def ask(self, phase: Phase, talk: Callable[[], tuple[int, bytes]]) -> Reply:
        try:
            code, text = talk()
        except OSError as error:
            self.wire.close()
            raise self.lost(phase, error) from error
        except BaseException:
            self.wire.close()
            raise
        if code == CLOSING:
            self.wire.close()
        return Reply(code, text.decode("utf-8", "replace"))

    def expect(self, phase: Phase, reply: Reply) -> None:
        if not reply.positive:
            raise self.refused(phase, reply)

    def refused(self, phase: Phase, reply: Reply) -> DeliveryFailed:
        """What an unwelcome answer means."""
        if not reply.negative:
            self.wire.close()
        outcome = judge(phase, reply)
        return DeliveryFailed(outcome.code, outcome.fate, self.shown(reply))

    def lost(self, phase: Phase, error: Exception) -> DeliveryFailed:
        """What a broken connection means."""
        outcome = LOST[phase]
        return DeliveryFailed(outcome.code, outcome.fate, str(error))

    def reset(self) -> None:
        """Forget the transaction under way. Never raises: a connection that can't be reset is closed."""
        if self._farewell("RSET") != 250:
            self.wire.close()

    def close(self) -> None:
        """Take leave if the server still listens. Never raises: nothing depends on QUIT."""
        self._farewell("QUIT")
        self.wire.close()

    def shown(self, reply: Reply) -> str:
        """The answer as it may be kept and shown: some servers echo what they were sent."""
        text = reply.line
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text[:LONGEST_DETAIL]

    def _farewell(self, line: str) -> int:
        self.wire.allow(self.account.timeouts.farewell)
        try:
            return self.wire.docmd(line)[0] if self.wire.is_open else -1
        except OSError:
            return -1
