"""A text of a model as it would leave, on a real invoice: to look at while it is written, or as a test to oneself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain import delivery
from relance.domain.delivery import ChannelName
from relance.domain.documents import CustomerKind
from relance.domain.sms import Parts, parts
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import Accounts, read_accounts
from relance.services.delivery.outlets import OutletsOf
from relance.services.invoice_files import attach
from relance.services.letters.house import letter_house_of
from relance.services.messages import compose
from relance.services.messages.compose_sms import gsm, sms_fields
from relance.services.messages.compose_text import Desk, said, sketch, template
from relance.services.messages.facts import Claim, MessageFacts, SmsHouse, StepFacts
from relance.services.messages.freezing import as_sent
from relance.services.messages.html_mail import to_fragment
from relance.services.messages.markup import plain
from relance.services.messages.recipients import Recipients, house_of, recipients
from relance.services.messages.rows import Draft
from relance.services.messages.try_out import Trial
from relance.services.messages.values import conditions, one_line
from relance.services.notices import send_alone
from relance.services.refusal import Refused
from relance.services.senders import lookup as senders
from relance.services.texts import Stage, Text, by_name, stored
from relance.services.texts.templates import Place
from relance.storage import db
from relance.storage.models import Firm, Invoice
from relance.storage.queries.templates import Use

OFFSETS = {Stage.BEFORE_DUE: -5, Stage.DUE_DAY: 0, Stage.FIRST: 8, Stage.SECOND: 20, Stage.THIRD: 35}
DEADLINE_DAYS = 8
SAMPLE_NUMBER, SAMPLE_CUSTOMER = "F-2026-0401", "Atelier Mercier & Fils"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: a text of a model, at a step, about an invoice (None: one that there isn't)."""

    place: Place
    text: Text | None  # as it is being written; None: as it is kept
    step: StepFacts
    invoice: str | None
    today: date


@dataclass(frozen=True, slots=True)
class Look:
    """How it reads. `missing` fields have no value, and keep the message from leaving."""

    subject: str
    text: str
    html: str
    to: tuple[str, ...]
    files: tuple[str, ...]
    language: str
    fell_back: bool
    missing: tuple[str, ...]
    parts: Parts
    values: Mapping[str, str | None]
    invoice: str  # its number


def usual_step(name: str, used: Sequence[Use]) -> StepFacts:
    """The step that a model is looked at with: the first that names it, else one of its level."""
    if used:
        return StepFacts(used[0].level, used[0].offset, used[0].deadline_days)
    stage = by_name()[name].stage if name in by_name() else Stage.FIRST
    return StepFacts(stage.level, OFFSETS[stage], DEADLINE_DAYS if stage.level else None)


def look(session: Session, firm: Firm, asked: Asked, data_dir: Path, *, empty: str) -> Look:
    """How a text reads; `empty` is shown for a field without a value. Writes nothing.

    Raises Refused for an invoice that isn't there.
    """
    facts, desk, _ = _situation(session, firm, asked, data_dir)
    body = template(facts, desk)
    to = _to(facts, desk)
    files = attach(desk.pdf_folder, facts.claims) if facts.channel is ChannelName.EMAIL else ()
    names = {file.name for file in files}
    attached = bool(files) and all(claim.pdf_name in names for claim in facts.claims)
    is_sms = facts.channel is ChannelName.SMS
    fields = sms_fields(facts, desk, body) if is_sms else said(facts, desk, body, to)
    subject, marked = sketch(body, fields, conditions(facts, desk.today, attached=attached), empty)
    text = plain(marked.text)
    text = gsm(text, without_accents=desk.sms.without_accents) if is_sms else text
    return Look(
        subject=one_line(subject.text),
        text=text,
        html=to_fragment(marked.text),
        to=to,
        files=tuple(file.name for file in files),
        language=body.language,
        fell_back=body.fell_back,
        missing=tuple(dict.fromkeys((*subject.missing, *marked.missing))),
        parts=parts(text),
        values=fields,
        invoice=facts.claims[0].number,
    )


def _to(facts: MessageFacts, desk: Desk) -> tuple[str, ...]:
    """Whom it would go to; nobody is no hindrance to a look."""
    match facts.channel:
        case ChannelName.EMAIL:
            try:
                return recipients(facts, desk.house).to
            except Refused:
                return Recipients(()).to
        case ChannelName.SMS:
            return facts.mobiles
        case ChannelName.LETTER:
            return (facts.customer,)


