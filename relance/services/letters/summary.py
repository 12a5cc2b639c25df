"""The summary letter: a courteous letter that lists all the invoices of a customer that are due. It is no reminder."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.channels.letter import Letter
from relance.domain.delivery import ChannelName
from relance.services.letters import parts
from relance.services.letters.stationery import Stationery, letter, printed, stationery
from relance.services.messages.compose_text import Desk, said, write
from relance.services.messages.facts import Claim, MessageFacts, StepFacts
from relance.services.messages.values import conditions
from relance.services.refusal import Refused
from relance.services.texts import builtin, in_language
from relance.storage.models import Customer, Firm, Invoice

NAME = "recapitulatif"
MOST_INVOICES = 2000


def summary_pdf(session: Session, firm: Firm, row: Customer, today: date, data_dir: Path) -> bytes:
    """What is due today, one letter for each currency. Raises Refused where nothing is, or no letter may ask for it."""
    if row.insolvent:
        raise Refused("summary.insolvent", customer=row.name)
    claims = due_claims(session, row.id, today)
    if not claims:
        raise Refused("summary.nothing_due", customer=row.name)
    if len(claims) > MOST_INVOICES:
        raise Refused("statement.too_long", most=MOST_INVOICES)
    return printed(list(_letters(stationery(session, firm, row, data_dir), row, claims, today)))


def due_claims(session: Session, customer: int, today: date) -> list[Claim]:
    """Its open invoices whose due date has come, the oldest first."""
    columns = (Invoice.id, Invoice.number, Invoice.issue_date, Invoice.due_date, Invoice.currency)
    query = select(*columns, Invoice.total, Invoice.balance).where(
        Invoice.customer_id == customer, Invoice.chased, Invoice.balance > 0, Invoice.due_date <= today
    )
    return [Claim(*row) for row in session.execute(query.order_by(Invoice.due_date, Invoice.number))]


def _letters(paper: Stationery, row: Customer, claims: list[Claim], today: date) -> Iterator[Letter]:
    for currency in sorted({one.currency for one in claims}):
        of_currency = tuple(one for one in claims if one.currency == currency)
        yield summary_letter(paper, _facts(paper, row, of_currency), today)


def _facts(paper: Stationery, row: Customer, claims: tuple[Claim, ...]) -> MessageFacts:
    return MessageFacts(
        uid=f"summary-{uuid4()}",
        customer=row.name,
        kind=row.kind,
        channel=ChannelName.LETTER,
        language=paper.language,
        step=StepFacts(level=0, offset=0),
        claims=claims,
        address=paper.address,
    )


def summary_letter(paper: Stationery, facts: MessageFacts, today: date) -> Letter:
    """The letter of one currency. Pure; raises Refused."""
    body = in_language(NAME, builtin(NAME, ChannelName.LETTER), paper.language, paper.house.language)
    desk = Desk(house=paper.house, templates={}, today=today, letters=paper.paper)
    written = write(facts, body, said(facts, desk, body, ()), conditions(facts, today, attached=False))
    return letter(
        paper,
        parts.place_and_date(paper.paper.place, today, body.language),
        written.subject,
        tuple(parts.body_parts(written.text, facts, body.language, today)),
        parts.payment_part(facts, paper.house, body.language, qr=paper.paper.qr),
    )
