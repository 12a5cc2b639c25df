"""The mail providers of small French firms: their servers, how one signs in, and a pace they accept (RELIABILITY 3.4).

Where a provider publishes a limit, a preset asks for four fifths of it: the rest is for those who write by hand. Where
it publishes none, the pace is that of an unknown account. Providers count recipients, Relance counts messages.
"""

from dataclasses import dataclass
from enum import StrEnum

from relance.channels.email.account import Security


class SignIn(StrEnum):
    """A way to prove who sends."""

    PASSWORD = "password"  # noqa: S105  (a word)
    APP_PASSWORD = "app_password"  # noqa: S105  (made by the provider for one program)
    MICROSOFT = "microsoft"  # XOAUTH2, by the device code flow
    GOOGLE = "google"  # XOAUTH2, by consent in the browser


class Username(StrEnum):
    """What the provider wants as a name."""

    ADDRESS = "address"  # the whole address
    LOCAL_PART = "local_part"  # what stands before the @


@dataclass(frozen=True, slots=True)
class Server:
    """A host, its port, and how the connection is encrypted."""

    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True)
class Pace:
    """The most messages in any minute, hour and day, and connections at once; 0 is no limit."""

    per_minute: int = 10
    per_hour: int = 40
    per_day: int = 300
    connections: int = 1


@dataclass(frozen=True, slots=True)
class MailPreset:
    """What to fill in for one provider. The first way to sign in is the one to propose."""

    key: str
    smtp: Server | None
    imap: Server | None
    sign_in: tuple[SignIn, ...] = (SignIn.PASSWORD,)
    username: Username = Username.ADDRESS
    pace: Pace = Pace()
    help: str = ""  # what a person must know or do first
    domains: frozenset[str] = frozenset()  # of the addresses that the provider itself gives


def _tls(host: str, port: int) -> Server:
    return Server(host, port, Security.TLS)


def _starttls(host: str) -> Server:
    return Server(host, 587, Security.STARTTLS)


GMAIL_SMTP, GMAIL_IMAP = _tls("smtp.gmail.com", 465), _tls("imap.gmail.com", 993)
OUTLOOK_IMAP = _tls("outlook.office365.com", 993)
OUTLOOK_DOMAINS = frozenset(
    f"{name}.{ending}" for name in ("hotmail", "live", "outlook") for ending in ("com", "fr", "be", "de", "it")
) | {"msn.com", "hotmail.co.uk", "live.co.uk", "windowslive.com"}

PRESETS: tuple[MailPreset, ...] = (
    MailPreset(
        "ovh",
        _tls("ssl0.ovh.net", 465),
        _tls("ssl0.ovh.net", 993),
        help="ovh_mx_plan",
    ),
    MailPreset(
        "ovh_pro",
        _starttls("pro1.mail.ovh.net"),
        _tls("pro1.mail.ovh.net", 993),
        help="ovh_server_number",
    ),
    MailPreset(
        "gmail",
        GMAIL_SMTP,
        GMAIL_IMAP,
        (SignIn.APP_PASSWORD, SignIn.GOOGLE),
        pace=Pace(10, 100, 400),
        help="app_password",
        domains=frozenset(("gmail.com", "googlemail.com")),
    ),
    MailPreset(
        "google_workspace",
        GMAIL_SMTP,
        GMAIL_IMAP,
        (SignIn.APP_PASSWORD, SignIn.GOOGLE),
        pace=Pace(20, 400, 1_600),
        help="app_password",
    ),
    MailPreset(
        "microsoft_365",
        _starttls("smtp.office365.com"),
        OUTLOOK_IMAP,
        (SignIn.MICROSOFT, SignIn.PASSWORD),
        pace=Pace(24, 1_000, 8_000),
        help="microsoft_sign_in",
    ),
    MailPreset(
        "outlook",
        _starttls("smtp-mail.outlook.com"),
        OUTLOOK_IMAP,
        (SignIn.MICROSOFT, SignIn.APP_PASSWORD),
        pace=Pace(10, 40, 240),
        help="microsoft_sign_in",
        domains=OUTLOOK_DOMAINS,
    ),
    MailPreset(
        "orange",
        _tls("smtp.orange.fr", 465),
        _tls("imap.orange.fr", 993),
        help="orange_outside_programs",
        domains=frozenset(("orange.fr", "wanadoo.fr")),
    ),
    MailPreset(
        "ionos",
        _tls("smtp.ionos.fr", 465),
        _tls("imap.ionos.fr", 993),
        pace=Pace(10, 80, 800),
    ),
    MailPreset(
        "gandi",
        _tls("mail.gandi.net", 465),
        _tls("mail.gandi.net", 993),
    ),
    MailPreset(
        "infomaniak",
        _tls("mail.infomaniak.com", 465),
        _tls("mail.infomaniak.com", 993),
        (SignIn.APP_PASSWORD, SignIn.PASSWORD),
        pace=Pace(10, 120, 400),
        help="app_password",
        domains=frozenset(("ik.me", "ikmail.com", "etik.com")),
    ),
    MailPreset(
        "free",
        _tls("smtp.free.fr", 465),
        _tls("imap.free.fr", 993),
        username=Username.LOCAL_PART,
        help="free_smtp_option",
        domains=frozenset(("free.fr",)),
    ),
    MailPreset("other", None, None, (SignIn.PASSWORD, SignIn.APP_PASSWORD)),
)

BY_KEY = {preset.key: preset for preset in PRESETS}
DEFAULT_PACE = BY_KEY["other"].pace


def preset_for(address: str) -> str | None:
    """The key of the provider that gave this address; None where the firm has a domain of its own, as most have."""
    domain = address.rpartition("@")[2].strip().rstrip(">.").casefold()
    return next((preset.key for preset in PRESETS if domain in preset.domains), None)


def username_for(preset: MailPreset, address: str) -> str:
    """The name to propose for signing in with this address."""
    return address.rpartition("@")[0] if preset.username is Username.LOCAL_PART else address
