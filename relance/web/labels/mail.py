"""Words about the providers of e-mail accounts: their names, what to know first, their limits, why a test failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relance.channels.email.presets import BY_KEY, MailPreset, SignIn
from relance.web.labels import N_, Say
from relance.web.labels.delivery import delivery_error
from relance.web.labels.reasons import translate

# Firms' own names: they are the same in every language.
NAMES: dict[str, str] = {
    "ovh": "OVHcloud (MX Plan, Zimbra)",
    "ovh_pro": "OVHcloud (Email Pro, Exchange)",
    "gmail": "Gmail",
    "google_workspace": "Google Workspace",
    "microsoft_365": "Microsoft 365",
    "outlook": "Outlook.com, Hotmail",
    "orange": "Orange, Wanadoo",
    "ionos": "IONOS",
    "gandi": "Gandi",
    "infomaniak": "Infomaniak",
    "free": "Free",
}
OTHER = N_("Another provider")

_TWO_STEPS = N_("Switch on two-step verification in your Google account, if it isn't yet.")
_APP_PASSWORD = N_(
    "Open the page of app passwords, create one named Relance, and copy its 16 letters into the field below."
)
_NOT_THE_USUAL = N_("The password you sign in to Google with does not work here: this is normal.")
_WHOLE_ADDRESS = N_("The user name is your whole address, and the password is that of the mailbox.")
_PASSWORDS_END = N_(
    "Microsoft switches passwords off at the end of December 2026 for sending: sign in with Microsoft instead."
)
# What to know or do first, in order.
HELP: dict[str, tuple[str, ...]] = {
    "ovh": (
        _WHOLE_ADDRESS,
        N_("Lost the password? Choose a new one in your OVHcloud account, under Web Cloud, then E-mails."),
    ),
    "ovh_pro": (
        _WHOLE_ADDRESS,
        N_(
            "Your offer has a server with a number: look at it in your OVHcloud account, and correct it "
            "under “Server and security” if it isn't pro1.mail.ovh.net."
        ),
    ),
    "gmail": (_TWO_STEPS, _APP_PASSWORD, _NOT_THE_USUAL),
    "google_workspace": (
        _TWO_STEPS,
        _APP_PASSWORD,
        N_("No such page? Your firm's administrator must allow two-step verification, or you sign in with Google."),
    ),
    "microsoft_365": (
        _PASSWORDS_END,
        N_("The next page says what your administrator prepares once. It takes about ten minutes."),
    ),
    "outlook": (
        _PASSWORDS_END,
        N_("The next page says what to prepare once. It takes about ten minutes."),
    ),
    "orange": (
        _WHOLE_ADDRESS,
        N_("In your Orange mailbox, allow its use by other programs: it is among the settings of the mailbox."),
    ),
    "ionos": (
        _WHOLE_ADDRESS,
        N_("It is not the password of your IONOS customer account."),
    ),
    "gandi": (_WHOLE_ADDRESS,),
    "infomaniak": (
        N_(
            "Create a password for Relance in your Infomaniak account, among the application passwords of its security."
        ),
    ),
    "free": (
        N_("In your subscriber area at Free, switch on authenticated SMTP: without it, Free refuses every program."),
        N_("The user name is what stands before “@free.fr”, and the password is that of the mailbox."),
    ),
    "other": (
        N_("Your provider's help names its server: look for “SMTP”, or for “outgoing mail”."),
        N_("Many providers want an app password, made for one program alone: look for it in your account's security."),
    ),
}
# (address, what it is)
LINKS: dict[str, tuple[str, str]] = {
    "gmail": ("https://myaccount.google.com/apppasswords", N_("App passwords of your Google account")),
    "google_workspace": ("https://myaccount.google.com/apppasswords", N_("App passwords of your Google account")),
}

_FIGURES = N_("Relance keeps to %(per_minute)s a minute, %(per_hour)s an hour, %(per_day)s a day.")
_CAREFUL = N_("This provider publishes no limit for sending: Relance goes carefully.")
_FOUR_FIFTHS = N_("That is four fifths of what the provider allows: the rest is for what you write yourself.")
# What a provider publishes; those without a line publish nothing.
PUBLISHED: dict[str, str] = {
    "gmail": N_("Google allows 500 recipients in 24 hours."),
    "google_workspace": N_("Google allows 2,000 messages in 24 hours."),
    "microsoft_365": N_("Microsoft allows 30 messages a minute and 10,000 recipients a day."),
    "outlook": N_("Microsoft allows about 300 messages a day."),
    "ionos": N_("IONOS allows 50 to 500 messages an hour, more as the contract gets older."),
    "infomaniak": N_("Infomaniak limits the messages of an hour and of a day."),
}

_SAY_APP_PASSWORD = N_("%(host)s refused the password: use an app password, not the one you usually sign in with.")
# (code of the failure, what the provider is): instead of the general sentence
REFUSED: dict[tuple[str, str], str] = {
    ("smtp.auth_refused", "app_password"): _SAY_APP_PASSWORD,
    ("smtp.password_sign_in_off", "app_password"): _SAY_APP_PASSWORD,
    ("smtp.auth_refused", "microsoft"): N_("%(host)s refused the password: sign in with Microsoft instead."),
    ("smtp.password_sign_in_off", "microsoft"): N_(
        "%(host)s no longer takes passwords: sign in with Microsoft instead."
    ),
    ("smtp.auth_refused", "free"): N_(
        "%(host)s refused the user name or the password: switch on authenticated SMTP in your subscriber area first."
    ),
    ("smtp.auth_refused", "orange"): N_(
        "%(host)s refused the user name or the password: allow other programs in the settings of your mailbox first."
    ),
    ("smtp.auth_refused", ""): N_("%(host)s refused the user name or the password: correct them."),
    ("smtp.unreachable", ""): N_("%(host)s can't be reached on port %(port)s: check the server's name and the port."),
    ("smtp.not_available", ""): N_("%(host)s does not answer on port %(port)s for now: try again in a few minutes."),
}

SENTENCES: dict[str, str] = {
    "mail.no_sender": N_("Enter the address that reminders leave from first."),
    "mail.no_google_secret": N_("Enter the client secret that Google gave with the client id."),
    "mail.not_forgotten": N_("The sign-in can't be removed: %(error)s. Nothing was changed."),
    "mail.google_address": N_(
        "Google only comes back to this computer or to an https address: open Relance on the computer it runs on."
    ),
}
# Failures of a sign-in that only these pages meet.
UNASKED = N_("This answer belongs to no sign-in that was begun here in the last ten minutes: begin again.")


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of the e-mail account's pages."""
    return _(SENTENCES[code]) % facts if code in SENTENCES else None


