"""What each merge field says, and who a message goes to."""

from datetime import date
from typing import Any

import pytest

from relance.domain.documents import CustomerKind
from relance.domain.merge import FIELDS
from relance.services.messages.facts import House, Person, StepFacts
from relance.services.messages.recipients import Recipients, named, recipients
from relance.services.messages.values import invoice_list, one_line, spoken_dates, spoken_days, values
from relance.services.refusal import Refused
from tests.services.facts import BEFORE_DUE, HOUSE, MERCIER, TODAY, a_claim, some_facts, two_claims, with_charges

TO = (MERCIER.email,)


def said(language: str = "fr", today: date = TODAY, to: tuple[str, ...] = TO, **changes: Any) -> dict[str, str | None]:
    return values(with_charges(some_facts(**changes), today), HOUSE, to, language, today)


def test_every_field_of_the_contract_has_its_place() -> None:
    assert said().keys() == FIELDS


@pytest.mark.parametrize(
    ("field", "french", "english"),
    [
        ("REF", "F-2026-0401", "F-2026-0401"),
        ("CLIENT", "Atelier Mercier & Fils", "Atelier Mercier & Fils"),
        ("CONTACT", "Madame Mercier", "Madame Mercier"),
        ("SALUTATION", "Bonjour Madame Mercier,", "Hello Madame Mercier,"),
        ("DATE_FACTURE", "1er octobre 2026", "1 October 2026"),
        ("ECHEANCE", "31 octobre 2026", "31 October 2026"),
        ("MONTANT", "6\u202f120,00\u00a0€", "€6,120.00"),
        ("REGLE", "0,00\u00a0€", "€0.00"),
        ("RESTE_DU", "6\u202f120,00\u00a0€", "€6,120.00"),
        ("JOURS_RETARD", "22 jours", "22 days"),
        ("NIVEAU", "1", "1"),
        ("DATE_LIMITE", "30 novembre 2026", "30 November 2026"),
        ("RELANCES", None, None),
        ("IBAN", "FR76 3000 6000 0112 3456 7890 189", "FR76 3000 6000 0112 3456 7890 189"),
        ("BIC", "AGRIFRPP", "AGRIFRPP"),
        ("LIEN_PAIEMENT", None, None),
        ("PENALITES", "45,74\u00a0€", "€45.74"),
        ("TAUX_PENALITES", "12,40\u202f%", "12.40%"),
        ("INDEMNITE", "40,00\u00a0€", "€40.00"),
        ("ENTREPRISE", "Bonnet Conseil", "Bonnet Conseil"),
        ("SIGNATURE", "Bonnet Conseil\n01 42 00 00 00", "Bonnet Conseil\n01 42 00 00 00"),
    ],
)
def test_a_field_in_two_languages(field: str, french: str | None, english: str | None) -> None:
    assert (said()[field], said("en")[field]) == (french, english)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("REF", "F-2026-0388, F-2026-0401"),
        ("DATE_FACTURE", "28 septembre, 1er octobre 2026"),
        ("ECHEANCE", "30 octobre, 31 octobre 2026"),
        ("MONTANT", "7\u202f320,00\u00a0€"),
        ("REGLE", "354,80\u00a0€"),
        ("RESTE_DU", "6\u202f965,20\u00a0€"),
        ("JOURS_RETARD", "23 jours"),
        ("PENALITES", "52,34\u00a0€"),
        ("TAUX_PENALITES", "12,40\u202f%"),
        ("INDEMNITE", "80,00\u00a0€"),
    ],
)
def test_a_field_of_several_invoices(field: str, value: str) -> None:
    assert said(claims=two_claims())[field] == value


def test_the_amount_left_is_in_the_invoices_own_currency() -> None:
    yen = a_claim(currency="JPY", total=12000, balance=12000)
    assert said("en", claims=(yen,))["RESTE_DU"] == "¥12,000"


@pytest.mark.parametrize("kind", [CustomerKind.CONSUMER, CustomerKind.UNKNOWN])
def test_the_indemnity_is_never_for_a_consumer_or_an_unknown(kind: CustomerKind) -> None:
    """LEGAL 2 and 4."""
    assert said(kind=kind)["INDEMNITE"] is None


def test_no_indemnity_before_the_due_date() -> None:
    assert said(today=BEFORE_DUE)["INDEMNITE"] is None


def test_one_missing_date_leaves_the_field_of_a_group_empty() -> None:
    assert said(claims=(a_claim(issue_date=None), *two_claims()))["DATE_FACTURE"] is None


def test_without_days_to_pay_there_is_no_deadline() -> None:
    assert said(step=StepFacts(1, 7))["DATE_LIMITE"] is None


