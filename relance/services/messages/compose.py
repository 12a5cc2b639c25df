"""Composing: a message's text, recipients and files, complete and ready to leave (RULES 4.2 to 4.7).

One message that can't be composed is refused with its field or reason; the others go on (RULES 5.4).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.domain.schedule import StepRef
from relance.services.delivery.channel_accounts import Accounts
from relance.services.letters.house import letter_house_of
from relance.services.messages import attachments
from relance.services.messages.compose_email import email, email_to_oneself
from relance.services.messages.compose_letter import Drawn, draw, print_all
from relance.services.messages.compose_sms import sms, sms_to_oneself
from relance.services.messages.compose_text import Desk, names
from relance.services.messages.facts import Composed, MessageFacts, SmsHouse
from relance.services.messages.recipients import house_of
from relance.services.messages.rows import Draft, drafts, facts_of
from relance.services.refusal import Refused
from relance.services.senders import lookup as senders
from relance.services.texts import stored
from relance.storage.models import Firm, Sender

if TYPE_CHECKING:
    from relance.services.by_hand import ByHand

__all__ = [
    "Composed",
    "Desk",
    "Draft",
    "compose",
    "compose_draft",
    "compose_test",
    "draft_by_hand",
    "prepare",
    "preview",
    "situation_of",
    "to_oneself",
]

PDF_FOLDER = "pdf"


@dataclass(frozen=True, slots=True)
class _Office:
    """The rows that a batch starts from."""

    session: Session
    firm: Firm
    accounts: Accounts
    today: date
    data_dir: Path

    def facts(self, asked: Sequence[Draft]) -> list[MessageFacts | None]:
        return facts_of(self.session, self.firm, asked, self.today)

    def desk(self, found: Iterable[MessageFacts | None]) -> Desk:
        known = [facts for facts in found if facts]
        wanted = {name for facts in known for name in names(facts)}
        letters = any(facts.channel is ChannelName.LETTER for facts in known)
        sms_account = self.accounts.sms
        return Desk(
            house=house_of(self.firm, self.accounts.mail),
            templates=stored(self.session, wanted),
            today=self.today,
            pdf_folder=self.data_dir / PDF_FOLDER,
            letters=letter_house_of(self.firm, self.accounts.letter, self.data_dir) if letters else None,
            sms=SmsHouse(sms_account.sender, sms_account.without_accents),
        )

    def desks(self, asked: Iterable[Draft], found: Iterable[MessageFacts | None]) -> Mapping[int | None, Desk]:
        """One for the firm itself, under None, and one for each sender of these drafts."""
        desk = self.desk(found)
        theirs = senders.by_id(self.session, {draft.sender_id for draft in asked})
        return {None: desk, **{key: self._in_the_name_of(sender, desk) for key, sender in theirs.items()}}

    def _in_the_name_of(self, sender: Sender, desk: Desk) -> Desk:
        letters = desk.letters and letter_house_of(self.firm, self.accounts.letter, self.data_dir, sender)
        return replace(desk, house=house_of(self.firm, self.accounts.mail, sender), letters=letters)


def prepare(
    session: Session,
    message_ids: Collection[int],
    firm: Firm,
    accounts: Accounts,
    today: date,
    data_dir: Path,
    *,
    keep: bool = True,
) -> dict[int, Composed | Refused]:
    """Each message composed from its live reminders and fresh rows, or the refusal that stops it alone.

    The PDFs of letters are kept under their hashes, ready to be read as attachments, unless it is but for a look.
    """
    office = _Office(session, firm, accounts, today, data_dir)
    made = _print(_made(office, message_ids))
    if keep:
        _keep(made.values(), data_dir)
    return made


def _keep(made: Iterable[Composed | Refused], data_dir: Path) -> None:
    for message in made:
        if isinstance(message, Composed) and message.pdf:
            attachments.keep(data_dir, message.pdf)


def _made(office: _Office, message_ids: Collection[int]) -> dict[int, Composed | Drawn | Refused]:
    asked = drafts(office.session, message_ids)
    found = dict(zip(asked, office.facts(list(asked.values())), strict=True))
    desks = office.desks(asked.values(), found.values())
    return {key: _try(asked[key], facts, desks[asked[key].sender_id]) for key, facts in found.items()}


def compose_draft(
    session: Session, draft: Draft, firm: Firm, accounts: Accounts, today: date, data_dir: Path
) -> Composed:
    """The message that a draft would make, for a preview. Writes nothing; raises Refused."""
    return compose(*situation_of(session, draft, firm, accounts, today, data_dir))


def preview(
    session: Session, asked: Sequence[Draft], firm: Firm, accounts: Accounts, today: date, data_dir: Path
) -> list[Composed | Refused]:
    """What drafts would make, in order: a letter is not printed for a look at its text. Writes nothing."""
    office = _Office(session, firm, accounts, today, data_dir)
    found = office.facts(asked)
    desks = office.desks(asked, found)
    made = [_try(draft, facts, desks[draft.sender_id]) for draft, facts in zip(asked, found, strict=True)]
    return [one.message if isinstance(one, Drawn) else one for one in made]


def situation_of(
    session: Session, draft: Draft, firm: Firm, accounts: Accounts, today: date, data_dir: Path
) -> tuple[MessageFacts, Desk]:
    """What a draft is about, and the desk that it is written at. Raises Refused."""
    office = _Office(session, firm, accounts, today, data_dir)
    [facts] = office.facts([draft])
    return _checked(draft, facts), office.desks([draft], [facts])[draft.sender_id]


def compose_test(
    session: Session,
    situation: "ByHand",
    step: StepRef,
    channel: ChannelName,
    firm: Firm,
    accounts: Accounts,
    today: date,
    asker: str,
    data_dir: Path,
    *,
    language: str = "",
) -> Composed:
    """The same message for the person who asks, marked as a test. Writes nothing; raises Refused.

    `asker` is an e-mail address, or the number of a telephone; a letter goes to nobody, its PDF is to be looked at.
    `language`: the one to write it in, instead of the customer's.
    """
    draft = draft_by_hand(session, situation, step, channel, firm, language)
    facts, desk = situation_of(session, draft, firm, accounts, today, data_dir)
    return to_oneself(facts, desk, asker, firm.country)


def to_oneself(facts: MessageFacts, desk: Desk, asker: str, country: str) -> Composed:
    """A message for the person who asks, marked as a test. Raises Refused."""
    match facts.channel:
        case ChannelName.EMAIL:
            return email_to_oneself(facts, desk, asker)
        case ChannelName.SMS:
            return sms_to_oneself(facts, desk, asker, country)
        case ChannelName.LETTER:
            return _printed(draw(facts, desk, test=True))


def draft_by_hand(
    session: Session, situation: "ByHand", step: StepRef, channel: ChannelName, firm: Firm, language: str = ""
) -> Draft:
    """What a reminder of one invoice by hand would be made from. Raises Refused."""
    if situation.program is None:
        raise Refused("compose.no_step", step=step.position)
    return Draft(
        uid=f"test-{uuid4()}",
        customer_id=situation.customer.id,
        program_id=situation.program.id,
        step=step.position,
        level=step.level,
        channel=channel,
        language=language or situation.customer.language or firm.language,
        invoice_ids=(situation.invoice.id,),
        sender_id=senders.senders_of(session, [situation.customer.id]).get(situation.customer.id),
    )


def compose(facts: MessageFacts, desk: Desk) -> Composed:
    """One message. Pure but for the files it looks at; raises Refused."""
    made = _make(facts, desk)
    return _printed(made) if isinstance(made, Drawn) else made


def _make(facts: MessageFacts, desk: Desk) -> Composed | Drawn:
    match facts.channel:
        case ChannelName.EMAIL:
            return email(facts, desk)
        case ChannelName.SMS:
            return sms(facts, desk)
        case ChannelName.LETTER:
            return draw(facts, desk)


def _printed(drawn: Drawn) -> Composed:
    [made] = print_all([drawn])
    if isinstance(made, Refused):
        raise made
    return made


def _print(made: dict[int, Composed | Drawn | Refused]) -> dict[int, Composed | Refused]:
    """The letters among them get their PDFs, all at once."""
    drawn = {key: one for key, one in made.items() if isinstance(one, Drawn)}
    if not drawn:  # most batches are e-mails: nothing of the letters is loaded for them
        return {key: one for key, one in made.items() if not isinstance(one, Drawn)}
    printed = dict(zip(drawn, print_all(list(drawn.values())), strict=True))
    return {key: printed[key] if isinstance(one, Drawn) else one for key, one in made.items()}


def _try(draft: Draft, facts: MessageFacts | None, desk: Desk) -> Composed | Drawn | Refused:
    try:
        return _make(_checked(draft, facts), desk)
    except Refused as refusal:
        return refusal


def _checked(draft: Draft, facts: MessageFacts | None) -> MessageFacts:
    if facts is None:
        raise Refused("compose.no_step", step=draft.step)
    if not facts.claims:
        raise Refused("compose.no_invoice")
    if len({claim.currency for claim in facts.claims}) > 1:
        raise Refused("compose.currencies_differ", invoices=[claim.number for claim in facts.claims])
    if facts.own and facts.own.claimed is not None and facts.own.claimed != facts.claimed:
        raise Refused("compose.edited_then_changed", customer=facts.customer)
    return facts
