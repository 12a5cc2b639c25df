"""Sentences about senders: why one can't be saved or taken away."""

from collections.abc import Mapping

from relance.web.labels import N_, Say

SENTENCES: dict[str, str] = {
    "senders.gone": N_("This sender isn't there any more."),
    "senders.no_name": N_("Fill in this field."),
    "senders.name_taken": N_("There is already a sender with the name “%(name)s”. Give another name."),
    "senders.bic_alone": N_("A BIC goes with its own IBAN: enter the IBAN too, or leave both empty."),
    "senders.no_host": N_("Enter the name of the mail server."),
    "senders.used": N_("Somebody is still written to in this name: say who takes over."),
    "senders.own_heir": N_("A sender can't take over from itself: choose another."),
    "senders.leaving": N_("A message is leaving in this name at this moment: try again in a minute."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of the pages about senders."""
    return _(SENTENCES[code]) % facts if code in SENTENCES else None
