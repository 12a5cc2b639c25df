"""The form of the firm's mailbox."""

from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, ValidationError

from relance.channels.email.account import Security
from relance.channels.email.presets import MailPreset
from relance.storage.models import InboxAccount
from relance.web.forms.base import options
from relance.web.forms.problems import SettingsForm, number
from relance.web.labels import N_
from relance.web.language import gettext

SHARED, OWN = "shared", "own"
SECURITY = {
    Security.TLS: N_("TLS from the start (port 993)"),
    Security.STARTTLS: N_("STARTTLS (port 143)"),
    Security.NONE: N_("None: everything travels in clear"),
}
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class MailboxForm(SettingsForm):
    """Where customers' replies come in."""

    refused_at = {
        "mail.password_unusable": "password",
        "mail.password_unwritable": "password",
        "mailbox.no_host": "host",
    }

    active = BooleanField(N_("Read the mailbox every five minutes"))
    host = StringField(
        N_("Mailbox server (IMAP)"),
        description=N_("Your provider names it. Example: imap.company.fr."),
        render_kw=_PLAIN,
    )
    port = StringField(N_("Port"), render_kw={"inputmode": "numeric", "size": "6"})
    security = SelectField(
        N_("Encryption"), choices=options({one.value: name for one, name in SECURITY.items()}), validate_choice=False
    )
    whose = RadioField(
        N_("Sign in"),
        choices=options({SHARED: N_("As the e-mail account that sends"), OWN: N_("With another name and password")}),
        default=SHARED,
    )
    username = StringField(N_("User name"), render_kw=_PLAIN)
    password = PasswordField(N_("Password"), render_kw={"autocomplete": "new-password"})
    forget = BooleanField(N_("Forget the password that is kept"))
    folder = StringField(N_("Folder to read"), description=N_("Usually INBOX."), render_kw=_PLAIN)
    done_folder = StringField(
        N_("Folder for the mails that Relance recognised"),
        description=N_(
            "Empty: nothing is ever changed in your mailbox, not even “unread”. With a name, the replies and reports "
            "that Relance recognised are moved there; the folder must exist."
        ),
        render_kw=_PLAIN,
    )

    def values(self) -> dict[str, object]:
        """What is to be kept, still to be checked; the password goes its own way."""
        words = ("host", "security", "folder", "done_folder")
        shares = self.whose.data != OWN
        return {
            "active": bool(self.active.data),
            "port": number(self.port.data),
            "username": "" if shares else self.username.data or "",
            **{name: self[name].data or "" for name in words},
        }

    def validate_username(self, field: StringField) -> None:
        """A sign-in of its own has a name."""
        if self.whose.data == OWN and not (field.data or "").strip():
            raise ValidationError(gettext(N_("Fill in this field.")))


def mailbox_data(inbox: InboxAccount, preset: MailPreset) -> dict[str, object]:
    """The mailbox as the form shows it, without its password; before it is set up, as the provider has it."""
    names = ("active", "host", "port", "security", "username", "folder", "done_folder")
    given: dict[str, object] = {name: getattr(inbox, name) for name in names}
    if not inbox.host and preset.imap is not None:
        given |= {"host": preset.imap.host, "port": preset.imap.port, "security": preset.imap.security.value}
    return given | {"whose": OWN if inbox.username else SHARED}
