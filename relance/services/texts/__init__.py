"""The texts of messages: built-in models, the firm's own, and which one a reminder uses."""

from relance.services.texts.catalogue import (
    BuiltIn,
    Chosen,
    Stage,
    builtin_names,
    by_name,
    catalogue,
    chosen_for,
    chosen_names,
    default_name,
    stage_of,
)
from relance.services.texts.choosing import (
    Stored,
    TemplateBody,
    Wanted,
    choose,
    exists,
    find,
    in_language,
    in_languages,
    stored,
)
from relance.services.texts.files import ByLanguage, Text, builtin, words

__all__ = [
    "BuiltIn",
    "ByLanguage",
    "Chosen",
    "Stage",
    "Stored",
    "TemplateBody",
    "Text",
    "Wanted",
    "builtin",
    "builtin_names",
    "by_name",
    "catalogue",
    "choose",
    "chosen_for",
    "chosen_names",
    "default_name",
    "exists",
    "find",
    "in_language",
    "in_languages",
    "stage_of",
    "stored",
    "words",
]
