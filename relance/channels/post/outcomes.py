"""The outcome table of letters (RELIABILITY 3.6): what an answer or a silence means, by how much of one had left.

A letter costs money: as soon as the whole of it has left, only an answer that says no is a no. Anything else is
`unknown`, and looked up at the partner's before it is reported. That goes for every 5xx too: routers answer 502, 503
and 504 for requests that the service behind them goes on with.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from relance.domain.delivery import Fate


class Phase(StrEnum):
    """Where in the exchange we are."""

    OPENING = "opening"  # connecting, and all that is asked before the letter
    HANDOVER = "handover"  # a part of the letter has left, and no more will
    ANSWER = "answer"  # the whole of it has left
    LETTER = "letter"  # a question about a letter that was posted before
    CANCEL = "cancel"  # the wish to cancel one


@dataclass(frozen=True, slots=True)
class Outcome:
    """Our code for what happened, and what it means for the message."""

    code: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Rule:
    """In these phases, an answer that begins like this has that outcome."""

    phases: frozenset[Phase]
    answer: re.Pattern[str]
    outcome: Outcome


def _rule(phases: tuple[Phase, ...], answer: str, code: str, fate: Fate) -> Rule:
    return Rule(frozenset(phases), re.compile(answer, re.IGNORECASE), Outcome(code, fate))


ANY = tuple(Phase)
POSTING = (Phase.HANDOVER, Phase.ANSWER)
ASKING = (Phase.OPENING, Phase.LETTER, Phase.CANCEL)
OF_ONE = (Phase.LETTER, Phase.CANCEL)

CREDIT = r".*\b(cr[eé]dits?|balance|solde|funds?|billing|payment|paiement)\b"
SENDER = r".*(\bfrom[.\[_\"]|\bsender|exp[eé]diteur)"
ADDRESS = r".*((?<!read_)address(?!_placement|_from)|adresse|postal|\bzip|\bcity\b|\bville\b|\bcountry\b|\bpays\b)"
RECIPIENT = r".*(\bto[.\[_\"]|recipient|destinataire)"

# The first rule that matches decides. Answers read "422 to.address_city is required".
RULES = (
    _rule(ANY, r"402", "post.no_credit", Fate.HOLD),
    _rule(ANY, r"(400|403|422)" + CREDIT, "post.no_credit", Fate.HOLD),
    _rule(ANY, r"40[13]", "post.key_refused", Fate.HOLD),
    _rule(ANY, r"407", "post.proxy_refused", Fate.HOLD),
    _rule(OF_ONE, r"(404|410)", "post.letter_not_found", Fate.FAIL),
    _rule((Phase.LETTER,), r"(400|422)", "post.letter_not_found", Fate.FAIL),
    _rule((Phase.CANCEL,), r"(400|409|422)", "post.too_late", Fate.FAIL),
    _rule(ANY, r"(3\d\d|404|405|410|501)", "post.wrong_host", Fate.HOLD),
    _rule(POSTING, r"(425|429)", "post.slow_down", Fate.DEFER),
    _rule(ASKING, r"(425|429)", "post.slow_down", Fate.REQUEUE),
    _rule(POSTING, r"413", "post.too_big", Fate.FAIL),
    _rule(POSTING, r"(400|422)" + SENDER, "post.sender_refused", Fate.HOLD),
    _rule(POSTING, r"(400|422)" + RECIPIENT, "post.address_refused", Fate.FAIL),
    _rule(POSTING, r"(400|422)" + ADDRESS, "post.address_refused", Fate.FAIL),
    # 408: it waited for something that it may have; 409: this very letter may be there already.
    _rule((Phase.ANSWER,), r"40[89]", "post.no_answer", Fate.UNKNOWN),
    _rule(POSTING, r"4", "post.letter_refused", Fate.FAIL),
    _rule((Phase.ANSWER,), r"", "post.no_answer", Fate.UNKNOWN),
    _rule((Phase.HANDOVER,), r"", "post.connection_lost", Fate.REQUEUE),
    _rule(ASKING, r"4", "post.protocol", Fate.HOLD),
    _rule(ASKING, r"", "post.not_available", Fate.REQUEUE),
)

# The connection broke, the time ran out, or what came can't be read.
LOST = {
    Phase.OPENING: Outcome("post.unreachable", Fate.REQUEUE),
    Phase.HANDOVER: Outcome("post.connection_lost", Fate.REQUEUE),
    Phase.ANSWER: Outcome("post.no_answer", Fate.UNKNOWN),
    Phase.LETTER: Outcome("post.unreachable", Fate.REQUEUE),
    Phase.CANCEL: Outcome("post.no_answer", Fate.UNKNOWN),
}
UNTRUSTED = Outcome("post.tls_failed", Fate.REQUEUE)
UNREADABLE = Outcome("post.not_available", Fate.REQUEUE)  # an answer to a question that isn't the service's
BAD_SETTINGS = Outcome("post.bad_settings", Fate.HOLD)


def judge(phase: Phase, line: str) -> Outcome:
    """What an answer that is not the one hoped for means; `line` is its number and its reason."""
    return next(rule.outcome for rule in RULES if phase in rule.phases and rule.answer.match(line))
