"""Composing: a message's text, recipients and files, complete and ready to leave (RULES 4.2 to 4.7).

One message that can't be composed is refused with its field or reason; the others go on (RULES 5.4).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.domain.merge import FIELDS, Conditions, fill
from relance.domain.schedule import StepRef
from relance.services.html_mail import to_html
from relance.services.invoice_files import attach
from relance.services.message_facts import AttachedFile, Claim, Composed, House, MessageFacts
from relance.services.message_rows import Draft, drafts, facts_of
from relance.services.message_values import conditions, deadline, one_line, values
from relance.services.recipients import Recipients, house_of, recipients
from relance.services.refusal import Refused
from relance.services.texts import Stored, TemplateBody, choose, default_name, stored, words
from relance.storage.models import Firm, MailAccount

if TYPE_CHECKING:
    from relance.services.remind import ByHand

__all__ = ["Composed", "Draft", "compose", "compose_draft", "compose_test", "prepare"]

TEST_SUBJECT = "[Test] "
PDF_FOLDER = "pdf"


@dataclass(frozen=True, slots=True)
class Desk:
    """What all messages of a batch are composed with."""

    house: House
    templates: Stored
    today: date
    pdf_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class _Office:
    """The rows that a batch starts from."""

    session: Session
    firm: Firm
    account: MailAccount
    today: date
    data_dir: Path

    def facts(self, asked: Sequence[Draft]) -> list[MessageFacts | None]:
        return facts_of(self.session, self.firm, asked, self.today)

    def desk(self, found: Iterable[MessageFacts | None]) -> Desk:
        names = {name for facts in found if facts for name in _names(facts)}
        house = house_of(self.firm, self.account)
        return Desk(house, stored(self.session, names), self.today, self.data_dir / PDF_FOLDER)


def prepare(
    session: Session, message_ids: Collection[int], firm: Firm, account: MailAccount, today: date, data_dir: Path
) -> dict[int, Composed | Refused]:
    """Each message composed from its live reminders and fresh rows, or the refusal that stops it alone."""
    office = _Office(session, firm, account, today, data_dir)
    asked = drafts(session, message_ids)
    found = dict(zip(asked, office.facts(list(asked.values())), strict=True))
    desk = office.desk(found.values())
    return {key: _try(asked[key], facts, desk) for key, facts in found.items()}


def compose_draft(
    session: Session, draft: Draft, firm: Firm, account: MailAccount, today: date, data_dir: Path
) -> Composed:
    """The message that a draft would make, for a preview. Writes nothing; raises Refused."""
    office = _Office(session, firm, account, today, data_dir)
    [facts] = office.facts([draft])
    return compose(_checked(draft, facts), office.desk([facts]))


def compose_test(
    session: Session,
    situation: "ByHand",
    step: StepRef,
    channel: ChannelName,
    firm: Firm,
    account: MailAccount,
    today: date,
    asker: str,
    data_dir: Path,
) -> Composed:
    """The same message for the person who asks, with those it would go to on its first line. Writes nothing."""
    office = _Office(session, firm, account, today, data_dir)
    draft = _draft_by_hand(situation, step, channel, firm)
    [found] = office.facts([draft])
    facts, desk = _checked(draft, found), office.desk([found])
    try:
        meant = recipients(facts, desk.house)
    except Refused:
        meant = Recipients(())
    return _for_a_test(_written(facts, desk, meant), asker)


def _draft_by_hand(situation: "ByHand", step: StepRef, channel: ChannelName, firm: Firm) -> Draft:
    if situation.program is None:
        raise Refused("compose.no_step", step=step.position)
    return Draft(
        uid=f"test-{uuid4()}",
        customer_id=situation.customer.id,
        program_id=situation.program.id,
        step=step.position,
        level=step.level,
        channel=channel,
        language=situation.customer.language or firm.language,
        invoice_ids=(situation.invoice.id,),
    )


def _for_a_test(real: Composed, asker: str) -> Composed:
    said = words(real.language)
    everyone = ", ".join((*real.to, *real.cc, *real.bcc)) or said["nobody"]
    subject = TEST_SUBJECT + real.subject
    text = f"{said['test'].replace('{recipients}', everyone)}\n\n{real.text}"
    html = to_html(text, subject=subject, language=real.language)
    return replace(real, subject=subject, text=text, html=html, to=(asker,), cc=(), bcc=())


def compose(facts: MessageFacts, desk: Desk) -> Composed:
    """One message. Pure but for the PDF files it looks at; raises Refused."""
    return _written(facts, desk, recipients(facts, desk.house))


def _try(draft: Draft, facts: MessageFacts | None, desk: Desk) -> Composed | Refused:
    try:
        return compose(_checked(draft, facts), desk)
    except Refused as refusal:
        return refusal


def _checked(draft: Draft, facts: MessageFacts | None) -> MessageFacts:
    if facts is None:
        raise Refused("compose.no_step", step=draft.step)
    if facts.channel is not ChannelName.EMAIL:
        raise Refused("compose.channel", channel=facts.channel.value)
    if not facts.claims:
        raise Refused("compose.no_invoice")
    if len({claim.currency for claim in facts.claims}) > 1:
        raise Refused("compose.currencies_differ", invoices=[claim.number for claim in facts.claims])
    return facts


def _names(facts: MessageFacts) -> set[str]:
    default = default_name(facts.step.level, facts.step.offset)
    return {default, facts.step.template or default}


def _written(facts: MessageFacts, desk: Desk, people: Recipients) -> Composed:
    house, today = desk.house, desk.today
    if not house.sender:
        raise Refused("compose.no_sender")
    body = _template(facts, desk)
    files = attach(desk.pdf_folder, facts.claims)
    subject, text = _filled(facts, body, desk, people.to, files)
    return Composed(
        uid=facts.uid,
        subject=subject,
        text=text,
        html=to_html(text, subject=subject, language=body.language),
        to=people.to,
        cc=people.cc,
        bcc=people.bcc,
        sender=house.sender,
        reply_to=house.reply_to,
        language=body.language,
        template=body.name,
        fell_back=body.fell_back,
        attachments=tuple(file.as_json() for file in files),
        deadline=deadline(facts, today),
        claimed={claim.invoice_id: claim.balance for claim in facts.claims},
    )


def _template(facts: MessageFacts, desk: Desk) -> TemplateBody:
    default = default_name(facts.step.level, facts.step.offset)
    wanted = facts.step.template or default
    languages = (facts.language, desk.house.language)
    body = choose(desk.templates, wanted, facts.channel, languages, default=default)
    if body.name != wanted:
        raise Refused("compose.unknown_template", template=wanted, channel=facts.channel.value)
    return body


def _filled(
    facts: MessageFacts, body: TemplateBody, desk: Desk, to: tuple[str, ...], files: tuple[AttachedFile, ...]
) -> tuple[str, str]:
    said = values(facts, desk.house, to, body.language, desk.today)
    sent = {file.name for file in files}
    met = conditions(facts, desk.today, attached=all(claim.pdf_name in sent for claim in facts.claims))
    subject = _fill(body.subject, said, met, facts, body)
    text = _fill(body.body, said, met, facts, body)
    return one_line(subject), text


def _fill(text: str, said: dict[str, str | None], met: Conditions, facts: MessageFacts, body: TemplateBody) -> str:
    # The greeting ends with its own sign: a template that adds a comma doesn't double it.
    filled = fill(text.replace("#SALUTATION#,", "#SALUTATION#"), said, met)
    if filled.missing:
        field = filled.missing[0]
        code = "compose.missing_field" if field in FIELDS else "compose.unknown_field"
        raise Refused(code, field=field, invoice=_lacking(field, facts.claims), template=body.name)
    return filled.text


def _lacking(field: str, claims: tuple[Claim, ...]) -> str:
    """The number of the invoice that has no value for a field: the first when it isn't one's own."""
    lacking = {"DATE_FACTURE": lambda claim: claim.issue_date, "ECHEANCE": lambda claim: claim.due_date}.get(field)
    found = next((claim for claim in claims if lacking and lacking(claim) is None), claims[0])
    return found.number
