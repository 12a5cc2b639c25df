"""Loads and dumps the settings, programs, templates and customers; the pages that change them use the same checks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.domain.book import Scope
from relance.domain.delivery import ChannelName
from relance.domain.sending_hours import HoursFault
from relance.services.database import the_firm
from relance.services.delivery.outcomes import release_account
from relance.services.mailbox.settings import apply_inbox
from relance.services.programs import own as own_programs
from relance.services.refusal import Refused
from relance.services.settings.apply import (
    Ids,
    Tally,
    apply_automation,
    apply_groups,
    apply_programs,
    apply_templates,
    keep_one_general,
    set_columns,
    set_program,
)
from relance.services.settings.apply_customers import apply_customers
from relance.services.settings.apply_senders import apply_senders
from relance.services.settings.document import Document, makes_own, parse, read, with_names
from relance.services.settings.dump import dump
from relance.services.settings.known import known as names_known
from relance.services.settings.lines import lines_of
from relance.services.settings.problems import BadValue, Problem, ProblemCode, Problems
from relance.services.settings.programs import ProgramSpec, check_program, program_name
from relance.services.settings.tables import Given
from relance.services.sms_hours import check_hours
from relance.storage.models import Customer, CustomerGroup, LetterAccount, MailAccount, Program, Sender, SmsAccount

__all__ = [
    "Loaded",
    "Problem",
    "ProblemCode",
    "ProgramSpec",
    "Tally",
    "activate",
    "deactivate",
    "dump",
    "load",
    "save_program",
]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load changed. `settings` counts the keys of the tables of plain values that differ from before."""

    settings: int = 0
    senders: Tally = Tally()
    templates: Tally = Tally()
    programs: Tally = Tally()
    groups: Tally = Tally()
    customers: Tally = Tally()

    @property
    def nothing(self) -> bool:
        """Whether everything was so already."""
        tallies = (self.senders, self.templates, self.programs, self.groups, self.customers)
        return not self.settings and not any(tally.added or tally.changed for tally in tallies)


def load(session: Session, text: str, *, now: datetime, file: str = "") -> Loaded:
    """Bring the settings to what a TOML text says; what it doesn't mention stays as it is.

    Raises Refused("config.problems") with every Problem of the text, before anything is written.
    """
    raw = parse(text, file=file)
    stored = names_known(session, with_customers="customer" in raw, with_followers=makes_own(raw))
    document = read(raw, text, with_names(stored, raw), file=file)
    _check_hours(session.get_one(SmsAccount, 1), document.sms, text, file)
    return _apply(session, document, now)


def _check_hours(account: SmsAccount, given: Given, text: str, file: str) -> None:
    """The hours of text messages, with those that are there already where the text gives one alone."""
    try:
        check_hours(account, given)
    except Refused as error:
        first, last = ("closes_at", "opens_at") if error.code == HoursFault.TOO_LATE else ("opens_at", "closes_at")
        key = first if first in given else last
        problems = Problems()
        problems.add(("sms", key), ProblemCode.SENDING_HOURS, value=given[key], fault=error.code)
        problems.refuse(lines_of(text), file=file)


def _apply(session: Session, document: Document, now: datetime) -> Loaded:
    settings = _apply_plain(session, document, now)
    senders = apply_senders(session, document.senders)
    templates = apply_templates(session, document.templates)
    programs = apply_programs(session, document.programs)
    groups = apply_groups(session, document.groups, _ids(session))
    followed = _followed_own(session)
    customers = apply_customers(session, document.customers, _ids(session), now)
    session.flush()
    # An own program that its customer has left goes, as on the customer's page, unless the file speaks of it.
    for name in followed - _followed_own(session) - {spec.name for spec in document.programs}:
        own_programs.leave(session, session.scalars(select(Program).where(Program.name == name)).one())
    return Loaded(settings, senders, templates, programs, groups, customers)


def _apply_plain(session: Session, document: Document, now: datetime) -> int:
    firm = the_firm(session)
    changed = (
        set_columns(firm, document.firm)
        + apply_automation(firm, document.automation, now)
        + set_columns(session.get_one(MailAccount, 1), document.email)
        + set_columns(session.get_one(SmsAccount, 1), document.sms)
        + set_columns(session.get_one(LetterAccount, 1), document.letters)
        + apply_inbox(session, document.inbox)
    )
    told = {ChannelName.EMAIL: document.email, ChannelName.SMS: document.sms, ChannelName.LETTER: document.letters}
    for channel in (one for one, given in told.items() if given):
        session.flush()  # a person has seen to the account: what was held for it may be tried again
        release_account(session, channel)
    return changed


def _ids(session: Session) -> Ids:
    session.flush()
    kinds = (Program, Sender, CustomerGroup)
    return Ids(*(dict(session.execute(select(kind.name, kind.id)).all()) for kind in kinds))


def _followed_own(session: Session) -> set[str]:
    """The own programs that a customer follows."""
    followed = select(Customer.program_id).where(Customer.program_id.is_not(None))
    return set(session.scalars(select(Program.name).where(Program.own, Program.id.in_(followed))))


def save_program(session: Session, spec: ProgramSpec, *, program_id: int | None = None) -> Program:
    """Make a new program, or bring the one of an id to what is asked, its name included.

    Raises Refused("config.problems") with every Problem, before anything is written; their keys are those of a file.
    """
    rows = {row.id: row for row in session.scalars(select(Program))}
    row = rows[program_id] if program_id is not None else None
    name = _checked_name(session, spec, {one.name for one in rows.values() if one is not row}, is_new=row is None)
    if row is None:
        row = Program(name=name, general=False)
        session.add(row)
    row.name = name
    set_program(row, spec)
    if spec.general:
        keep_one_general(rows.values(), row)
    session.flush()
    return row


def _checked_name(session: Session, spec: ProgramSpec, others: set[str], *, is_new: bool) -> str:
    problems = Problems()
    name = spec.name
    try:
        name = program_name(spec.name)
    except BadValue as error:
        problems.add(("name",), error.code, owner=spec.name, value=spec.name, **error.facts)
    if name in others:
        problems.add(("name",), ProblemCode.NAME_TAKEN, owner=name, value=name)
    if spec.steps is not None or is_new:
        check_program(spec.steps or (), (), names_known(session), problems, name)
    problems.refuse()
    return name


def activate(session: Session, scope: Scope, now: datetime) -> None:
    """Switch automatic sending on, for what the user chose among the invoices that are already there (RULES 2)."""
    apply_automation(the_firm(session), {"enabled": True, "scope": scope}, now)


def deactivate(session: Session) -> None:
    """Switch automatic sending off; the moment it was switched on is kept until it is again."""
    the_firm(session).enabled = False
