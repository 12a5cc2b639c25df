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
    def negative(self) -> bool:
        return 400 <= self.code < 600

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

LONGEST_JUDGED = 2000  # characters; an endless answer must not keep the patterns busy

# What is used up, in the words of servers: "sending limit exceeded", "exceeded hour limit", "too many messages".
PACE = r"(hour(ly)?|daily|send(ing)?|submission|outgoing|outbound|rate)"
USED_UP = (
    rf"\b{PACE}[ -]?((user|mail|e-?mail|message|sending|rate) )*(limit|quota)s?\b.*(exceeded|reached)"
    rf"|(exceeded|reached)\b.*\b{PACE} ?(limit|quota)"
    r"|ratelimit\b.*exceeded"
    r"|too many (e-?mails|messages)\b"
    r"|number of (allowed )?(outgoing )?(e-?mails|messages)\b.*exceeded"
)
# A spam or policy filter that doesn't number its reasons must not get a good address marked as dead.
FILTER = r"spam|black ?list|block ?list|blocked|policy|reputation|\bSPF\b|\bDKIM\b|\bDMARC\b|\bRBL\b|greylist"
FULL = r"(mailbox|user|account|quota).*\b(full|exceeded|over ?quota)|over ?quota"

# The first rule that matches decides. Answers read "550 5.1.1 text"; some servers write "550 #5.1.0".
RULES = (
    # The account has sent enough for now: IONOS, Microsoft 365 (pace, recipients a day, the tenant's recipients,
    # messages a day), Gmail, and the usual words of the others, unless a mailbox (x.2.x) is meant.
    _rule(ANY, r"450 .*mail send limit exceeded", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"432 .*4\.3\.2\b", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"550 .*5\.1\.90\b", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"550 .*5\.7\.23[23]\b", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"554 .*5\.2\.0\b.*(submission|sending|daily).*(quota|limit)", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, r"[45]\d\d .*5\.4\.5\b", "smtp.quota", Fate.REQUEUE),
    _rule(ANY, rf"[45]\d\d (?!\W?[45]\.2\.)(?=.*({USED_UP}))", "smtp.quota", Fate.REQUEUE),
    # The sender is refused, at whatever moment the server chose to say so.
    _rule(TRANSACTION, r"5\d\d .*SendAsDenied", "smtp.sender_refused", Fate.HOLD),
    _rule(TRANSACTION, r"5\d\d \W?5\.1\.[78]\b", "smtp.sender_refused", Fate.HOLD),
    _rule(TRANSACTION, r"550 \W?5\.7\.(50[1-3]|705|708|750)\b", "smtp.sender_refused", Fate.HOLD),
    _rule((Phase.MAIL,), r"55[24] \W?5\.2\.2\b", "smtp.sender_mailbox_full", Fate.HOLD),
    _rule(CONTENT, r"554 \W?5\.2\.2\b", "smtp.sender_mailbox_full", Fate.HOLD),
    _rule((*AUTH, *TRANSACTION), r"5(30|38) .*(TLS|SSL|encrypt)", "smtp.encryption_required", Fate.HOLD),
    _rule(TRANSACTION, r"530", "smtp.auth_required", Fate.HOLD),
    _rule((Phase.MAIL, *CONTENT), r"554 \W?5\.2\.0\b", "smtp.quota", Fate.REQUEUE),
    _rule((Phase.TLS,), r"", "smtp.tls_refused", Fate.REQUEUE),
    _rule(OPENING, r"", "smtp.not_available", Fate.REQUEUE),
    # Microsoft 365: sending by SMTP is switched off, the password is wrong, or passwords are no longer let in
    # (RELIABILITY 3.5); 5.7.3 alone is any of these.
    _rule(AUTH, r"5\d\d .*5\.7\.139\b.*SmtpClientAuth", "smtp.submission_off", Fate.HOLD),
    _rule(AUTH, r"5\d\d .*5\.7\.139\b.*(credentials|password)", "smtp.auth_refused", Fate.HOLD),
    _rule(AUTH, r"5\d\d .*5\.7\.(30|139)\b", "smtp.password_sign_in_off", Fate.HOLD),
    _rule(AUTH, r"5\d\d .*5\.7\.3\b", "smtp.auth_unsuccessful", Fate.HOLD),
    _rule(AUTH, r"534 .*(5\.7\.9\b|application-specific)", "smtp.app_password_required", Fate.HOLD),
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
    _rule(RCPT, rf"55\d (?!\W?5\.\d)(?=.*({FULL}))", "smtp.mailbox_unavailable", Fate.FAIL),
    _rule(RCPT, rf"55\d (?!\W?5\.\d)(?=.*({FILTER}))", "smtp.policy", Fate.FAIL),
    _rule(RCPT, r"55[013]", "smtp.recipient_refused", Fate.FAIL, bad_address=True),
    _rule(RCPT, r"5", "smtp.message_refused", Fate.FAIL),
    _rule(CONTENT, r"5\d\d \W?5\.3\.4\b|552 (?!\W?5\.\d)", "smtp.too_big", Fate.FAIL),
    _rule(CONTENT, r"55\d \W?5\.2\.2\b", "smtp.mailbox_unavailable", Fate.FAIL),
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
    line = reply.line[:LONGEST_JUDGED]
    return next(rule.outcome for rule in RULES if phase in rule.phases and rule.answer.match(line))
