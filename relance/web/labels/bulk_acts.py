"""Sentences about one act on many invoices: what it is called, what it would do, what it did."""

from collections.abc import Mapping

from relance import i18n
from relance.domain.money import to_decimal
from relance.services.bulk_acts import Act, Hindrance
from relance.web.labels import N_, Say
from relance.web.labels.counted import counted
from relance.web.labels.reasons import translate

REMIND, MARK = "remind", "mark"
# The buttons under the list: the word that is sent, its label and icon.
BUTTONS: tuple[tuple[str, str, str], ...] = (
    (REMIND, N_("Remind…"), "send"),
    (Act.PAUSE, N_("Pause…"), "circle-pause"),
    (Act.PAY, N_("Mark as paid…"), "circle-check"),
    (MARK, N_("Mark as reminded…"), "mail"),
    (Act.PROMISE, N_("Promise…"), "calendar-clock"),
    (Act.DISPUTE, N_("Dispute…"), "scale"),
    (Act.EXCLUDE, N_("Exclude…"), "rotate-ccw"),
    (Act.PROGRAM, N_("Program…"), "settings"),
)
REFUSALS: dict[str, str] = {
    "selection.empty": N_("Choose at least one invoice."),
    "selection.too_many": N_("At most %(most)s invoices at once: narrow the list with its filters."),
    "selection.no_act": N_("Choose what to do with the invoices."),
    "selection.none_able": N_("There is nothing left to do: the invoices have changed meanwhile."),
}
HINDRANCES: dict[Hindrance, str] = {
    Hindrance.NOT_CHASED: N_("a draft, cancelled, or a document that is not chased"),
    Hindrance.PAID: N_("paid"),
    Hindrance.EXCLUDED: N_("excluded already"),
}
_QUESTIONS: dict[Act, tuple[str, str]] = {
    Act.PAY: (N_("Mark %(count)s invoice as paid?"), N_("Mark %(count)s invoices as paid?")),
    Act.PAUSE: (N_("Pause %(count)s invoice?"), N_("Pause %(count)s invoices?")),
    Act.DISPUTE: (N_("Put %(count)s invoice in dispute?"), N_("Put %(count)s invoices in dispute?")),
    Act.PROMISE: (
        N_("Note a promise to pay for %(count)s invoice?"),
        N_("Note a promise to pay for %(count)s invoices?"),
    ),
    Act.EXCLUDE: (N_("Exclude %(count)s invoice from reminders?"), N_("Exclude %(count)s invoices from reminders?")),
    Act.PROGRAM: (N_("Choose the program of %(count)s invoice?"), N_("Choose the program of %(count)s invoices?")),
}
_DO_IT: dict[Act, tuple[str, str]] = {
    Act.PAY: (N_("Mark %(count)s invoice as paid"), N_("Mark %(count)s invoices as paid")),
    Act.PAUSE: (N_("Pause %(count)s invoice"), N_("Pause %(count)s invoices")),
    Act.DISPUTE: (N_("Put %(count)s invoice in dispute"), N_("Put %(count)s invoices in dispute")),
    Act.PROMISE: (N_("Note the promise for %(count)s invoice"), N_("Note the promise for %(count)s invoices")),
    Act.EXCLUDE: (N_("Exclude %(count)s invoice"), N_("Exclude %(count)s invoices")),
    Act.PROGRAM: (N_("Change the program of %(count)s invoice"), N_("Change the program of %(count)s invoices")),
}
_DONE: dict[Act, tuple[str, str]] = {
    Act.PAY: (N_("%(count)s invoice is marked as paid."), N_("%(count)s invoices are marked as paid.")),
    Act.PAUSE: (N_("%(count)s invoice is paused."), N_("%(count)s invoices are paused.")),
    Act.DISPUTE: (N_("%(count)s invoice is in dispute."), N_("%(count)s invoices are in dispute.")),
    Act.PROMISE: (
        N_("The promise is noted for %(count)s invoice."),
        N_("The promise is noted for %(count)s invoices."),
    ),
    Act.EXCLUDE: (
        N_("%(count)s invoice is excluded from reminders."),
        N_("%(count)s invoices are excluded from reminders."),
    ),
    Act.PROGRAM: (
        N_("The program of %(count)s invoice is changed."),
        N_("The program of %(count)s invoices is changed."),
    ),
}
EFFECTS: dict[Act, str] = {
    Act.PAY: N_(
        "Each invoice is settled in full: a payment of all that is left is entered on the day below. What waits to "
        "leave is taken back. The payments can be removed again."
    ),
    Act.PAUSE: N_("Nothing leaves automatically for these invoices until that day. What waits to leave is taken back."),
    Act.DISPUTE: N_(
        "Nothing leaves automatically for these invoices until you end the dispute. What waits to leave is taken back."
    ),
    Act.PROMISE: N_(
        "The reminders wait for that day, and the days of grace after it. What waits to leave is taken back."
    ),
    Act.EXCLUDE: N_("These invoices are never reminded of automatically. What waits to leave is taken back."),
    Act.PROGRAM: N_("What was sent stays done; the next step is that of the new program."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of a selection."""
    return _(REFUSALS[code]) % facts if code in REFUSALS else None


def question(act: Act, count: int, language: str) -> str:
    """The title of the page that confirms."""
    return counted(_QUESTIONS[act], count, language)


def do_it(act: Act, count: int, language: str) -> str:
    """The button."""
    return counted(_DO_IT[act], count, language)


def done(act: Act, count: int, unable: int, language: str) -> str:
    """What was done, and how many it could not be done to."""
    said = counted(_DONE[act], count, language)
    left = (N_("%(count)s invoice was left as it was."), N_("%(count)s invoices were left as they were."))
    return f"{said} {counted(left, unable, language)}" if unable else said


def taken_back(count: int, language: str) -> str:
    """How many payments were removed again."""
    words = (
        N_("%(count)s payment is removed: its amount is due again."),
        N_("%(count)s payments are removed: their amounts are due again."),
    )
    return counted(words, count, language)


def gone(count: int, language: str) -> str:
    """Chosen invoices that no longer exist."""
    words = (
        N_("%(count)s chosen invoice no longer exists: it is left out."),
        N_("%(count)s chosen invoices no longer exist: they are left out."),
    )
    return counted(words, count, language)


def hindrance(why: Hindrance, language: str) -> str:
    """Why an act can't be done to an invoice."""
    return translate(language)(HINDRANCES[why])


def amounts(sums: Mapping[str, int], language: str) -> str:
    """Amounts of several currencies side by side, never added up."""
    return " + ".join(i18n.money(to_decimal(amount, one), one, language) for one, amount in sums.items())