def try_out(
    engine: Engine, settings: Settings, asked: Asked, *, to: str, now: datetime, outlets_of: OutletsOf
) -> Trial:
    """Send it as a test to oneself; a letter is made and goes nowhere. That somebody saw a test is kept.

    No transaction is open while the server is spoken to. Raises Refused, DeliveryFailed.
    """
    with db.reading(engine) as session:
        tried = trial(session, the_firm(session), asked, settings.data_dir, to=to)
        session.expunge_all()
    if asked.place.channel is not ChannelName.LETTER:
        send_alone(settings, tried.accounts, tried.message, outlets_of, asked.place.channel)
    with db.writing(engine) as session:
        session.execute(update(Firm).where(Firm.tested_at.is_(None)).values(tested_at=now))
    return tried


def trial(session: Session, firm: Firm, asked: Asked, data_dir: Path, *, to: str) -> Trial:
    """The same as a test to oneself; a letter is its PDF, and goes to nobody. Writes nothing; raises Refused."""
    facts, desk, accounts = _situation(session, firm, asked, data_dir)
    content = compose.to_oneself(facts, desk, to, firm.country)
    if facts.channel is ChannelName.LETTER:
        message = delivery.Message(content.uid, content.to, content.subject, content.text)
        return Trial(message, accounts, content.pdf)
    return Trial(as_sent(replace(content, reply_to=""), data_dir), accounts)


def _situation(session: Session, firm: Firm, asked: Asked, data_dir: Path) -> tuple[MessageFacts, Desk, Accounts]:
    accounts = read_accounts(session)
    if asked.invoice is None:
        facts, desk = _sample(firm, accounts, asked, data_dir)
    else:
        draft = _draft(session, asked)
        facts, desk = compose.situation_of(session, draft, firm, accounts, asked.today, data_dir)
        accounts = _through(session, accounts, draft)
    own = dict(stored(session, [asked.place.name]))
    if asked.text is not None:
        key = asked.place.name, asked.place.channel
        own[key] = {**own.get(key, {}), asked.place.language: asked.text}
    return facts, replace(desk, templates=own), accounts


def _draft(session: Session, asked: Asked) -> Draft:
    query = select(Invoice.id, Invoice.customer_id).where(Invoice.number == (asked.invoice or "").strip())
    found = session.execute(query.limit(1)).one_or_none()
    if found is None:
        raise Refused("template.unknown_invoice", number=asked.invoice or "")
    invoice, customer = found
    return Draft(
        uid=f"test-{uuid4()}",
        customer_id=customer,
        program_id=0,
        step=0,
        level=asked.step.level,
        channel=asked.place.channel,
        language=asked.place.language,
        invoice_ids=(invoice,),
        sender_id=senders.senders_of(session, [customer]).get(customer),
        as_step=replace(asked.step, template=asked.place.name),
    )


def _through(session: Session, accounts: Accounts, draft: Draft) -> Accounts:
    return accounts.through(senders.own_account(senders.sender_of(session, draft.customer_id)) or accounts.mail)


def _sample(firm: Firm, accounts: Accounts, asked: Asked, data_dir: Path) -> tuple[MessageFacts, Desk]:
    """An invoice that there isn't, for a firm that has imported none."""
    due = asked.today - timedelta(days=asked.step.offset)
    issued = due - timedelta(days=30)
    claim = Claim(0, SAMPLE_NUMBER, issued, due, firm.currency, 612_000, 612_000, reference="BC-4471")
    facts = MessageFacts(
        uid=f"sample-{uuid4()}",
        customer=SAMPLE_CUSTOMER,
        kind=CustomerKind.COMPANY,
        channel=asked.place.channel,
        language=asked.place.language,
        step=replace(asked.step, template=asked.place.name),
        claims=(claim,),
        earlier=(asked.today - timedelta(days=7),) if asked.step.level > 1 else (),
    )
    return facts, Desk(
        house=house_of(firm, accounts.mail),
        templates={},
        today=asked.today,
        letters=letter_house_of(firm, accounts.letter, data_dir),
        sms=SmsHouse(accounts.sms.sender, accounts.sms.without_accents),
    )
