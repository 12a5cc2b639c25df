"""The form that confirms a send: what the person saw, and the words that a careful firm asks for before it leaves."""

import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from wtforms import BooleanField, HiddenField, StringField

from relance.domain.delivery import Postage
from relance.services.sending import Offer
from relance.web import selection
from relance.web.forms.base import PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField
from relance.web.labels import N_
from relance.web.language import gettext

CAREFUL_FROM = 5  # messages: from here on, a person says that payments are up to date
LONGEST = 200_000  # of what was seen, for the most invoices that can be sent at once


class SendForm(PageForm):
    """`vu` holds each invoice with the mark of what leaves for it, `ecartees` those that were left out."""

    vu = HiddenField(validators=[AtMost(LONGEST)])
    ecartees = HiddenField(validators=[AtMost(LONGEST)])
    jeton = HiddenField()
    affranchissement = ChoiceField(N_("Postage of formal notices"))
    a_jour = BooleanField(N_("I have entered the payments received up to today"))
    nom = StringField("", [AtMost(200)], render_kw={"autocomplete": "off"})

    def __init__(self, postages: Mapping[Postage, str], usual: Postage, **values: Any) -> None:
        super().__init__(**{"data": {"jeton": str(uuid4()), "affranchissement": usual.value}, **values})
        self.affranchissement.choices = options({one.value: name for one, name in postages.items()})
        if self.affranchissement.data is None:
            self.affranchissement.data = usual.value
        self._usual = usual

    @property
    def token(self) -> str:
        """The send's own mark: a second click makes no second one."""
        try:
            return str(UUID(self.jeton.data or ""))
        except ValueError:
            return str(uuid4())

    @property
    def postage(self) -> Postage:
        """How formal notices on paper are posted."""
        return Postage(self.affranchissement.data) if self.affranchissement.data in set(Postage) else self._usual

    @property
    def seen(self) -> dict[int, str]:
        """What the person saw leave, by invoice."""
        pairs = (part.partition(".") for part in (self.vu.data or "").split(","))
        return {int(key): mark for key, _, mark in pairs if key.isascii() and key.isdigit() and len(key) <= 12}

    @property
    def behind(self) -> list[int]:
        """What the person saw stay behind."""
        return selection.expand(self.ecartees.data or "")

    def show(self, offer: Offer) -> None:
        """Hold what is shown now."""
        marks = offer.marks()
        self.vu.data = ",".join(f"{key}.{mark}" for key, mark in sorted(marks.items()))
        self.ecartees.data = selection.compact(one.invoice.id for one in offer.left_out if one.invoice.id not in marks)
        self.nom.label.text = gettext(self.name_asked(offer))

    def name_asked(self, offer: Offer) -> str:
        """What must be typed before formal notices leave."""
        if len(self.noticed(offer)) == 1:
            return N_("Formal notice: type the customer's name to confirm")
        return N_("Formal notices: type how many there are to confirm")

    def noticed(self, offer: Offer) -> set[str]:
        """The customers who get a formal notice."""
        return {one.customer.name for one in offer.notices}

    def careful(self, offer: Offer) -> bool:
        """Whether so many messages leave that payments must be known."""
        return len(offer.messages) >= CAREFUL_FROM

    def confirmed(self, offer: Offer) -> bool:
        """Whether all that is asked for was given; the errors stand at their fields."""
        if self.careful(offer) and not self.a_jour.data:
            self.a_jour.errors = [gettext("Tick this box once the payments are entered.")]
        if offer.notices and not self._named(offer):
            self.nom.errors = [gettext("This is not what is asked for.")]
        return not (self.a_jour.errors or self.nom.errors)

    def _named(self, offer: Offer) -> bool:
        typed, names = _plain(self.nom.data or ""), self.noticed(offer)
        if len(names) == 1:
            return typed == _plain(names.pop())
        return typed == str(len(offer.notices))


def _plain(text: str) -> str:
    """A name whatever its capitals, accents and spaces."""
    apart = unicodedata.normalize("NFKD", text)
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).casefold().split())
