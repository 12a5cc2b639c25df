"""Forms about messages that wait for a person's word."""

import unicodedata
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field

from relance.services.approve import Weighed
from relance.services.letters.posted import LONGEST_NOTE
from relance.services.refuse import PAUSE_FOR, Sequel
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.fields import AtMost, DayField
from relance.web.forms.sending import CAREFUL_FROM, LONGEST
from relance.web.labels import N_
from relance.web.labels.approvals import SEQUELS
from relance.web.language import gettext

LONGEST_TOKEN = 36


class ApproveForm(PageForm):
    """The last word: for many messages that payments are known, for formal notices whom they are for.

    `vu` holds each message that was shown with a mark of what it says.
    """

    token = HiddenField()
    vu = HiddenField(validators=[AtMost(LONGEST)])
    payments = BooleanField(
        N_("I have entered the payments received up to today"),
        [Filled(N_("Tick this box once the payments are entered."))],
    )
    typed = StringField(N_("Confirmation"), [Filled()], render_kw={"autocomplete": "off"})

    def __init__(self, weighed: Weighed, **values: Any) -> None:
        super().__init__(**values)
        self._expected = expected(weighed)
        if len(weighed.leaving) < CAREFUL_FROM:
            del self.payments
        if not self._expected:
            del self.typed
        elif _one_name(weighed):
            self.typed.label.text = gettext("Formal notice: type the customer's name to confirm")
            self.typed.description = self._expected
        else:
            self.typed.label.text = gettext("Formal notices: type how many there are to confirm")

    @property
    def seen(self) -> dict[int, str]:
        """What the person saw leave, each message with its mark."""
        pairs = (part.partition(".") for part in (self.vu.data or "").split(","))
        return {int(key): mark for key, _, mark in pairs if key.isascii() and key.isdigit() and len(key) <= 12}

    def show(self, weighed: Weighed) -> None:
        """Hold what is shown now."""
        self.vu.data = ",".join(f"{key}.{mark}" for key, mark in sorted(weighed.marks().items()))

    @property
    def its_token(self) -> str:
        """What tells this page from another: one page makes one send."""
        return str(self.token.data or "")

    def validate_token(self, field: Field) -> None:
        """It is one that a page was given."""
        if not field.data or len(field.data) != LONGEST_TOKEN:
            raise ValidationError(gettext("This form has expired"))

    def validate_typed(self, field: Field) -> None:
        """It is what was asked for; capitals and spaces don't matter."""
        if _plain(field.data or "") != _plain(self._expected):
            raise ValidationError(gettext("This is not what is asked for."))


def expected(weighed: Weighed) -> str:
    """What a person types to send formal notices: the one customer's name, else their number; empty without any."""
    if not weighed.notices:
        return ""
    return _one_name(weighed) or str(len(weighed.notices))


def _one_name(weighed: Weighed) -> str:
    names = {one.waiting.message.customer_id: one.waiting.customer for one in weighed.notices}
    return " ".join(names.popitem()[1].split()) if len(names) == 1 else ""


def _plain(text: str) -> str:
    """A name whatever its capitals, accents and spaces."""
    apart = unicodedata.normalize("NFKD", text)
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).casefold().split())


class RefuseForm(PageForm):
    """Why, and what follows."""

    refused_at = {"refuse.no_reason": "reason", "refuse.no_day": "until", "hold.date": "until"}

    reason = TextAreaField(
        N_("Why"),
        [Filled(N_("Say why: the reason stays with the message in the history.")), AtMost(LONGEST_NOTE)],
        render_kw={"rows": "3"},
    )
    sequel = RadioField(
        N_("What follows"),
        choices=options({one.value: SEQUELS[one] for one in Sequel}),
        default=Sequel.PAUSE.value,
    )
    until = DayField(N_("Paused until"))

    def __init__(self, today: date, again: str) -> None:
        super().__init__(data={"until": today + PAUSE_FOR})
        words = {one.value: gettext(SEQUELS[one]) for one in Sequel}
        self.sequel.choices = options({**words, Sequel.AGAIN.value: again})

    @property
    def what(self) -> Sequel:
        """What follows."""
        return Sequel(self.sequel.data)


class TextForm(PageForm):
    """The subject and the text of one message."""

    refused_at = {
        "rewrite.no_subject": "subject",
        "rewrite.subject_controls": "subject",
        "rewrite.empty": "text",
        "rewrite.unknown_field": "text",
        "rewrite.open_field": "text",
        "rewrite.block": "text",
        "rewrite.no_value": "text",
        "compose.sms_too_long": "text",
        "compose.empty_text": "text",
        "compose.letter_failed": "text",
    }

    subject = StringField(N_("Subject"), render_kw={"required": True, "autocomplete": "off"})
    text = TextAreaField(
        N_("Text"),
        description=N_("It leaves as it stands here. A field such as #RESTE_DU# becomes its value when you save."),
        render_kw={"required": True, "rows": "18"},
    )
    seen = HiddenField()
