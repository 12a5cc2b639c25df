"""Sentences about messages that leave, or don't: what happened, and the mend."""

from collections.abc import Mapping, Sequence

from relance.domain.delivery import ChannelName
from relance.domain.reasons import Reason, ReasonCode
from relance.domain.status import MessageState
from relance.web.labels import N_, Say, compose, failures_bounce, failures_letter, failures_mail, failures_sms, reasons
from relance.web.labels.reasons import translate

# By the code of a failure; where it has no sentence of its own, its family has.
FAILURES: dict[str, str] = {
    **failures_mail.EMAIL,
    **failures_mail.SMTP,
    **failures_mail.OAUTH,
    **failures_mail.INBOX,
    **failures_bounce.FAILURES,
    **failures_sms.FAILURES,
    **failures_letter.FAILURES,
    "demo": N_("This is the demonstration: nothing can be sent from it."),
    "delivery": N_("The message did not leave."),
    "delivery.interrupted": N_("Relance was stopped while the message was being handed over: it may have left."),
    "dispatch.late": N_(
        "Relance was closed when this sending was due: look at it again, then let it leave or take it back."
    ),
    "backup.restored": N_(
        "These data were restored or copied from elsewhere, and this message may have left meanwhile: "
        "say whether it did."
    ),
    "run": N_("The run was held back."),
    "run.unusual_volume": N_("The run would have sent far more than usual: confirm that it may leave."),
    "unusual.none_waits": N_("Nothing waits for this word any more: the messages were let go or taken back meanwhile."),
    "journal": N_("The journal of what leaves can't be kept."),
    "journal.unwritable": N_(
        "The journal of what leaves can't be written into the data folder, and without it nothing leaves: check the "
        "folder's rights and the room on the disk. It will be tried again."
    ),
    "compose": N_("The message can't be written."),
}
CHANNEL_OF = {
    **dict.fromkeys(("email", "smtp", "oauth"), ChannelName.EMAIL),
    **dict.fromkeys(("sms", "sms_hours"), ChannelName.SMS),
    **dict.fromkeys(("letter", "post", "folder"), ChannelName.LETTER),
}


def delivery_error(code: str, detail: str, language: str) -> str:
    """What happened to a message, with the other side's own words."""
    _ = translate(language)
    known = next((key for key in (code, code.partition(".")[0]) if key in FAILURES), None)
    said = _(FAILURES[known]) if known else _("The message did not leave (%(code)s).") % {"code": code}
    return f"{said} ({detail})" if detail else said


def failure_line(failure: Mapping[str, object], language: str) -> str:
    """One line for one message that did not leave: whose, what became of it, why."""
    _ = translate(language)
    return _("%(customer)s (%(invoices)s): %(state)s. %(why)s") % {
        "customer": failure["customer"],
        "invoices": _listed(failure["invoices"]),
        "state": reasons.state(MessageState(str(failure["state"])), language),
        "why": _why(str(failure["code"]), str(failure["detail"]), language) if failure["code"] else "",
    }


def _why(code: str, detail: str, language: str) -> str:
    return compose.of_held(code, detail, translate(language)) or delivery_error(code, detail, language)


def trouble_line(code: str, language: str) -> str:
    """Why nothing leaves through an account."""
    _ = translate(language)
    waits = {
        ChannelName.EMAIL: _("All sending by e-mail waits: %(why)s"),
        ChannelName.SMS: _("All sending by text message waits: %(why)s"),
        ChannelName.LETTER: _("All sending of letters waits: %(why)s"),
        None: _("All sending waits: %(why)s"),
    }
    channel = CHANNEL_OF.get(code.partition(".")[0])
    return waits[channel] % {"why": delivery_error(code, "", language)}


def sender_trouble_line(name: str, code: str, language: str) -> str:
    """Why nothing leaves through the account of one sender."""
    told = {"sender": name, "why": delivery_error(code, "", language)}
    return translate(language)("Sending by e-mail as %(sender)s waits: %(why)s") % told


def test_sent(address: str, language: str) -> str:
    """A test left; nothing else changed."""
    _ = translate(language)
    return _("Test sent to %(address)s. The customer received nothing.") % {"address": address}


def reminder_sent(summary: Mapping[str, object], language: str) -> str:
    """A reminder by hand left."""
    _ = translate(language)
    return _("Reminder of %(invoices)s sent to %(to)s.") % {
        "invoices": _listed(summary["invoices"]),
        "to": _listed(summary["to"]),
    }


def reminder_notice(why: Reason, language: str) -> str:
    """What a person is told who reminds all the same (RULES 2, reasons 9 to 16)."""
    _ = translate(language)
    return _("Note: %(reason)s.") % {"reason": reasons.reason(why, language)}


def _listed(values: object) -> str:
    return ", ".join(str(value) for value in values) if isinstance(values, Sequence) else str(values)


REFUSALS: dict[str, str] = {
    "remind.unknown_invoice": N_("No invoice has the number %(number)s. Check it, or import the invoice first."),
    "remind.stopped": N_("Invoice %(number)s can't be chased: %(reason)s."),
    "remind.already_today": N_("Invoice %(number)s was reminded of today already. Once a day is the most."),
    "remind.no_program": N_("Invoice %(number)s has no program to take a step from: choose one for its customer."),
    "remind.unknown_step": N_("The program “%(program)s” has no step %(step)s: it has %(steps)s. Steps count from 1."),
    "remind.no_recipient": N_("%(customer)s has no valid address for invoice %(number)s: add one."),
    "remind.no_number": N_("Give your own mobile number: the test goes to it."),
    "remind.on_its_way": N_("A reminder of invoice %(number)s is on its way already."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of reminding by hand, and of an account that can't be used."""
    if code in FAILURES:
        return _(FAILURES[code])
    if code not in REFUSALS:
        return None
    told = dict(facts)
    if code == "remind.stopped":
        told["reason"] = _(reasons.REASONS[ReasonCode(str(facts["reason"]))])
    return _(REFUSALS[code]) % told
