"""What all forms share: words in the reader's language, errors that say the mend, refusals shown at their field."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import Form
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from relance.services.refusal import Refused
from relance.web.labels import N_
from relance.web.labels.refusals import refusal
from relance.web.language import gettext, language

# What the library says by itself, and what is said instead.
_OWN_WORDS = {"Not a valid choice.": N_("Choose one of the list.")}


def options(names: Mapping[str, str]) -> Any:
    """The choices of a SelectField or RadioField: value, and msgid of its name."""
    return [SelectChoice(value, name) for value, name in names.items()]


class PageForm(Form):
    """A form of a page. Labels, hints and choices are msgids; here they are put in the reader's language."""

    # refusal code, or its first part with a dot: the field it is about; others stand above the form
    refused_at: Mapping[str, str] = {}

    class Meta:
        """How WTForms speaks."""

        def get_translations(self, form: Form) -> "_Words":
            """Its few words of its own, in the reader's language."""
            return _Words()

    def __init__(self, **values: Any) -> None:
        sent = request.form if request.method == "POST" else None
        super().__init__(values.pop("formdata", sent), **values)
        for field in self:
            _translate(field)

    def sent(self) -> bool:
        """Whether it was sent, and has the right shape."""
        return request.method == "POST" and self.validate()

    def refused(self, error: Refused) -> None:
        """Show a service's refusal where it belongs."""
        name = self.refused_at.get(error.code)
        sentence = refusal(error, language())
        if name is None:
            self.form_errors.append(sentence)
        else:
            self[name].errors = [*self[name].errors, sentence]


class _Words:
    def gettext(self, text: str) -> str:
        return gettext(_OWN_WORDS.get(text, text))

    def ngettext(self, one: str, several: str, count: int) -> str:
        return self.gettext(one if count == 1 else several)


def _translate(field: Field) -> None:
    field.label.text = gettext(field.label.text)
    if field.description:
        field.description = gettext(field.description)
    choices = getattr(field, "choices", None)
    if choices:
        field.choices = options({one.value: gettext(one.label) for one in choices})  # type: ignore[attr-defined]


class Filled:
    """Something must be entered; spaces alone are nothing."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __init__(self, message: str = N_("Fill in this field.")) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Stop at an empty field."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation(gettext(self.message))
