"""What each merge field says in one message: amounts, dates and words in its language. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from relance.domain.charges import INDEMNITY_CURRENCY, PROFESSIONALS, Charges
from relance.domain.delivery import ChannelName
from relance.domain.merge import Conditions
from relance.domain.money import to_decimal
from relance.i18n import money, short_date
from relance.services.messages.facts import Claim, House, MessageFacts
from relance.services.messages.html_mail import SEPARATOR
from relance.services.messages.wording import Wording, spoken_dates, spoken_days
from relance.services.texts import words

__all__ = [
    "PROFESSIONALS",
    "conditions",
    "deadline",
    "invoice_list",
    "lines",
    "one_line",
    "spoken_dates",
    "spoken_days",
    "values",
]

# A line break or another control character of an imported name would break a header or the list of invoices.
_CONTROLS = re.compile(r"(?:(?<![ \t])[ \t]+)?[\x00-\x1f\x7f-\x9f\u2028\u2029]+[ \t]*")
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
        charged=facts.charged,
    )


def greeted(facts: MessageFacts, to: tuple[str, ...]) -> str | None:
    """The name of the one person that a message goes to; None when no recipient, or more than one, has a name."""
    named = {one_line(person.name) for person in facts.people if person.name.strip() and person.email in to}
    return named.pop() if len(named) == 1 else None


def values(facts: MessageFacts, house: House, to: tuple[str, ...], language: str, today: date) -> dict[str, str | None]:
    """The value of every field, None where there is none."""
    wording = Wording(language, facts.channel)
    name = greeted(facts, to)
    until = deadline(facts, today)
    return {
        **_of_invoices(facts.claims, wording, today),
        **_of_charges(facts, wording),
        "CLIENT": one_line(facts.customer),
        "CONTACT": name,
        "SALUTATION": _greeting(name, facts.channel, words(language)),
        "NIVEAU": str(facts.step.level),
        "DATE_LIMITE": wording.day(until) if until else None,
        "RELANCES": wording.dates(facts.earlier) or None,
        "IBAN": _iban(house, wording),
        "BIC": house.bic or None,
        "LIEN_PAIEMENT": None,
        "ENTREPRISE": one_line(house.name) or None,
        "TELEPHONE": one_line(house.phone) or None,
        "SIGNATURE": _signature(house, facts.channel),
    }


def _of_invoices(claims: tuple[Claim, ...], wording: Wording, today: date) -> dict[str, str | None]:
    currency = claims[0].currency
    total, balance = sum(claim.total for claim in claims), sum(claim.balance for claim in claims)
    counted = wording.plain and len(claims) > 1  # an SMS says how many, never which (RULES 4.4)
    return {
        "REF": wording.count(len(claims)) if counted else ", ".join(one_line(claim.number) for claim in claims),
        "DATE_FACTURE": _all_dates([claim.issue_date for claim in claims], wording),
        "ECHEANCE": _all_dates([claim.due_date for claim in claims], wording),
        "MONTANT": wording.amount(total, currency),
        "REGLE": wording.amount(total - balance, currency),
        "RESTE_DU": wording.amount(balance, currency),
        "JOURS_RETARD": spoken_days(max(days_late(claim, today) for claim in claims), wording.language),
        "LISTE_FACTURES": _list(claims, wording, today),
        "COMMANDE": ", ".join(dict.fromkeys(filter(None, (one_line(claim.reference) for claim in claims)))) or None,
    }


def _greeting(name: str | None, channel: ChannelName, said: Mapping[str, str]) -> str:
    if channel is ChannelName.LETTER:
        return said["letter_greeting"]
    return said["greeting_named"].replace("{name}", name) if name else said["greeting"]


def _all_dates(days: list[date | None], wording: Wording) -> str | None:
    """Each date once; None as soon as one invoice has none, for the text would be wrong about it.

    None, too, for the several dates of an SMS (RULES 4.4).
    """
    known = {day for day in days if day is not None}
    if None in days or wording.plain and len(known) > 1:
        return None
    return wording.dates(known)


def _iban(house: House, wording: Wording) -> str | None:
    compact = house.iban.replace(" ", "")
    return (compact if wording.plain else " ".join(re.findall(".{1,4}", compact))) or None


def _list(claims: tuple[Claim, ...], wording: Wording, today: date) -> str:
    if not wording.plain:
        return invoice_list(claims, wording.language, today)
    total = wording.amount(sum(claim.balance for claim in claims), claims[0].currency)
    count = wording.count(len(claims)) if len(claims) > 1 else one_line(claims[0].number)
    return words(wording.language)["count_total"].replace("{count}", count).replace("{total}", total)


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


def _of_charges(facts: MessageFacts, wording: Wording) -> dict[str, str | None]:
    """Late interest to date and its rates, and the indemnity, of all the invoices together (LEGAL 1 to 4).

    Nothing for a consumer, nor where charges are switched off; no interest while the rate of one of them isn't known.
    """
    due = facts.kind in PROFESSIONALS and facts.charged
    found = [claim.charges for claim in facts.claims if due and claim.charges]
    indemnity = sum(one.indemnity for one in found)
    return {
        **_interest(found, wording),
        "INDEMNITE": wording.amount(indemnity, INDEMNITY_CURRENCY) if indemnity else None,
    }


def _interest(found: list[Charges], wording: Wording) -> dict[str, str | None]:
    amounts = [one.interest for one in found]
    known = [amount for amount in amounts if amount is not None]
    interest = sum(known) if len(known) == len(amounts) else 0
    rates = dict.fromkeys(rate for one in found for rate in one.rates) if interest else {}
    return {
        "PENALITES": wording.amount(interest, found[0].currency) if interest else None,
        "TAUX_PENALITES": wording.rates(rates) if rates else None,
    }


def _signature(house: House, channel: ChannelName) -> str | None:
    """The firm's own signature, else its name and telephone, else the address it writes from.

    An SMS has room for the name and the telephone alone.
    """
    parts = [one_line(part) for part in (house.name, house.phone) if part.strip()]
    fallback = house.email or house.sender or None
    if channel is ChannelName.SMS:
        return " ".join(parts) or fallback
    return lines(house.signature) or "\n".join(parts) or fallback
