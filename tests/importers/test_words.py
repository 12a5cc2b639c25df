"""Kinds, statuses, yes and no, places, e-mail addresses and plain text, one cell at a time."""

from decimal import Decimal

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.documents import CustomerKind, DocumentKind
from relance.importers.candidates import CandidateStatus
from relance.importers.emails import parse_emails
from relance.importers.places import parse_country, parse_currency, parse_language
from relance.importers.reading import BadValue, ProblemCode
from relance.importers.text import clean, parse_text, written
from relance.importers.words import StatusWord, parse_customer_kind, parse_flag, parse_kind, parse_status

K, S = DocumentKind, CandidateStatus


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Facture", K.INVOICE),
        ("FACTURE", K.INVOICE),
        ("invoice", K.INVOICE),
        ("Acompte", K.DEPOSIT),
        ("Facture d'acompte", K.DEPOSIT),
        ("Facture d’acompte", K.DEPOSIT),
        ("Deposit invoice", K.DEPOSIT),
        ("Facture de solde", K.FINAL),
        ("Facture finale", K.FINAL),
        ("Reçu", K.RECEIPT),
        ("receipt", K.RECEIPT),
        ("Autre pièce comptable", K.OTHER),
        ("Avoir", K.CREDIT_NOTE),
        ("Note de crédit", K.CREDIT_NOTE),
        ("Credit note", K.CREDIT_NOTE),
        ("credit_note", K.CREDIT_NOTE),
        ("Devis", K.QUOTE),
        ("estimate", K.QUOTE),
        ("Bon de commande", K.ORDER),
        ("Bon de livraison", K.DELIVERY_NOTE),
        ("delivery_note", K.DELIVERY_NOTE),
        ("Intervention", K.INTERVENTION),
        ("Bon d'intervention", K.INTERVENTION),
        ("Pro forma", K.PROFORMA),
        ("Facture pro-forma", K.PROFORMA),
        ("", None),
    ],
)
def test_a_kind_is_read_as_firms_write_it(text: str, kind: DocumentKind | None) -> None:
    assert parse_kind(text) is kind


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Brouillon", S.DRAFT),
        ("draft", S.DRAFT),
        ("Validée", S.OPEN),
        ("Impayée", S.OPEN),
        ("À régler", S.OPEN),
        ("Envoyée", S.OPEN),
        ("En retard", S.OPEN),
        ("en_retard", S.OPEN),
        ("En retard de 12 jours", S.OPEN),
        ("Due in 5 days", S.OPEN),
        ("En attente", S.OPEN),
        ("sent", S.OPEN),
        ("AUTHORISED", S.OPEN),
        ("Overdue", S.OPEN),
        ("Commencée", S.PARTIAL),
        ("Paiement partiel", S.PARTIAL),
        ("partially_paid", S.PARTIAL),
        ("Payée", S.PAID),
        ("PAYEE", S.PAID),
        ("Soldée", S.PAID),
        ("Réglée", S.PAID),
        ("Paid", S.PAID),
        ("Annulée", S.CANCELLED),
        ("Abandonnée", S.CANCELLED),
        ("VOIDED", S.CANCELLED),
        ("Créditée", S.CREDITED),
    ],
)
def test_a_status_is_read_as_firms_write_it(text: str, status: CandidateStatus) -> None:
    assert parse_status(text) == StatusWord(status)


def test_a_dispute_told_by_the_status_is_kept() -> None:
    assert parse_status("En litige") == StatusWord(S.OPEN, disputed=True)
    assert parse_status("") is None


@pytest.mark.parametrize("text", ["oui", "Oui", "x", "X", "vrai", "1", "true", "Yes", "✓"])
def test_yes(text: str) -> None:
    assert parse_flag(text) is True


@pytest.mark.parametrize("text", ["non", "Non", "0", "faux", "FALSE", "no"])
def test_no(text: str) -> None:
    assert parse_flag(text) is False


def test_an_empty_cell_is_neither_yes_nor_no() -> None:
    assert parse_flag(" ") is None


