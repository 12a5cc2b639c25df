"""The SMTP outcome table (RELIABILITY 3.3): what an answer or a silence means, by the phase it came in.

The phase decides, never the class of an exception: a dropped connection is harmless before the message is handed over
and unknowable after.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from relance.domain.delivery import Fate


class Phase(StrEnum):
    """Where in the exchange we are."""

    CONNECT = "connect"
    TLS = "tls"
    GREETING = "greeting"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # the command, before 354
    BODY = "body"  # from 354 to the answer to the last dot


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer."""

    code: int  # -1 where there was none to read
    text: str

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 300

    @property
    def line(self) -> str:
        """The answer on one line, without control characters."""
        words = "".join(char if char.isprintable() else " " for char in self.text).split()
        return " ".join((str(self.code), *words))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Our code for what happened, and what it means for the message."""

    code: str
    fate: Fate
    bad_address: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """In these phases, an answer that begins like this has that outcome."""

    phases: frozenset[Phase]
    answer: re.Pattern[str]
    outcome: Outcome


def _rule(phases: tuple[Phase, ...], answer: str, code: str, fate: Fate, *, bad_address: bool = False) -> Rule:
    return Rule(frozenset(phases), re.compile(answer, re.IGNORECASE), Outcome(code, fate, bad_address))


ANY = tuple(Phase)
OPENING = (Phase.CONNECT, Phase.TLS, Phase.GREETING)
AUTH = (Phase.AUTH,)
MAIL = (Phase.MAIL,)
RCPT = (Phase.RCPT,)
CONTENT = (Phase.DATA, Phase.BODY)
TRANSACTION = (Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.BODY)

# The first rule that matches decides. Answers read "550 5.1.1 text"; some servers write "550 #5.1.0".
RULES = (
    # The account has sent enough for now: IONOS, Microsoft 365 (pace, recipients a day, messages a day), Gmail.
    _rule(ANY, r"450 .*mail send limit exceeded", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"432 .*4\.3\.2\b", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"550 .*5\.1\.90\b", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"554 .*5\.2\.0\b.*(submission|sending|daily).*(quota|limit)", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"[45]\d\d .*5\.4\.5\b", "smtp.quota", Fate.REQUEUE),
    # The sender is refused, at whatever moment the server chose to say so.
    _rule(TRANSACTION, r"5\d\d .*SendAsDenied", "smtp.sender_refused", Fate.HOLD),
    _rule(TRANSACTION, r"5\d\d \W?5\.1\.[78]\b", "smtp.sender_refused", Fate.HOLD),
    _rule(TRANSACTION, r"530", "smtp.auth_required", Fate.HOLD),
    _rule((Phase.MAIL, *CONTENT), r"554 \W?5\.2\.0\b", "smtp.quota", Fate.REQUEUE),
    _rule((Phase.TLS,), r"", "smtp.tls_refused", Fate.REQUEUE),
    _rule(OPENING, r"", "smtp.not_available", Fate.REQUEUE),
    # Microsoft 365 no longer lets passwords in (RELIABILITY 3.5).
    _rule(AUTH, r"5\d\d .*5\.7\.(30|139)\b", "smtp.password_sign_in_off", Fate.HOLD),
    _rule(AUTH, r"5", "smtp.auth_refused", Fate.HOLD),
    _rule(AUTH, r"", "smtp.auth_unavailable", Fate.REQUEUE),
    _rule(MAIL, r"552 |5\d\d \W?5\.3\.4\b", "smtp.too_big", Fate.FAIL),
    _rule(MAIL, r"4", "smtp.sender_deferred", Fate.DEFER),
    _rule(MAIL, r"5", "smtp.sender_refused", Fate.HOLD),
    _rule(RCPT, r"4", "smtp.recipient_deferred", Fate.DEFER),
    _rule(RCPT, r"5\d\d .*\brelay", "smtp.relay_denied", Fate.FAIL),
    _rule(RCPT, r"5\d\d \W?5\.1\.", "smtp.recipient_refused", Fate.FAIL, bad_address=True),
    _rule(RCPT, r"5\d\d \W?5\.2\.", "smtp.mailbox_unavailable", Fate.FAIL),
    _rule(RCPT, r"5\d\d \W?5\.7\.", "smtp.policy", Fate.FAIL),
    _rule(RCPT, r"5\d\d \W?5\.3\.", "smtp.message_refused", Fate.FAIL),
    _rule(RCPT, r"55[013]", "smtp.recipient_refused", Fate.FAIL, bad_address=True),
    _rule(RCPT, r"5", "smtp.message_refused", Fate.FAIL),
    _rule(CONTENT, r"5\d\d \W?5\.3\.4\b", "smtp.too_big", Fate.FAIL),
    _rule(CONTENT, r"4", "smtp.message_deferred", Fate.DEFER),
    _rule(CONTENT, r"5", "smtp.message_refused", Fate.FAIL),
    # Neither yes nor no: what follows depends on whether the message was handed over.
    _rule((Phase.BODY,), r"", "smtp.no_answer", Fate.UNKNOWN),
    _rule(ANY, r"", "smtp.protocol", Fate.DEFER),
)

# The connection broke, or the time ran out.
LOST = {
    Phase.CONNECT: Outcome("smtp.unreachable", Fate.REQUEUE),
    Phase.TLS: Outcome("smtp.tls_failed", Fate.REQUEUE),
    Phase.GREETING: Outcome("smtp.not_available", Fate.REQUEUE),
    Phase.AUTH: Outcome("smtp.auth_unavailable", Fate.REQUEUE),
    Phase.MAIL: Outcome("smtp.connection_lost", Fate.DEFER),
    Phase.RCPT: Outcome("smtp.connection_lost", Fate.DEFER),
    Phase.DATA: Outcome("smtp.connection_lost", Fate.DEFER),
    Phase.BODY: Outcome("smtp.no_answer", Fate.UNKNOWN),
}


def judge(phase: Phase, reply: Reply) -> Outcome:
    """What an answer that is not the one hoped for means."""
    line = reply.line
    return next(rule.outcome for rule in RULES if phase in rule.phases and rule.answer.match(line))
