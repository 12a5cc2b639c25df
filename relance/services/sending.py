"""What a person is about to send: weighed, grouped and written before it is confirmed; what stays behind, and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from sqlalchemy.orm import Session

from relance.domain.book import Customer, InvoiceId, balance
from relance.domain.delivery import ChannelName, Postage
from relance.domain.reasons import Reason, ReasonCode
from relance.services.bulk_acts import check_size
from relance.services.delivery.channel_accounts import Accounts
from relance.services.delivery.outbox import FORMAL_NOTICE, Send, grouped, is_notice_by_letter
from relance.services.messages import compose
from relance.services.messages.compose import Composed, Draft
from relance.services.refusal import Refused
from relance.services.remind import Asked, Ready, sends_of, weigh
from relance.services.senders import lookup as senders
from relance.storage.models import Firm, MailAccount
from relance.storage.queries.dispatches import Named, named

PRINTED_HERE = "print"
DEMO = "demo.sending_impossible"
# Of the reasons that don't stop a person, those that are about the invoice or its customer.
WORTH_SAYING = frozenset(
    (
        ReasonCode.NET_CREDIT,
        ReasonCode.EXCLUDED,
        ReasonCode.DISPUTED,
        ReasonCode.PROMISED,
        ReasonCode.PAUSED,
        ReasonCode.CUSTOMER,
    )
)


@dataclass(frozen=True, slots=True)
class Office:
    """What weighing needs beside the rows: the firm, its accounts, where its files are."""

    firm: Firm
    accounts: Accounts
    data_dir: Path
    demo: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An invoice that isn't reminded of, or not through one of its channels, and why."""

    invoice: Named
    refusal: Refused
    channel: ChannelName | None = None  # None: through none


