"""Words and sentences of the reports, and of the monthly report by e-mail."""

from collections.abc import Mapping
from datetime import date

from relance import i18n, paths
from relance.reports.averages import Average
from relance.services.mark import Means
from relance.storage.queries.report_keys import By
from relance.web.labels import N_, Say
from relance.web.labels.counted import counted
from relance.web.labels.dashboard import days

BY: dict[By, str] = {By.CUSTOMER: N_("Customer"), By.GROUP: N_("Group")}
DAYS: dict[int, str] = {7: N_("7 days"), 15: N_("15 days"), 30: N_("30 days")}
MEANS: dict[Means, str] = {
    Means.EMAIL: N_("E-mail"),
    Means.SMS: N_("SMS"),
    Means.LETTER: N_("Letter"),
    Means.CALL: N_("Telephone"),
}
KINDS: dict[str, str] = {"promise": N_("Promised"), "dispute": N_("In dispute")}
BUCKETS = (N_("Not due"), N_("1 to 30 days"), N_("31 to 60 days"), N_("61 to 90 days"), N_("More than 90 days"))
# The columns of the aged balance, short: a table has nine of them.
HEADINGS = (N_("Not due"), N_("1–30 d"), N_("31–60 d"), N_("61–90 d"), N_("Over 90 d"))

# (endpoint, name, what it answers)
REPORTS: tuple[tuple[str, str, str], ...] = (
    ("reports.aged", N_("Aged balance"), N_("Who owes how much, and for how long, on any day.")),
    ("reports.delays", N_("DSO and delays"), N_("How fast you are paid, and how it changes over the year.")),
    ("reports.effect", N_("Effect of each level"), N_("How many invoices are paid after each reminder.")),
    ("reports.sent", N_("Reminders sent"), N_("How many left each month, by e-mail, SMS and letter.")),
    ("reports.debtors", N_("Largest debtors"), N_("Which customers owe you the most.")),
    ("reports.suspended_invoices", N_("Promised and disputed"), N_("What waits for a promise or for an agreement.")),
)
ON_INVOICES = (N_("on %(count)s invoice"), N_("on %(count)s invoices"))
OTHERS = (N_("and %(count)s more customer"), N_("and %(count)s more customers"))
FAILURES = {
    "report.unknown": N_("Relance was interrupted while it sent this report: it may have left. It isn't sent again."),
    "report.not_made": N_("The report's file could not be made."),
}
REFUSALS = {
    "report.address": N_("This is not an e-mail address. Example: name@company.fr."),
    "report.language": N_("Choose one of the list."),
    "report.known_address": N_("This address receives the report already."),
    "report.too_many": N_("At most %(most)s people receive the report."),
    "report.gone": N_("This address doesn't receive the report any more."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about the monthly report, or of why it did not leave."""
    known = REFUSALS | FAILURES
    return _(known[code]) % facts if code in known else None


def average(one: Average | None, language: str) -> str:
    """Days, and on how many invoices; empty where there is none."""
    if one is None:
        return ""
    return f"{days(one.days, language)}, {counted(ON_INVOICES, one.invoices, language)}"


def next_one(day: date, language: str) -> str:
    """When the next monthly report leaves."""
    _ = i18n.translator(language, paths.locales()).gettext
    return _("Next: %(day)s") % {"day": i18n.long_date(day, language)}
