"""The forms of a program: its head, one row for each step, and the comma list users know (RULES 1)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField, SelectField, StringField

from relance.domain.delivery import ChannelName
from relance.domain.program import CountFrom, Grouping, Mode, Repeat, Step
from relance.web.forms.base import Filled, options
from relance.web.forms.problems import SettingsForm
from relance.web.labels import N_
from relance.web.labels.models import model_name
from relance.web.labels.programs import FALLBACKS, GROUPINGS, MODES
from relance.web.language import gettext

_NUMBER = {"inputmode": "numeric", "size": "4", "maxlength": "5", "autocomplete": "off"}
_DAYS = re.compile(r"[0-9]{1,4}")
BEFORE, ON_THE_DAY, AFTER, PREVIOUS = "before", "on", "after", "previous"
NO_LEVEL = 9  # a word that is no level: the program's own check says so
KEEP = "="  # its channels use several models, as a settings file may say: they stay as they are
CHANNELS = tuple(ChannelName)

Templates = tuple[tuple[ChannelName, str], ...]
Models = Mapping[str, Collection[ChannelName]]  # the models of messages by name, and the channels each has a text for


class ProgramForm(SettingsForm):
    """What is the same for all steps, and the lines that help to fill them in."""

    name = StringField(N_("Name"), [Filled()])
    general = BooleanField(N_("General program: for every customer that has no other"))
    active = BooleanField(N_("Active: its reminders leave"))
    grouping = SelectField(
        N_("Several invoices at the same step"),
        choices=options({one.value: GROUPINGS[one] for one in Grouping}),
        validate_choice=False,
    )
    repeat_every = StringField(N_("Repeat the last step every (days)"), render_kw=_NUMBER)
    repeat_times = StringField(N_("At most (times)"), render_kw=_NUMBER)
    offsets = StringField(
        N_("Days, with commas between them"),
        description=N_("Before the due date with a minus sign, 0 for the day itself. Example: -3, 0, 5."),
    )
    due = StringField(N_("Example for an invoice due on"), render_kw={"type": "date"})
    confirmed = HiddenField()

    def chosen_grouping(self) -> Grouping:
        """How invoices share a message."""
        known = {one.value for one in Grouping}
        return Grouping(self.grouping.data) if self.grouping.data in known else Grouping.CUSTOMER

    def repeat(self) -> Repeat | None:
        """The repeat of the last step; None for none, or where its numbers are wrong, which then have an error."""
        every, times = (self.repeat_every.data or "").strip(), (self.repeat_times.data or "").strip()
        if not every and not times:
            return None
        for field, text in ((self.repeat_every, every), (self.repeat_times, times)):
            if not _DAYS.fullmatch(text):
                field.errors = [gettext("Enter a whole number, or leave both fields empty.")]
        return None if self.errors else Repeat(int(every), int(times))


class StepForm(SettingsForm):
    """One step. `origin` is its place in the program that is changed; what the form doesn't show comes from there."""

    origin = HiddenField()
    level = SelectField(
        N_("Level"),
        choices=options({"0": N_("Reminder"), "1": N_("Level 1"), "2": N_("Level 2"), "3": N_("Level 3")}),
        validate_choice=False,
    )
    days = StringField(N_("Days"), render_kw=_NUMBER)
    when = SelectField(
        N_("Counted"),
        choices=options(
            {
                BEFORE: N_("before the due date"),
                ON_THE_DAY: N_("on the due date"),
                AFTER: N_("after the due date"),
                PREVIOUS: N_("after the step before"),
            }
        ),
        validate_choice=False,
    )
    mode = SelectField(
        N_("Sending"), choices=options({mode.value: MODES[mode] for mode in Mode}), validate_choice=False
    )
    email = BooleanField(N_("E-mail"))
    sms = BooleanField(N_("SMS"))
    letter = BooleanField(N_("Letter"))
    template = SelectField(N_("Text"), choices=[], validate_choice=False)
    fallback = SelectField(
        N_("If nobody can be reached"), choices=options({"": N_("Nothing"), **FALLBACKS}), validate_choice=False
    )
    deadline = StringField(N_("Days given to pay"), render_kw=_NUMBER)
    remove = BooleanField(N_("Remove"))

    def __init__(self, index: int, models: Models, **values: Any) -> None:
        super().__init__(prefix=f"s{index}-", **values)
        self._models = models
        kept = {KEEP: gettext("As now: one for each channel")} if self.template.data == KEEP else {}
        named = {name: model_name(name, gettext) for name in models}
        self.template.choices = options({"": gettext("Text of the level"), **kept, **named})

    def channels(self) -> tuple[ChannelName, ...]:
        """Those that are ticked."""
        return tuple(channel for channel in CHANNELS if self[channel.value].data)

    def step(self, base: Step, number: int) -> Step | None:
        """The step, the `number`-th; None where a number is wrong, which then has an error."""
        days, deadline = (self.days.data or "").strip(), (self.deadline.data or "").strip()
        if not _DAYS.fullmatch(days):
            self.days.errors = [gettext("Step %(step)s: enter a whole number of days.") % {"step": number}]
        elif self.when.data == ON_THE_DAY and int(days):
            self.days.errors = [gettext("Step %(step)s: “on the due date” goes with 0 days.") % {"step": number}]
        if deadline and not _DAYS.fullmatch(deadline):
            said = gettext("Step %(step)s: the days given to pay are a whole number, or nothing.")
            self.deadline.errors = [said % {"step": number}]
        if self.errors:
            return None
        modes = {mode.value for mode in Mode}
        channels = self.channels()
        fallback = ChannelName(self.fallback.data) if self.fallback.data in FALLBACKS else None
        return replace(
            base,
            level=int(self.level.data) if self.level.data in ("0", "1", "2", "3") else NO_LEVEL,
            offset=-int(days) if self.when.data == BEFORE else int(days),
            counts_from=CountFrom.PREVIOUS if self.when.data == PREVIOUS else CountFrom.DUE,
            channels=channels,
            mode=Mode(self.mode.data) if self.mode.data in modes else Mode.APPROVAL,
            fallback=fallback,
            templates=self._templates(base, (*channels, fallback) if fallback else channels),
            deadline_days=int(deadline) if deadline else None,
            repeat=None,
        )

    def _templates(self, base: Step, ways: tuple[ChannelName, ...]) -> Templates:
        name = self.template.data or ""
        if name == KEEP:
            return tuple((channel, kept) for channel, kept in base.templates if channel in ways)
        return _named(name, ways, self._models)


