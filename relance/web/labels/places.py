"""Names of countries and languages in the reader's language."""

from collections.abc import Callable, Iterable
from functools import cache

from babel.core import Locale

from relance import i18n

_NOT_COUNTRIES = ("EU", "EZ", "UN", "XA", "XB", "ZZ")


@cache
def countries(language: str, is_known: Callable[[str], bool]) -> dict[str, str]:
    """Every country that is known, by its name; its code beside it."""
    names = i18n.locale(language).territories
    found = [(code, str(name)) for code, name in names.items() if len(code) == 2 and code not in _NOT_COUNTRIES]
    return dict(sorted((one for one in found if one[0].isalpha() and is_known(one[0])), key=lambda one: one[1]))


def languages(codes: Iterable[str]) -> dict[str, str]:
    """The names of languages, each as its own speakers write it."""
    return {code: str(Locale.parse(code).get_display_name(code)).capitalize() for code in codes}
