"""Sentences about accounts and signing in."""

from collections.abc import Mapping
from math import ceil

from relance.services.accounts import Role
from relance.web.labels import N_, Say

SENTENCES = {
    "account.exists": N_("There is already an account for %(email)s."),
    "account.bad_email": N_("“%(email)s” is not a complete e-mail address. Example: name@company.fr."),
    "account.unknown": N_("There is no account for %(email)s."),
    "account.password_short": N_("The password is too short: it takes at least %(minimum)s characters."),
    "account.password_long": N_("The password is too long: %(maximum)s characters at most."),
    "account.password_common": N_("This password is too easy to guess. Choose another one: a short phrase will do."),
    "account.wrong_password": N_("This is not your present password."),
    "account.last_owner": N_("%(email)s is the last owner who can sign in. Name another owner first."),
    "account.setup_closed": N_("An account exists already: sign in."),
    "account.setup_expired": N_(
        "This address is no longer valid: it works once, for 15 minutes. Start Relance again to get a new one."
    ),
    "sign_in.wrong": N_("The e-mail address or the password is wrong."),
}
ROLES = {
    Role.OWNER: N_("Owner: everything, settings and accounts included"),
    Role.MEMBER: N_("Member: daily work"),
    Role.READER: N_("Reader: sees everything, changes nothing"),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about accounts."""
    if code == "sign_in.wait":
        minutes = ceil(float(str(facts["seconds"])) / 60)
        if minutes <= 1:
            return _("Too many failed attempts. Wait one minute, then try again.")
        return _("Too many failed attempts. Wait %(minutes)s minutes, then try again.") % {"minutes": minutes}
    if code not in SENTENCES:
        return None
    return _(SENTENCES[code]) % facts