@dataclass(frozen=True, slots=True)
class Caution:
    """An invoice that leaves although the machine would leave it alone: the person is told, and may go on (RULES 2)."""

    invoice: InvoiceId
    number: str
    customer: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """One message as it would leave (RULES 4.4)."""

    sends: tuple[Send, ...]
    message: Composed

    @property
    def channel(self) -> ChannelName:
        """Through which it goes."""
        return self.sends[0].channel

    @property
    def customer(self) -> Customer:
        """Whose it is."""
        return self.sends[0].customer

    @property
    def level(self) -> int:
        """Its level."""
        return self.sends[0].step.level

    @property
    def offset(self) -> int:
        """Of its step."""
        return self.sends[0].program.steps[self.sends[0].step.position - 1].offset

    @property
    def amount(self) -> int:
        """What it claims, minor units of its one currency."""
        return sum(self.message.claimed.values())

    @property
    def currency(self) -> str:
        """Of all its invoices."""
        return self.sends[0].invoice.currency


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that a confirmation names."""

    messages: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...]
    amounts: Mapping[str, int]  # of the invoices that are reminded of: minor units by currency
    gone: int = 0  # chosen, and no longer there
    cautions: tuple[Caution, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()  # codes and details of accounts that will not send now
    prices: Mapping[ChannelName, Decimal | None] | None = None

    def through(self, channel: ChannelName) -> list[Planned]:
        """The messages of a channel."""
        return [one for one in self.messages if one.channel is channel]

    @property
    def notices(self) -> list[Planned]:
        """The formal notices among the messages."""
        return [one for one in self.messages if one.level == FORMAL_NOTICE]

    @property
    def customers(self) -> dict[int, str]:
        """The names of those who are reminded."""
        return {one.customer.id: one.customer.name for one in self.messages}

    def marks(self) -> dict[int, str]:
        """What leaves of each invoice, as a short mark: which step, through what, to whom."""
        parts: dict[int, list[str]] = {}
        for one in self.messages:
            said = repr((one.channel, one.message.to, one.message.cc, one.message.bcc, one.message.language))
            for send in one.sends:
                parts.setdefault(send.invoice.id, []).append(f"{send.place}{send.step.level}{said}")
        return {key: sha256("".join(sorted(said)).encode()).hexdigest()[:8] for key, said in parts.items()}

    def channels(self) -> dict[int, tuple[ChannelName, ...]]:
        """Through what each invoice is reminded of."""
        found: dict[int, tuple[ChannelName, ...]] = {}
        for one in self.messages:
            for send in one.sends:
                found[send.invoice.id] = (*found.get(send.invoice.id, ()), one.channel)
        return found


def offer(session: Session, office: Office, invoice_ids: Collection[int], asked: Asked) -> Offer:
    """What would leave for some invoices, as it would be written now. Writes nothing; raises Refused for too many."""
    ids = set(invoice_ids)
    check_size(ids)
    weighed = weigh(session, office.firm, sorted(ids), asked)
    mails = senders.accounts_of(session, {one.situation.customer.id for one in weighed.ready})
    usable, shut = _without_shut(weighed.ready, office, mails)
    planned, unwritten = _written(session, office, usable, asked)
    whole = {key: (refusal, None) for key, refusal in weighed.refused.items()}
    partly = _behind(weighed.ready, [*shut, *unwritten])
    names = named(session, {*whole, *(key for key, _, _ in partly)})
    left_out = [LeftOut(names[key], refusal, channel) for key, (refusal, channel) in whole.items()]
    left_out += [LeftOut(names[key], refusal, channel) for key, refusal, channel in partly]
    return Offer(
        messages=tuple(sorted(planned, key=_place)),
        left_out=tuple(sorted(left_out, key=lambda one: (one.invoice.customer.casefold(), one.invoice.number))),
        amounts=_amounts(planned, asked),
        gone=len(ids) - len(weighed.ready) - len(weighed.refused),
        cautions=tuple(_cautions(usable, planned)),
        warnings=tuple(_warnings(office.accounts, mails, planned)),
        prices=_prices(planned, office.accounts, asked.postage),
    )


Lost = tuple[int, Refused, ChannelName | None]


def _without_shut(
    ready: Sequence[Ready], office: Office, mails: Mapping[int, MailAccount]
) -> tuple[list[Ready], list[Lost]]:
    """Through a channel that isn't set up nothing leaves; a customer's sender may have an account of its own."""
    lost, left = list[Lost](), list[Ready]()
    for one in ready:
        accounts = office.accounts.through(mails.get(one.situation.customer.id, office.accounts.mail))
        shut = not_set_up(accounts, demo=office.demo)
        lost += [(one.situation.invoice.id, Refused(shut[each]), each) for each in one.channels if each in shut]
        left.append(replace(one, channels=tuple(each for each in one.channels if each not in shut)))
    return [one for one in left if one.channels], lost


def not_set_up(accounts: Accounts, *, demo: bool = False) -> dict[ChannelName, str]:
    """The channels that this firm can't send through, each with the code that says so."""
    found: dict[ChannelName, str] = {}
    if demo or accounts.examples:
        return {ChannelName.EMAIL: DEMO, ChannelName.SMS: DEMO}
    if not accounts.mail.host:
        found[ChannelName.EMAIL] = "email.not_set_up"
    if not accounts.sms.provider:
        found[ChannelName.SMS] = "sms.not_set_up"
    return found


def _written(
    session: Session, office: Office, ready: Sequence[Ready], asked: Asked
) -> tuple[list[Planned], list[Lost]]:
    groups = grouped(sends_of(session, office.firm, ready, asked.language))
    theirs = senders.senders_of(session, {group[0].customer.id for group in groups})
    drafts = [_draft(group, asked.postage, theirs.get(group[0].customer.id)) for group in groups]
    made = compose.preview(session, drafts, office.firm, office.accounts, asked.now.date(), office.data_dir)
    planned, lost = [], list[Lost]()
    for group, message in zip(groups, made, strict=True):
        if isinstance(message, Refused):
            lost.extend((send.invoice.id, message, send.channel) for send in group)
        else:
            planned.append(Planned(tuple(group), message))
    return planned, lost


