"""Sentences with a number, kept as pairs of msgids where they are listed: the one, and the many."""

from gettext import GNUTranslations

from relance import i18n, paths

Words = tuple[str, str]  # each marked with N_ where it stands; they differ


def counted(words: Words, count: int, language: str, **facts: object) -> str:
    """The one of the two that the language wants for a count, filled in."""
    said = i18n.translator(language, paths.locales())
    plural = said.plural(count) if isinstance(said, GNUTranslations) else int(count != 1)  # type: ignore[attr-defined]
    return said.gettext(words[min(int(plural), 1)]) % {"count": count, **facts}
