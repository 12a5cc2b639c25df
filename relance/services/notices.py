"""Notices to the firm itself, by its own e-mail account: stale data, a long absence (RULES 5.3, 5.6)."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance import paths
from relance.config import Settings
from relance.domain.delivery import ChannelName, DeliveryFailed, Fate, Message, Receipt
from relance.services.delivery.channel_accounts import Accounts, read_accounts
from relance.services.delivery.outlets import OutletsOf, build_outlets
from relance.storage.models import Firm, User


def notice(name: str, language: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """The subject and text of a notice: templates/notices/LANG/NAME.txt, its facts between # signs."""
    folder = paths.templates() / "notices"
    path = folder / language / f"{name}.txt"
    if not path.exists():
        path = folder / "fr" / f"{name}.txt"
    subject, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    for key, value in facts.items():
        subject, body = subject.replace(f"#{key}#", value), body.replace(f"#{key}#", value)
    return subject.strip(), body


def owners_addresses(session: Session, firm: Firm) -> tuple[str, ...]:
    """Who a notice goes to: the firm's address, else the owners' accounts."""
    if firm.email:
        return (firm.email,)
    return tuple(session.scalars(select(User.email).where(User.active, User.role == "owner").order_by(User.id)))


def send_to_self(
    settings: Settings,
    accounts: Accounts,
    firm: Firm,
    to: tuple[str, ...],
    subject: str,
    text: str,
    html: str | None = None,
    outlets_of: OutletsOf = build_outlets,
) -> None:
    """Send a message to the firm itself; raises DeliveryFailed. Nothing is kept of it."""
    message = Message(
        uid=str(uuid.uuid4()),
        to=to,
        subject=subject,
        text=text,
        html=html,
        sender=accounts.mail.sender or firm.email,
        language=firm.language,
    )
    send_alone(settings, accounts, message, outlets_of)


def send_alone(
    settings: Settings,
    accounts: Accounts,
    message: Message,
    outlets_of: OutletsOf = build_outlets,
    channel: ChannelName = ChannelName.EMAIL,
) -> Receipt:
    """Send one message outside the outbox, over a connection of its own; raises DeliveryFailed."""
    outlet = outlets_of(settings, accounts).get(channel)
    if outlet is None:
        raise DeliveryFailed(f"{channel}.not_set_up", Fate.HOLD)
    way_out = outlet()
    try:
        return way_out.send(message, before_handover=lambda: None)
    finally:
        way_out.close()


def warn_of_stale_data(
    session: Session, settings: Settings, firm: Firm, now: datetime, outlets_of: OutletsOf = build_outlets
) -> bool:
    """Tell the firm by e-mail, once a day at most, that sending waits for its payments; whether it was told."""
    if firm.stale_notice_on == now.date():
        return False
    to = owners_addresses(session, firm)
    if not to:
        return False
    facts = {"FIRM": firm.name or "Relance", "DAYS": str(firm.freshness_days)}
    subject, text = notice("stale_data", firm.language, facts)
    firm.stale_notice_on = now.date()
    try:
        send_to_self(settings, read_accounts(session), firm, to, subject, text, outlets_of=outlets_of)
    except DeliveryFailed:
        return False
    return True


def warn_of_unusual_volume(
    settings: Settings, accounts: Accounts, firm: Firm, to: tuple[str, ...], count: int, outlets_of: OutletsOf
) -> bool:
    """Tell the firm by e-mail that a run far bigger than usual waits for its word; whether it was told."""
    if not to:
        return False
    facts = {"FIRM": firm.name or "Relance", "COUNT": str(count)}
    subject, text = notice("unusual_volume", firm.language, facts)
    try:
        send_to_self(settings, accounts, firm, to, subject, text, outlets_of=outlets_of)
    except DeliveryFailed:
        return False
    return True