def name(key: str, language: str) -> str:
    """A provider's name."""
    return NAMES[key] if key in NAMES else translate(language)(OTHER)


@dataclass(frozen=True, slots=True)
class Help:
    """What a person reads before filling in an account."""

    steps: Sequence[str]
    link: tuple[str, str] | None


def help_of(preset: MailPreset, language: str) -> Help:
    """What to know or do first at a provider."""
    _ = translate(language)
    link = LINKS.get(preset.key)
    return Help([_(step) for step in HELP[preset.key]], (link[0], _(link[1])) if link else None)


def pace(preset: MailPreset, language: str) -> str:
    """What the provider allows, and what is proposed."""
    _ = translate(language)
    figures = {
        "per_minute": preset.pace.per_minute,
        "per_hour": preset.pace.per_hour,
        "per_day": preset.pace.per_day,
    }
    published = PUBLISHED.get(preset.key)
    said = [_(published), _(_FIGURES) % figures, _(_FOUR_FIFTHS)] if published else [_(_CAREFUL), _(_FIGURES) % figures]
    return " ".join(said)


def failed(code: str, *, preset: MailPreset, host: str, port: int, language: str) -> str:
    """Why a test did not leave, and what to do at this provider."""
    _ = translate(language)
    for kind in (preset.key, _kind(preset), ""):
        if (code, kind) in REFUSED:
            return _(REFUSED[code, kind]) % {"host": host, "port": port}
    return sign_in_failed(code, language)


def _kind(preset: MailPreset) -> str:
    return "microsoft" if SignIn.MICROSOFT in preset.sign_in else preset.sign_in[0].value


def sign_in_failed(code: str, language: str) -> str:
    """Why a sign-in by token failed."""
    return translate(language)(UNASKED) if code == "oauth.unasked" else delivery_error(code, "", language)


def providers(language: str) -> list[tuple[str, str]]:
    """All of them, to choose from: key and name."""
    return [(key, name(key, language)) for key in BY_KEY]
