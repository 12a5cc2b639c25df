"""Forms of letters that a person prints and posts: the filters of the list, the day they were posted, their numbers."""

from wtforms import StringField, TextAreaField

from relance.services.letters.posted import LONGEST_NOTE, LONGEST_NUMBER
from relance.services.refuse import Sequel
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField, DayField
from relance.web.forms.history import LEVELS
from relance.web.forms.invoices import EVERY
from relance.web.labels import N_

ORDERS = {
    "client": N_("By customer"),
    "codepostal": N_("By postcode"),
    "niveau": N_("By level"),
    "montant": N_("By amount"),
}
SEQUELS = {
    Sequel.AGAIN.value: N_("The next run proposes the same step again"),
    Sequel.MARK.value: N_("The step counts as done: the customer was reminded in another way"),
    Sequel.DISPUTE.value: N_("The invoices are in dispute"),
    Sequel.EXCLUDE.value: N_("The invoices are no longer reminded of automatically"),
}


class LettersForm(PageForm):
    """Level and order; they stand in the address."""

    niveau = ChoiceField(
        N_("Level"), choices=options({**EVERY, **{str(key): text for key, text in LEVELS.items()}}), default=""
    )
    tri = ChoiceField(N_("Order of printing"), choices=options(ORDERS), default="client")


class PostedForm(PageForm):
    """When the letters were posted."""

    refused_at = {
        "letter.day_to_come": "day",
        "letter.before_it_was_made": "day",
        "letter.note_too_long": "note",
    }

    day = DayField(N_("Posted on"), [Filled()])
    note = StringField(N_("Note"), [AtMost(LONGEST_NOTE)], render_kw={"autocomplete": "off"})


class DropForm(PageForm):
    """Why letters aren't sent, and what follows."""

    refused_at = {"refuse.no_reason": "reason"}

    reason = TextAreaField(N_("Reason"), [Filled(), AtMost(LONGEST_NOTE)], render_kw={"rows": "2"})
    sequel = ChoiceField(N_("What follows"), choices=options(SEQUELS), default=Sequel.AGAIN.value)


class NumberForm(PageForm):
    """The number of a registered letter, before it is printed."""

    refused_at = {"letter.bad_number": "number"}

    number = StringField(
        N_("Registered letter's number"),
        [AtMost(LONGEST_NUMBER)],
        description=N_("It stands on the letter. Empty: the letter isn't registered."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
