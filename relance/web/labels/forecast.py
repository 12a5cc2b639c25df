"""Words of the simulation page: its sections, its file, its e-mail."""

from relance import i18n, paths
from relance.domain.money import to_decimal
from relance.domain.plan import Outcome
from relance.services.forecast import Forecast, Row, Section, Total
from relance.services.simulate import Simulation
from relance.web.labels import N_, Say, reasons
from relance.web.labels.reasons import translate

SECTIONS: dict[Section, str] = {
    Section.SEND: N_("Will leave"),
    Section.APPROVAL: N_("Wait for your approval"),
    Section.MANUAL: N_("To send by hand"),
    Section.FIX: N_("To fix"),
    Section.ASIDE: N_("Left aside"),
    Section.WAIT: N_("Wait for their next date"),
}
HEADINGS = (
    N_("Customer code"),
    N_("Customer"),
    N_("Invoice"),
    N_("Due date"),
    N_("Left to pay"),
    N_("Currency"),
    N_("Reminder to send"),
    N_("Channel"),
    N_("Result"),
    N_("Reasons"),
    N_("Recipients"),
    N_("Next on"),
)


def tabs(shown: Forecast, language: str) -> list[tuple[Section | None, str, int]]:
    """Each section that has something, with its name and count; all but what waits comes first."""
    _ = translate(language)
    entries: list[tuple[Section | None, str, int]] = [(None, _("To look at"), len(shown.of(None)))]
    entries += [(one, _(SECTIONS[one]), shown.totals[one].count) for one in Section if shown.totals[one].count]
    return entries


def amounts(total: Total, language: str) -> str:
    """What invoices owe, currency by currency."""
    return " + ".join(_money(amount, currency, language) for currency, amount in sorted(total.amounts.items()))


def _money(amount: int, currency: str, language: str) -> str:
    return i18n.money(to_decimal(amount, currency), currency, language)


def subject(found: Simulation, language: str) -> str:
    """The subject of the e-mail to oneself."""
    _ = translate(language)
    return _("Simulation of the reminders of %(day)s") % {"day": i18n.full_date(found.day, language)}


def resumed(messages: int, language: str) -> str:
    """What the run that a person let go has queued."""
    said = i18n.translator(language, paths.locales())
    return said.ngettext(
        "The run is made: %(count)s message leaves now.",
        "The run is made: %(count)s messages leave now.",
        messages,
    ) % {"count": messages}


def explained(row: Row, language: str) -> list[str]:
    """Why, in full: every reason, then what else is worth knowing of a row."""
    _ = translate(language)
    told = [reasons.reason(why, language) for why in row.decision.reasons]
    if row.on_its_way and row.decision.outcome is Outcome.SEND:
        told.append(_("Its message is ready already; no second one is made."))
    if row.decision.mute and row.decision.channels:
        channels = ", ".join(reasons.channel(one, language) for one in row.decision.mute)
        told.append(_mute(row, _) % {"channels": channels, "instead": channels_of(row, language)})
    if row.fell_back:
        told.append(_("In the firm's language: the template has no other."))
    return told


def _mute(row: Row, _: Say) -> str:
    if row.step is not None and row.decision.channels == (row.step.fallback,):
        return _("No address to send to by %(channels)s: it goes by %(instead)s instead")
    return _("No address to send to by %(channels)s: add one")


def channels_of(row: Row, language: str) -> str:
    """The channels a row's reminder goes through."""
    names = row.decision.channels or (row.step.channels if row.step else ())
    return ", ".join(reasons.channel(one, language) for one in names)


def headings(language: str) -> list[str]:
    """The headings of the file."""
    return [translate(language)(heading) for heading in HEADINGS]


def cells(row: Row, language: str) -> list[str]:
    """A row of the file; amounts are numbers with the reader's decimal sign."""
    amount = str(to_decimal(row.balance, row.invoice.currency))
    step = row.decision.step
    return [
        row.customer.code,
        row.customer.name,
        row.invoice.number,
        i18n.short_date(row.invoice.due_date, language) if row.invoice.due_date else "",
        amount.replace(".", ",") if language == "fr" else amount,
        row.invoice.currency,
        reasons.level(step.level, language, offset=row.step.offset if row.step else None) if step else "",
        channels_of(row, language),
        reasons.outcome(row.decision.outcome, language),
        " ; ".join(explained(row, language)),
        ", ".join(row.recipients),
        i18n.short_date(row.decision.next_on, language) if row.decision.next_on else "",
    ]
