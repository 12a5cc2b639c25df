"""The forms of senders: who each is, and who takes over from one that goes."""

from collections.abc import Iterable

from wtforms import SelectField, StringField, TextAreaField

from relance.services.senders.keys import SENDER
from relance.services.senders.settings import Heir
from relance.storage.models import Sender
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.problems import SettingsForm
from relance.web.labels import N_
from relance.web.language import gettext

_EMAIL = {"type": "email", "inputmode": "email"}
FIRM = "firm"


class SenderForm(SettingsForm):
    """One identity beside the firm's own."""

    refused_at = {"senders.name_taken": "name", "senders.no_name": "name", "senders.bic_alone": "bic"}

    name = StringField(
        N_("Name of the sender"),
        [Filled()],
        description=N_("Customers read it as the sender, in the text and at the head of letters."),
        render_kw={"autocomplete": "off"},
    )
    address = TextAreaField(N_("Address"), description=N_("Empty: the firm's."), render_kw={"rows": "3"})
    phone = StringField(N_("Telephone"), description=N_("Empty: the firm's."), render_kw={"type": "tel"})
    email = StringField(
        N_("E-mail address"),
        description=N_("Replies go there while its messages leave through the firm's account. Empty: the firm's."),
        render_kw=_EMAIL,
    )
    siren = StringField(N_("SIREN"), description=N_("Nine digits."), render_kw={"inputmode": "numeric"})
    vat_number = StringField(N_("VAT number"))
    iban = StringField(N_("IBAN"), description=N_("Empty: the firm's IBAN and BIC, with the firm as the payee."))
    bic = StringField(N_("BIC"), description=N_("Of this IBAN."))
    signature = TextAreaField(
        N_("Signature of the messages"),
        description=N_("Empty: the firm's, with the name and the telephone that stand in it."),
        render_kw={"rows": "4"},
    )
    letterhead = TextAreaField(
        N_("Lines of the letterhead"),
        description=N_(
            "Empty: its name, address, telephone and e-mail; without an address of its own, the firm's letterhead."
        ),
        render_kw={"rows": "4"},
    )
    footer = TextAreaField(N_("Foot of the page"), description=N_("Empty: the firm's."), render_kw={"rows": "3"})
    place = StringField(
        N_("Place"),
        description=N_("Of “Lyon, 22 November 2026”. Empty: the town of its address, else as the firm has it."),
    )

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked."""
        return {field.name: field.data or "" for field in self}


def sender_data(sender: Sender) -> dict[str, object]:
    """A sender as the form shows it."""
    return {name: getattr(sender, name) for name in SENDER}


class HeirForm(PageForm):
    """Who takes over from a sender that goes."""

    refused_at = {"senders.used": "heir", "senders.own_heir": "heir", "senders.gone": "heir"}

    heir = SelectField(N_("Who writes to them from now on"), choices=[], validate_choice=False)

    def offer(self, firm: str, others: Iterable[tuple[int, str]]) -> None:
        """Those to choose from, by id and name; the firm itself comes first."""
        self.heir.choices = options({"": gettext("Choose…"), FIRM: firm, **{str(key): name for key, name in others}})

    def chosen(self) -> Heir | None:
        """The one that was chosen; None where none of them was."""
        given = self.heir.data or ""
        if not given or given not in {str(choice[0]) for choice in self.heir.iter_choices()}:
            return None
        return Heir(None if given == FIRM else int(given))
