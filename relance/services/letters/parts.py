"""The parts of a letter: its text with the table of invoices, how to pay, its labels, in its language. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from relance.channels.letter import Align, Column, PaymentPart, Table, epc_payload
from relance.domain.delivery import Postage, PostalAddress
from relance.domain.money import to_decimal
from relance.i18n import long_date, short_date
from relance.services.messages.facts import Claim, House, MessageFacts
from relance.services.messages.html_mail import SEPARATOR
from relance.services.messages.values import days_late, invoice_list, one_line
from relance.services.messages.wording import Wording, spoken_days
from relance.services.texts import default_name, words

LONGEST_REFERENCE = 140  # of a bank transfer
LONGEST_NUMBER_IN_NAME = 60


def place_and_date(place: str, day: date, language: str) -> str:
    """Lyon, le 22 novembre 2026; without a place, the date alone."""
    said = words(language)
    pattern = said["place_date"] if place else said["date_alone"]
    return pattern.replace("{place}", place).replace("{date}", long_date(day, language))


def registered_label(postage: Postage, language: str, number: str = "") -> str:
    """What a registered letter says of itself, with its number where that is known; nothing on another."""
    keys = {Postage.REGISTERED: "registered", Postage.REGISTERED_RECEIPT: "registered_receipt"}
    if postage not in keys:
        return ""
    return f"{words(language)[keys[postage]]} {one_line(number)}".strip()


def one_line_address(address: PostalAddress) -> str:
    """An address for people to read: name, street, postcode and city."""
    parts = (address.name, *address.street, f"{address.postcode} {address.city}")
    return ", ".join(cleaned for part in parts if (cleaned := one_line(part)))


def body_parts(text: str, facts: MessageFacts, language: str, today: date) -> Iterator[str | Table]:
    """The text with real tables: that of the invoices where it lists them, else after its last word.

    Lines that a person wrote as a table, with " | " between their cells, are one too.
    """
    claims = facts.claims
    listed, tables = invoice_list(claims, language, today), 0
    for part in re.split(r"\n\s*\n", text.strip()):
        before, found, after = part.partition(listed)
        table = _own_table(part)
        if found:
            tables += 1
            yield from (one for one in (before.strip(), invoices_table(claims, language, today), after.strip()) if one)
        elif table:
            tables += 1
            yield table
        else:
            yield part
    if not tables:
        yield invoices_table(claims, language, today)


def _own_table(part: str) -> Table | None:
    rows = [tuple(cell.strip() for cell in line.split(SEPARATOR)) for line in part.split("\n")]
    if len(rows) < 2 or len(rows[0]) < 2 or len({len(row) for row in rows}) > 1:
        return None
    return Table(tuple(Column(cell) for cell in rows[0]), tuple(rows[1:]))


def invoices_table(claims: tuple[Claim, ...], language: str, today: date) -> Table:
    """Number, date, due date, total, paid, balance and days late of each invoice; the sums of several."""
    said, late = words(language), any(days_late(claim, today) for claim in claims)
    columns = [Column(said[name]) for name in ("invoice", "issued", "due_date")]
    columns += [Column(said[name], Align.RIGHT) for name in ("total", "paid", "balance")]
    columns += [Column(said["late"], Align.RIGHT)] if late else []
    rows = [_row(claim, language, today)[: len(columns)] for claim in claims]
    sums = (said["sum"], "", "", *_amounts(claims, language), "")[: len(columns)]
    return Table(tuple(columns), tuple(rows), (sums,) if len(claims) > 1 else ())


def _row(claim: Claim, language: str, today: date) -> tuple[str, ...]:
    days = [short_date(day, language) if day else "–" for day in (claim.issue_date, claim.due_date)]
    late = days_late(claim, today)
    return (one_line(claim.number), *days, *_amounts((claim,), language), spoken_days(late, language) if late else "–")


def _amounts(claims: tuple[Claim, ...], language: str) -> tuple[str, ...]:
    total, balance = sum(claim.total for claim in claims), sum(claim.balance for claim in claims)
    wording, currency = Wording(language), claims[0].currency
    return tuple(wording.amount(one, currency) for one in (total, total - balance, balance))


def payment_part(facts: MessageFacts, house: House, language: str, *, qr: bool) -> PaymentPart | None:
    """The transfer that pays all: to whom, where, how much, with which reference; None without an IBAN."""
    iban = " ".join(re.findall(".{1,4}", "".join(house.iban.split())))
    if not iban:
        return None
    said, currency = words(language), facts.claims[0].currency
    balance = sum(claim.balance for claim in facts.claims)
    payee, quoted = one_line(house.payee or house.name), reference(facts.claims)
    lines = (
        (said["payee"], payee),
        ("IBAN", iban),
        ("BIC", one_line(house.bic)),
        (said["amount"], Wording(language).amount(balance, currency)),
        (said["reference"], quoted),
    )
    payload = None
    if qr:
        payload = epc_payload(payee, house.iban, house.bic, to_decimal(balance, currency), currency, quoted)
    known = tuple(line for line in lines if line[1])
    return PaymentPart(said["transfer"], known, payload, said["scan"] if payload else "")


def reference(claims: tuple[Claim, ...]) -> str:
    """The invoices' numbers as a transfer can hold them: whole numbers, then how many more."""
    numbers = [one_line(claim.number) for claim in claims]
    for kept in range(len(numbers), 0, -1):
        rest = f" +{len(numbers) - kept}" if kept < len(numbers) else ""
        text = " ".join(numbers[:kept]) + rest
        if len(text.encode()) <= LONGEST_REFERENCE:
            return text
    return numbers[0].encode()[:LONGEST_REFERENCE].decode(errors="ignore")


def file_name(facts: MessageFacts) -> str:
    """What the PDF is called: relance-F-2026-0401-niveau-2.pdf."""
    number, others = _plain(facts.claims[0].number), len(facts.claims) - 1
    more = f"-et-{others}" if others else ""
    return f"relance-{number}{more}-{default_name(facts.step.level, facts.step.offset)}.pdf"


def _plain(number: str) -> str:
    letters = unicodedata.normalize("NFKD", number).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", letters)[:LONGEST_NUMBER_IN_NAME].strip("-") or "facture"
