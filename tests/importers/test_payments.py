"""Whole files of payments."""

from datetime import date
from decimal import Decimal

from relance.importers.candidates import PaymentCandidate
from relance.importers.fields import Field
from relance.importers.reading import ProblemCode
from tests.importers.files import payments, problems

P = ProblemCode
HEADINGS = "N° facture;Client;Date de paiement;Montant;Référence"


def test_a_full_row_gives_every_field() -> None:
    reading = payments(f"{HEADINGS};Devise;Code client\nF-1;Dupont;31/10/2026;1 200,00;VIR 7;EUR;C-7\n")
    assert reading.candidates == (
        PaymentCandidate(
            row=2,
            number="F-1",
            customer_code="C-7",
            customer_name="Dupont",
            amount=Decimal(1200),
            currency="EUR",
            payment_date=date(2026, 10, 31),
            reference="VIR 7",
            present=frozenset(
                (
                    Field.NUMBER,
                    Field.CUSTOMER_CODE,
                    Field.CUSTOMER_NAME,
                    Field.AMOUNT,
                    Field.CURRENCY,
                    Field.PAYMENT_DATE,
                    Field.REFERENCE,
                )
            ),
        ),
    )


def test_a_payment_without_an_invoice_needs_a_customer() -> None:
    reading = payments(f"{HEADINGS}\n;Dupont;31/10/2026;10,00;\n;;31/10/2026;10,00;x\nF-1;;31/10/2026;10,00;\n")
    assert [(one.number, one.customer_name) for one in reading.candidates] == [("", "Dupont"), ("F-1", "")]
    assert problems(reading) == [(3, "N° facture", P.NUMBER_MISSING)]


def test_money_taken_back_is_negative_and_zero_is_nothing() -> None:
    reading = payments(f"{HEADINGS}\nF-1;;31/10/2026;-10,00;\nF-2;;31/10/2026;0,00;\nF-3;;31/10/2026;;\n")
    assert [one.amount for one in reading.candidates] == [Decimal(-10)]
    assert problems(reading) == [(3, "Montant", P.AMOUNT_ZERO), (4, "Montant", P.AMOUNT_MISSING)]


def test_a_payment_without_its_day_is_a_problem() -> None:
    reading = payments(f"{HEADINGS}\nF-1;;;10,00;\nF-2;;31/11/2026;10,00;\nF-3;;30/11/2026;10,00;\n")
    assert problems(reading) == [
        (2, "Date de paiement", P.PAYMENT_DATE_MISSING),
        (3, "Date de paiement", P.DATE_IMPOSSIBLE),
    ]


def test_two_like_rows_are_two_payments() -> None:
    reading = payments(f"{HEADINGS}\nF-1;;31/10/2026;10,00;\nF-1;;31/10/2026;10,00;\n")
    assert [one.row for one in reading.candidates] == [2, 3]


def test_a_total_at_the_bottom_is_no_payment() -> None:
    reading = payments(f"{HEADINGS}\nF-1;;31/10/2026;10,00;\nTotal;;;10,00;\n")
    assert len(reading.candidates) == 1
    assert [notice.code for notice in reading.notices] == [P.TOTAL_ROW_SKIPPED]


def test_two_currencies_in_one_row_are_a_problem() -> None:
    reading = payments(f"{HEADINGS};Devise\nF-1;;31/10/2026;10,00 €;;USD\n")
    assert problems(reading) == [(2, "Devise", P.CURRENCY_DISAGREES)]
