"""The forms of models: a text with its invoice to look at, a name, what replaces one that is taken away."""

from collections.abc import Mapping
from typing import Any

from flask import session
from wtforms import StringField, TextAreaField

from relance.domain.delivery import ChannelName
from relance.services.refusal import Refused
from relance.services.texts import Text
from relance.services.texts.templates import LONGEST_NAME, LONGEST_SUBJECT
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField
from relance.web.forms.reminders import NUMBER
from relance.web.labels import N_
from relance.web.labels.refusals import refusal
from relance.web.language import gettext, language

USUAL = "/usual"  # no name has a slash


class ModelForm(PageForm):
    """A text of a model, in one channel and language. What may stand in it is the service's to say."""

    refused_at = {
        "template.no_subject": "subject",
        "template.subject_controls": "subject",
        "template.too_long": "body",
        "template.empty": "body",
        "template.unknown_invoice": "facture",
        "template.no_number": "numero",
        "compose.no_mobile": "numero",
    }

    subject = StringField(N_("Subject"), render_kw={"maxlength": LONGEST_SUBJECT})
    body = TextAreaField(N_("Text"), render_kw={"rows": 18, "spellcheck": "true"})
    facture = StringField(
        N_("Invoice to show it with"), [AtMost(100)], render_kw={"list": "invoices", "autocomplete": "off"}
    )
    numero = StringField(
        N_("Your mobile number, for a test by text message"),
        [AtMost(40)],
        render_kw={"type": "tel", "autocomplete": "tel"},
    )

    def __init__(self, channel: ChannelName, text: Text, invoice: str, spoken: str, **values: Any) -> None:
        told = {"subject": text.subject, "body": text.body, "facture": invoice, "numero": session.get(NUMBER, "")}
        super().__init__(**{"data": told, **values})
        self.subject.render_kw = {**self.subject.render_kw, "lang": spoken}
        self.body.render_kw = {**self.body.render_kw, "lang": spoken}
        if channel is ChannelName.SMS:
            self.subject.label.text = gettext("Title on the screens; it is not sent")
        else:
            del self.numero

    @property
    def text(self) -> Text:
        """What was written."""
        return Text(self.subject.data or "", self.body.data or "")

    def refused(self, error: Refused) -> None:
        """A fault in a field or a block stands where it was written."""
        part = error.facts.get("part")
        if part in ("subject", "body"):
            field = self[str(part)]
            field.errors = [*field.errors, refusal(error, language())]
        else:
            super().refused(error)


class NameForm(PageForm):
    """What a model is called."""

    refused_at = dict.fromkeys(
        ("template.name_empty", "template.name_long", "template.name_unusable", "template.name_taken"), "name"
    )

    name = StringField(N_("Name of the model"), [Filled()], render_kw={"maxlength": LONGEST_NAME})


class NewForm(NameForm):
    """A new model, and the one that it starts from."""

    refused_at = {**NameForm.refused_at, "template.unknown": "source"}

    source = ChoiceField(N_("Start from the texts of"))

    def __init__(self, models: Mapping[str, str], **values: Any) -> None:
        super().__init__(**values)
        self.source.choices = options(models)


class DeleteForm(PageForm):
    """What programs use in place of a model."""

    refused_at = dict.fromkeys(("template.in_use", "template.no_replacement"), "replacement")

    replacement = ChoiceField(N_("What programs use instead"))

    def __init__(self, models: Mapping[str, str], **values: Any) -> None:
        super().__init__(**values)
        usual = {"": gettext("Choose…"), USUAL: gettext("The usual text of the level")}
        self.replacement.choices = options({**usual, **models})

    @property
    def chosen(self) -> str | None:
        """A name, "" for the usual text of the level, None for nothing yet."""
        return "" if self.replacement.data == USUAL else self.replacement.data or None
