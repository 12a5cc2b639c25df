"""Who reads a customer's messages, as far as the choice of a text goes: a business or not, and in which tone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.domain.program import Step, Tone
from relance.services import texts
from relance.services.messages.queries import chunked
from relance.services.messages.values import PROFESSIONALS
from relance.services.texts import TemplateBody, Wanted
from relance.storage.models import Customer, CustomerGroup


@dataclass(frozen=True, slots=True)
class Reader:
    """The tone of the customer's group; who isn't known to be a business counts as a consumer (LEGAL 4)."""

    tone: Tone = Tone.STANDARD
    pro: bool = False


def readers(session: Session, customers: Collection[int]) -> Mapping[int, Reader]:
    """The readers of some customers, by id."""
    query = select(Customer.id, Customer.kind, CustomerGroup.tone).outerjoin(Customer.group)
    found = chunked(session, query, Customer.id, customers)
    return {key: Reader(tone or Tone.STANDARD, kind in PROFESSIONALS) for key, kind, tone in found}


def text_of(
    session: Session, step: Step, channel: ChannelName, asked: str, of_firm: str, reader: Reader
) -> TemplateBody:
    """The text of a step for a reader who asks for a language."""
    name = step.template_for(channel)
    return texts.find(session, Wanted(name, channel, asked, of_firm, step.level, step.offset, reader.tone, reader.pro))
