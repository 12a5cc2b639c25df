"""The words of the screens: the account's language, or the browser's before signing in."""

import gettext as _gettext

from flask import Flask, g, has_request_context, request

from relance import i18n, paths
from relance.web import visitors


def language() -> str:
    """The language of this request."""
    if not has_request_context():
        return i18n.SCREEN_LANGUAGES[0]
    if "language" not in g:
        visitor = visitors.known_visitor()
        g.language = visitor.language if visitor else _asked()
    spoken: str = g.language
    return spoken


def _asked() -> str:
    return request.accept_languages.best_match(i18n.SCREEN_LANGUAGES) or i18n.SCREEN_LANGUAGES[0]


def forget() -> None:
    """The account's language was just changed: look again."""
    g.pop("language", None)


def gettext(msgid: str) -> str:
    """A sentence in this request's language."""
    return _translations().gettext(msgid)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The sentence for one or for several, in this request's language."""
    return _translations().ngettext(singular, plural, number)


def pgettext(context: str, msgid: str) -> str:
    """A word that means several things, in the meaning of its context."""
    return _translations().pgettext(context, msgid)


def npgettext(context: str, singular: str, plural: str, number: int) -> str:
    """The same, for one or for several."""
    return _translations().npgettext(context, singular, plural, number)


def _translations() -> _gettext.NullTranslations:
    return i18n.translator(language(), paths.locales())


def register(app: Flask) -> None:
    """Make `_()` and `{% trans %}` work in the templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    app.jinja_env.globals["language"] = language
