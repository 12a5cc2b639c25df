"""One open, signed-in SMTP connection and the transactions it carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from relance.channels.email.account import EmailAccount
from relance.channels.email.message import Mail
from relance.channels.email.smtp_opening import open_exchange
from relance.channels.email.smtp_outcomes import Phase, Reply, judge
from relance.domain.delivery import DeliveryFailed, Fate, Refusal

GO_AHEAD = 354


class SmtpSession:
    """A connection from its opening to QUIT. One transaction at a time, any number one after another."""

    def __init__(self, account: EmailAccount) -> None:
        """Connect, encrypt, greet and sign in."""
        self._timeouts = account.timeouts
        self._limit = account.messages_per_connection
        self._exchange = open_exchange(account)
        self._wire = self._exchange.wire
        self._handed_over = 0
        self._last_used = monotonic()

    @property
    def is_open(self) -> bool:
        return self._wire.is_open

    @property
    def is_worn(self) -> bool:
        """Whether a new connection is the better choice for the next message."""
        idle = monotonic() - self._last_used
        return not self.is_open or self._handed_over >= self._limit or idle > self._timeouts.idle

    def noop(self) -> None:
        self._wire.allow(self._timeouts.command)
        self._exchange.expect(Phase.GREETING, self._exchange.command(Phase.GREETING, "NOOP"))

    def begin(self, mail: Mail) -> None:
        """MAIL: nothing is handed over yet, whatever happens."""
        self._wire.allow(self._timeouts.command)
        limit = self._wire.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(mail.content):
            raise DeliveryFailed("smtp.too_big", Fate.FAIL, f"{len(mail.content)} > {limit}")
        size = f" SIZE={len(mail.content)}" if self._wire.has_extn("size") else ""
        self._exchange.expect(Phase.MAIL, self._exchange.command(Phase.MAIL, f"MAIL FROM:<{mail.sender}>{size}"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What fails inside is undone by RSET; the error goes on its way."""
        try:
            yield
        except BaseException:
            self._exchange.reset()
            raise

    def offer(self, mail: Mail) -> tuple[Refusal, ...]:
        """RCPT for each recipient; those refused. A reminder that would only reach its copies is a failure.

        Where one addressee is accepted the message leaves, and those put off are named like those refused for good:
        a second message for them alone would be a second reminder.
        """
        refused = dict(self._refusals(mail))
        if all(address in refused for address in mail.to):
            raise self._all_refused(mail, refused)
        return tuple(self._refusal(address, reply) for address, reply in refused.items())

    def _refusal(self, address: str, reply: Reply) -> Refusal:
        words = self._exchange.shown(reply).partition(" ")[2]
        return Refusal(address, reply.code, words, dead=judge(Phase.RCPT, reply).bad_address)

    def hand_over(self, mail: Mail) -> str:
        """DATA, the body and the last dot; the server's words of acceptance."""
        self._wire.allow(self._timeouts.data)
        reply = self._exchange.command(Phase.DATA, "DATA")
        if reply.code != GO_AHEAD:
            self._exchange.reset()
            raise self._exchange.refused(Phase.DATA, reply)
        if self._wire.unasked():
            # An answer that is there before the body can't be about it, and would be taken for the one that is.
            self._wire.close()
            raise self._exchange.lost(Phase.DATA, OSError("the server answered before it was asked"))
        self._wire.allow(self._timeouts.final)
        reply = self._exchange.ask(Phase.BODY, lambda: self._post(mail.content))
        self._handed_over += 1
        self._last_used = monotonic()
        self._exchange.expect(Phase.BODY, reply)
        return self._exchange.shown(reply)

    def close(self) -> None:
        """End the connection, if it is still open. Never raises."""
        self._exchange.close()

    def _refusals(self, mail: Mail) -> Iterator[tuple[str, Reply]]:
        for address in mail.recipients:
            reply = self._exchange.command(Phase.RCPT, f"RCPT TO:<{address}>")
            if reply.positive:
                continue
            concerns_all = judge(Phase.RCPT, reply).fate in (Fate.REQUEUE, Fate.HOLD) or not reply.negative
            if concerns_all or not self.is_open:
                raise self._exchange.refused(Phase.RCPT, reply)
            yield address, reply

    def _all_refused(self, mail: Mail, refused: dict[str, Reply]) -> DeliveryFailed:
        """Try again as long as one of the addressees may yet accept."""
        outcomes = {address: judge(Phase.RCPT, reply) for address, reply in refused.items()}
        bad = tuple(address for address, outcome in outcomes.items() if outcome.bad_address)
        first = min((outcomes[address] for address in mail.to), key=lambda one: one.fate is not Fate.DEFER)
        detail = "; ".join(self._exchange.shown(refused[address]) for address in mail.to)
        return DeliveryFailed(first.code, first.fate, detail, bad)

    def _post(self, content: bytes) -> tuple[int, bytes]:
        try:
            self._wire.send(dot_stuffed(content) + b".\r\n")
        except ConnectionError:
            # The server hung up before the last dot. If it said why, it refused; otherwise nobody knows.
            code, text = self._wire.getreply()
            if not Reply(code, "").negative:
                raise
            return code, text
        return self._wire.getreply()


def dot_stuffed(content: bytes) -> bytes:
    """A line that begins with a dot gets another, so that none ends the message (RFC 5321 4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
