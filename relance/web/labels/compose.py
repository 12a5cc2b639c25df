"""Why a message can't be written, and the mend. Such a message is held; what is lacking is kept with it."""

import json
from collections.abc import Mapping, Sequence

from relance.domain.delivery import ChannelName
from relance.web.labels import N_, Say, failures_letter, reasons, sms

COMPOSE: dict[str, str] = {
    "compose.missing_field": N_(
        "The message can't be written: #%(field)s# has no value for invoice %(invoice)s. "
        "Fill it in, or change the text."
    ),
    "compose.unknown_field": N_(
        "The message can't be written: its text names #%(field)s#, a field that doesn't exist."
    ),
    "compose.unknown_template": N_("The message can't be written: the text “%(template)s” was removed."),
    "compose.empty_text": N_("The message can't be written: the text “%(template)s” is empty. Fill it in."),
    "compose.no_sender": N_("The message can't be written: give the firm's e-mail address in the settings."),
    "compose.no_recipient": N_("%(customer)s has no valid e-mail address for invoice %(invoice)s: add one."),
    "compose.no_step": N_("The program no longer has this step (%(step)s)."),
    "compose.no_invoice": N_("Nothing is left to claim in this message."),
    "compose.channel": N_("Messages of this kind can't be written yet (%(channel)s)."),
    "compose.currencies_differ": N_("The invoices of this message are in several currencies: %(invoices)s."),
    "compose.recipients_differ": N_("The invoices of this message don't go to the same people: %(invoices)s."),
    "compose.sms_too_long": N_(
        "The text message to %(customer)s would take %(parts)s SMS, and %(most)s are the most: shorten its text."
    ),
    "compose.no_sender_address": N_(
        "The letter can't be written: complete the firm's name and postal address in the settings."
    ),
    "compose.address_incomplete": N_(
        "The letter to %(customer)s can't be addressed: %(lacking)s. Complete the address on the customer's page."
    ),
    "compose.edited_then_changed": N_(
        "A person wrote the text of this message to %(customer)s, and what is claimed has changed since: "
        "look at the text again, or take the message back."
    ),
}
LACKING: dict[str, str] = {
    "name": N_("the name is missing"),
    "street": N_("the street is missing"),
    "postcode": N_("the postcode is missing or isn't five digits"),
    "city": N_("the town is missing"),
    "country": N_("the country is not known"),
    "fewer_lines": N_("it has too many lines"),
}
LETTER_FAILED = N_("The letter can't be written. %(why)s")
EMPTY = N_("The message can't be written: its text is empty. Fill it in.")
CODES = frozenset((*COMPOSE, "compose.no_mobile", "compose.letter_failed"))


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """Why a message can't be written."""
    if code == "compose.no_mobile":
        return sms.no_mobile(facts, _)
    if code == "compose.letter_failed":
        fault = str(facts["fault"])
        return _(LETTER_FAILED) % {"why": _(failures_letter.FAILURES.get(fault, failures_letter.FAILURES["letter"]))}
    if code == "compose.empty_text" and not facts.get("template"):
        return _(EMPTY)
    return _(COMPOSE[code]) % _told(facts, _) if code in COMPOSE else None


def of_held(code: str, detail: str, _: Say) -> str | None:
    """The same for a message that is held for it; None where that isn't why, or the facts aren't those expected."""
    if code not in CODES:
        return None
    try:
        facts = json.loads(detail)
        return sentence(code, facts, _) if isinstance(facts, dict) else None
    except (ValueError, KeyError, TypeError):  # stored by another version
        return None


def _told(facts: Mapping[str, object], _: Say) -> dict[str, str]:
    told = {name: _listed(value) for name, value in facts.items()}
    if "channel" in facts:
        told["channel"] = _(reasons.CHANNELS[ChannelName(str(facts["channel"]))])
    if "lacking" in facts:
        parts = facts["lacking"]
        named = [_(LACKING[str(one)]) for one in parts] if isinstance(parts, Sequence) else []
        told["lacking"] = ", ".join(named)
    return told


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
