"""Sentences about the firm's mailbox and about what customers wrote."""

from collections.abc import Mapping
from datetime import datetime

from relance import i18n, paths
from relance.channels.inbox.account import InboxState
from relance.services.mailbox.news import Decision
from relance.services.mailbox.reading import Reading
from relance.web.labels import N_, Say
from relance.web.labels.reasons import translate

SENTENCES: dict[str, str] = {
    "mailbox.no_host": N_("Give the mailbox's server first."),
    "mailbox.not_set_up": N_("No mailbox is set up: give its server in the settings."),
    "mailbox.demo": N_("This is the demonstration: no mailbox is read from it."),
    "mailbox.nothing_to_find": N_("This message doesn't wait to be found: see what became of it."),
    "reply.no_invoice": N_("Choose at least one invoice."),
}
DONE: dict[Decision, str] = {
    Decision.RESUME: N_("The reminders go on as the program says."),
    Decision.PROMISE: N_("The promise is noted: the reminders wait for its date."),
    Decision.DISPUTE: N_("The dispute is open: the reminders wait until you settle it."),
    Decision.PAUSE: N_("The reminders are paused."),
    Decision.EXCLUDE: N_("The chosen invoices are no longer reminded of automatically."),
}
TOO_LATE = N_("Somebody has already answered for this customer: nothing was changed.")
SET_ASIDE = N_("Put aside. The mark on the address, if any, stays.")
FOUND = N_("The message is among the sent mails: it left, and counts as sent.")
NOT_FOUND = N_("The message is not among the sent mails. Nothing was changed.")
NO_TELLING = N_("Relance can't tell: the mailbox has no folder of sent mails that it knows. Nothing was changed.")


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """Why something about the mailbox or a reply can't be done."""
    return _(SENTENCES[code]) % facts if code in SENTENCES else None


def checked(state: InboxState, language: str) -> str:
    """What a check of the mailbox found."""
    said = i18n.translator(language, paths.locales())
    text = said.ngettext(
        "Saved. The mailbox opens: %(count)s mail in the folder.",
        "Saved. The mailbox opens: %(count)s mails in the folder.",
        state.mails,
    )
    sent = said.gettext("Sent mails are in “%(folder)s”.") % {"folder": state.sent_folder}
    none = said.gettext("No folder of sent mails was recognised.")
    return " ".join((text % {"count": state.mails}, sent if state.sent_folder else none))


def was_read(reading: Reading, language: str) -> str:
    """What reading it found."""
    said = i18n.translator(language, paths.locales())
    text = said.ngettext("%(count)s mail read.", "%(count)s mails read.", reading.mails) % {"count": reading.mails}
    noted = said.ngettext(
        "%(count)s piece of news of your reminders.", "%(count)s pieces of news of your reminders.", reading.noted
    )
    more = said.gettext("More are left: they are read in the next minutes.") if reading.more else ""
    return " ".join(filter(None, (text, noted % {"count": reading.noted}, more)))


def last_read(moment: datetime | None, shown: str, language: str) -> str:
    """When the mailbox was last read."""
    _ = translate(language)
    return _("Last read on %(moment)s.") % {"moment": shown} if moment else _("It hasn't been read yet.")
