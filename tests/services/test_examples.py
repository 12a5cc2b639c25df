"""The made-up firm: full of life, unable to send, refused beside real data, and gone without a trace."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain.delivery import ChannelName, DeliveryFailed
from relance.domain.delivery import Message as Outgoing
from relance.domain.program import Mode
from relance.domain.status import MessageState
from relance.services import examples, first_steps
from relance.services.accounts import Role, add_user
from relance.services.database import open_database, the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.delivery.outlets import build_outlets
from relance.services.letters.partner import partner
from relance.services.mailbox.read_now import read_now
from relance.services.notices import send_alone
from relance.services.refusal import Refused
from relance.services.remind import Asked, queue, weigh
from relance.services.senders.mail import save_mail
from relance.services.sending import not_set_up
from relance.services.tick import tick
from relance.storage import db
from relance.storage.models import (
    Base,
    Customer,
    CustomerGroup,
    DailyRun,
    ImportBatch,
    InboxAccount,
    Invoice,
    LetterAccount,
    MailAccount,
    Message,
    Program,
    Sender,
    SmsAccount,
    Step,
    Template,
    TemplateText,
    User,
)

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, blank: Path) -> Path:
    """A data folder with somebody's account and the made-up firm; each test gets a copy."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(blank, folder / blank.name)
    engine = open_database(Settings(folder))
    with db.writing(engine) as session:
        add_user(session, email="me@firm.example", password="correct horse", role=Role.OWNER, now=NOW)
    examples.fill(engine, Settings(folder), NOW)
    engine.dispose()
    return folder


