"""Facts of messages with sane defaults."""

from dataclasses import replace
from datetime import date
from typing import Any

from relance.domain.charges import Debt, Terms, charges
from relance.domain.delivery import ChannelName, PostalAddress
from relance.domain.documents import CustomerKind
from relance.domain.late_rates import HalfYearRates
from relance.services.messages.compose import Desk
from relance.services.messages.facts import Claim, House, LetterHouse, MessageFacts, Person, SmsHouse, StepFacts
from relance.storage.rates import shipped

TODAY = date(2026, 11, 22)
BEFORE_DUE = date(2026, 10, 26)

MERCIER = Person("Madame Mercier", "compta@mercier.example")

HOUSE = House(
    name="Bonnet Conseil",
    language="fr",
    sender="Bonnet Conseil <factures@bonnet.example>",
    reply_to="camille@bonnet.example",
    phone="01 42 00 00 00",
    email="factures@bonnet.example",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
)

MERCIER_ADDRESS = PostalAddress("Atelier Mercier & Fils", ("Bâtiment B", "12 rue des Lilas"), "69003", "Lyon")

LETTER_HOUSE = LetterHouse(
    letterhead=("Bonnet Conseil", "5 quai Jules-Courmont", "69002 Lyon", "01 42 00 00 00"),
    address=PostalAddress("Bonnet Conseil", ("5 quai Jules-Courmont",), "69002", "Lyon"),
    footer=("Bonnet Conseil, SARL au capital de 10 000 €, RCS Lyon 404 833 048",),
    place="Lyon",
)


def a_claim(**changes: Any) -> Claim:
    given: dict[str, Any] = {
        "invoice_id": 1,
        "number": "F-2026-0401",
        "issue_date": date(2026, 10, 1),
        "due_date": date(2026, 10, 31),
        "currency": "EUR",
        "total": 612000,
        "balance": 612000,
        **changes,
    }
    return Claim(**given)


def two_claims() -> tuple[Claim, ...]:
    other = {"number": "F-2026-0388", "issue_date": date(2026, 9, 28), "due_date": date(2026, 10, 30)}
    return (a_claim(invoice_id=2, total=120000, balance=84520, **other), a_claim())


def some_facts(**changes: Any) -> MessageFacts:
    given: dict[str, Any] = {
        "uid": "0190f6a2-6f0e-7c1e-9a53-1b2c3d4e5f60",
        "customer": "Atelier Mercier & Fils",
        "kind": CustomerKind.COMPANY,
        "channel": ChannelName.EMAIL,
        "language": "fr",
        "step": StepFacts(level=1, offset=7, deadline_days=8),
        "claims": (a_claim(),),
        "people": (MERCIER,),
        "numbers": ("06 12 34 56 78",),
        "mobiles": ("+33612345678",),
        "address": MERCIER_ADDRESS,
        **changes,
    }
    return MessageFacts(**given)


def a_desk(**changes: Any) -> Desk:
    given: dict[str, Any] = {
        "house": HOUSE,
        "templates": {},
        "today": TODAY,
        "letters": LETTER_HOUSE,
        "sms": SmsHouse("Bonnet"),
        **changes,
    }
    return Desk(**given)


def with_charges(facts: MessageFacts, today: date = TODAY, **terms: Any) -> MessageFacts:
    """Its invoices with what they carry on a day: what is left of each has been left since its due date."""
    rates = {half: HalfYearRates(one.reference, one.legal) for half, one in shipped().items()}
    given = Terms(facts.kind, customer_claims=facts.charged, **terms)
    carried = [charges(Debt(one.balance, one.currency, one.due_date), given, rates, today) for one in facts.claims]
    claims = tuple(replace(one, charges=found) for one, found in zip(facts.claims, carried, strict=True))
    return replace(facts, claims=claims)
