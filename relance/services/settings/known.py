"""The names that a settings file may refer to, read from the database."""

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.services.database import the_firm
from relance.services.settings.tables import Known, StoredSender
from relance.services.texts import builtin_names
from relance.storage.models import Customer, CustomerGroup, Invoice, Program, Sender, Template, TemplateText
from relance.storage.ways import FIRM_ACCOUNT


def known(session: Session, *, with_customers: bool = False, with_followers: bool = False) -> Known:
    """The names in the database; those of customers, and who follows which program, are read when they are wanted."""
    firm = the_firm(session)
    channels: dict[str, set[ChannelName]] = {}
    languages: dict[tuple[str, ChannelName], set[str]] = {}
    rows = select(Template.name, type_coerce(Template.channel, String), TemplateText.language)
    for name, channel, language in session.execute(rows.outerjoin(Template.texts)):
        channels.setdefault(name, set()).add(ChannelName(channel))
        languages.setdefault((name, ChannelName(channel)), set()).update([language] if language else [])
    customers: dict[str, str] = {}
    if with_customers:
        customers = dict(session.execute(select(Customer.code, Customer.name)).all())
    programs = frozenset(session.scalars(select(Program.name)))
    own_programs = frozenset(session.scalars(select(Program.name).where(Program.own)))
    with_followers = with_followers or bool(own_programs)
    senders = _senders(session)
    return Known(
        programs=programs,
        stored_programs=programs,
        own_programs=own_programs,
        general_programs=frozenset(session.scalars(select(Program.name).where(Program.general))),
        followers=_followers(session) if with_followers else {},
        invoiced=_invoiced(session) if with_followers else {},
        groups=frozenset(session.scalars(select(CustomerGroup.name))),
        group_programs=_group_programs(session),
        senders=frozenset(senders),
        stored_senders=senders,
        templates={name: frozenset(its) for name, its in channels.items()},
        stored_templates={one: frozenset(its) for one, its in languages.items()},
        customers=customers,
        builtin_templates=builtin_names(),
        country=firm.country,
        region=firm.region,
    )


def _senders(session: Session) -> dict[str, StoredSender]:
    query = select(Sender.name, Sender.iban, Sender.bic, Sender.mail_account_id)
    return {
        name: StoredSender(iban, bic, account not in (None, FIRM_ACCOUNT))
        for name, iban, bic, account in session.execute(query)
    }


def _followers(session: Session) -> dict[str, str]:
    query = select(Customer.code, Program.name).join(Program, Customer.program_id == Program.id)
    return dict(session.execute(query.order_by(Customer.code)).all())


def _invoiced(session: Session) -> dict[str, frozenset[str]]:
    query = select(Program.name, Customer.code).select_from(Invoice).distinct()
    query = query.join(Program, Invoice.program_id == Program.id).join(Customer, Invoice.customer_id == Customer.id)
    found: dict[str, set[str]] = {}
    for program, customer in session.execute(query):
        found.setdefault(program, set()).add(customer)
    return {program: frozenset(customers) for program, customers in found.items()}


def _group_programs(session: Session) -> dict[str, str]:
    query = select(CustomerGroup.name, Program.name).join(Program, CustomerGroup.program_id == Program.id)
    return dict(session.execute(query.order_by(CustomerGroup.name)).all())
