"""Currencies, languages and countries as firms write them, to their ISO codes."""

from functools import lru_cache

from relance.importers.text import Cell, fold, written

_SIGNS = {"€": "EUR", "$": "USD", "US$": "USD", "$US": "USD", "£": "GBP", "¥": "JPY", "FR.": "CHF", "SFR": "CHF"}
_NAMES = {"euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "livre": "GBP", "livres": "GBP"}
_MORE_COUNTRIES = {
    "uk": "GB",
    "angleterre": "GB",
    "england": "GB",
    "grande bretagne": "GB",
    "great britain": "GB",
    "usa": "US",
    "etats unis d amerique": "US",
    "united states of america": "US",
    "republique tcheque": "CZ",
    "hollande": "NL",
    "holland": "NL",
    "cote d ivoire": "CI",
    "fra": "FR",
    "deu": "DE",
    "bel": "BE",
    "che": "CH",
    "lux": "LU",
    "esp": "ES",
    "ita": "IT",
    "nld": "NL",
    "gbr": "GB",
    "prt": "PT",
    "f": "FR",
    "d": "DE",
    "b": "BE",
    "l": "LU",
}
_NAMING_LANGUAGES = ("en", "fr", "de", "es", "it", "nl")


@lru_cache(maxsize=512)
def parse_currency(text: str) -> str | None:
    """The ISO 4217 code of a sign, a code or a usual name; None for anything else."""
    bare = text.strip().upper()
    if bare in _SIGNS:
        return _SIGNS[bare]
    if bare in ("EUR", "USD", "GBP", "CHF"):
        return bare
    if fold(text) in _NAMES:
        return _NAMES[fold(text)]
    return bare if len(bare) == 3 and bare in _currency_codes() else None


@lru_cache(maxsize=1)
def _currency_codes() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale("en").currencies)


@lru_cache(maxsize=512)
def parse_country(cell: Cell) -> str | None:
    """The ISO 3166 alpha-2 code of a country's code or of its name in one of six languages."""
    return _countries().get(fold(written(cell)))


@lru_cache(maxsize=512)
def parse_language(cell: Cell) -> str | None:
    """The two-letter code of a language's code, locale (fr_FR) or name."""
    words = fold(written(cell))
    first, _, rest = words.partition(" ")
    known = _languages()
    if words in known:
        return known[words]
    return known.get(first) if len(first) == 2 and len(rest) <= 4 else None


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for language in _NAMING_LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ"):
                names.setdefault(fold(name), code)
                names[code.lower()] = code
    return names | _MORE_COUNTRIES


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for language in _NAMING_LANGUAGES:
        for code, name in Locale(language).languages.items():
            if len(code) == 2:
                names.setdefault(fold(name), code)
                names[code] = code
        own = Locale(language).get_language_name(language)
        names[fold(own or language)] = language
    return names | {
        "fra": "fr",
        "fre": "fr",
        "eng": "en",
        "deu": "de",
        "ger": "de",
        "spa": "es",
        "ita": "it",
        "nld": "nl",
    }
