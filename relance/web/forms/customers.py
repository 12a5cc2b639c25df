"""Forms of the customer pages: what the list shows, and what a person may change of a customer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from relance.domain.book import Choose, ProgramChoice
from relance.domain.documents import CustomerKind
from relance.domain.program import ProgramId
from relance.i18n import MESSAGE_LANGUAGES
from relance.services.customer_contacts import MOST, ContactLine, Role, Use
from relance.services.customer_search import LONGEST
from relance.services.customers import CustomerChange, Pause
from relance.services.programs.own import Own
from relance.storage.models import Customer, Hold
from relance.storage.queries.customer import Choices
from relance.storage.queries.customers import Choice, Order, Searched, Wanted, Which
from relance.web.forms.base import PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField, DayField
from relance.web.forms.problems import SettingsForm
from relance.web.labels import N_
from relance.web.labels.customers import LANGUAGE_NAMES, LEVELS, ROLES, USES
from relance.web.labels.import_wizard import CUSTOMER_KINDS
from relance.web.language import gettext

SPARE_LINES = 2
COLUMNS = ("name", "kind", "language", "phone", "postcode", "city", "country", "notes", "group")


NAMES = ("etat", "q", "groupe", "type", "programme", "tri", "par", "page")  # all that the list's address may hold
INHERITS, NAMED = "inherit", "named"


class RadioChoice(ChoiceField, RadioField):
    """Buttons to choose one with; anything else is said in plain words."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.type = "RadioField"  # templates ask for it


class ListForm(PageForm):
    """What the list shows; read from the address."""

    q = StringField(N_("Search"), [AtMost(LONGEST)], render_kw={"type": "search"})
    groupe = ChoiceField(N_("Group"), default="")
    type = ChoiceField(
        N_("Kind of customer"),
        choices=options({"": N_("All"), **{one.value: CUSTOMER_KINDS[one] for one in CustomerKind}}),
        default="",
    )
    programme = ChoiceField(N_("Program"), default="")

    def __init__(self, found: Choices) -> None:
        super().__init__(formdata=request.args)
        every, groups, programs = ("", gettext("All")), found.groups.items(), found.programs.items()
        none = [(Choice.NONE.value, gettext("No group"))]
        others = [(Choice.OWN.value, gettext("Its own steps")), (Choice.NEVER.value, gettext("Never automatically"))]
        self.groupe.choices = [every, *((str(key), name) for key, name in groups), *none]
        self.programme.choices = [every, *((str(key), name) for key, name in programs), *others]

    def wanted(self, search: Searched | None) -> Wanted:
        """The tab, the filters and the order; what isn't one is left out."""
        which, order = request.args.get("etat", ""), request.args.get("tri", Order.NAME.value)
        word = order.removeprefix("-")
        kind = self.type.data if self.type.data in set(CustomerKind) else None
        return Wanted(
            which=Which(which) if which in set(Which) else Which.ALL,
            search=search,
            order=Order(word) if word in set(Order) else Order.NAME,
            descending=order.startswith("-"),
            group=_choice(self.groupe),
            kind=CustomerKind(kind) if kind else None,
            program=_choice(self.programme),
        )


def _choice(field: ChoiceField) -> int | Choice | None:
    word = field.data
    if not word or field.errors:
        return None
    return Choice(word) if word in set(Choice) else int(word)


