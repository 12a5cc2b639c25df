"""Sentences of the customer pages: filters, ways to reach, what a save refuses."""

from collections.abc import Mapping

from relance.services.customer_contacts import Role, Use
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
ROLES: dict[Role, str] = {
    Role.BILLING: N_("Billing"),
    Role.REMINDERS: N_("Reminders"),
    Role.MANAGEMENT: N_("Management"),
}
LEVELS = {0: N_("Reminder"), 1: N_("Level 1"), 2: N_("Level 2"), 3: N_("Level 3")}
SENTENCES = {
    "customer.no_program": N_("This program is gone. Choose another one."),
    "customer.pause_date": N_("Choose a day after today, within ten years."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about a customer."""
    return _(SENTENCES[code]) if code in SENTENCES else None
