"""The forms of a customer group: how its customers are reminded, who belongs to it, what becomes of them."""

from typing import Any

from wtforms import SelectField, StringField, TextAreaField

from relance.domain.book import Choose
from relance.domain.program import ProgramId, Tone
from relance.services.groups import GroupChange
from relance.storage.models import CustomerGroup
from relance.storage.queries.customer import Choices
from relance.web.forms.customers import INHERITS, NAMED, RadioChoice
from relance.web.forms.fields import ChoiceField
from relance.web.forms.problems import SettingsForm
from relance.web.labels import N_
from relance.web.labels.customers import TONES
from relance.web.language import gettext


class NewGroupForm(SettingsForm):
    """A name is enough to begin."""

    refused_at = {"group.name_taken": "name"}

    name = StringField(N_("Name of the group"), render_kw={"autocomplete": "off"})


class GroupForm(NewGroupForm):
    """How the customers of a group are reminded."""

    refused_at = {"group.name_taken": "name", "customer.no_program": "named", "customer.no_sender": "sender"}

    program = RadioChoice(N_("Program of reminders"))
    named = SelectField(N_("Another program"), validate_choice=False)
    tone = RadioChoice(
        N_("Tone"),
        description=N_(
            "For the steps that name no text. Private persons have their own texts, which are gentle already."
        ),
    )
    sender = ChoiceField(N_("Writes as"), default="")

    def change(self) -> GroupChange:
        """What it asks for."""
        sender = int(self.sender.data) if self.sender.data else None
        return GroupChange(self.name.data or "", self._program(), Tone(self.tone.data), sender)

    def _program(self) -> Choose | ProgramId:
        if self.program.data != NAMED:
            return Choose(self.program.data)
        text = str(self.named.data or "")
        return ProgramId(int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0)


class AddForm(SettingsForm):
    """Customers that come in."""

    refused_at = dict.fromkeys(
        ("group.nobody", "group.too_many", "group.unknown", "group.ambiguous"),
        "customers",
    )

    customers = TextAreaField(
        N_("Add customers"),
        description=N_("Their codes or their names, one a line. A customer leaves the group it was in."),
        render_kw={"rows": 4, "autocomplete": "off"},
    )


class DeleteForm(SettingsForm):
    """Where its customers go."""

    refused_at = {"group.no_replacement": "replacement"}

    replacement = ChoiceField(N_("Group that its customers go to"), default="")

    def __init__(self, groups: dict[int, str], **values: Any) -> None:
        super().__init__(**values)
        self.replacement.choices = [("", gettext("No group")), *((str(key), name) for key, name in groups.items())]


def group_form(choices: Choices, firm_name: str, row: CustomerGroup, **values: Any) -> GroupForm:
    """The form of a group with the programs and senders there are."""
    named = NAMED if row.program_id is not None else row.program_choice.value
    data = {"name": row.name, "program": named, "named": str(row.program_id or "")}
    form = GroupForm(data={**data, "tone": row.tone.value, "sender": str(row.sender_id or "")}, **values)
    general = gettext("The general program (%(name)s)") % {"name": choices.general or gettext("none")}
    never = gettext("Never remind automatically")
    form.program.choices = [(INHERITS, general), (NAMED, gettext("Another program")), (Choose.NEVER.value, never)]
    form.named.choices = [(str(key), name) for key, name in choices.programs.items()]
    form.tone.choices = [(one.value, gettext(name)) for one, (name, _what) in TONES.items()]
    itself = gettext("The firm itself (%(name)s)") % {"name": firm_name}
    form.sender.choices = [("", itself), *((str(key), name) for key, name in choices.senders.items())]
    return form
