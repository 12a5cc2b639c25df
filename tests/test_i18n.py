"""Dates as each language of messages writes them."""

from datetime import date

import pytest

from relance.i18n import MESSAGE_LANGUAGES, long_date, short_date
from relance.services.messages.wording import spoken_dates

FIRST_OF_MARCH = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("language", "figures", "words"),
    [
        ("fr", "01/03/2026", "1er mars 2026"),
        ("en", "01/03/2026", "1 March 2026"),
        ("de", "01.03.2026", "1. März 2026"),
        ("es", "01/03/2026", "1 de marzo de 2026"),
        ("it", "01/03/2026", "1 marzo 2026"),
        ("nl", "01-03-2026", "1 maart 2026"),
    ],
)
def test_a_date_in_figures_and_in_words(language: str, figures: str, words: str) -> None:
    assert short_date(FIRST_OF_MARCH, language) == figures
    assert long_date(FIRST_OF_MARCH, language) == words


@pytest.mark.parametrize("language", MESSAGE_LANGUAGES)
def test_dates_of_one_year_say_it_once(language: str) -> None:
    text = spoken_dates([date(2026, 11, 9), date(2026, 11, 20), date(2027, 1, 2)], language)
    assert (text.count("2026"), text.count("2027")) == (1, 1)
    assert " de," not in text
    assert " ," not in text
