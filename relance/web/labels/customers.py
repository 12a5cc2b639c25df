"""Sentences of the customer pages: filters, ways to reach, what a save refuses."""

from collections.abc import Mapping

from relance.domain.documents import CustomerKind
from relance.domain.program import Tone
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
TABS: dict[Which, str] = {
    Which.ALL: N_("All customers"),
    Which.OWING: N_("Owe something"),
    Which.LATE: N_("Late"),
    Which.NEVER: N_("Never automatically"),
    Which.UNREACHABLE: N_("Address missing"),
    Which.STOPPED: N_("Paused or in dispute"),
}
CAPTIONS: dict[Which, str] = {
    Which.ALL: N_("Customers, with what each owes"),
    Which.OWING: N_("Customers who owe something"),
    Which.LATE: N_("Customers who are late"),
    Which.NEVER: N_("Customers who are never reminded automatically"),
    Which.UNREACHABLE: N_("Customers without a usable e-mail address"),
    Which.STOPPED: N_("Customers who are paused, or have an invoice that is paused or in dispute"),
}
NOTHING: dict[Which, str] = {
    Which.ALL: N_("Customers are created when invoices are imported."),
    Which.OWING: N_("No customer owes anything."),
    Which.LATE: N_("No customer is late."),
    Which.NEVER: N_("Every customer is reminded as its program says."),
    Which.UNREACHABLE: N_("Every customer has a usable e-mail address."),
    Which.STOPPED: N_("No customer is paused, and no open invoice is paused or in dispute."),
}
# The headings of the list as a file.
COLUMNS = (
    N_("Customer code"),
    N_("Customer"),
    N_("Kind of customer"),
    N_("Group"),
    N_("Program"),
    N_("E-mail addresses"),
    N_("Phone number"),
    N_("Language"),
    N_("Left to pay"),
    N_("Of which late"),
    N_("Late invoices"),
    N_("Currency"),
    N_("Reminders"),
)
NO_CHARGES: dict[CustomerKind, str] = {
    CustomerKind.CONSUMER: N_("Never named to a private person: the law lets you claim neither by a reminder."),
    CustomerKind.UNKNOWN: N_("Not named while the kind of customer isn't known."),
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
TONES: dict[Tone, tuple[str, str]] = {
    Tone.GENTLE: (N_("Gentle"), N_("Level 1 speaks of a probable oversight, level 2 offers to pay in instalments.")),
    Tone.STANDARD: (N_("Standard"), N_("The usual texts: courteous at level 1, firm at level 2.")),
    Tone.FIRM: (N_("Firm"), N_("A shorter reminder before the due date, then the usual texts.")),
}
SENTENCES = {
    "customer.no_program": N_("This program is gone. Choose another one."),
    "customer.no_sender": N_("This sender is gone. Choose another one."),
    "customer.pause_date": N_("Choose a day after today, within ten years."),
    "group.name_taken": N_("There is a group “%(name)s” already."),
    "group.no_replacement": N_("This group is gone. Choose another one."),
    "group.nobody": N_("Enter the code or the name of one customer at least."),
    "group.too_many": N_("Add %(most)s customers at a time at most."),
    "group.unknown": N_("No customer has this code or this name: %(names)s. Nobody was added."),
    "group.ambiguous": N_("Several customers have this name: %(names)s. Enter their codes. Nobody was added."),
    "note.empty": N_("Write something first."),
    "note.too_long": N_("A note has at most %(most)s characters."),
    "note.unreadable": N_("This text holds signs that can't be kept. Type it again."),
    "statement.days": N_("The first day comes after the last one. Correct one of them."),
    "statement.too_long": N_("There are more than %(most)s lines. Choose a later first day."),
    "statement.unprintable": N_("The letter can't be made: %(detail)s."),
    "summary.nothing_due": N_("%(customer)s has no invoice that is due: there is nothing to sum up."),
    "summary.insolvent": N_("%(customer)s is in insolvency proceedings: no letter may ask for payment."),
}
_NAMES_SHOWN = 10
_LONGEST_SHOWN = 80


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about a customer, a group, a note or a statement."""
    if code not in SENTENCES:
        return None
    names = facts.get("names")
    if isinstance(names, list):
        more = ["…"] if len(names) > _NAMES_SHOWN else []
        shown = (one if len(one) <= _LONGEST_SHOWN else f"{one[:_LONGEST_SHOWN]}…" for one in names[:_NAMES_SHOWN])
        facts = {**facts, "names": ", ".join([*shown, *more])}
    return _(SENTENCES[code]) % facts
