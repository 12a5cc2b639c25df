"""The e-mail account as an owner sets it up: its password in a file of its own, and a test to oneself."""

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import Message
from relance.services.channel_accounts import Accounts
from relance.services.notices import notice, send_alone
from relance.services.outlets import OutletsOf
from relance.services.secrets import keep_secret
from relance.services.settings_apply import set_columns
from relance.services.settings_change import check_email
from relance.storage.models import Firm, MailAccount

KEPT_IN = "secrets/smtp-password"


def save_account(session: Session, settings: Settings, values: Mapping[str, object], password: str) -> None:
    """Set the account; a password replaces the one that is kept, an empty one leaves it.

    Raises Refused: with every problem of the values, or when the password's file can't be written.
    """
    given = check_email(values)
    if password:
        keep_secret(settings.data_dir / KEPT_IN, password)
        given |= {"password_file": KEPT_IN, "password_env": ""}
    set_columns(session.get_one(MailAccount, 1), given)


def forget_password(session: Session, settings: Settings) -> None:
    """The account has no password any more; the file that we made is removed, another is left alone."""
    account = session.get_one(MailAccount, 1)
    if account.password_file == KEPT_IN:
        (settings.data_dir / KEPT_IN).unlink(missing_ok=True)
    account.password_file = account.password_env = ""


def send_test(
    settings: Settings, accounts: Accounts, firm: Firm, to: str, language: str, outlets_of: OutletsOf
) -> None:
    """Send a word to the person who asks, through the account as it is kept. Raises DeliveryFailed."""
    subject, text = notice("test", language, {"FIRM": firm.name or "Relance", "TO": to, "SENDER": accounts.mail.sender})
    message = Message(
        uid=f"test-{uuid4()}",
        to=(to,),
        subject=subject,
        text=text,
        sender=accounts.mail.sender or firm.email,
        reply_to=accounts.mail.reply_to or None,
        language=language,
    )
    send_alone(settings, accounts, message, outlets_of)
