"""The lines of the state bar: how automatic sending stands, how fresh the data are, what waits for a person."""

from dataclasses import dataclass, replace
from enum import StrEnum
from gettext import NullTranslations

from relance import i18n, paths
from relance.services.state import State
from relance.web.labels import Say
from relance.web.labels.reopening import BAR


class Tone(StrEnum):
    """How grave a line is, and which icon it has."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    ERROR = "err"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the bar."""

    tone: Tone
    text: str
    link: str = ""  # the endpoint where it is mended
    waits: bool = False  # a person's matter, which the first page lists itself


def lines(found: State, language: str, *, demo: bool, silent: bool) -> tuple[Line, ...]:
    """The bar, first what is the case, then what must be mended."""
    said = i18n.translator(language, paths.locales())
    bar = [*_locked(found, said)]
    bar += [_sending(found, language, said.gettext, demo=demo), _fresh(found, language, said.gettext)]
    if silent and found.enabled:
        bar.append(Line(Tone.ERROR, said.gettext("Sending has stopped: start Relance's worker again.")))
    if found.absent and found.enabled:
        text = said.gettext("Relance was closed for a long time: look at the reminders before they leave.")
        bar.append(Line(Tone.WARN, text, "simulation.index"))
    matters = (*_accounts(found, said), *_waiting(found, said), *_letters(found, said), *_to_correct(found, said))
    return (*bar, *(replace(line, waits=True) for line in matters))


def _locked(found: State, said: NullTranslations) -> list[Line]:
    return [Line(Tone.ERROR, said.gettext(BAR[found.lock]), "reopening.index")] if found.lock else []


def _sending(found: State, language: str, _: Say, *, demo: bool) -> Line:
    if found.examples:
        said = _("These are examples: nothing can be sent. Clear them to begin with your own invoices.")
        return Line(Tone.WARN, said, "examples.clear")
    if demo:
        return Line(Tone.INFO, _("Examples: nothing can be sent."), "settings.index")
    if not found.enabled:
        return Line(Tone.INFO, _("Automatic reminders are off."), "automation.index")
    if found.next_run is None:
        return Line(Tone.WARN, _("Automatic reminders wait."), "simulation.index")
    if found.next_run <= found.now:
        return Line(Tone.OK, _("Automatic reminders are on; today's are due now."))
    when = {
        "day": i18n.full_date(found.next_run.date(), language),
        "hour": i18n.clock_time(found.next_run, language),
    }
    return Line(Tone.OK, _("Automatic reminders are on; next sending on %(day)s at %(hour)s.") % when)


def _fresh(found: State, language: str, _: Say) -> Line:
    if found.fresh_on is None:
        tone = Tone.WARN if found.enabled else Tone.INFO
        return Line(tone, _("No invoices or payments imported yet."), "imports.index")
    day = {"day": i18n.short_date(found.fresh_on, language)}
    if found.stale:
        return Line(Tone.WARN, _("Payments not updated since %(day)s: sending is held back.") % day, "imports.index")
    return Line(Tone.OK, _("Payments up to date as of %(day)s.") % day)


def _accounts(found: State, said: NullTranslations) -> list[Line]:
    seen, bar = found.waiting, []
    if seen.mail_held_code:
        text = said.gettext("The mail server refuses the account: correct its settings.")
        bar.append(Line(Tone.ERROR, text, "settings.email"))
    if seen.senders_held:
        text = said.ngettext(
            "The mail server refuses the account of %(name)s: correct its settings.",
            "The mail servers refuse the accounts of %(count)s senders: correct their settings.",
            seen.senders_held,
        )
        bar.append(Line(Tone.ERROR, text % {"name": seen.sender_held, "count": seen.senders_held}, "senders.index"))
    if seen.sms_held_code:
        text = said.gettext("Text messages are held back: look at their account.")
        bar.append(Line(Tone.ERROR, text, "settings_sms.index"))
    if seen.letter_held_code:
        text = said.gettext("Letters are held back: look at how they leave.")
        bar.append(Line(Tone.ERROR, text, "settings_letters.index"))
    if seen.mailbox_failed_code:
        text = said.gettext("The mailbox can't be read: replies of customers are not seen.")
        bar.append(Line(Tone.WARN, text, "mailbox.index"))
    return bar


def _waiting(found: State, said: NullTranslations) -> list[Line]:
    seen, bar = found.waiting, []
    if seen.unusual:
        text = said.ngettext(
            "%(count)s message waits: far more than usual was to leave. Look, and confirm.",
            "%(count)s messages wait: far more than usual was to leave. Look, and confirm.",
            seen.unusual,
        )
        bar.append(Line(Tone.WARN, text % {"count": seen.unusual}, "unusual.index"))
    if seen.unknown:
        text = said.ngettext(
            "%(count)s message may or may not have left: check it.",
            "%(count)s messages may or may not have left: check them.",
            seen.unknown,
        )
        bar.append(Line(Tone.ERROR, text % {"count": seen.unknown}, "history.index"))
    if seen.replies:
        text = said.ngettext(
            "%(count)s reply of a customer waits for you.",
            "%(count)s replies of customers wait for you.",
            seen.replies,
        )
        bar.append(Line(Tone.WARN, text % {"count": seen.replies}, "replies.index"))
    if seen.approvals:
        text = said.ngettext(
            "%(count)s reminder waits for your approval.",
            "%(count)s reminders wait for your approval.",
            seen.approvals,
        )
        bar.append(Line(Tone.INFO, text % {"count": seen.approvals}, "approvals.index"))
    return bar


def _letters(found: State, said: NullTranslations) -> list[Line]:
    count = found.waiting.letters
    text = said.ngettext("%(count)s letter to print or to post.", "%(count)s letters to print or to post.", count)
    return [Line(Tone.INFO, text % {"count": count}, "letters.index")] if count else []


def _to_correct(found: State, said: NullTranslations) -> list[Line]:
    if not found.to_correct:
        return []
    text = said.ngettext(
        "%(count)s customer to reach: correct the address.",
        "%(count)s customers to reach: correct their addresses.",
        found.to_correct,
    )
    return [Line(Tone.WARN, text % {"count": found.to_correct}, "corrections.index")]