class CustomerForm(SettingsForm):
    """Its fields have the names of the columns; those of the addresses are added by `customer_form`."""

    refused_at = {
        "customer.no_program": "named",
        "customer.no_sender": "sender",
        "customer.pause_date": "paused_until",
    }

    name = StringField(N_("Name"), render_kw={"autocomplete": "off"})
    kind = RadioChoice(
        N_("Kind of customer"),
        choices=options({one.value: CUSTOMER_KINDS[one] for one in CustomerKind}),
        description=N_("Not known counts as a private person: charges of late payment are then never named."),
    )
    language = ChoiceField(N_("Language of its messages"))
    phone = StringField(N_("Phone number"), render_kw={"type": "tel", "autocomplete": "off"})
    address = TextAreaField(
        N_("Postal address"), description=N_("Three lines at most."), render_kw={"rows": 3, "autocomplete": "off"}
    )
    postcode = StringField(N_("Postcode"), render_kw={"autocomplete": "off"})
    city = StringField(N_("City"), render_kw={"autocomplete": "off"})
    country = StringField(
        N_("Country"), description=N_("Its two-letter code, such as FR."), render_kw={"autocomplete": "off"}
    )
    group = StringField(
        N_("Group"),
        description=N_("A new name makes a new group."),
        render_kw={"list": "groups", "autocomplete": "off"},
    )
    program = RadioChoice(N_("Program of reminders"))
    named = SelectField(N_("Another program"), validate_choice=False)
    sender = ChoiceField(N_("Writes as"), default="")
    charges = BooleanField(N_("Claim late interest and the €40"))
    insolvent = BooleanField(N_("In insolvency proceedings: no reminder of any kind"))
    paused = BooleanField(N_("Pause its reminders"))
    paused_until = DayField(N_("Pause until"), description=N_("Without a date, the pause has no end."))
    notes = TextAreaField(
        N_("What to know about it"),
        description=N_("It stays on this page. Dated notes stand under Notes."),
        render_kw={"rows": 3},
    )

    lines: int = 0  # how many addresses it has boxes for

    def change(self) -> CustomerChange:
        """What it asks for."""
        columns: dict[str, object] = {name: self[name].data or "" for name in COLUMNS}
        columns["address"] = self.address.data or ""
        columns |= {"insolvent": bool(self.insolvent.data), "charges": bool(self.charges.data)}
        pause = Pause(self.paused_until.data) if self.paused.data or self.paused_until.data else None
        sender = int(self.sender.data) if self.sender.data else None
        return CustomerChange(columns, self.contacts(), self._program(), pause, sender)

    def _program(self) -> ProgramChoice | Own:
        """What was chosen; a program that is none of the list is one that is gone."""
        match self.program.data:
            case Own.STEPS.value:
                return Own.STEPS
            case Choose.NEVER.value:
                return Choose.NEVER
            case str(word) if word == NAMED:
                text = str(self.named.data or "")
                known = text.isascii() and text.isdigit() and len(text) < 10
                return ProgramId(int(text) if known else 0)
            case _:
                return Choose.INHERIT

    def contacts(self) -> list[ContactLine]:
        """The addresses as they were typed; one to be removed is an empty line, so that the others keep their place."""
        return [self._contact(index) for index in range(self.lines)]

    def _contact(self, index: int) -> ContactLine:
        role = self[f"role_{index}"].data
        levels = {level: self[f"level_{level}_{index}"].data for level in LEVELS}
        line = ContactLine(
            email=self[f"email_{index}"].data or "",
            name=self[f"name_{index}"].data or "",
            use=Use(self[f"use_{index}"].data or Use.TO),
            again=bool(self[f"again_{index}"].data),
            role=Role(role) if role else None,
            phone=self[f"phone_{index}"].data or "",
            levels={level: Use(use) for level, use in levels.items() if use},
        )
        return replace(line, email="") if self[f"remove_{index}"].data else line


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a customer has that chooses nothing itself, in words; and the language that it has now."""

    program: str
    sender: str
    spoken: str | None


def customer_form(choices: Choices, inherited: Inherited, *, lines: int, data: Any) -> CustomerForm:
    """The form of a customer: with so many boxes for addresses, and with the programs and languages there are."""
    fields: dict[str, object] = {"lines": lines}
    for index in range(lines):
        fields |= _line(index)
    kind: type[CustomerForm] = type("CustomerForm", (CustomerForm,), fields)
    form = kind(data=data)
    spoken = inherited.spoken
    codes = dict.fromkeys((*MESSAGE_LANGUAGES, *([spoken] if spoken else [])))
    named = ((one, LANGUAGE_NAMES.get(one, one)) for one in codes)
    form.language.choices = [("", gettext("The firm's language")), *named]
    form.sender.choices = [("", inherited.sender), *((str(key), name) for key, name in choices.senders.items())]
    form.named.choices = [(str(key), name) for key, name in choices.programs.items()]
    form.program.choices = [
        (INHERITS, inherited.program),
        (NAMED, gettext("Another program")),
        (Own.STEPS.value, gettext("Its own steps")),
        (Choose.NEVER.value, gettext("Never remind automatically")),
    ]
    return form


def _line(index: int) -> dict[str, object]:
    uses = {one.value: USES[one] for one in Use}
    roles = {one.value: ROLES[one] for one in Role}
    return {
        f"email_{index}": StringField(N_("E-mail address"), render_kw={"inputmode": "email", "autocomplete": "off"}),
        f"name_{index}": StringField(N_("Person"), render_kw={"autocomplete": "off"}),
        f"use_{index}": ChoiceField(N_("Use"), choices=options(uses)),
        f"role_{index}": ChoiceField(N_("Role"), choices=options({"": N_("No role"), **roles}), default=""),
        f"phone_{index}": StringField(N_("Mobile number"), render_kw={"type": "tel", "autocomplete": "off"}),
        **{
            f"level_{level}_{index}": ChoiceField(name, choices=options({"": N_("As usual"), **uses}), default="")
            for level, name in LEVELS.items()
        },
        f"remove_{index}": BooleanField(N_("Remove")),
        f"again_{index}": BooleanField(N_("Try it again")),
    }


def lines_sent() -> int:
    """How many boxes for addresses a form was sent with."""
    return sum(f"email_{index}" in request.form for index in range(MOST + SPARE_LINES))


def data_of(row: Customer, contacts: Sequence[ContactLine], pause: Hold | None, *, own: bool) -> dict[str, object]:
    """What the form shows of a customer; `own`: it has steps of its own."""
    data: dict[str, object] = {name: getattr(row, name) or "" for name in COLUMNS if name != "group"}
    data |= {
        "group": row.group.name if row.group else "",
        "address": "\n".join(line for line in (row.address_1, row.address_2, row.address_3) if line),
        "program": _word(row, own=own),
        "named": str(row.program_id or ""),
        "sender": str(row.sender_id or ""),
        "charges": row.charges,
        "insolvent": row.insolvent,
        "paused": pause is not None,
        "paused_until": pause.until if pause else None,
    }
    for index, line in enumerate(contacts):
        data |= {f"email_{index}": line.email, f"name_{index}": line.name, f"use_{index}": line.use.value}
        data |= {f"role_{index}": line.role.value if line.role else "", f"phone_{index}": line.phone}
        data |= {f"level_{level}_{index}": use.value for level, use in line.levels.items()}
    return data


def _word(row: Customer, *, own: bool) -> str:
    if row.program_id is None:
        return row.program_choice.value
    return Own.STEPS.value if own else NAMED