def test_unknown_words_are_problems() -> None:
    codes = []
    for parser, text in (
        (parse_kind, "Bordereau"),
        (parse_status, "Zut"),
        (parse_status, "3"),
        (parse_flag, "peut-être"),
    ):
        with pytest.raises(BadValue) as bad:
            parser(text)
        codes.append(bad.value.code)
    assert codes == [
        ProblemCode.KIND_UNKNOWN,
        ProblemCode.STATUS_UNKNOWN,
        ProblemCode.STATUS_UNKNOWN,
        ProblemCode.FLAG_UNKNOWN,
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Professionnel", CustomerKind.COMPANY),
        ("société", CustomerKind.COMPANY),
        ("Particulier", CustomerKind.CONSUMER),
        ("consumer", CustomerKind.CONSUMER),
        ("Collectivité", CustomerKind.PUBLIC),
        ("Mairie", CustomerKind.PUBLIC),
        ("VIP", CustomerKind.UNKNOWN),
        ("", None),
    ],
)
def test_a_sort_of_customer_that_is_not_known_is_unknown(text: str, kind: CustomerKind | None) -> None:
    assert parse_customer_kind(text) is kind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fr", "fr"), ("FR", "fr"), ("fr_FR", "fr"), ("fr-BE", "fr"), ("Français", "fr"), ("french", "fr"),
        ("anglais", "en"), ("English", "en"), ("en_GB", "en"), ("de", "de"), ("Deutsch", "de"), ("allemand", "de"),
        ("Español", "es"), ("italien", "it"), ("néerlandais", "nl"), ("klingon", None), ("", None),
        ("fr ou anglais", None),
    ],
)  # fmt: skip
def test_a_language_becomes_its_code(text: str, code: str | None) -> None:
    assert parse_language(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("France", "FR"), ("FRANCE", "FR"), ("FR", "FR"), ("fr", "FR"), ("Allemagne", "DE"), ("Germany", "DE"),
        ("Deutschland", "DE"), ("Belgique", "BE"), ("Suisse", "CH"), ("Royaume-Uni", "GB"), ("UK", "GB"),
        ("États-Unis", "US"), ("La Réunion", "RE"), ("Côte d’Ivoire", "CI"), ("FRA", "FR"), ("391", None),
        ("Syldavie", None), ("", None), ("EU", None),
    ],
)  # fmt: skip
def test_a_country_becomes_its_code(text: str, code: str | None) -> None:
    assert parse_country(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EUR", "EUR"), ("eur", "EUR"), ("€", "EUR"), ("Euro", "EUR"), ("euros", "EUR"), ("$", "USD"),
        ("£", "GBP"), ("CHF", "CHF"), ("XPF", "XPF"), ("MAD", "MAD"), ("ABC", None), ("", None), ("HT", None),
    ],
)  # fmt: skip
def test_a_currency_becomes_its_code(text: str, code: str | None) -> None:
    assert parse_currency(text) == code


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("a@b.fr", ("a@b.fr",)),
        ("a@b.fr, c@d.fr", ("a@b.fr", "c@d.fr")),
        ("a@b.fr;c@d.fr", ("a@b.fr", "c@d.fr")),
        ("a@b.fr c@d.fr", ("a@b.fr", "c@d.fr")),
        ("a@b.fr / c@d.fr", ("a@b.fr", "c@d.fr")),
        ("a@b.fr; a@b.fr;", ("a@b.fr",)),
        ("Jean Dupont <jean.dupont@b.fr>", ("jean.dupont@b.fr",)),
        ("Jean <jean@b.fr>; Ève <eve@b.fr>", ("jean@b.fr", "eve@b.fr")),
        ("mailto:a@b.fr", ("a@b.fr",)),
        ("Compta@Client.FR", ("Compta@client.fr",)),
        ("o'neil+relance@b.co.uk", ("o'neil+relance@b.co.uk",)),
        ("a@société.fr", ("a@xn--socit-esab.fr",)),
        ("a@client.test", ("a@client.test",)),
        ("", ()),
    ],
)
def test_several_addresses_are_read_in_many_ways(text: str, addresses: tuple[str, ...]) -> None:
    assert parse_emails(text) == addresses


@pytest.mark.parametrize(
    ("text", "code", "address"),
    [
        ("marie.tapé@b.fr", ProblemCode.EMAIL_NOT_ASCII, "marie.tapé@b.fr"),
        ("a@b.fr, contact", ProblemCode.EMAIL_INVALID, "contact"),
        ("a@b", ProblemCode.EMAIL_INVALID, "a@b"),
        ("a@localhost", ProblemCode.EMAIL_INVALID, "a@localhost"),
        ("a..b@c.fr", ProblemCode.EMAIL_INVALID, "a..b@c.fr"),
        ("a@b@c.fr", ProblemCode.EMAIL_INVALID, "a@b@c.fr"),
        ("é@", ProblemCode.EMAIL_INVALID, "é@"),
        ("a@b..fr", ProblemCode.EMAIL_INVALID, "a@b..fr"),
    ],
)
def test_an_address_that_can_not_be_written_to_is_named(text: str, code: ProblemCode, address: str) -> None:
    with pytest.raises(BadValue) as bad:
        parse_emails(text)
    assert bad.value.code is code
    assert bad.value.facts == {"address": address}


@settings(deadline=None)
@given(
    st.from_regex(r"\A[a-z0-9._-]{1,12}@[a-z0-9.-]{1,12}\.(fr|com)\Z"),
)
def test_no_address_is_taken_that_the_validator_refuses(text: str) -> None:
    try:
        addresses = parse_emails(text)
    except BadValue:
        return
    assert [validate_email(one, check_deliverability=False).ascii_email for one in addresses] == list(addresses)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_addresses_or_a_refusal(text: str) -> None:
    try:
        addresses = parse_emails(text)
    except BadValue:
        return
    assert all(one.isascii() and one.count("@") == 1 for one in addresses)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Dupont   SARL ", "Dupont SARL"),
        ("Dupont\u00a0SARL", "Dupont SARL"),
        ("Dupont\r\nBcc: x@y.fr", "Dupont Bcc: x@y.fr"),
        ("Dupont\u2028SARL\u2029", "Dupont SARL"),
        ("Du\u200bpont\ufeff", "Dupont"),
        ("Dupont\x00\x07SARL", "Dupont SARL"),
        ("e\u0301te\u0301", "été"),
        ("日本 👍", "日本 👍"),
    ],
)
def test_text_is_one_clean_line(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@settings(deadline=None)
@given(st.text(max_size=60))
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert len(clean(text).splitlines()) <= 1


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "x" * 501])
def test_a_spreadsheet_s_error_and_an_endless_text_are_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_text(text)


def test_whole_numbers_are_written_without_decimals() -> None:
    assert written(Decimal("1930581131.0")) == "1930581131"
    assert written(Decimal("1E+3")) == "1000"
    assert written(Decimal("0.5")) == "0.5"
