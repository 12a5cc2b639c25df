"""The firm's mailbox as an owner sets it up: whose sign-in, which folder, its password in a file of its own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.services.database import the_firm
from relance.services.delivery.account_values import inbox_account
from relance.services.refusal import Refused
from relance.services.secrets import keep_secret
from relance.services.settings.apply import set_columns
from relance.services.settings.change import check_inbox
from relance.storage import db
from relance.storage.models import InboxAccount, MailAccount

if TYPE_CHECKING:
    from relance.channels.inbox import InboxState, InboxTimeouts

KEPT_IN = "secrets/inbox-password"
# Where one of these changes, it is another mailbox, read from its own beginning.
_WHERE = ("host", "username", "folder")


def apply_inbox(session: Session, given: Mapping[str, Any]) -> int:
    """Set the columns; how many changed. Whoever saves has seen to what was wrong: it is tried again."""
    if not given:
        return 0
    inbox = session.get_one(InboxAccount, 1)
    before = [getattr(inbox, name) for name in _WHERE]
    changed = set_columns(inbox, given)
    if before != [getattr(inbox, name) for name in _WHERE]:
        inbox.uid_validity, inbox.last_uid, inbox.checked_at = None, 0, None
    inbox.failed_code, inbox.failed_detail = None, ""
    return changed


def save_mailbox(session: Session, settings: Settings, values: Mapping[str, object], password: str) -> None:
    """Set the mailbox; a password replaces the one that is kept, an empty one leaves it.

    Raises Refused: with every problem of the values, or when the password's file can't be written.
    """
    given = check_inbox(values)
    if given["active"] and not given["host"]:
        raise Refused("mailbox.no_host")
    if password:
        keep_secret(settings.data_dir / KEPT_IN, password)
        given |= {"password_file": KEPT_IN, "password_env": ""}
    apply_inbox(session, given)


def forget_password(session: Session, settings: Settings) -> None:
    """The mailbox has no password of its own any more; the file that we made is removed, another is left alone."""
    inbox = session.get_one(InboxAccount, 1)
    if inbox.password_file == KEPT_IN:
        (settings.data_dir / KEPT_IN).unlink(missing_ok=True)
    inbox.password_file = inbox.password_env = ""


def try_mailbox(engine: Engine, settings: Settings, *, timeouts: "InboxTimeouts | None" = None) -> "InboxState":
    """Sign in and look at the folders. Raises InboxFailed; Refused where there is nothing to try."""
    from relance.channels.inbox import check_inbox as check

    with db.reading(engine) as session:
        inbox, mail = session.get_one(InboxAccount, 1), session.get_one(MailAccount, 1)
        if settings.demo or the_firm(session).examples:
            raise Refused("mailbox.demo")
        if not inbox.host:
            raise Refused("mailbox.no_host")
        account = inbox_account(settings, inbox, mail)
    return check(account if timeouts is None else replace(account, timeouts=timeouts))
