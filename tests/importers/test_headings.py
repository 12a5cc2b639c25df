"""What headings mean."""

import pytest

from relance.importers.fields import Field, FileKind
from relance.importers.headings import are_french, heading_currency, meanings, normalise, signature
from relance.importers.synonyms import INVOICES, PAYMENTS

F = Field


@pytest.mark.parametrize(
    "heading",
    ["Invoice Number", "*InvoiceNumber", "invoice_number", "INVOICE NO.", "Invoice N°", "invoice Nº", "Invoice #"],
)
def test_a_number_is_written_in_many_ways(heading: str) -> None:
    assert normalise(heading) == "invoice num"


SURE_HEADINGS = {
    "N° facture": F.NUMBER,
    "Nº de facture": F.NUMBER,
    "NumeroFacture": F.NUMBER,
    "Numéro": F.NUMBER,
    "Réf. facture": F.NUMBER,
    "N° pièce": F.NUMBER,
    "number": F.NUMBER,
    "Type de document": F.KIND,
    "Statut": F.STATUS,
    "État": F.STATUS,
    "Code client": F.CUSTOMER_CODE,
    "customerID": F.CUSTOMER_CODE,
    "client_id": F.CUSTOMER_CODE,
    "Client": F.CUSTOMER_NAME,
    "Nom du client": F.CUSTOMER_NAME,
    "Raison sociale": F.CUSTOMER_NAME,
    "buyer_name": F.CUSTOMER_NAME,
    "*ContactName": F.CUSTOMER_NAME,
    "E-mail": F.EMAILS,
    "Adresse e-mail": F.EMAILS,
    "Courriel": F.EMAILS,
    "buyer_email": F.EMAILS,
    "EmailAddress": F.EMAILS,
    "Téléphone": F.PHONE,
    "Langue": F.LANGUAGE,
    "Adresse": F.ADDRESS_1,
    "POAddressLine1": F.ADDRESS_1,
    "Adresse 2": F.ADDRESS_2,
    "Complément d'adresse": F.ADDRESS_2,
    "address_3": F.ADDRESS_3,
    "Code postal": F.POSTCODE,
    "CP": F.POSTCODE,
    "Ville": F.CITY,
    "Pays": F.COUNTRY,
    "Type de client": F.CUSTOMER_KIND,
    "Groupe": F.GROUP,
    "Programme": F.PROGRAM,
    "Date d’émission": F.ISSUE_DATE,
    "Date facturation": F.ISSUE_DATE,
    "InvoiceDate": F.ISSUE_DATE,
    "Date": F.ISSUE_DATE,
    "Échéance": F.DUE_DATE,
    "DATE ECHEANCE": F.DUE_DATE,
    "Date limite de règlement": F.DUE_DATE,
    "payment_to": F.DUE_DATE,
    "*DueDate": F.DUE_DATE,
    "Montant TTC": F.TOTAL,
    "Montant": F.TOTAL,
    "Total": F.TOTAL,
    "price_gross": F.TOTAL,
    "montant_eur": F.TOTAL,
    "Montant TTC (€)": F.TOTAL,
    "Déjà réglé": F.PAID,
    "Montant payé": F.PAID,
    "Amount paid": F.PAID,
    "Reste à payer": F.BALANCE,
    "Restant Dû": F.BALANCE,
    "Reste dû": F.BALANCE,
    "RESTE DU": F.BALANCE,
    "Montant dû": F.BALANCE,
    "Montant du": F.BALANCE,
    "Total dû": F.BALANCE,
    "Solde": F.BALANCE,
    "Balance due": F.BALANCE,
    "Devise": F.CURRENCY,
    "Exclue": F.EXCLUDED,
    "Litige": F.DISPUTED,
    "Promesse": F.PROMISE_DATE,
    "En pause jusqu'au": F.PAUSED_UNTIL,
    "Date de paiement": F.SETTLED_ON,
    "Payée le": F.SETTLED_ON,
    "SettledDate": F.SETTLED_ON,
    "Votre référence": F.REFERENCE,
    "Fichier PDF": F.PDF_NAME,
}


@pytest.mark.parametrize(("heading", "field"), SURE_HEADINGS.items())
def test_a_known_heading_names_its_field(heading: str, field: Field) -> None:
    found = meanings(heading, FileKind.INVOICES)
    assert found[0][0] is field
    assert [target for target, strength in found if strength == found[0][1]] == [field]


@pytest.mark.parametrize(
    "heading",
    ["Montant HT", "Total HT", "price_net", "Montant hors taxes", "Net amount", "Subtotal", "TVA", "Montant TVA",
     "Solde progressif", "Description", "Quantité", "PU HT", "Taux TVA", "AccountCode", "Conditions de règlement"],
)  # fmt: skip
def test_a_net_amount_or_a_detail_names_no_field(heading: str) -> None:
    assert meanings(heading, FileKind.INVOICES) == ()


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Montant", F.AMOUNT),
        ("Montant réglé", F.AMOUNT),
        ("Amount", F.AMOUNT),
        ("Date", F.PAYMENT_DATE),
        ("Date de règlement", F.PAYMENT_DATE),
        ("Payment date", F.PAYMENT_DATE),
        ("N° facture", F.NUMBER),
        ("Facture", F.NUMBER),
        ("Référence", F.REFERENCE),
        ("Code client", F.CUSTOMER_CODE),
    ],
)
def test_a_heading_of_payments_names_its_field(heading: str, field: Field) -> None:
    assert meanings(heading, FileKind.PAYMENTS)[0][0] is field


@pytest.mark.parametrize("field", list(INVOICES))
def test_the_words_of_the_command_line_are_headings(field: Field) -> None:
    assert meanings(field.value, FileKind.INVOICES)[0][0] is field


@pytest.mark.parametrize("titles", [INVOICES, PAYMENTS], ids=["invoices", "payments"])
def test_no_heading_is_sure_of_two_fields(titles: dict[Field, tuple[str, str, str]]) -> None:
    sure: dict[str, Field] = {}
    for field, (words, _, _) in titles.items():
        for title in words.split(","):
            assert sure.setdefault(normalise(title.strip()), field) is field, title


@pytest.mark.parametrize(
    ("headings", "french"),
    [
        (["Numéro", "Client", "Échéance", "Total"], True),
        (["Date", "Client", "Montant TTC"], True),
        (["numero", "client", "montant"], True),
        (["Invoice Number", "Client", "Due Date", "Total"], False),
        (["client_name", "company", "amount", "due_date"], False),
        (["Date", "Total", "Client"], False),
        (["a", "b"], False),
    ],
)
def test_the_language_of_the_headings_is_told(headings: list[str], *, french: bool) -> None:
    assert are_french(headings) is french


def test_a_heading_can_name_its_currency() -> None:
    assert heading_currency("Montant TTC (€)") == "EUR"
    assert heading_currency("amount_usd") == "USD"
    assert heading_currency("Montant TTC") is None


def test_files_with_the_same_headings_have_the_same_signature() -> None:
    assert signature(["N° facture", "Client"]) == signature(["CLIENT", "numéro de facture"])
    assert signature(["N° facture", "Client"]) != signature(["N° facture", "Montant"])