@pytest.mark.parametrize(
    ("people", "to", "greeting"),
    [
        ((), TO, "Bonjour,"),
        ((Person("", "compta@mercier.example"),), TO, "Bonjour,"),
        ((MERCIER, Person("", "b@mercier.example")), (*TO, "b@mercier.example"), "Bonjour Madame Mercier,"),
        ((MERCIER, Person("M. Roy", "b@mercier.example")), (*TO, "b@mercier.example"), "Bonjour,"),
        ((MERCIER, Person("M. Roy", "b@mercier.example", "cc")), TO, "Bonjour Madame Mercier,"),
        ((MERCIER,), ("chantier@mercier.example",), "Bonjour,"),
        ((Person("Anne\r\nBcc: x", "compta@mercier.example"),), TO, "Bonjour Anne Bcc: x,"),
    ],
)
def test_the_greeting_names_the_one_person_who_reads_it(
    people: tuple[Person, ...], to: tuple[str, ...], greeting: str
) -> None:
    assert said(people=people, to=to)["SALUTATION"] == greeting


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ([date(2026, 11, 20), date(2026, 11, 9), date(2026, 11, 9)], "9 novembre, 20 novembre 2026"),
        ([date(2025, 12, 9), date(2026, 1, 1)], "9 décembre 2025, 1er janvier 2026"),
        ([date(2026, 11, 9)], "9 novembre 2026"),
        ([], ""),
    ],
)
def test_dates_are_said_in_order_with_the_year_once(days: list[date], text: str) -> None:
    assert spoken_dates(days, "fr") == text


@pytest.mark.parametrize(
    ("days", "language", "text"),
    [(0, "fr", "0 jour"), (1, "fr", "1 jour"), (2, "fr", "2 jours"), (1, "en", "1 day"), (0, "en", "0 days")]
    + [(2, "de", "2 Tage"), (1, "es", "1 día"), (2, "it", "2 giorni"), (1, "nl", "1 dag")],
)
def test_days_are_counted_as_the_language_does(days: int, language: str, text: str) -> None:
    assert spoken_days(days, language) == text


def test_the_list_of_invoices_has_a_line_each_and_days_late_only_when_there_are() -> None:
    claims = (a_claim(number="A | B"), a_claim(number="F-2", due_date=date(2026, 11, 30), balance=5))
    assert invoice_list(claims, "fr", TODAY).split("\n") == [
        "Facture | Échéance | Reste dû | Retard",
        "A / B | 31/10/2026 | 6\u202f120,00\u00a0€ | 22 jours",
        "F-2 | 30/11/2026 | 0,05\u00a0€ | –",
    ]
    assert invoice_list(claims, "en", BEFORE_DUE).split("\n")[0] == "Invoice | Due date | Amount due"


PEOPLE = (
    MERCIER,
    Person("", "COMPTA@mercier.example"),
    Person("", "dir@mercier.example", "cc"),
    Person("", "Compta@Mercier.example", "cc"),
    Person("", "agent@bonnet.example", "bcc"),
)


def test_a_message_goes_to_the_customers_contacts_each_once() -> None:
    """RULES 4.2."""
    house = House(name="B", language="fr", sender="x", bcc=("Copie <copie@bonnet.example>",))
    found = recipients(some_facts(people=PEOPLE), house)
    copies = ("agent@bonnet.example", "Copie <copie@bonnet.example>")
    assert found == Recipients((MERCIER.email,), ("dir@mercier.example",), copies)


def test_an_invoice_with_addresses_of_its_own_goes_to_them_without_the_customers_copies() -> None:
    """RULES 4.2."""
    found = recipients(some_facts(people=PEOPLE, claims=(a_claim(emails=("chantier@mercier.example",)),)), HOUSE)
    assert found == Recipients(("chantier@mercier.example",), (), ("agent@bonnet.example",))


def test_nobody_to_write_to_is_refused_by_name() -> None:
    with pytest.raises(Refused) as caught:
        recipients(some_facts(people=()), HOUSE)
    assert caught.value.code == "compose.no_recipient"
    assert caught.value.facts["customer"] == "Atelier Mercier & Fils"


def test_invoices_of_different_people_never_share_a_message() -> None:
    claims = (a_claim(), a_claim(number="F-2", emails=("autre@mercier.example",)))
    with pytest.raises(Refused, match=r"compose\.recipients_differ"):
        recipients(some_facts(claims=claims), HOUSE)


@pytest.mark.parametrize(
    ("address", "name", "sender"),
    [
        ("a@b.example", "Bonnet", "Bonnet <a@b.example>"),
        ("Camille <a@b.example>", "Bonnet", "Camille <a@b.example>"),
        ("a@b.example", "", "a@b.example"),
        ("a@b.example", "Bonnet <&> Fils\r\nBcc: x", "Bonnet & Fils Bcc: x <a@b.example>"),
        ("", "Bonnet", ""),
    ],
)
def test_the_sender_bears_the_firms_name(address: str, name: str, sender: str) -> None:
    assert named(address, name) == sender


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" a \t\r\n b ", "a b"),
        ("a\x00\u2028b", "a b"),
        ("a" + " " * 40_000 + "\n" + "b", "a b"),
        ("a" + " " * 40_000 + "b", "a" + " " * 40_000 + "b"),
    ],
)
def test_a_line_has_a_space_where_a_break_or_a_control_character_was(text: str, line: str) -> None:
    assert one_line(text) == line
