"""Sentences of the settings pages: what is wrong in a field, what stands in the way of sending."""

from relance import i18n, paths
from relance.services.activation import Blocker
from relance.services.settings.loading import Problem, ProblemCode
from relance.web.labels import N_, Say, config

# Where a page says it otherwise than a settings file: there are no quotes or keys in a form.
ON_A_PAGE: dict[ProblemCode, str] = {
    ProblemCode.NOT_INTEGER: N_("Enter a whole number between %(low)s and %(high)s."),
    ProblemCode.NOT_AMOUNT: N_("Enter an amount of 0 or more, such as 12.50."),
    ProblemCode.NOT_TEXT: N_("Enter a text."),
    ProblemCode.NOT_ONE_LINE: N_("Enter a text on one line."),
    ProblemCode.EMPTY: N_("Fill in this field."),
    ProblemCode.HOST: N_("Enter the name of the server alone, such as smtp.company.fr."),
    ProblemCode.TIME: N_("Enter a time, such as 10:00."),
    ProblemCode.UNKNOWN_TEMPLATE: N_("There is no template with this name."),
    ProblemCode.OFFSETS: N_("Enter whole numbers of days with commas between them, such as -3, 0, 5: not “%(item)s”."),
}
# (what is missing, where it is mended, what that is called)
BLOCKERS: dict[Blocker, tuple[str, str, str]] = {
    Blocker.NO_EMAIL_ACCOUNT: (
        N_("No e-mail account is set up, and the program sends e-mails. Set one up, or choose letters in the program."),
        "settings.email",
        N_("Set up the e-mail account"),
    ),
    Blocker.NO_SENDER: (
        N_("The e-mail account has no sender's address."),
        "settings.email",
        N_("Give the sender's address"),
    ),
    Blocker.NO_PROGRAM: (
        N_("No customer is on an active program: nothing would ever be due."),
        "programs.index",
        N_("Choose a general program"),
    ),
    Blocker.NO_INVOICES: (N_("There are no invoices yet."), "imports.index", N_("Import invoices")),
    Blocker.STALE_DATA: (
        N_("Payments are not up to date: customers who have paid could be chased."),
        "imports.index",
        N_("Import invoices or payments"),
    ),
}


def problem(one: Problem, _: Say) -> str:
    """What is wrong with a field, and the mend."""
    if one.code in ON_A_PAGE:
        return _(ON_A_PAGE[one.code]) % one.facts
    return config.problem_sentence(Problem(one.code, one.key, one.owner, None, "", one.facts), _)


def released(count: int, language: str) -> str:
    """What goes on now that the account is seen to; empty when nothing was held."""
    if not count:
        return ""
    return i18n.translator(language, paths.locales()).ngettext(
        "%(count)s message that was held back leaves now.",
        "%(count)s messages that were held back leave now.",
        count,
    ) % {"count": count}
