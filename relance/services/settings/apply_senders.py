"""Writes the senders of a settings file: who they are, and the e-mail account of each that has its own."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from relance.services.delivery.outcomes import release_account
from relance.services.senders.lookup import own_account
from relance.services.senders.mail import release_mail
from relance.services.settings.apply import Tally, set_columns
from relance.services.settings.senders import SenderSpec
from relance.services.settings.tables import Given
from relance.storage.models import MailAccount, Sender


def apply_senders(session: Session, specs: Iterable[SenderSpec]) -> Tally:
    """Add and change senders, found by their names; one that isn't mentioned stays."""
    tally = Tally()
    rows = {row.name: row for row in session.scalars(select(Sender).options(joinedload(Sender.mail_account)))}
    for spec in specs:
        row = rows.get(spec.name)
        is_new = row is None
        if row is None:
            row = Sender(name=spec.name)
            session.add(row)
            session.flush()
        changed = set_columns(row, spec.columns) > 0
        if spec.account is not None:
            changed |= _set_account(session, row, spec.account)
        tally = tally.plus(added=is_new, changed=changed)
    return tally


def _set_account(session: Session, row: Sender, given: Given) -> bool:
    """Set its own account, a new one where it has none: what was held may be tried again."""
    account = own_account(row)
    if account is not None:
        changed = set_columns(account, given) > 0
        session.flush()
        release_account(session, mail_account=account.id)
        return changed
    values: dict[str, Any] = {"bcc": [], **given}
    row.mail_account = MailAccount(**values)
    session.flush()
    release_mail(session, row.id)
    return True
