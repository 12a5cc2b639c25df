"""The finished built-in texts, as files to be read by a person. Run as a module, it writes them anew."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from relance.domain.documents import CustomerKind
from relance.services.compose import compose
from relance.services.message_facts import Composed, StepFacts
from tests.services.messages import BEFORE_DUE, TODAY, a_claim, a_desk, some_facts, two_claims

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


def messages() -> Iterator[tuple[str, Composed]]:
    """Every built-in text, in each language, for one and several invoices, for a company and a consumer."""
    for language in LANGUAGES:
        for name, (step, today) in STEPS.items():
            for count, claims in CLAIMS.items():
                for word, kind in KINDS.items():
                    facts = some_facts(
                        language=language, step=step, claims=claims, kind=kind, earlier=EARLIER.get(name, ())
                    )
                    yield f"{language}-{name}-{count}-{word}", compose(facts, a_desk(today=today))


def as_file(message: Composed) -> str:
    return f"{message.subject}\n\n{message.text}\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, message in messages():
        (FOLDER / f"{name}.txt").write_text(as_file(message), encoding="utf-8")
        if name == "fr-niveau-1-plusieurs-pro":
            (FOLDER / f"{name}.html").write_text(message.html, encoding="utf-8")
