"""Takes the made-up firm away again; what people set up of their own meanwhile stays."""

import shutil
import tomllib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, delete, select, text
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.services.database import ensure_defaults, the_firm
from relance.services.examples.fill import SENT
from relance.services.examples.tables import tables
from relance.services.examples.words import settings_text, words
from relance.services.refusal import Refused
from relance.services.senders.mail import remove_account
from relance.storage import db
from relance.storage.models import Firm, InboxAccount, LetterAccount, MailAccount, Sender, SmsAccount
from relance.storage.ways import FIRM_ACCOUNT

# One row each, by the name of its table in a settings file.
_SETTINGS: dict[str, type[Firm | MailAccount | SmsAccount | LetterAccount | InboxAccount]] = {
    "firm": Firm,
    "email": MailAccount,
    "sms": SmsAccount,
    "letters": LetterAccount,
    "inbox": InboxAccount,
}
_STAYS = frozenset(kind.__tablename__ for kind in (*_SETTINGS.values(), Sender))
# What the year left behind, whatever anybody set.
_OF_THE_YEAR = (
    *("enabled", "activated_at", "scope", "data_fresh_at", "balances_on", "stale_notice_on", "sending_lock"),
    *("locked_at", "examples", "tested_at", "set_up_at", "first_sent_on", "last_uid", "uid_validity", "checked_at"),
    *("held_code", "held_detail", "paused_until", "pauses", "failed_code", "failed_detail", "receipts_asked_at"),
)


def clear(engine: Engine, settings: Settings) -> None:
    """Remove everything that was made up. Raises Refused where the data are real."""
    with db.writing(engine) as session:
        if not the_firm(session).examples:
            raise Refused("examples.none")
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        for table in reversed(tables()):
            if table.name not in _STAYS:
                session.execute(delete(table))
        made_up = tomllib.loads(settings_text())
        for name, kind in _SETTINGS.items():
            _as_before(session.get_one(kind, 1), made_up.get(name, {}))
        session.execute(delete(Sender).where(Sender.name.in_([one["name"] for one in words()["sender"]])))
        session.flush()
        _remove_accounts(session, settings)
        ensure_defaults(session)
        kept = set(session.scalars(select(Sender.logo_sha256))) | {session.get_one(LetterAccount, 1).logo_sha256}
    _remove_files(settings, kept)


def _remove_accounts(session: Session, settings: Settings) -> None:
    """The accounts, with their passwords, that the senders of the made-up firm were given meanwhile."""
    used = select(Sender.mail_account_id).where(Sender.mail_account_id.is_not(None))
    gone = select(MailAccount).where(MailAccount.id != FIRM_ACCOUNT, MailAccount.id.not_in(used))
    for account in session.scalars(gone).all():
        remove_account(session, settings, account)


def _as_before(row: Any, made_up: dict[str, object]) -> None:
    """Give a row its first values again where they are still those of the made-up firm."""
    untouched = [name for name, value in made_up.items() if getattr(row, name) == _stored(row, name, value)]
    columns = row.__table__.columns
    for name in (*untouched, *(name for name in _OF_THE_YEAR if name in columns)):
        default = columns[name].default
        setattr(row, name, default.arg if default is not None else None)


def _stored(row: Any, name: str, value: object) -> object:
    """A value of the settings file as its column holds it."""
    column = row.__table__.columns[name].type
    return column.python_type(str(value)) if column.python_type is not str else value


def _remove_files(settings: Settings, kept: Iterable[str]) -> None:
    wanted = frozenset(kept)
    for path in (settings.data_dir / SENT).glob("*/*"):
        if path.name not in wanted:
            path.unlink(missing_ok=True)
    shutil.rmtree(settings.data_dir / "printed", ignore_errors=True)
