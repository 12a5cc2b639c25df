"""Every refusal's sentence: what, where, and the mend."""

from collections.abc import Callable, Mapping

from relance import paths
from relance.config import BadSetting
from relance.i18n import translator
from relance.services.refusal import Refused
from relance.web.labels import (
    N_,
    Say,
    accounts,
    approvals,
    backup,
    bulk_acts,
    charges,
    compose,
    config,
    corrections,
    customers,
    delivery,
    dispatches,
    first_steps,
    import_wizard,
    imports,
    invoices,
    letters,
    mail,
    mailbox,
    models,
    programs,
    reports,
    senders,
    views,
)

Sentence = Callable[[str, Mapping[str, object], Say], str | None]

GENERAL = {
    "database.too_new": N_(
        "This data folder was written by a newer Relance (%(version)s). Install that version; nothing was changed."
    ),
    "database.folder": N_("The data folder %(folder)s can't be used: %(error)s. Nothing was changed."),
    "secret_key.unreadable": N_("The key file %(file)s can't be read: %(error)s."),
    "secret_key.unwritable": N_("The key file %(file)s can't be made: %(error)s."),
    "secret_key.too_short": N_(
        "The key file %(file)s is damaged: it holds less than %(minimum)s bytes. Remove it and Relance makes a new one."
    ),
}
BAD_SETTINGS = {
    "not_toml": N_("%(name)s can't be read as TOML: %(value)s."),
    "unknown_key": N_("%(name)s has an unknown key, “%(value)s”. Remove it, or correct its name."),
    "not_a_port": N_("%(name)s is “%(value)s”. Give a port number between 1 and 65535."),
    "not_a_url": N_("%(name)s is “%(value)s”. Give a complete address, such as https://relance.example.fr."),
}


def _general(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    return _(GENERAL[code]) % facts if code in GENERAL else None


# One sentence maker for each area; a code belongs to the first that knows it.
AREAS: tuple[Sentence, ...] = (
    _general,
    accounts.sentence,
    approvals.sentence,
    backup.sentence,
    bulk_acts.sentence,
    dispatches.sentence,
    first_steps.sentence,
    config.sentence,
    delivery.sentence,
    imports.sentence,
    import_wizard.sentence,
    customers.sentence,
    corrections.sentence,
    invoices.sentence,
    letters.sentence,
    compose.sentence,
    mail.sentence,
    mailbox.sentence,
    models.sentence,
    charges.sentence,
    programs.sentence,
    reports.sentence,
    senders.sentence,
    views.sentence,
)


def refusal(error: Refused, language: str) -> str:
    """The sentence of a service's refusal."""
    _ = translator(language, paths.locales()).gettext
    for area in AREAS:
        said = area(error.code, error.facts, _)
        if said is not None:
            return said
    facts = ", ".join(f"{name}: {value}" for name, value in error.facts.items())
    return _("Relance can't do this (%(code)s). %(facts)s") % {"code": error.code, "facts": facts}


def bad_setting(error: BadSetting, language: str) -> str:
    """The sentence of a setting that can't be used."""
    _ = translator(language, paths.locales()).gettext
    return _(BAD_SETTINGS[error.code]) % {"name": error.name, "value": error.value}