def _draft(group: Sequence[Send], postage: Postage | None, sender: int | None) -> Draft:
    first = group[0]
    return Draft(
        uid=str(uuid4()),
        customer_id=first.customer.id,
        program_id=first.program.id,
        step=first.step.position,
        level=first.step.level,
        channel=first.channel,
        language=first.language,
        invoice_ids=tuple(send.invoice.id for send in group),
        postage=postage if is_notice_by_letter(first) else None,
        sender_id=sender,
    )


def _behind(ready: Sequence[Ready], lost: Sequence[Lost]) -> list[Lost]:
    """One line for each invoice that nothing leaves for, and one for each channel of the others."""
    channels: dict[int, int] = {one.situation.invoice.id: len(one.channels) for one in ready}
    times: dict[int, int] = {}
    for key, _, _ in lost:
        times[key] = times.get(key, 0) + 1
    found: dict[tuple[int, ChannelName | None], Lost] = {}
    for key, refusal, channel in lost:
        through = None if times[key] == channels[key] else channel
        found.setdefault((key, through), (key, refusal, through))
    return list(found.values())


def _cautions(ready: Sequence[Ready], planned: Sequence[Planned]) -> Iterator[Caution]:
    leaving = {send.invoice.id for one in planned for send in one.sends}
    for one in ready:
        invoice, customer = one.situation.invoice, one.situation.customer
        told = tuple(why for why in one.situation.reasons if why.code in WORTH_SAYING)
        if told and invoice.id in leaving:
            yield Caution(invoice.id, invoice.number, customer.name, told)


def _place(one: Planned) -> tuple[object, ...]:
    return (one.customer.name.casefold(), one.customer.id, one.level, one.channel, one.sends[0].invoice.number)


def _amounts(planned: Sequence[Planned], asked: Asked) -> dict[str, int]:
    """Each invoice once, through however many channels it is reminded of."""
    left = {send.invoice.id: send.invoice for one in planned for send in one.sends}
    found: dict[str, int] = {}
    for invoice in left.values():
        found[invoice.currency] = found.get(invoice.currency, 0) + balance(invoice, asked.now.date())
    return dict(sorted(found.items()))


def _warnings(
    accounts: Accounts, mails: Mapping[int, MailAccount], planned: Sequence[Planned]
) -> list[tuple[str, str]]:
    """What keeps an account from sending, though everything is set up."""
    used = [accounts.through(mails.get(one.customer.id, accounts.mail)).of(one.channel) for one in planned]
    held = {id(one): (one.held_code, one.held_detail) for one in used if one.held_code}
    return sorted((code, detail) for code, detail in held.values() if code)


def _prices(
    planned: Sequence[Planned], accounts: Accounts, postage: Postage | None
) -> dict[ChannelName, Decimal | None]:
    """What it would cost, in euros, where that is known."""
    texts = sum(one.message.parts for one in planned if one.channel is ChannelName.SMS)
    each = accounts.sms.price_per_part
    found: dict[ChannelName, Decimal | None] = {}
    if texts:
        found[ChannelName.SMS] = each * texts if each is not None else None
    letters = [one for one in planned if one.channel is ChannelName.LETTER]
    if letters and not prints_itself(accounts):
        known = [letter_price(accounts, _postage_of(one, accounts, postage)) for one in letters]
        found[ChannelName.LETTER] = None if None in known else sum((one for one in known if one), Decimal(0))
    return found


def _postage_of(one: Planned, accounts: Accounts, chosen: Postage | None) -> Postage:
    return chosen if chosen is not None and is_notice_by_letter(one.sends[0]) else accounts.letter.postage


def letter_price(accounts: Accounts, postage: Postage) -> Decimal | None:
    """What the postal partner asks for a letter, euros; None where it isn't known."""
    told = (accounts.letter.prices or {}).get(postage.value)
    return Decimal(str(told)) if told is not None else None


def prints_itself(accounts: Accounts) -> bool:
    """Whether letters wait to be printed by a person."""
    return accounts.letter.way == PRINTED_HERE
