"""Whom a step of an invoice reaches through each channel (RULES 4.2)."""

from relance.domain.book import Customer, Invoice
from relance.domain.delivery import ChannelName
from relance.domain.program import Step

Channels = tuple[ChannelName, ...]


def has_own_emails(invoice: Invoice) -> bool:
    """Whether an invoice has addresses of its own, usable or not: its customer's are then left out."""
    return bool(invoice.emails) or invoice.emails_unusable


def emails_at(invoice: Invoice, customer: Customer, level: int) -> tuple[str, ...]:
    """The invoice's own addresses if it has any, else those of its customer at a level."""
    if invoice.emails or invoice.emails_unusable:
        return invoice.emails
    return customer.by_level[level].emails if customer.by_level else customer.emails


def mobiles_at(customer: Customer, level: int) -> tuple[str, ...]:
    """The mobile numbers of a customer at a level."""
    return customer.by_level[level].mobiles if customer.by_level else customer.mobiles


def reachable(invoice: Invoice, customer: Customer, step: Step) -> tuple[Channels, Channels]:
    """The channels of a step that have a recipient, and those that have none; its fallback where none of them has."""
    ready = tuple(channel for channel in step.channels if _has_recipient(invoice, customer, channel, step.level))
    if len(ready) == len(step.channels):
        return ready, ()
    mute = tuple(channel for channel in step.channels if channel not in ready)
    if ready or step.fallback is None:
        return ready, mute
    if _has_recipient(invoice, customer, step.fallback, step.level):
        return (step.fallback,), mute
    return (), (*mute, step.fallback)


def _has_recipient(invoice: Invoice, customer: Customer, channel: ChannelName, level: int) -> bool:
    if channel is ChannelName.EMAIL:
        return bool(emails_at(invoice, customer, level))
    if channel is ChannelName.SMS:
        return bool(mobiles_at(customer, level))
    return customer.has_address
