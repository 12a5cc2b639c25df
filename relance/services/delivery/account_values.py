"""The rows of accounts as the channels read them: with their secrets, and what the firm's settings add."""

from pathlib import Path
from typing import TYPE_CHECKING

from relance import clock
from relance.config import Settings
from relance.services.secrets import secret_of
from relance.storage.models import InboxAccount, LetterAccount, MailAccount, SmsAccount

if TYPE_CHECKING:
    from collections.abc import Callable

    from relance.channels.email import EmailAccount
    from relance.channels.inbox.account import InboxAccount as Inbox
    from relance.channels.oauth import MicrosoftApp
    from relance.channels.oauth.google import GoogleApp
    from relance.channels.post import PostAccount
    from relance.channels.sms import SmsAccount as Sms

MICROSOFT, GOOGLE = "microsoft", "google"
TOKENS = {MICROSOFT: "secrets/microsoft-tokens", GOOGLE: "secrets/google-tokens"}
GOOGLE_SECRET = "secrets/google-client"  # noqa: S105  (a file name)
RECEIPTS = "/sms/recus"  # where the provider's delivery receipts come in


def password_of(settings: Settings, account: MailAccount) -> str:
    """The SMTP account's password; empty when there is none."""
    return secret_of(settings, account.password_env, account.password_file)


def email_account(settings: Settings, account: MailAccount) -> "EmailAccount":
    """The SMTP account."""
    from relance.channels.email import EmailAccount, Security

    return EmailAccount(
        host=account.host,
        port=account.port,
        security=Security(account.security),
        username=account.username,
        password=password_of(settings, account),
        token=_token(settings, account),
        sender=account.sender,
    )


def microsoft_app(account: MailAccount) -> "MicrosoftApp":
    """The application that signs in to Microsoft 365."""
    from relance.channels.oauth import MicrosoftApp

    return MicrosoftApp(account.oauth_client, account.oauth_tenant or "organizations")


def google_app(settings: Settings, account: MailAccount) -> "GoogleApp":
    """The application that signs in to Google."""
    from relance.channels.oauth.google import GoogleApp

    return GoogleApp(account.oauth_client, secret_of(settings, "", GOOGLE_SECRET))


def _token(settings: Settings, account: MailAccount) -> "Callable[[], str] | None":
    """What gives an access token, where the account signs in with one (RELIABILITY 3.5)."""
    if account.sign_in not in TOKENS:
        return None
    from relance.channels.oauth.store import FileTokenStore

    store = FileTokenStore(settings.data_dir / TOKENS[account.sign_in])
    if account.sign_in == MICROSOFT:
        from relance.channels.oauth import MicrosoftTokens

        return MicrosoftTokens(microsoft_app(account), store)
    from relance.channels.oauth.google import GoogleTokens

    return GoogleTokens(google_app(settings, account), store, now=clock.utc_now)


def sms_account(settings: Settings, account: SmsAccount) -> "Sms":
    """The SMS account; receipts are asked for where the provider can reach us."""
    from relance.channels.sms import SmsAccount as Sms

    return Sms(
        key=account.key,
        secret=secret_of(settings, account.secret_env, account.secret_file),
        sender=account.sender,
        base_url=account.base_url,
        callback=receipts_address(settings, account.callback_key),
        without_accents=account.without_accents,
    )


def receipts_address(settings: Settings, callback_key: str) -> str:
    """Where the provider brings delivery receipts; empty where it can't reach us."""
    return f"{settings.public_url}{RECEIPTS}/{callback_key}" if settings.public_url and callback_key else ""


def post_account(settings: Settings, account: LetterAccount) -> "PostAccount":
    """The account with the postal partner."""
    from relance.channels.post.account import BASE_URL, Color, PostAccount

    return PostAccount(
        api_key=secret_of(settings, account.api_key_env, account.api_key_file),
        base_url=account.base_url or BASE_URL,
        color=Color.COLOR if account.color else Color.BLACK,
        both_sides=account.both_sides,
        postage=account.postage,
    )


def letter_folder(settings: Settings, account: LetterAccount) -> Path:
    """Where letters are written for another printer; relative to the data folder."""
    return settings.data_dir / Path(account.folder).expanduser()


def inbox_account(settings: Settings, inbox: InboxAccount, mail: MailAccount) -> "Inbox":
    """The firm's mailbox; without a name of its own it signs in as the SMTP account does."""
    from relance.channels.email.account import Security
    from relance.channels.inbox.account import InboxAccount as Inbox

    own = bool(inbox.username)
    return Inbox(
        host=inbox.host,
        port=inbox.port,
        security=Security(inbox.security),
        username=inbox.username if own else mail.username,
        password=secret_of(settings, inbox.password_env, inbox.password_file) if own else password_of(settings, mail),
        token=None if own else _token(settings, mail),
        folder=inbox.folder,
        done_folder=inbox.done_folder,
    )
