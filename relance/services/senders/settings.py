"""Senders as an owner sets them up; none goes while somebody is written to in its name, unless another takes over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.services.imports.known import name_key
from relance.services.refusal import Refused
from relance.services.senders.keys import SENDER
from relance.services.senders.lookup import find, own_account
from relance.services.senders.mail import refuse_while_leaving, release_mail, remove_account
from relance.services.settings.apply import set_columns
from relance.services.settings.problems import Problems
from relance.services.settings.tables import read_table
from relance.storage.models import Customer, CustomerGroup, Message, Sender
from relance.storage.queries.senders import UNFINISHED, uses


@dataclass(frozen=True, slots=True)
class Heir:
    """Who writes from now on to those whom a sender wrote to; None is the firm itself."""

    sender_id: int | None


def save(session: Session, values: Mapping[str, object], sender_id: int | None = None) -> Sender:
    """Make a sender, or bring the one of an id to what is asked.

    Raises Refused: with every problem of the values, for a name that another has, for a BIC without its IBAN.
    """
    row = Sender() if sender_id is None else find(session, sender_id)
    problems = Problems()
    given = read_table(dict(values), ("sender",), SENDER, problems)
    if sender_id is None and "name" not in values:
        raise Refused("senders.no_name")
    problems.refuse()
    others = {name_key(one.name) for one in session.scalars(select(Sender)) if one is not row}
    if "name" in given and name_key(given["name"]) in others:
        raise Refused("senders.name_taken", name=given["name"])
    if given.get("bic", row.bic) and not given.get("iban", row.iban):
        raise Refused("senders.bic_alone")
    set_columns(row, given)
    session.add(row)
    session.flush()
    return row


def delete(session: Session, settings: Settings, sender_id: int, heir: Heir | None = None) -> None:
    """Take a sender away; whatever it still has goes over to its heir. What has left keeps the name it left under.

    Raises Refused: it is used and no heir is named, or a message is leaving in its name at this moment.
    """
    row = find(session, sender_id)
    used = uses(session, sender_id)
    if used.any and heir is None:
        raise Refused("senders.used", customers=used.customers, groups=used.groups, messages=used.messages)
    if heir is not None and heir.sender_id is not None:
        if heir.sender_id == sender_id:
            raise Refused("senders.own_heir")
        find(session, heir.sender_id)
    refuse_while_leaving(session, sender_id)
    theirs = heir.sender_id if heir is not None else None
    unfinished = Message.state.in_(UNFINISHED)
    release_mail(session, sender_id)
    for kind in (Customer, CustomerGroup):
        _hand_over(session, kind, sender_id, theirs)
    _hand_over(session, Message, sender_id, theirs, unfinished)
    _hand_over(session, Message, sender_id, None)
    account = own_account(row)
    session.delete(row)
    session.flush()
    if account is not None:
        remove_account(session, settings, account)


def _hand_over(session: Session, kind: Any, sender_id: int, heir: int | None, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(kind)
        .where(kind.sender_id == sender_id, *which)
        .values(sender_id=heir)
        .execution_options(synchronize_session=False)
    )
