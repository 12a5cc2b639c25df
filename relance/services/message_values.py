"""What each merge field says in one message: amounts, dates and words in its language. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from relance.domain.documents import CustomerKind
from relance.domain.merge import Conditions
from relance.domain.money import to_decimal
from relance.i18n import locale, long_date, money, short_date
from relance.services.html_mail import SEPARATOR
from relance.services.message_facts import Claim, House, MessageFacts
from relance.services.texts import words

# Who owes penalties and the fixed indemnity by right (LEGAL 1 to 4): never a consumer or someone of unknown kind.
PROFESSIONALS = frozenset((CustomerKind.COMPANY, CustomerKind.PUBLIC))
INDEMNITY = Decimal("40.00")  # euros, once for each late invoice (LEGAL 2)

# A line break or another control character of an imported name would break a header or the list of invoices.
_CONTROLS = re.compile(r"[ \t]*[\x00-\x1f\x7f-\x9f\u2028\u2029]+[ \t]*")
_CONTROLS_BUT_BREAKS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def one_line(text: str) -> str:
    """A text without control characters or line breaks."""
    return _CONTROLS.sub(" ", text).strip()


def lines(text: str) -> str:
    """A text without control characters other than its line breaks."""
    return _CONTROLS_BUT_BREAKS.sub("", text.replace("\r\n", "\n")).strip()


def days_late(claim: Claim, today: date) -> int:
    """Whole days since the due date; 0 when it hasn't passed."""
    return max(0, (today - claim.due_date).days) if claim.due_date else 0


def deadline(facts: MessageFacts, today: date) -> date | None:
    """The day by which the step asks to pay."""
    days = facts.step.deadline_days
    return today + timedelta(days=days) if days else None


def conditions(facts: MessageFacts, today: date, *, attached: bool) -> Conditions:
    """What the blocks of a text may ask for."""
    return Conditions(
        pro=facts.kind in PROFESSIONALS,
        several=len(facts.claims) > 1,
        late=any(days_late(claim, today) for claim in facts.claims),
        attached=attached,
    )


def greeted(facts: MessageFacts, to: tuple[str, ...]) -> str | None:
    """The name of the one person that a message goes to; None when no recipient, or more than one, has a name."""
    named = {one_line(person.name) for person in facts.people if person.name.strip() and person.email in to}
    return named.pop() if len(named) == 1 else None


def values(facts: MessageFacts, house: House, to: tuple[str, ...], language: str, today: date) -> dict[str, str | None]:
    """The value of every field, None where there is none."""
    claims, currency = facts.claims, facts.claims[0].currency
    total = sum(claim.total for claim in claims)
    balance = sum(claim.balance for claim in claims)
    name = greeted(facts, to)
    until = deadline(facts, today)

    def amount(minor: int) -> str:
        return money(to_decimal(minor, currency), currency, language)

    return {
        "REF": ", ".join(one_line(claim.number) for claim in claims),
        "CLIENT": one_line(facts.customer),
        "CONTACT": name,
        "SALUTATION": _greeting(name, words(language)),
        "DATE_FACTURE": _all_dates([claim.issue_date for claim in claims], language),
        "ECHEANCE": _all_dates([claim.due_date for claim in claims], language),
        "MONTANT": amount(total),
        "REGLE": amount(total - balance),
        "RESTE_DU": amount(balance),
        "JOURS_RETARD": spoken_days(max(days_late(claim, today) for claim in claims), language),
        "NIVEAU": str(facts.step.level),
        "DATE_LIMITE": long_date(until, language) if until else None,
        "RELANCES": spoken_dates(facts.earlier, language) or None,
        "LISTE_FACTURES": invoice_list(claims, language, today),
        "IBAN": " ".join(re.findall(".{1,4}", house.iban.replace(" ", ""))) or None,
        "BIC": house.bic or None,
        "LIEN_PAIEMENT": None,
        "PENALITES": None,
        "TAUX_PENALITES": None,
        "INDEMNITE": _indemnity(facts, language, today),
        "ENTREPRISE": one_line(house.name) or None,
        "SIGNATURE": _signature(house),
    }


def _greeting(name: str | None, said: Mapping[str, str]) -> str:
    return said["greeting_named"].replace("{name}", name) if name else said["greeting"]


def _all_dates(days: list[date | None], language: str) -> str | None:
    """Each date once; None as soon as one invoice has none, for the text would be wrong about it."""
    known = [day for day in days if day is not None]
    return spoken_dates(known, language) if len(known) == len(days) else None


def spoken_dates(days: Iterable[date], language: str) -> str:
    """Dates in order, each once, the year said once: 9 novembre, 20 novembre 2026."""
    ordered = sorted(set(days))
    said = []
    for position, day in enumerate(ordered):
        text = long_date(day, language)
        following = ordered[position + 1] if position + 1 < len(ordered) else None
        said.append(text.removesuffix(f" {day.year}") if following and following.year == day.year else text)
    return ", ".join(said)


def spoken_days(days: int, language: str) -> str:
    """A number of days: 1 jour, 22 jours."""
    form = "day" if locale(language).plural_form(days) == "one" else "days"
    return words(language)[form].replace("{n}", str(days))


def invoice_list(claims: tuple[Claim, ...], language: str, today: date) -> str:
    """The invoices as lines of a table: number, due date, balance and, when one is late, days late."""
    said = words(language)
    headings = ["invoice", "due_date", "balance"]
    rows = [_cells(claim, language, today) for claim in claims]
    if any(days_late(claim, today) for claim in claims):
        headings.append("late")
    table = [[said[heading] for heading in headings], *rows]
    return "\n".join(SEPARATOR.join(cells[: len(headings)]) for cells in table)


def _cells(claim: Claim, language: str, today: date) -> list[str]:
    late = days_late(claim, today)
    return [
        one_line(claim.number).replace("|", "/"),
        short_date(claim.due_date, language) if claim.due_date else "–",
        money(to_decimal(claim.balance, claim.currency), claim.currency, language),
        spoken_days(late, language) if late else "–",
    ]


def _indemnity(facts: MessageFacts, language: str, today: date) -> str | None:
    """40 euros for each late invoice of a professional (LEGAL 2)."""
    late = sum(1 for claim in facts.claims if days_late(claim, today))
    return money(INDEMNITY * late, "EUR", language) if late and facts.kind in PROFESSIONALS else None


def _signature(house: House) -> str | None:
    """The firm's own signature, else its name and telephone, else the address it writes from."""
    own = lines(house.signature) or "\n".join(one_line(part) for part in (house.name, house.phone) if part.strip())
    return own or house.email or house.sender or None
