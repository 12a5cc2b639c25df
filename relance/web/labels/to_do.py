"""Sentences of the page that says what waits for a person."""

from dataclasses import dataclass

from relance.services.simulate import SkippedRun
from relance.web.labels import N_, reasons
from relance.web.labels.counted import counted


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work: its words for one and for many, the page where it is done, and what to ask of that page."""

    words: tuple[str, str]
    endpoint: str
    query: tuple[tuple[str, str], ...] = ()


REFUSED_MAIL = N_("Correct the e-mail account: its server refuses it")
REFUSED_TEXTS = N_("Correct the account for text messages: its provider refuses it")
REFUSED_POSTING = N_("Correct the account for letters: the postal partner refuses it")
UNREAD_MAILBOX = N_("Correct the mailbox: replies of customers can't be read")
LOCKED = N_("Say whether sending may go on after the restore or the copy")
# By the names of the counts, in the order a person should see to them.
WAITING: dict[str, Task] = {
    "locked": Task((LOCKED, LOCKED), "reopening.index"),
    "mail": Task((REFUSED_MAIL, REFUSED_MAIL), "settings.email"),
    "senders": Task(
        (
            N_("Correct the e-mail account of %(count)s sender: its server refuses it"),
            N_("Correct the e-mail accounts of %(count)s senders: their servers refuse them"),
        ),
        "senders.index",
    ),
    "texts": Task((REFUSED_TEXTS, REFUSED_TEXTS), "settings_sms.index"),
    "posting": Task((REFUSED_POSTING, REFUSED_POSTING), "settings_letters.index"),
    "mailbox": Task((UNREAD_MAILBOX, UNREAD_MAILBOX), "mailbox.index"),
    "unknown": Task(
        (
            N_("Say whether %(count)s message left or not"),
            N_("Say whether %(count)s messages left or not"),
        ),
        "history.index",
        (("etat", "inconnu"),),
    ),
    "unusual": Task(
        (
            N_("Confirm %(count)s message: far more than usual was to leave"),
            N_("Confirm %(count)s messages: far more than usual was to leave"),
        ),
        "unusual.index",
    ),
    "approvals": Task((N_("Approve %(count)s reminder"), N_("Approve %(count)s reminders")), "approvals.index"),
    "replies": Task(
        (N_("See to %(count)s reply of a customer"), N_("See to %(count)s replies of customers")), "replies.index"
    ),
    "letters": Task((N_("Print %(count)s letter"), N_("Print %(count)s letters")), "letters.index"),
    "unwritten": Task(
        (
            N_("Complete %(count)s message that can't be written"),
            N_("Complete %(count)s messages that can't be written"),
        ),
        "history.index",
        (("etat", "retenu"),),
    ),
    "late": Task(
        (
            N_("Say whether %(count)s message may still leave: Relance was not running at its time"),
            N_("Say whether %(count)s messages may still leave: Relance was not running at their time"),
        ),
        "dispatches.index",
    ),
}
LOOK: dict[str, Task] = {
    "manual": Task(
        (N_("Remind of %(count)s invoice by hand"), N_("Remind of %(count)s invoices by hand")), "to_do.manual"
    ),
    "corrections": Task(
        (N_("Correct the addresses of %(count)s customer"), N_("Correct the addresses of %(count)s customers")),
        "corrections.index",
    ),
    "returned": Task(
        (N_("Look at %(count)s message that came back"), N_("Look at %(count)s messages that came back")),
        "replies.index",
    ),
    "refused": Task(
        (N_("See to %(count)s message refused today"), N_("See to %(count)s messages refused today")),
        "history.index",
        (("etat", "echec"),),
    ),
    "held": Task(
        (
            N_("%(count)s message is held back until its account sends again"),
            N_("%(count)s messages are held back until their account sends again"),
        ),
        "history.index",
        (("etat", "retenu"),),
    ),
}


def said(task: Task, count: int, language: str) -> str:
    """A task with its number."""
    return counted(task.words, count, language)


def why_none(skipped: SkippedRun, language: str) -> str:
    """Why no step is up today, where the day itself is the reason; empty where it isn't."""
    of_the_day = (SkippedRun.NOT_WORKING_DAY, SkippedRun.INACTIVE)
    return reasons.skipped(skipped, language) if skipped in of_the_day else ""
