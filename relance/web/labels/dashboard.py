"""Sentences of the first page: its figures and what they rest on, the next run, the last days."""

from datetime import date

from relance import i18n, paths
from relance.domain.delivery import ChannelName
from relance.domain.money import to_decimal
from relance.reports.aging import Bucket
from relance.reports.dso import NoDso
from relance.services.reporting.figures import CurrencyFigures
from relance.web.labels import N_
from relance.web.labels.counted import counted

BUCKETS: dict[Bucket, str] = {
    Bucket.NOT_DUE: N_("Not due"),
    Bucket.MONTH: N_("1 to 30 days"),
    Bucket.TWO: N_("31 to 60 days"),
    Bucket.THREE: N_("61 to 90 days"),
    Bucket.MORE: N_("More than 90 days"),
}
NO_DSO: dict[NoDso, str] = {
    NoDso.TOO_YOUNG: N_("It takes 90 days of invoices to work it out."),
    NoDso.UNPAID_ONLY: N_("Not shown: only unpaid invoices were imported, so the turnover is not complete."),
    NoDso.NO_TURNOVER: N_("Not shown: nothing was invoiced in this currency lately."),
}
DAYS = (N_("%(days)s day"), N_("%(days)s days"))
INVOICES = (N_("%(count)s invoice"), N_("%(count)s invoices"))
SENT: dict[ChannelName, tuple[str, str]] = {
    ChannelName.EMAIL: (N_("%(count)s e-mail"), N_("%(count)s e-mails")),
    ChannelName.SMS: (N_("%(count)s text message"), N_("%(count)s text messages")),
    ChannelName.LETTER: (N_("%(count)s letter"), N_("%(count)s letters")),
}
PAYMENTS = (N_("%(count)s payment"), N_("%(count)s payments"))
POINTS = (N_("%(count)s point to settle"), N_("%(count)s points to settle"))
RATES = N_("Enter the rate of late interest of the half-year: without it, interest can't be worked out")
BACKUP = N_("Download a backup: the last one is more than 30 days old, or there is none")
WEEK = 7


def days(number: float, language: str) -> str:
    """Days with one decimal at most: 11,4 jours."""
    whole = abs(number) < 2 if language == "fr" else number == 1
    return counted(DAYS, 1 if whole else 2, language, days=i18n.figure(number, language))


def whole_days(number: float, language: str) -> str:
    """Days without decimals: 42 jours."""
    return days(round(number), language)


def against_last_year(one: CurrencyFigures, language: str) -> str:
    """How the DSO moved in a year; empty where either is unknown."""
    if one.dso.days is None or one.dso_year_ago is None:
        return ""
    change = round(one.dso.days) - round(one.dso_year_ago)
    _ = i18n.translator(language, paths.locales()).gettext
    if change == 0:
        return _("as a year ago")
    sign = "+" if change > 0 else "\u2212"
    return _("%(change)s in a year") % {"change": sign + whole_days(abs(change), language)}


def rounded(minor: int, currency: str, language: str) -> str:
    """An amount for the eye: 37 000 €."""
    return i18n.round_money(to_decimal(minor, currency), currency, language)


def next_run(day: date, today: date, sends: int, language: str) -> str:
    """The button that leads to what leaves next."""
    _ = i18n.translator(language, paths.locales()).gettext
    if day == today:
        return _("See today's reminders (%(count)s)") % {"count": sends}
    if (day - today).days < WEEK:
        return _("See the reminders of %(weekday)s (%(count)s)") % {
            "weekday": i18n.weekday(day, language),
            "count": sends,
        }
    return _("See the reminders of %(date)s (%(count)s)") % {"date": i18n.long_date(day, language), "count": sends}


def sent(counts: dict[ChannelName, int], language: str) -> str:
    """What left on a day: 3 e-mails, 1 lettre."""
    return ", ".join(counted(SENT[channel], counts[channel], language) for channel in SENT if counts.get(channel))


def received(payments: int, amounts: dict[str, int], language: str) -> str:
    """What came in on a day: 2 règlements, 1 480,40 €."""
    if not payments:
        return ""
    sums = [
        i18n.money(to_decimal(amount, currency), currency, language) for currency, amount in sorted(amounts.items())
    ]
    return ", ".join((counted(PAYMENTS, payments, language), *sums))
