"""Sentences of the page that asks whether an unusually big run may leave."""

from relance import i18n, paths


def question(count: int, language: str) -> str:
    """What is asked."""
    return i18n.translator(language, paths.locales()).ngettext(
        "Send %(count)s message, far more than usual?", "Send %(count)s messages, far more than usual?", count
    ) % {"count": count}


def button(count: int, language: str) -> str:
    """The word that lets it go."""
    return i18n.translator(language, paths.locales()).ngettext(
        "Yes, send the %(count)s message", "Yes, send the %(count)s messages", count
    ) % {"count": count}
