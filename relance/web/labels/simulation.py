"""A simulation as plain text: for the terminal, and for the e-mail to oneself. Customer by customer, level by level."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from relance import i18n, paths
from relance.domain.book import Invoice, balance
from relance.domain.money import to_decimal
from relance.domain.plan import Decision, Outcome
from relance.services.simulate import Simulation
from relance.web.labels import N_, reasons
from relance.web.labels.reasons import translate

# What a reader wants to know first.
ORDER = (Outcome.SEND, Outcome.APPROVAL, Outcome.MANUAL, Outcome.SUPERSEDED, Outcome.NONE, Outcome.WAIT)


def counts(found: Simulation) -> dict[Outcome, int]:
    """How many invoices each outcome has."""
    number = dict.fromkeys(Outcome, 0)
    for decision in found.plan.decisions:
        number[decision.outcome] += 1
    return number


def as_text(found: Simulation, language: str) -> str:
    """The whole simulation, what leaves first and settled invoices left out."""
    _ = translate(language)
    number = counts(found)
    lines = [
        _("Reminders of %(day)s: simulation, nothing was sent.") % {"day": i18n.full_date(found.day, language)},
        *([reasons.skipped(found.skipped_run, language)] if found.skipped_run else []),
        " · ".join(f"{reasons.outcome(one, language)}{_(': ')}{number[one]}" for one in ORDER if number[one]),
        "",
        *_rows(found, language),
    ]
    return "\n".join(lines)


def _rows(found: Simulation, language: str) -> Iterator[str]:
    invoices = found.invoices()
    shown = [one for one in found.plan.decisions if not _is_over(found, one, invoices[one.invoice])]
    shown.sort(key=lambda one: (found.book.customers[invoices[one.invoice].customer].name, _level(one), one.invoice))
    for customer, theirs in groupby(shown, key=lambda one: invoices[one.invoice].customer):
        yield found.book.customers[customer].name
        for decision in theirs:
            yield "  " + _line(found, decision, invoices[decision.invoice], language)


def _level(decision: Decision) -> int:
    return decision.step.level if decision.step else 9


def _is_over(found: Simulation, decision: Decision, invoice: Invoice) -> bool:
    return decision.outcome is Outcome.NONE and balance(invoice, found.day) <= 0


def _line(found: Simulation, decision: Decision, invoice: Invoice, language: str) -> str:
    left = to_decimal(balance(invoice, found.day), invoice.currency)
    parts = [invoice.number, i18n.money(left, invoice.currency, language)]
    if decision.step:
        parts.append(reasons.level(decision.step.level, language))
    parts.append(reasons.outcome(decision.outcome, language))
    parts.extend(reasons.reason(why, language) for why in decision.reasons)
    if found.language_of(decision)[1]:
        parts.append(translate(language)(N_("In the firm's language: the template has no other.")))
    return " · ".join(parts)


def volume_line(count: int, language: str) -> str:
    """Why a run was held back, and how to let it go."""
    return i18n.translator(language, paths.locales()).ngettext(
        "%(count)s message waits: the run would have sent far more than usual. Look at it, then run again with "
        "--unusual-volume.",
        "%(count)s messages wait: the run would have sent far more than usual. Look at them, then run again with "
        "--unusual-volume.",
        count,
    ) % {"count": count}


def run_summary(skipped: str | None, messages: Sequence[Mapping[str, object]], language: str) -> str:
    """What a run did, in a line or two."""
    _ = translate(language)
    sent = sum(1 for message in messages if message["state"] == "sent")
    said = _("%(sent)s of %(all)s messages sent.") % {"sent": sent, "all": len(messages)}
    if skipped is None:
        return said
    from relance.services.simulate import SkippedRun

    why = reasons.skipped(SkippedRun(skipped), language)
    return f"{why} {said}" if messages else why
