"""The finished built-in texts, as files to be read by a person. Run as a module, it writes them anew."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

from relance.channels.letter import Letter, Table
from relance.domain.delivery import ChannelName
from relance.domain.documents import CustomerKind
from relance.services.messages.compose import compose
from relance.services.messages.compose_letter import draw
from relance.services.messages.facts import Composed, MessageFacts, StepFacts
from tests.services.facts import BEFORE_DUE, TODAY, a_claim, a_desk, some_facts, two_claims

FOLDER = Path(__file__).parent.parent / "golden" / "messages"
LANGUAGES = ("fr", "en")
STEPS = {
    "rappel": (StepFacts(0, -7), BEFORE_DUE),
    "echeance": (StepFacts(0, 0), date(2026, 10, 30)),
    "niveau-1": (StepFacts(1, 7, deadline_days=8), TODAY),
    "niveau-2": (StepFacts(2, 14, deadline_days=8), TODAY),
    "niveau-3": (StepFacts(3, 30, deadline_days=10), TODAY),
}
EARLIER = {"niveau-2": (date(2026, 11, 9),), "niveau-3": (date(2026, 11, 9), date(2026, 11, 20))}
KINDS = {"pro": CustomerKind.COMPANY, "particulier": CustomerKind.CONSUMER}
CLAIMS = {"une": (a_claim(),), "plusieurs": two_claims()}


def _situations(channel: ChannelName) -> Iterator[tuple[str, MessageFacts, date]]:
    """Every built-in step, in each language, for one and several invoices, for a company and a consumer."""
    for language, (name, (step, today)), (count, claims), (word, kind) in product(
        LANGUAGES, STEPS.items(), CLAIMS.items(), KINDS.items()
    ):
        facts = some_facts(
            channel=channel, language=language, step=step, claims=claims, kind=kind, earlier=EARLIER.get(name, ())
        )
        yield f"{language}-{name}-{count}-{word}", facts, today


def messages() -> Iterator[tuple[str, Composed]]:
    """Every built-in e-mail."""
    for name, facts, today in _situations(ChannelName.EMAIL):
        yield name, compose(facts, a_desk(today=today))


def sms() -> Iterator[tuple[str, Composed]]:
    """Every built-in SMS."""
    for name, facts, today in _situations(ChannelName.SMS):
        yield f"{name}.sms", compose(facts, a_desk(today=today))


def letters() -> Iterator[tuple[str, Letter]]:
    """Every built-in letter, before it is printed."""
    for name, facts, today in _situations(ChannelName.LETTER):
        yield f"{name}.letter", draw(facts, a_desk(today=today)).letter


def as_file(message: Composed) -> str:
    return f"{message.subject}\n\n{message.text}\n"


def letter_as_file(letter: Letter) -> str:
    """All that is printed but the letterhead and the code, cells parted by bars."""
    blocks = ["\n".join(letter.address), letter.place_and_date, letter.subject]
    blocks += [_table(one) if isinstance(one, Table) else one for one in letter.body]
    assert letter.payment is not None
    blocks.append("\n".join([letter.payment.title, *(f"{label}: {value}" for label, value in letter.payment.facts)]))
    return "\n\n".join(blocks) + "\n"


def _table(table: Table) -> str:
    heading = tuple(column.heading for column in table.columns)
    return "\n".join(" | ".join(row) for row in (heading, *table.rows, *table.totals))


def _write(name: str, content: str) -> None:
    (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, message in (*messages(), *sms()):
        _write(f"{name}.txt", as_file(message))
        if name == "fr-niveau-1-plusieurs-pro":
            _write(f"{name}.html", message.html)
    for name, letter in letters():
        _write(f"{name}.txt", letter_as_file(letter))
