"""Reports as text: the words of six languages, amounts and CSV cells as each language writes them."""

from datetime import date

import pytest

from relance.i18n import MESSAGE_LANGUAGES
from relance.services.csv_file import csv_text
from relance.services.reporting.writing import (
    Cell,
    Days,
    Money,
    Part,
    Report,
    Share,
    as_csv,
    as_text,
    language_of,
    words_of,
)


def test_every_language_has_every_word_and_the_same_places_for_facts() -> None:
    english = words_of("en")
    for language in MESSAGE_LANGUAGES:
        words = words_of(language)
        assert set(words) == set(english), language
        for name, text in words.items():
            assert text.strip(), (language, name)
            assert text.count("{") == english[name].count("{"), (language, name)


def test_no_language_is_left_in_english() -> None:
    for language in MESSAGE_LANGUAGES:
        sentences = ((name, text) for name, text in words_of(language).items() if len(text) > 9 and "{" not in text)
        same = [name for name, text in sentences if text == words_of("en")[name]]
        assert language == "en" or same == [], (language, same)


@pytest.mark.parametrize(
    ("cell", "language", "text", "in_csv"),
    [
        (Money(123_456_78, "EUR"), "fr", "123\u202f456,78", "123456,78"),
        (Money(-123_456_78, "EUR"), "en", "-123,456.78", "-123456.78"),
        (Money(1234, "JPY"), "de", "1.234", "1234"),
        (Money(1_234_567, "TND"), "en", "1,234.567", "1234.567"),
        (Money(0, "EUR"), "nl", "0,00", "0,00"),
        (Days(12.35), "fr", "12,4", "12,4"),
        (Days(12.345678), "en", "12.3", "12.3"),
        (Share(0.5), "en", "50.0%", "50.0"),
        (Share(1 / 3), "fr", "33,3\u202f%", "33,3"),
        (date(2026, 10, 31), "fr", "31/10/2026", "31/10/2026"),
        (date(2026, 10, 31), "de", "31.10.2026", "31.10.2026"),
        (1234, "fr", "1\u202f234", "1234"),
        (None, "fr", "–", ""),
        ("=1+1", "fr", "=1+1", "=1+1"),
    ],
)
def test_cells_are_written_as_their_language_does(cell: Cell, language: str, text: str, in_csv: str) -> None:
    assert (as_text(cell, language), as_csv(cell, language)) == (text, in_csv)


def test_no_cell_of_a_file_is_a_formula() -> None:
    rows = [["=1+1", "@SUM(A1)", "+33 1 42", "-x", "\tx", "\rx", "-12,50", "12", 'a"b;c']]
    mark, line = csv_text(("a",), rows, "fr").split("\r\n", 1)
    assert mark.startswith("\ufeff")
    assert line.startswith("'=1+1;'@SUM(A1);'+33 1 42;'-x;")
    assert ";-12,50;12;" in line
    assert '"a""b;c"' in line


def test_a_file_has_the_currency_of_each_row_and_no_sums() -> None:
    def part(currency: str) -> Part:
        rows: tuple[tuple[Cell, ...], ...] = (("A", Money(100, currency)),)
        return Part(
            currency,
            ("Client", "Total"),
            frozenset((1,)),
            rows,
            ("Total", Money(100, currency)),
            (("Devise", currency),),
        )

    report = Report("stem", "Titre", "Bonnet", date(2026, 10, 31), "fr", (part("EUR"), part("JPY")))
    lines = report.csv().decode("utf-8-sig").splitlines()
    assert lines == ["Devise;Client;Total", "EUR;A;1,00", "JPY;A;100"]


@pytest.mark.parametrize("word", ["", "tlh", "../../etc", "FR", "fr-FR", "x" * 500])
def test_a_language_that_there_is_not_becomes_the_readers(word: str) -> None:
    assert language_of(word, "fr") == "fr"
    assert language_of(word, "xx") == "en"
