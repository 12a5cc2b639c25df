"""Sentences of the customer pages: filters, ways to reach, what a save refuses."""

from collections.abc import Mapping

from relance.services.customer_contacts import Use
from relance.storage.queries.customers import Which
from relance.web.labels import N_, Say

LANGUAGE_NAMES = {
    "fr": "Français",
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
}
WHICH: dict[Which, str] = {
    Which.ALL: N_("All customers"),
    Which.OWING: N_("Those who owe something"),
    Which.LATE: N_("Those who are late"),
    Which.UNREACHABLE: N_("Those without a usable e-mail address"),
}
USES: dict[Use, str] = {
    Use.TO: N_("To"),
    Use.CC: N_("Copy (Cc)"),
    Use.BCC: N_("Hidden copy (Bcc)"),
    Use.NONE: N_("No reminders"),
}
SENTENCES = {
    "customer.no_program": N_("This program is gone. Choose another one."),
    "customer.pause_date": N_("Choose a day after today, within ten years."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about a customer."""
    return _(SENTENCES[code]) if code in SENTENCES else None
