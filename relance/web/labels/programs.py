"""Sentences about programs, and the refusals of switching on and of setting up the e-mail account."""

from collections.abc import Mapping

from relance import i18n, paths
from relance.domain.delivery import ChannelName
from relance.domain.program import MAX_OFFSET_DAYS, Grouping, Mode, ProgramFault, Step
from relance.services.programs.presets import Preset
from relance.web.labels import N_, Say

SENTENCES = {
    "program.general": N_("“%(name)s” is the general program. Make another one the general program first."),
    "program.replacement": N_("“%(name)s” is in use. Choose the program that replaces it."),
    "activation.already_on": N_("Automatic reminders are on already."),
    "activation.blocked": N_("Automatic reminders can't be switched on yet: something must be set up first."),
    "mail.password_unusable": N_(
        "This password can't be used: it is on one line and has at most %(longest)s characters."
    ),
    "mail.password_unwritable": N_("The password can't be kept in %(file)s: %(error)s. Nothing was changed."),
    "mail.no_host": N_("Enter the mail server before you send a test."),
}
# RULES 1.2, in the words of the page.
FAULTS: dict[ProgramFault, str] = {
    ProgramFault.NO_STEP: N_("A program has one step at least. Add one."),
    ProgramFault.LEVEL_RANGE: N_("Step %(step)s: its level isn't one of the list."),
    ProgramFault.OFFSET_RANGE: N_("Step %(step)s: enter %(most)s days at most."),
    ProgramFault.COURTESY_AFTER_DUE: N_(
        "Step %(step)s: a reminder before the due date can't leave after it. Choose level 1, or “before”."
    ),
    ProgramFault.COURTESY_FROM_PREVIOUS: N_("Step %(step)s: a reminder before the due date counts from that date."),
    ProgramFault.LEVEL_BEFORE_DUE: N_(
        "Step %(step)s: levels 1 to 3 leave one day after the due date at the earliest. Choose “after”."
    ),
    ProgramFault.LEVEL_DECREASES: N_("Step %(step)s: its level is lower than that of the step before it."),
    ProgramFault.OFFSET_NOT_INCREASING: N_("Step %(step)s: it must come later than the steps before it."),
    ProgramFault.FIRST_FROM_PREVIOUS: N_("Step %(step)s: it is the first, there is no step before it to count from."),
    ProgramFault.NO_CHANNEL: N_("Step %(step)s: it has no channel."),
    ProgramFault.FALLBACK_IS_OWN: N_(
        "Step %(step)s: the channel to fall back on is one of its own. Choose another one, or none."
    ),
    ProgramFault.REPEAT_NOT_LAST: N_("Step %(step)s: only the last step can repeat."),
    ProgramFault.REPEAT_RANGE: N_("Step %(step)s: it repeats every day at the most, and once at least."),
    ProgramFault.DEADLINE_RANGE: N_("Step %(step)s: give between 1 and %(most)s days to pay."),
}
MODES = {
    Mode.AUTO: N_("Leaves by itself"),
    Mode.APPROVAL: N_("Asks me first"),
    Mode.MANUAL: N_("Only by hand"),
}
GROUPINGS = {
    Grouping.CUSTOMER: N_("One message for all the invoices of a customer at the same step"),
    Grouping.INVOICE: N_("One message for each invoice"),
}
FALLBACKS = {
    ChannelName.EMAIL.value: N_("By e-mail"),
    ChannelName.SMS.value: N_("By SMS"),
    ChannelName.LETTER.value: N_("By letter"),
}
# A ready program: its name, and whom it suits.
PRESETS = {
    Preset.GENTLE: (N_("Gentle"), N_("For customers you know well: more time, and instalments proposed.")),
    Preset.STANDARD: (N_("Standard"), N_("For most customers: reminded before the due date, then every week.")),
    Preset.FIRM: (N_("Firm"), N_("For customers who often pay late: from the day after the due date.")),
    Preset.PUBLIC: (N_("Public sector"), N_("For administrations: what is missing is asked for before the due date.")),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about programs, activation or the e-mail account."""
    return _(SENTENCES[code]) % facts if code in SENTENCES else None


def fault(what: ProgramFault, step: int, _: Say) -> str:
    """Why a program can't be as it is, with the step that is at fault."""
    return _(FAULTS[what]) % {"step": step, "most": MAX_OFFSET_DAYS}


def offsets(steps: tuple[Step, ...]) -> str:
    """The steps as the comma list users know; + for one that counts from the step before (RULES 1.3).

    A day before has a true minus sign: a hyphen would part from its figure at the end of a line.
    """
    days = (f"+{step.offset}" if step.counts_from.value == "previous" else str(step.offset) for step in steps)
    return ", ".join(days).replace("-", "\N{MINUS SIGN}")


def changed(invoices: int, leaving: int, language: str) -> str:
    """What a change of a program does to the invoices."""
    said = i18n.translator(language, paths.locales())
    if not invoices:
        return said.gettext("No invoice changes step.")
    first = said.ngettext(
        "%(count)s invoice changes step or date.", "%(count)s invoices change step or date.", invoices
    )
    second = said.ngettext(
        "%(count)s more reminder leaves at the next sending.",
        "%(count)s more reminders leave at the next sending.",
        leaving,
    )
    none = said.gettext("No more reminder leaves at the next sending.")
    return f"{first % {'count': invoices}} {second % {'count': leaving} if leaving else none}"