def _named(name: str, ways: tuple[ChannelName, ...], models: Models) -> Templates:
    """The model, for each way that it has a text for; an unknown name stays, for the service to refuse."""
    fits = models.get(name, CHANNELS)
    return tuple(sorted((channel, name) for channel in ways if name and channel in fits))


def step_data(step: Step, origin: int, models: Models) -> dict[str, object]:
    """A step as its row shows it."""
    when = BEFORE if step.offset < 0 else AFTER if step.offset else ON_THE_DAY
    return {
        "origin": str(origin),
        "level": str(step.level),
        "days": str(abs(step.offset)),
        "when": PREVIOUS if step.counts_from is CountFrom.PREVIOUS else when,
        "mode": step.mode.value,
        "template": _model_of(step, models),
        **{channel.value: channel in step.channels for channel in CHANNELS},
        "deadline": str(step.deadline_days or ""),
        "fallback": step.fallback.value if step.fallback else "",
    }


def _model_of(step: Step, models: Models) -> str:
    """The model that all its ways use where they can; KEEP where they use several."""
    if not step.templates:
        return ""
    ways = (*step.channels, step.fallback) if step.fallback else step.channels
    name = step.templates[0][1]
    return name if _named(name, ways, models) == tuple(sorted(step.templates)) else KEEP


def indexes_sent() -> list[int]:
    """The rows that were sent, in their order on the page."""
    found = [re.fullmatch(r"s([0-9]{1,3})-days", key) for key in request.form]
    return [int(match[1]) for match in found if match]
