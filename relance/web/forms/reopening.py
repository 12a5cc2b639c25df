"""The form that gives sending free again."""

from wtforms import BooleanField, RadioField, ValidationError
from wtforms.fields import Field

from relance.web.forms.base import Filled, PageForm, options
from relance.web.labels import N_
from relance.web.language import gettext

LEAVE, ASK = "leave", "ask"
CHOICES = {
    LEAVE: N_("Let them leave: they were not sent from anywhere else"),
    ASK: N_("Let nothing leave by itself: each message waits for your word, sent or not"),
}


class ReopeningForm(PageForm):
    """What becomes of what waits, and the word that nothing else sends."""

    waiting = RadioField(N_("What becomes of the messages that wait?"), choices=options(CHOICES), validate_choice=False)
    alone = BooleanField(
        N_("This folder is the only one that sends"),
        [Filled(N_("Tick this box once you are sure that no other copy of these data sends."))],
    )

    def validate_waiting(self, field: Field) -> None:
        """Nothing is presumed here."""
        if field.data not in CHOICES:
            raise ValidationError(gettext(N_("Choose what becomes of them.")))

    @property
    def may_leave(self) -> bool:
        """Whether what waits leaves without a further word; nothing is asked where nothing waits."""
        return "waiting" in self and self.waiting.data == LEAVE