@pytest.fixture
def settings(tmp_path: Path, filled: Path) -> Settings:
    return Settings(Path(shutil.copytree(filled, tmp_path / "data")))


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_database(settings)


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but who signs in."""
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in Base.metadata.sorted_tables
            if table.name != "user_account"
        }


def test_the_firm_is_full_of_life(engine: Engine) -> None:
    with db.reading(engine) as session:
        states = set(session.scalars(select(Message.state).distinct()))
        late = session.scalar(select(func.count()).where(Invoice.balance > 0, Invoice.due_date < NOW.date()))
        assert {MessageState.SENT, MessageState.APPROVAL, MessageState.FAILED, MessageState.HELD} <= states
        assert (late or 0) > 10 and the_firm(session).examples
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_nothing_can_be_sent_through_any_channel(engine: Engine, settings: Settings) -> None:
    with db.reading(engine) as session:
        accounts = read_accounts(session)
    assert set(not_set_up(accounts)) == {ChannelName.EMAIL, ChannelName.SMS}
    for channel in (ChannelName.EMAIL, ChannelName.SMS):
        with pytest.raises(DeliveryFailed) as error:
            send_alone(
                settings, accounts, Outgoing("u", ("me@firm.example",), "Hello", "Hello"), build_outlets, channel
            )
        assert error.value.code == "demo.sending_impossible"
    with pytest.raises(DeliveryFailed):
        partner(settings, accounts)
    with pytest.raises(Refused, match=r"mailbox\.demo"):
        read_now(engine, settings, NOW)


def test_the_clock_makes_no_run_and_holds_no_account_back(engine: Engine, settings: Settings) -> None:
    local = NOW.astimezone(ZoneInfo("Europe/Paris"))
    with db.writing(engine) as session:
        firm = the_firm(session)
        due = (
            select(Invoice.id).join(Customer).where(Customer.name == "Agence Immobilière du Parc", Invoice.balance > 0)
        )
        asked = Asked("me", local, channel=ChannelName.EMAIL)
        ready = weigh(session, firm, session.scalars(due).all(), asked).ready
        first = queue(session, firm, ready[:1], asked)[0]
    tick(engine, settings, lambda: NOW)
    with db.reading(engine) as session:
        assert session.scalar(select(DailyRun.id).where(DailyRun.local_date == NOW.date())) is None
        assert session.get_one(Message, first).code == "demo.sending_impossible"
        assert session.get_one(MailAccount, 1).held_code is None


def test_once_cleared_the_database_is_as_on_the_first_day(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    examples.clear(engine, settings)
    fresh = open_database(Settings(tmp_path / "fresh"))
    assert everything(engine) == everything(fresh)
    assert [path for path in (settings.data_dir / "sent").rglob("*") if path.is_file()] == []
    with db.reading(engine) as session:
        assert session.scalars(select(User.email)).all() == ["me@firm.example"]
        assert first_steps.is_open(the_firm(session)) and examples.may_fill(session, the_firm(session))


def test_what_a_person_set_up_meanwhile_stays(engine: Engine, settings: Settings) -> None:
    with db.writing(engine) as session:
        the_firm(session).name = "Durand SARL"
        mail = session.get_one(MailAccount, 1)
        mail.host, mail.password_file = "smtp.durand.example", "secrets/smtp-password"
        session.add(Sender(name="Durand Lille"))
        text_of = TemplateText(language="fr", subject="Mot", body="Bonjour")
        session.add(Template(name="Mot de la maison", channel=ChannelName.EMAIL, texts=[text_of]))
    examples.clear(engine, settings)
    with db.reading(engine) as session:
        firm, mail = the_firm(session), session.get_one(MailAccount, 1)
        assert (firm.name, firm.iban, firm.examples, firm.enabled) == ("Durand SARL", "", False, False)
        assert (mail.host, mail.password_file) == ("smtp.durand.example", "secrets/smtp-password")
        assert session.scalars(select(Sender.name)).all() == ["Durand Lille"]
        assert session.scalars(select(Template.name)).all() == ["Mot de la maison"]
        assert session.scalar(select(func.count(Customer.id))) == 0
        assert not examples.may_fill(session, firm)


def test_the_account_that_a_made_up_sender_was_given_goes_with_its_password(engine: Engine, settings: Settings) -> None:
    values = {"host": "smtp.test.example", "sender": "test@test.example", "username": "test"}
    with db.writing(engine) as session:
        mine = Sender(name="Durand Lille")
        session.add(mine)
        session.flush()
        made_up = session.scalars(select(Sender).where(Sender.id != mine.id)).first()
        assert made_up is not None
        theirs = settings.data_dir / save_mail(session, settings, made_up.id, values, "secret").password_file
        ours = settings.data_dir / save_mail(session, settings, mine.id, values, "secret").password_file
    assert theirs.is_file()
    examples.clear(engine, settings)
    with db.reading(engine) as session:
        kept = session.scalars(select(Sender.mail_account_id)).one()
        assert session.scalars(select(MailAccount.id)).all() == [1, kept]
    assert ours.is_file() and not theirs.exists()


def test_data_that_are_real_are_never_cleared(engine: Engine, settings: Settings) -> None:
    with db.writing(engine) as session:
        the_firm(session).examples = False
    before = everything(engine)
    with pytest.raises(Refused, match=r"examples\.none"):
        examples.clear(engine, settings)
    assert everything(engine) == before


def test_the_examples_are_not_made_twice(engine: Engine, settings: Settings) -> None:
    before = everything(engine)
    with pytest.raises(Refused, match=r"examples\.real_data"):
        examples.fill(engine, settings, NOW)
    assert everything(engine) == before


def an_invoice(session: Session) -> None:
    customer = Customer(code="C", name="C")
    session.add(customer)
    session.flush()
    session.add(Invoice(number="F-1", customer_id=customer.id, currency="EUR", total=1, balance=1, entered_at=NOW))


def a_program(session: Session) -> None:
    step = Step(position=1, level=1, offset=3, channels=["email"], mode=Mode.AUTO)
    session.add(Program(name="La nôtre", general=False, steps=[step]))


def setting(kind: type[Base], **values: object) -> Callable[[Session], None]:
    def act(session: Session) -> None:
        row = session.get_one(kind, 1)
        for name, value in values.items():
            setattr(row, name, value)

    return act


REAL: dict[str, Callable[[Session], None]] = {
    "a firm with a name": lambda session: setattr(the_firm(session), "name", "Durand"),
    "reminders that were on": lambda session: setattr(the_firm(session), "activated_at", NOW),
    "an e-mail account": setting(MailAccount, host="smtp.durand.example"),
    "a mailbox": setting(InboxAccount, host="imap.durand.example"),
    "a provider of text messages": setting(SmsAccount, provider="vonage"),
    "letters that leave by themselves": setting(LetterAccount, way="folder"),
    "an invoice": an_invoice,
    "a group": lambda session: session.add(CustomerGroup(name="Bâtiment")),
    "a sender": lambda session: session.add(Sender(name="Lille")),
    "a template": lambda session: session.add(Template(name="T", channel=ChannelName.EMAIL)),
    "a program": a_program,
    "a file that waits": lambda session: session.add(
        ImportBatch(kind="invoices", filename="f.csv", sha256="0", content=b"", received_at=NOW)
    ),
}


@pytest.mark.parametrize("there", REAL)
def test_beside_anything_real_the_examples_are_refused(there: str, tmp_path: Path, blank: Path) -> None:
    shutil.copy(blank, tmp_path / blank.name)
    engine = open_database(Settings(tmp_path))
    with db.writing(engine) as session:
        REAL[there](session)
    before = everything(engine)
    with pytest.raises(Refused, match=r"examples\.real_data"):
        examples.fill(engine, Settings(tmp_path), NOW)
    assert everything(engine) == before
