"""A customer's account: movements in order, a running balance, the aged parts, and the letters that show it."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.channels.letter import Table
from relance.domain.delivery import ChannelName, PostalAddress
from relance.domain.documents import CustomerKind
from relance.i18n import MESSAGE_LANGUAGES
from relance.reports.aging import BUCKETS, Bucket
from relance.reports.statement import Account, Applied, Document, Entry, Money, accounts
from relance.services.letters.statement import statement_letter
from relance.services.letters.stationery import Stationery, printed
from relance.services.letters.summary import summary_letter
from relance.services.messages.facts import Claim, House, LetterHouse, MessageFacts, StepFacts
from relance.services.texts import words
from tests.services.facts import HOUSE

DAY = date(2026, 11, 23)
JAN, FEB, MAR = date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 15)


def a_document(key: int, on: date, total: int, *, entry: Entry = Entry.INVOICE, currency: str = "EUR") -> Document:
    return Document(key, f"F-{key}", entry, on, on + timedelta(days=30), currency, total)


def one(found: Sequence[Account]) -> Account:
    [account] = found
    return account


def test_each_movement_stands_on_its_day_with_what_is_owed_after_it() -> None:
    documents = [a_document(1, JAN, 100), a_document(2, FEB, 50), a_document(3, MAR, 30, entry=Entry.CREDIT_NOTE)]
    money = [Money(1, FEB, "EUR", 80, "VIR")]
    account = one(accounts(documents, money, [Applied(3, 2, 30)], None, DAY))
    told = [(line.entry, line.amount, line.balance) for line in account.lines]
    assert told == [
        (Entry.INVOICE, 100, 100),
        (Entry.INVOICE, 50, 150),
        (Entry.PAYMENT, -80, 70),
        (Entry.CREDIT_NOTE, -30, 40),
    ]
    assert (account.closing, account.credit, sum(account.aged)) == (40, 0, 40)


def test_what_came_before_the_first_day_is_brought_forward() -> None:
    account = one(accounts([a_document(1, JAN, 100), a_document(2, MAR, 50)], [], [], FEB, MAR))
    assert (account.opening, [line.reference for line in account.lines], account.closing) == (100, ["F-2"], 150)


def test_what_comes_after_the_last_day_is_not_known_yet() -> None:
    money = [Money(1, MAR, "EUR", 100)]
    account = one(accounts([a_document(1, JAN, 100), a_document(2, MAR, 50)], money, [Applied(9, 1, 10)], None, FEB))
    assert (account.closing, sum(account.aged), account.credit) == (100, 100, 0)


@pytest.mark.parametrize(
    ("on", "bucket"),
    [
        (JAN + timedelta(days=30), Bucket.NOT_DUE),
        (JAN + timedelta(days=31), Bucket.MONTH),
        (JAN + timedelta(days=60), Bucket.MONTH),
        (JAN + timedelta(days=61), Bucket.TWO),
        (JAN + timedelta(days=121), Bucket.MORE),
    ],
)
def test_the_due_day_itself_is_not_late(on: date, bucket: Bucket) -> None:
    aged = one(accounts([a_document(1, JAN, 100)], [], [], None, on)).aged
    assert aged == tuple(100 if part is bucket else 0 for part in BUCKETS)


def test_currencies_are_never_added_up() -> None:
    found = accounts([a_document(1, JAN, 100), a_document(2, JAN, 7, currency="USD")], [], [], None, DAY)
    assert [(account.currency, account.closing) for account in found] == [("EUR", 100), ("USD", 7)]


def test_a_payment_that_was_taken_back_is_owed_again() -> None:
    money = [Money(1, FEB, "EUR", 100), Money(1, MAR, "EUR", -100)]
    account = one(accounts([a_document(1, JAN, 100)], money, [], None, DAY))
    assert [(line.entry, line.balance) for line in account.lines][1:] == [(Entry.PAYMENT, 0), (Entry.REFUND, 100)]


def test_nothing_known_is_no_account() -> None:
    assert accounts([], [], [], None, DAY) == []


DAYS = st.dates(JAN, DAY)
AMOUNTS = st.integers(-500, 500)


@st.composite
def books(draw: st.DrawFn) -> tuple[list[Document], list[Money], list[Applied]]:
    size = draw(st.integers(0, 6))
    entries = st.sampled_from([Entry.INVOICE, Entry.DEPOSIT, Entry.CREDIT_NOTE])
    documents = [
        a_document(key, draw(DAYS), draw(st.integers(0, 900)), entry=draw(entries)) for key in range(1, size + 1)
    ]
    keys = st.sampled_from([None, *range(1, size + 1)])
    money = [Money(draw(keys), draw(DAYS), "EUR", draw(AMOUNTS)) for _ in range(draw(st.integers(0, 6)))]
    notes = [one.id for one in documents if one.entry is Entry.CREDIT_NOTE]
    rest = [one.id for one in documents if one.entry is not Entry.CREDIT_NOTE]
    applied = []
    if notes and rest:
        several = range(draw(st.integers(0, 4)))
        applied = [
            Applied(draw(st.sampled_from(notes)), draw(st.sampled_from(rest)), draw(st.integers(1, 99)))
            for _ in several
        ]
    return documents, money, applied


@settings(max_examples=150, deadline=None)
@given(books(), DAYS, DAYS)
def test_the_balance_is_the_aged_parts_less_the_credit_on_every_day(
    book: tuple[list[Document], list[Money], list[Applied]], first: date, last: date
) -> None:
    first, last = min(first, last), max(first, last)
    for account in accounts(*book, first, last):
        assert account.closing == sum(account.aged) - account.credit
        assert account.closing == account.opening + sum(line.amount for line in account.lines)
        assert all(first <= line.on <= last for line in account.lines)
        assert [line.on for line in account.lines] == sorted(line.on for line in account.lines)
        before = accounts(*book, None, first - timedelta(days=1))
        assert account.opening == sum(one.closing for one in before if one.currency == account.currency)


def a_paper(language: str) -> Stationery:
    address = PostalAddress("Aubry", ("1 rue Basse",), "37000", "Tours")
    house: House = HOUSE
    return Stationery(house, LetterHouse(("Bonnet Conseil",), address), address, ("Aubry", "37000 TOURS"), language)


def some_facts(language: str, *claims: Claim) -> MessageFacts:
    step = StepFacts(0, 0)
    return MessageFacts("u", "Aubry", CustomerKind.COMPANY, ChannelName.LETTER, language, step, claims)


@pytest.mark.parametrize("language", MESSAGE_LANGUAGES)
def test_the_statement_is_written_in_the_customers_language(language: str) -> None:
    found = accounts([a_document(1, JAN, 612_000)], [Money(None, FEB, "EUR", 100)], [], JAN, DAY)
    letter = statement_letter(a_paper(language), found, JAN, DAY, DAY)
    movements, aged = (part for part in letter.body if isinstance(part, Table))
    said = words(language)
    assert [column.heading for column in movements.columns][3:] == [said["debit"], said["credit"], said["running"]]
    assert (len(movements.rows), len(movements.totals), len(aged.columns)) == (3, 1, 7)
    assert "{" not in "".join((letter.subject, *(part for part in letter.body if isinstance(part, str))))


@pytest.mark.parametrize("language", MESSAGE_LANGUAGES)
@pytest.mark.parametrize("count", [1, 2])
def test_the_summary_letter_lists_what_is_due_and_how_to_pay(language: str, count: int) -> None:
    claims = [Claim(key, f"F-{key}", JAN, FEB, "EUR", 612_000, 512_000) for key in range(1, count + 1)]
    letter = summary_letter(a_paper(language), some_facts(language, *claims), DAY)
    [table] = [part for part in letter.body if isinstance(part, Table)]
    text = "\n".join(part for part in letter.body if isinstance(part, str))
    assert len(table.rows) == count and letter.payment is not None
    assert re.search(r"5[.,\u202f\u00a0 ]?120|10[.,\u202f\u00a0 ]?240", text)
    assert "#" not in text and "[" not in text


def test_the_letters_can_be_printed_whatever_they_hold() -> None:
    wild = [Document(key, "€œ—\u202f漢字" * 9, Entry.OTHER, JAN, None, "XAF", 10**14) for key in range(60)]
    letter = statement_letter(a_paper("fr"), accounts(wild, [], [], None, DAY), None, DAY, DAY)
    assert printed([letter]).startswith(b"%PDF")


def test_an_account_without_a_movement_says_so() -> None:
    letter = statement_letter(a_paper("fr"), [], None, DAY, DAY)
    assert words("fr")["no_lines"] in letter.body
