"""The checks of relance doctor on what sending needs: the accounts, the mailbox, the journal, the lock."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from relance.cli.context import Relance, say
from relance.web.labels import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from relance.storage.models import LetterAccount, MailAccount, SmsAccount

Check = tuple[str, bool, str]

# By the word of services.same_machine.SendingLock.
LOCKS = {
    "restored": N_("a backup was restored: nothing leaves until an owner has confirmed what left since"),
    "copied": N_(
        "this data folder was copied or moved: nothing leaves until an owner has confirmed that it is the only one"
    ),
    "older_database": N_(
        "messages left that this database doesn't know of: nothing leaves until an owner has looked at them"
    ),
}
WAYS = {
    "print": N_("printed and posted by a person"),
    "post": N_("posted by the partner"),
    "folder": N_("written into a folder"),
}


def accounts(relance: Relance, session: "Session") -> Iterator[Check]:
    """The three accounts and the mailbox."""
    from relance.services.delivery.channel_accounts import read_accounts

    found = read_accounts(session)
    yield from _mail(relance, found.mail)
    yield from _senders(relance, session)
    yield _sms(relance, found.sms)
    yield _letters(relance, found.letter)
    yield _inbox(relance, session)


def _mail(relance: Relance, account: "MailAccount") -> Iterator[Check]:
    from relance.services.delivery.account_values import password_of

    _ = say(relance.language)
    named = bool(account.password_env or account.password_file)
    missing = named and not password_of(relance.settings, account)
    yield _("E-mail password"), not missing, _("named, but not there") if missing else _("fine")
    held = _told(relance, account.held_code)
    yield _("E-mail account"), not held, held or account.host or _("not set up")


def _senders(relance: Relance, session: "Session") -> Iterator[Check]:
    """The accounts of senders that have their own."""
    from relance.services.delivery.account_values import password_of
    from relance.services.senders.lookup import own_account
    from relance.storage.queries.senders import listed

    _ = say(relance.language)
    for one in listed(session):
        account = own_account(one.sender)
        if account is None:
            continue
        missing = bool(account.password_env or account.password_file) and not password_of(relance.settings, account)
        trouble = _("named, but not there") if missing else _told(relance, account.held_code)
        yield _("E-mail account of %(sender)s") % {"sender": one.sender.name}, not trouble, trouble or account.host


def _sms(relance: Relance, account: "SmsAccount") -> Check:
    from relance.channels.sms.account import fault
    from relance.services.delivery.account_values import sms_account

    _ = say(relance.language)
    name = _("SMS account")
    if not account.provider:
        return name, True, _("not set up")
    wrong = fault(sms_account(relance.settings, account))
    trouble = _told(relance, account.held_code or (wrong.value if wrong else None))
    return name, not trouble, trouble or f"{account.provider}, {account.sender}"


def _letters(relance: Relance, account: "LetterAccount") -> Check:
    _ = say(relance.language)
    trouble = _told(relance, account.held_code or _letter_fault(relance, account))
    way = _(WAYS.get(account.way, WAYS["print"]))
    if account.way == "post" and account.test_mode:
        way += " " + _("(test mode: nothing is posted)")
    return _("Letters"), not trouble, trouble or way


def _letter_fault(relance: Relance, account: "LetterAccount") -> str | None:
    from relance.services.delivery.account_values import letter_folder, post_account

    if account.way == "post" and not post_account(relance.settings, account).api_key:
        return "post.no_key"
    if account.way == "folder" and not _can_write(letter_folder(relance.settings, account)):
        return "folder.unwritable"
    return None


def _inbox(relance: Relance, session: "Session") -> Check:
    from relance.storage.models import InboxAccount

    _ = say(relance.language)
    inbox = session.get_one(InboxAccount, 1)
    if not inbox.active:
        return _("Mailbox"), True, _("not read: bounces and answers are not noticed")
    trouble = _told(relance, inbox.failed_code)
    seen = f"{inbox.checked_at:%Y-%m-%d %H:%M} UTC" if inbox.checked_at else _("not read yet")
    return _("Mailbox"), not trouble, trouble or seen


def sending(relance: Relance) -> Iterator[Check]:
    """The journal of what leaves, and whether anything may."""
    from relance.services.delivery.journal import folder_of
    from relance.services.same_machine import why_locked

    _ = say(relance.language)
    folder = folder_of(relance.settings.data_dir)
    if not _can_write(folder):
        yield _("Journal of what leaves"), False, _("%(folder)s can't be written to") % {"folder": folder}
        return
    yield _("Journal of what leaves"), True, str(folder)
    lock = why_locked(relance.engine, relance.settings)
    yield _("Sending"), lock is None, _(LOCKS[lock.value]) if lock else _("not locked")


def _can_write(folder: Path) -> bool:
    """By writing: rights alone tell nothing of a full disk. A folder that isn't there yet is made when it is needed."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"relance")
            file.flush()
    except OSError:
        return False
    return True


def _told(relance: Relance, code: str | None) -> str:
    from relance.web.labels.delivery import delivery_error

    return delivery_error(code, "", relance.language) if code else ""
