"""Sentences about messages that wait for a person's word: approving, refusing, writing them anew."""

from collections.abc import Collection, Mapping
from datetime import datetime

from relance import i18n
from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.services.refuse import Sequel
from relance.web.labels import N_, Say, reasons
from relance.web.labels.counted import counted
from relance.web.labels.reasons import translate

REFUSALS: dict[str, str] = {
    "approval.none_chosen": N_("Choose at least one message."),
    "approval.too_many": N_("At most %(most)s messages at once."),
    "approval.fell_out": N_("Invoice %(number)s was taken out: %(reason)s."),
    "refuse.no_reason": N_("Say why: the reason stays with the message in the history."),
    "refuse.no_day": N_("Give the day until which these invoices are paused."),
    "rewrite.too_late": N_("This message can't be written any more: it has left, or somebody decided on it."),
    "rewrite.changed_meanwhile": N_(
        "Somebody else changed this text meanwhile. Copy what you wrote, then open the page again."
    ),
    "rewrite.empty": N_("Write a text: an empty message can't leave."),
    "rewrite.no_subject": N_("Write a subject."),
    "rewrite.subject_controls": N_("The subject has a line break or a sign that can't be shown: write it on one line."),
    "rewrite.too_long": N_("At most %(subject)s characters for the subject, and %(text)s for the text."),
    "rewrite.unknown_field": N_("Line %(line)s: there is no field %(written)s. Remove it, or write the value itself."),
    "rewrite.open_field": N_("Line %(line)s: a # sign is missing around %(suggestion)s."),
    "rewrite.block": N_("Line %(line)s: %(written)s belongs to a template. Here, write the text itself."),
    "rewrite.no_value": N_("#%(field)s# has no value for this message: write the text itself."),
}
NEAR = N_("Line %(line)s: there is no field #%(written)s#. Did you mean #%(suggestion)s#?")

SEQUELS: dict[Sequel, str] = {
    Sequel.PAUSE: N_("Pause these invoices until the day below"),
    Sequel.MARK: N_("Count this step as done: the customer was reminded in another way, by telephone for example"),
    Sequel.DISPUTE: N_("Put these invoices in dispute: nothing leaves before you end it"),
    Sequel.EXCLUDE: N_("Never remind of these invoices automatically"),
    Sequel.AGAIN: N_("Propose the same step again at the next run"),
}
_REFUSED: dict[Sequel, tuple[str, str]] = {
    Sequel.PAUSE: (
        N_("%(count)s message was refused; its invoices are paused."),
        N_("%(count)s messages were refused; their invoices are paused."),
    ),
    Sequel.MARK: (
        N_("%(count)s message was refused; its step counts as done."),
        N_("%(count)s messages were refused; their steps count as done."),
    ),
    Sequel.DISPUTE: (
        N_("%(count)s message was refused; its invoices are in dispute."),
        N_("%(count)s messages were refused; their invoices are in dispute."),
    ),
    Sequel.EXCLUDE: (
        N_("%(count)s message was refused; its invoices are excluded from reminders."),
        N_("%(count)s messages were refused; their invoices are excluded from reminders."),
    ),
    Sequel.AGAIN: (
        N_("%(count)s message was refused; its step is proposed again at the next run."),
        N_("%(count)s messages were refused; their steps are proposed again at the next run."),
    ),
}
SAVED: dict[MessageState, str] = {
    MessageState.APPROVAL: N_("Saved. The message waits for your approval with this text."),
    MessageState.QUEUED: N_("Saved. The message leaves in two minutes; until then you can take it back here."),
    MessageState.HELD: N_("Saved, but the message still can't leave: see why below."),
}
PROPOSED_AGAIN = N_("Propose the same step again at the next run, on %(day)s at %(hour)s")
_WAITS = (N_("for %(count)s day"), N_("for %(count)s days"))
_APPROVE = (N_("Approve and send %(count)s message"), N_("Approve and send %(count)s messages"))
_APPROVE_Q = (N_("Approve and send %(count)s message?"), N_("Approve and send %(count)s messages?"))
_REFUSE = (N_("Refuse %(count)s message"), N_("Refuse %(count)s messages"))
_REFUSE_Q = (N_("Refuse %(count)s message?"), N_("Refuse %(count)s messages?"))
_GONE = (
    N_("%(count)s message no longer waited: it was decided on already."),
    N_("%(count)s messages no longer waited: they were decided on already."),
)
_GONE_BY = (
    N_("%(count)s message no longer waited: %(people)s decided on it."),
    N_("%(count)s messages no longer waited: %(people)s decided on them."),
)
_FELL = (
    N_("%(count)s reminder was taken out meanwhile:"),
    N_("%(count)s reminders were taken out meanwhile:"),
)


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of approving, refusing and writing anew."""
    if code not in REFUSALS:
        return None
    told = dict(facts)
    if code == "approval.fell_out":
        told["reason"] = _(reasons.REASONS[ReasonCode(str(facts["reason"]))])
    if code == "rewrite.unknown_field" and facts.get("suggestion"):
        return _(NEAR) % told
    return _(REFUSALS[code]) % told


def waited(since: datetime, now: datetime, language: str) -> str:
    """How long a message has waited, by the days of the firm's zone."""
    days = (now.date() - since.astimezone(now.tzinfo).date()).days
    return counted(_WAITS, days, language) if days > 0 else translate(language)(N_("since today"))


def question(count: int, language: str) -> str:
    """The title of the page that confirms an approval."""
    return counted(_APPROVE_Q, count, language)


def do_approve(count: int, language: str) -> str:
    """Its button."""
    return counted(_APPROVE, count, language)


def refuse_question(count: int, language: str) -> str:
    """The title of the page of a refusal."""
    return counted(_REFUSE_Q, count, language)


def do_refuse(count: int, language: str) -> str:
    """Its button."""
    return counted(_REFUSE, count, language)


def refused(sequel: Sequel, count: int, language: str) -> str:
    """What was refused, and what follows."""
    return counted(_REFUSED[sequel], count, language)


def proposed_again(when: datetime, language: str) -> str:
    """When the next run is."""
    told = {"day": i18n.full_date(when.date(), language), "hour": i18n.clock_time(when, language)}
    return translate(language)(PROPOSED_AGAIN) % told


def gone(count: int, people: Collection[str], language: str) -> str:
    """Messages on which somebody decided meanwhile."""
    if not people:
        return counted(_GONE, count, language)
    return counted(_GONE_BY, count, language, people=", ".join(people))


def fell(count: int, language: str) -> str:
    """How many reminders may not leave any more."""
    return counted(_FELL, count, language)
