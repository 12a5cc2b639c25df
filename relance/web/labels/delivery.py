"""Sentences about messages that leave, or don't: what happened, and the mend."""

from collections.abc import Mapping, Sequence

from relance.domain.reasons import Reason, ReasonCode
from relance.domain.status import MessageState
from relance.web.labels import N_, Say, reasons
from relance.web.labels.reasons import translate

# By the code of a failure; the longest code that begins alike wins, so that a family has a sentence of its own.
FAILURES: dict[str, str] = {
    "demo": N_("This is the demonstration: nothing can be sent from it."),
    "email.not_set_up": N_("No e-mail account is set up yet: give its server in the settings."),
    "sms.not_set_up": N_("Text messages are not set up: send this reminder by e-mail, or by hand."),
    "letter.not_set_up": N_("Letters are not set up: send this reminder by e-mail, or by hand."),
    "smtp": N_("The mail server did not take the message."),
    "smtp.auth_refused": N_("The mail server refused the user name or the password: correct them in the settings."),
    "smtp.auth_required": N_("The mail server wants a user name and a password: give them in the settings."),
    "smtp.password_sign_in_off": N_("The provider no longer accepts passwords for this account."),
    "smtp.auth_unavailable": N_("The mail server can't check the password now; it will be tried again."),
    "smtp.unreachable": N_("The mail server can't be reached; it will be tried again."),
    "smtp.not_available": N_("The mail server is not available now; it will be tried again."),
    "smtp.tls": N_("No encrypted connection to the mail server; check its security setting."),
    "smtp.starttls_missing": N_("The mail server offers no STARTTLS; check the port and the security setting."),
    "smtp.certificate": N_("The mail server's certificate can't be trusted; check the server's name."),
    "smtp.quota": N_("The account has sent enough for now; sending goes on later."),
    "smtp.sender_refused": N_("The mail server refused the sender's address: correct it in the settings."),
    "smtp.sender_deferred": N_("The mail server asks to try again later."),
    "smtp.recipient_refused": N_("The address doesn't exist any more: correct it."),
    "smtp.recipient_deferred": N_("The recipient's server asks to try again later."),
    "smtp.mailbox_unavailable": N_("The recipient's mailbox is full or closed."),
    "smtp.relay_denied": N_("The mail server doesn't send to that address from this account."),
    "smtp.policy": N_("The recipient's server refuses our messages."),
    "smtp.message_refused": N_("The message was refused."),
    "smtp.message_deferred": N_("The message will be tried again later."),
    "smtp.too_big": N_("The message is too big for the mail server."),
    "smtp.no_answer": N_("The message was handed over and no answer came: it may have left."),
    "smtp.connection_lost": N_("The connection was lost before the message was handed over; it will be tried again."),
    "delivery.interrupted": N_("Relance was stopped while the message was being handed over: it may have left."),
    "compose": N_("The message can't be written."),
    "compose.missing_field": N_("The message can't be written: a field has no value."),
}


def delivery_error(code: str, detail: str, language: str) -> str:
    """What happened to a message, with the other side's own words."""
    _ = translate(language)
    parts = code.split(".")
    known = [key for key in (code, code.rsplit("_", 1)[0], parts[0]) if key in FAILURES]
    said = _(FAILURES[known[0]]) if known else _("The message did not leave (%(code)s).") % {"code": code}
    return f"{said} ({detail})" if detail else said


def failure_line(failure: Mapping[str, object], language: str) -> str:
    """One line for one message that did not leave: whose, what became of it, why."""
    _ = translate(language)
    return _("%(customer)s (%(invoices)s): %(state)s. %(why)s") % {
        "customer": failure["customer"],
        "invoices": _listed(failure["invoices"]),
        "state": reasons.state(MessageState(str(failure["state"])), language),
        "why": delivery_error(str(failure["code"]), str(failure["detail"]), language) if failure["code"] else "",
    }


def trouble_line(code: str, language: str) -> str:
    """Why nothing leaves through the account."""
    _ = translate(language)
    return _("All sending by e-mail waits: %(why)s") % {"why": delivery_error(code, "", language)}


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
    "remind.on_its_way": N_("A reminder of invoice %(number)s is on its way already."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of reminding by hand."""
    if code not in REFUSALS:
        return None
    told = dict(facts)
    if code == "remind.stopped":
        told["reason"] = _(reasons.REASONS[ReasonCode(str(facts["reason"]))])
    return _(REFUSALS[code]) % told
