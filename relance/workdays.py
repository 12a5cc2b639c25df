"""The `holidays` package behind one function: is this a working day here?"""

import importlib
import importlib.util
from collections.abc import Callable, Container
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

SATURDAY = 5

# Regions of a country with holidays of their own: our word, the package's word.
REGIONS: dict[tuple[str, str], str] = {("FR", "alsace-moselle"): "57"}


def is_known(country: str, region: str = "") -> bool:
    """Whether the holidays of a country (ISO alpha-2), and of one of its regions, are known."""
    return _entry(country) is not None and (not region or (country, region) in REGIONS)


@lru_cache(maxsize=16)
def working_days(country: str, region: str = "") -> Callable[[date], bool]:
    """A predicate: is this day neither a Saturday, a Sunday nor a public holiday (RULES 3.3)?"""
    closed = _holidays_of(country, REGIONS.get((country, region)))
    known: dict[date, bool] = {}

    def is_working_day(day: date) -> bool:
        answer = known.get(day)
        if answer is None:
            answer = known[day] = day.weekday() < SATURDAY and day not in closed
        return answer

    return is_working_day


@lru_cache(maxsize=16)
def public_holidays(country: str, region: str = "") -> Callable[[date], bool]:
    """A predicate: is this day a public holiday here?"""
    closed = _holidays_of(country, REGIONS.get((country, region)))
    return lambda day: day in closed


def _entry(country: str) -> tuple[str, str] | None:
    """The package's module and class of a country."""
    from holidays.registry import COUNTRIES

    found: dict[str, tuple[str, ...]] = COUNTRIES
    return next(((module, names[0]) for module, names in found.items() if names[1] == country), None)


def _holidays_of(country: str, region: str | None) -> Container[date]:
    entry = _entry(country)
    if entry is None:
        return frozenset()
    module, name = entry
    found: Container[date] = getattr(_module(module), name)(subdiv=region)
    return found


def _module(name: str) -> Any:
    """One country's module alone: its package would import all 250 of them, which costs more than most commands."""
    import holidays

    path = Path(holidays.__file__).parent / "countries" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"holidays_of_{name}", path) if path.is_file() else None
    if spec is None or spec.loader is None:  # in the executable there are no files
        return importlib.import_module(f"holidays.countries.{name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
