"""The `holidays` package behind one function: is this a working day here?"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

SATURDAY = 5

# Regions of a country with holidays of their own: our word, the package's word.
REGIONS: dict[tuple[str, str], str] = {("FR", "alsace-moselle"): "57"}


def is_known(country: str, region: str = "") -> bool:
    """Whether the holidays of a country (ISO alpha-2), and of one of its regions, are known."""
    from holidays import list_supported_countries

    return country in list_supported_countries() and (not region or (country, region) in REGIONS)


@lru_cache(maxsize=16)
def working_days(country: str, region: str = "") -> Callable[[date], bool]:
    """A predicate: is this day neither a Saturday, a Sunday nor a public holiday (RULES 3.3)?"""
    from holidays import country_holidays

    closed = country_holidays(country, subdiv=REGIONS.get((country, region)))
    known: dict[date, bool] = {}

    def is_working_day(day: date) -> bool:
        answer = known.get(day)
        if answer is None:
            answer = known[day] = day.weekday() < SATURDAY and day not in closed
        return answer

    return is_working_day
