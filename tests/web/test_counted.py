"""A number and its words agree, in every language of the screens."""

import pytest

from relance.services.bulk_acts import Act
from relance.web.labels import bulk_acts, dispatches
from relance.web.labels.counted import counted

WORDS = ("%(count)s e-mail", "%(count)s e-mails")


@pytest.mark.parametrize(
    ("language", "count", "said"), [("en", 0, "0 e-mails"), ("en", 1, "1 e-mail"), ("en", 2, "2 e-mails")]
)
def test_english_counts_nothing_as_many(language: str, count: int, said: str) -> None:
    assert counted(WORDS, count, language) == said


@pytest.mark.parametrize(("count", "form"), [(0, 0), (1, 0), (2, 1), (1_000, 1)])
def test_french_counts_nothing_as_one(count: int, form: int) -> None:
    assert counted(("one", "many"), count, "fr") == ("one", "many")[form]


def test_both_words_of_a_pair_can_be_told_apart() -> None:
    pairs = [*dispatches.CHANNEL_COUNTS.values(), dispatches.TO_PRINT, *(words for _, words in dispatches.OUTCOMES)]
    assert all(one != many for one, many in pairs)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_act_has_its_words(act: Act, language: str) -> None:
    said = {
        bulk_acts.question(act, 3, language),
        bulk_acts.do_it(act, 3, language),
        bulk_acts.done(act, 3, 2, language),
    }
    assert len(said) == 3
    assert all("3" in one and "%" not in one for one in said)
