"""The firm's own texts of models, and which programs name a model."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.storage.models import Customer, Invoice, Program, Step, Template, TemplateText

OFFERED = 12


@dataclass(frozen=True, slots=True)
class Use:
    """A step that names a model, in a program that customers share or one customer's own."""

    program_id: int
    program: str
    own: bool
    level: int
    offset: int
    deadline_days: int | None


@dataclass(frozen=True, slots=True)
class Offered:
    """An invoice to look at a text with. Amounts are minor units."""

    id: int
    number: str
    customer: str
    balance: int
    currency: str


def written(session: Session) -> Mapping[str, Mapping[ChannelName, frozenset[str]]]:
    """The languages of the firm's own texts, by model and channel."""
    query = select(Template.name, type_coerce(Template.channel, String), TemplateText.language).join(TemplateText)
    found: defaultdict[str, defaultdict[ChannelName, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, channel, language in session.execute(query.order_by(Template.name)):
        found[name][ChannelName(channel)].add(language)
    return {name: {channel: frozenset(its) for channel, its in by.items()} for name, by in found.items()}


def uses(session: Session) -> Mapping[str, tuple[Use, ...]]:
    """The steps that name each model, each once whatever its channels."""
    query = (
        select(Step.templates, Program.id, Program.name, Program.own, Step.level, Step.offset, Step.deadline_days)
        .join(Program)
        .order_by(Program.general.desc(), Program.name, Step.position)
    )
    found: defaultdict[str, list[Use]] = defaultdict(list)
    for templates, *rest in session.execute(query):
        for name in dict.fromkeys((templates or {}).values()):
            found[name].append(Use(*rest))
    return {name: tuple(its) for name, its in found.items()}


def some_invoices(session: Session, *, late: bool) -> list[Offered]:
    """Invoices that are still owed, to choose one from: those due the longest first, or those due last."""
    order = Invoice.due_date.asc() if late else Invoice.due_date.desc()
    # Alone, it reads the first entries of an index; with the customers beside it, it would sort all invoices.
    owed = select(Invoice.id).where(Invoice.chased, Invoice.balance > 0, Invoice.due_date.is_not(None))
    columns = Invoice.id, Invoice.number, Customer.name, Invoice.balance, Invoice.currency
    query = select(*columns).join(Customer).where(Invoice.id.in_(owed.order_by(order).limit(OFFERED).scalar_subquery()))
    return [Offered(*row) for row in session.execute(query.order_by(order, Invoice.id))]
