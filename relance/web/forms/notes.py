"""The form of a note."""

from wtforms import TextAreaField

from relance.services.notes import LONGEST
from relance.web.forms.base import PageForm
from relance.web.labels import N_


class NoteForm(PageForm):
    """What is written down."""

    refused_at = {"note.empty": "text", "note.too_long": "text", "note.unreadable": "text"}

    text = TextAreaField(
        N_("New note"),
        description=N_("For yourselves: it is never sent."),
        render_kw={"rows": 3, "maxlength": LONGEST},
    )
