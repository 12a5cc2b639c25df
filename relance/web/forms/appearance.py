"""The form of how the screens look and answer, for one person."""

from wtforms import BooleanField, RadioField, SelectField

from relance.web.forms.account import LANGUAGES
from relance.web.forms.base import PageForm, options
from relance.web.labels import N_

THEMES = {"auto": N_("As the computer"), "light": N_("Light"), "dark": N_("Dark")}


class AppearanceForm(PageForm):
    """Colours, language, keys."""

    theme = RadioField(N_("Colours"), choices=options(THEMES))
    language = SelectField(
        N_("Language of the screens"),
        choices=options(LANGUAGES),
        description=N_("The messages to your customers keep their own languages."),
    )
    shortcuts = BooleanField(
        N_("Use keyboard shortcuts"),
        description=N_("Single keys lead to pages and rows. None of them ever sends anything."),
    )
