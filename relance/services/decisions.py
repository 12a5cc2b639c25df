"""Decisions as documents: what `simulate --json` prints, and what is kept with each run."""

import json
import zlib

from relance.domain.book import Invoice
from relance.domain.plan import Decision
from relance.services.simulate import Simulation


def pack(found: Simulation) -> bytes:
    """Every decision of a run, compressed, to be kept with it."""
    return zlib.compress(json.dumps(documents(found), default=str).encode())


def unpack(packed: bytes) -> list[dict[str, object]]:
    """The decisions of a past run."""
    decisions: list[dict[str, object]] = json.loads(zlib.decompress(packed))
    return decisions


def documents(found: Simulation) -> list[dict[str, object]]:
    """The decisions as the command line prints them (DESIGN, `simulate --json`)."""
    invoices = found.invoices()
    return [_document(found, decision, invoices[decision.invoice]) for decision in found.plan.decisions]


def _document(found: Simulation, decision: Decision, invoice: Invoice) -> dict[str, object]:
    customer = found.book.customers[invoice.customer]
    language, fell_back = found.language_of(decision)
    step = decision.step
    return {
        "invoice": invoice.number,
        "customer": customer.code,
        "outcome": decision.outcome.value,
        "reason": decision.reasons[0].code.value if decision.reasons else None,
        "reasons": [reason.code.value for reason in decision.reasons],
        "level": step.level if step else None,
        "step": step.position if step else None,
        "occurrence": step.occurrence if step else None,
        "channels": [channel.value for channel in decision.channels],
        "language": language,
        "next_on": decision.next_on.isoformat() if decision.next_on else None,
        "notes": (["language_fallback"] if fell_back else []) + [f"no_recipient:{c.value}" for c in decision.mute],
    }
