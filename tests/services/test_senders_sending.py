"""Senders with accounts of their own: each message at its own server, and one dead account stops no other."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from relance.config import Settings
from relance.domain import delivery
from relance.domain.delivery import ChannelName
from relance.domain.program import Mode, Step
from relance.domain.status import MessageState
from relance.services import mail_settings
from relance.services.by_hand import by_hand
from relance.services.database import open_database, the_firm
from relance.services.delivery.channel_accounts import Accounts, read_accounts
from relance.services.delivery.deliver import Delivery, deliver_due
from relance.services.delivery.outcomes import release_account
from relance.services.delivery.outlets import Outlets, build_outlets
from relance.services.messages.try_out import trial
from relance.services.notices import send_alone
from relance.services.remind import Asked, remind
from relance.services.senders import lookup as senders
from relance.services.senders.mail import drop_mail, save_mail
from relance.services.senders.settings import Heir, delete
from relance.storage import db
from relance.storage.models import Customer, MailAccount, Message
from tests.channels.smtp_server import SmtpServer
from tests.services.establishments import a_group, a_sender, account_of, use_own_server, write_as
from tests.services.firm import SmallFirm, a_small_firm, replace_program

LYON, NICE = "Agence de Lyon", "Agence de Nice"


@pytest.fixture
def firm(tmp_path: Path, blank: Path) -> Iterator[SmallFirm]:
    shutil.copy(blank, tmp_path / blank.name)
    with SmtpServer() as server:
        yield a_small_firm(tmp_path, server)


@pytest.fixture
def lyon() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def nice() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def branches(firm: SmallFirm, lyon: SmtpServer, nice: SmtpServer) -> dict[str, int]:
    """A is written to by Lyon, B by Nice, C by the firm itself; each has an invoice to be reminded of."""
    use_own_server(firm)
    for code in "ABC":
        firm.customer(code, f"{code.lower()}@client.example")
        firm.invoice(f"F-{code}", code, days_late=8)
    made = {LYON: a_sender(firm, LYON, lyon), NICE: a_sender(firm, NICE, nice)}
    write_as(firm, "A", made[LYON])
    write_as(firm, "B", made[NICE])
    return made


def deliver(firm: SmallFirm) -> Delivery:
    return deliver_due(firm.engine, firm.settings, outlets_of=build_outlets, now=lambda: firm.now, wait=lambda _: None)


def froms(server: SmtpServer) -> list[str]:
    return [str(mail.message["From"]) for mail in server.mails]


def receivers(server: SmtpServer) -> list[tuple[str, ...]]:
    return [mail.recipients for mail in server.mails]


def test_each_message_leaves_at_its_own_server_with_its_own_name(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer, nice: SmtpServer
) -> None:
    firm.run()
    deliver(firm)
    assert (froms(lyon), receivers(lyon)) == ([f"{LYON} <lyon@bonnet.example>"], [("a@client.example",)])
    assert (froms(nice), receivers(nice)) == ([f"{NICE} <nice@bonnet.example>"], [("b@client.example",)])
    assert froms(firm.server) == ["Bonnet Conseil <claire@bonnet.example>"]
    assert [message.sender_id for message in firm.messages()] == [branches[LYON], branches[NICE], None]
    assert {message.state for message in firm.messages()} == {MessageState.SENT}


def test_a_refused_password_holds_one_sender_and_the_others_go_on(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer, nice: SmtpServer
) -> None:
    lyon.script("MAIL", "530 5.7.0 authentication required")
    firm.run()
    deliver(firm)
    assert firm.states() == {"F-A": MessageState.HELD, "F-B": MessageState.SENT, "F-C": MessageState.SENT}
    with db.reading(firm.engine) as session:
        assert session.get_one(MailAccount, 1).held_code is None
    assert account_of(firm, branches[LYON]).held_code == "smtp.auth_required"
    assert account_of(firm, branches[NICE]).held_code is None
    with db.writing(firm.engine) as session:
        assert release_account(session) == 0  # a word on the firm's account says nothing of another
        assert release_account(session, ChannelName.EMAIL, account_of(firm, branches[LYON]).id) == 1
    deliver(firm)
    assert receivers(lyon) == [("a@client.example",)]


def test_the_firms_refused_account_stops_no_sender(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer, nice: SmtpServer
) -> None:
    firm.server.script("MAIL", "530 5.7.0 authentication required")
    firm.run()
    deliver(firm)
    assert firm.states() == {"F-A": MessageState.SENT, "F-B": MessageState.SENT, "F-C": MessageState.HELD}


def test_a_server_that_is_down_pauses_its_own_account_alone(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer
) -> None:
    lyon.script("BANNER", "554 no service")
    firm.run()
    deliver(firm)
    assert firm.states() == {"F-A": MessageState.QUEUED, "F-B": MessageState.SENT, "F-C": MessageState.SENT}
    assert account_of(firm, branches[LYON]).paused_until is not None
    assert account_of(firm, branches[NICE]).pauses == 0
    firm.sleep(minutes=6)
    deliver(firm)
    assert receivers(lyon) == [("a@client.example",)]
    assert account_of(firm, branches[LYON]).pauses == 0


def test_each_account_has_its_own_pace(firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer) -> None:
    for code in "DEF":
        firm.customer(code, f"{code.lower()}@client.example", sender_id=branches[LYON])
        firm.invoice(f"F-{code}", code, days_late=8)
    with db.writing(firm.engine) as session:
        session.get_one(MailAccount, account_of(firm, branches[LYON]).id).per_hour = 2
        session.get_one(MailAccount, 1).per_hour = 1
    firm.run()
    deliver(firm)
    assert len(lyon.mails) == 2
    assert len(firm.server.mails) == 1
    firm.sleep(minutes=61)
    deliver(firm)
    assert len(lyon.mails) == 4


def test_an_account_remembers_the_day_of_its_own_first_message(
    firm: SmallFirm, branches: dict[str, int], nice: SmtpServer
) -> None:
    nice.script("MAIL", "451 4.3.0 later")
    firm.run()
    deliver(firm)
    assert account_of(firm, branches[LYON]).first_sent_on == firm.today
    assert account_of(firm, branches[NICE]).first_sent_on is None


def test_the_sender_of_a_queued_message_outlives_a_restart_and_a_change_of_mind(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer
) -> None:
    firm.run()
    write_as(firm, "A", branches[NICE])
    firm.engine.dispose()
    firm.engine = open_database(Settings(firm.settings.data_dir))
    deliver(firm)
    assert froms(lyon) == [f"{LYON} <lyon@bonnet.example>"]
    firm.sleep(days=7)
    firm.run()
    deliver(firm)
    assert firm.messages()[3].sender_id == branches[NICE]
    assert len(lyon.mails) == 1


def test_a_customer_without_a_sender_has_that_of_its_group(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer
) -> None:
    a_group(firm, "Sud", branches[LYON], "B", "C")
    firm.run()
    deliver(firm)
    assert sorted(receivers(lyon)) == [("a@client.example",), ("c@client.example",)]


def test_a_reminder_by_hand_and_one_that_was_approved_have_the_customers_sender(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer, nice: SmtpServer
) -> None:
    replace_program(firm, (Step(1, 7, mode=Mode.APPROVAL),))
    firm.run()
    with db.writing(firm.engine) as session:
        house = the_firm(session)
        moment = firm.now.astimezone(ZoneInfo(house.timezone))
        invoice = by_hand(session, house, firm.find("F-A").id, moment).invoice.id
        [sent] = remind(session, house, invoice, Asked("claire@bonnet.example", moment))
        for message in session.scalars(select(Message).where(Message.state == MessageState.APPROVAL)):
            message.state, message.decided_by = MessageState.QUEUED, "claire@bonnet.example"
        assert session.get_one(Message, sent).sender_id == branches[LYON]
    deliver(firm)
    assert (receivers(lyon), receivers(nice)) == ([("a@client.example",)], [("b@client.example",)])


def test_a_message_claimed_for_an_account_that_its_sender_no_longer_has_goes_back(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer
) -> None:
    """It is looked at again just before it is handed over (RULES 4.5)."""
    firm.run()
    changed: list[int] = []

    def change(*_of: object) -> None:
        if not changed:
            changed.append(1)
            with db.writing(firm.engine) as session:
                senders.find(session, branches[LYON]).mail_account = None

    theirs = account_of(firm, branches[LYON]).id

    def outlets(settings: Settings, accounts: Accounts) -> Outlets:
        found = build_outlets(settings, accounts)
        return found if accounts.mail.id != theirs else {ChannelName.EMAIL: lambda: Late(found, change)}

    first = [firm.messages()[0].id]
    deliver_due(firm.engine, firm.settings, outlets_of=outlets, now=lambda: firm.now, only=first)
    assert changed and lyon.mails == []
    assert firm.states()["F-A"] is MessageState.QUEUED
    deliver(firm)
    assert lyon.mails == []
    assert f"{LYON} <claire@bonnet.example>" in froms(firm.server)


class Late:
    """Somebody changes the settings while the message is about to leave."""

    def __init__(self, outlets: Outlets, change: Callable[[], None]) -> None:
        self._real, self._change = outlets[ChannelName.EMAIL](), change

    def send(self, message: delivery.Message, *, before_handover: delivery.BeforeHandover) -> delivery.Receipt:
        self._change()
        return self._real.send(message, before_handover=before_handover)

    def close(self) -> None:
        self._real.close()


def test_a_test_to_oneself_leaves_as_the_customers_message_would(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer
) -> None:
    with db.reading(firm.engine) as session:
        house = the_firm(session)
        asked = Asked("claire@bonnet.example", firm.now.astimezone(ZoneInfo(house.timezone)))
        folder, key = firm.settings.data_dir, firm.find("F-A").id
        tried = trial(session, house, key, asked, to="claire@bonnet.example", data_dir=folder)
        session.expunge_all()
    send_alone(firm.settings, tried.accounts, tried.message)
    assert (froms(lyon), receivers(lyon)) == ([f"{LYON} <lyon@bonnet.example>"], [("claire@bonnet.example",)])
    assert firm.messages() == []


def test_a_test_of_the_settings_leaves_through_the_senders_account(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer
) -> None:
    with db.reading(firm.engine) as session:
        house, accounts, sender = the_firm(session), read_accounts(session), senders.find(session, branches[LYON])
        senders.own_account(sender)
        session.expunge_all()
    mail_settings.send_test(firm.settings, accounts, house, "me@bonnet.example", "fr", build_outlets, sender)
    assert (froms(lyon), receivers(lyon)) == ([f"{LYON} <lyon@bonnet.example>"], [("me@bonnet.example",)])
    assert firm.server.mails == []


def test_an_account_that_is_taken_away_leaves_its_messages_to_the_firms(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer
) -> None:
    with db.writing(firm.engine) as session:
        values = {"host": "127.0.0.1", "port": lyon.port, "security": "none", "sender": "lyon@bonnet.example"}
        key = save_mail(session, firm.settings, branches[LYON], values, "secret").id
    secret = firm.settings.data_dir / f"secrets/smtp-password-{key}"
    assert secret.read_text() == "secret"
    lyon.script("MAIL", "530 5.7.0 authentication required")
    firm.run()
    deliver(firm)
    assert firm.states()["F-A"] is MessageState.HELD
    with db.writing(firm.engine) as session:
        drop_mail(session, firm.settings, branches[LYON])
        assert session.get(MailAccount, key) is None
    assert not secret.exists()
    deliver(firm)
    assert firm.states()["F-A"] is MessageState.SENT
    assert f"{LYON} <claire@bonnet.example>" in froms(firm.server)


@pytest.mark.parametrize("heir", [NICE, None])
def test_what_waits_for_a_sender_that_goes_leaves_in_the_name_of_its_heir(
    firm: SmallFirm, branches: dict[str, int], lyon: SmtpServer, nice: SmtpServer, heir: str | None
) -> None:
    lyon.script("MAIL", "530 5.7.0 authentication required")
    firm.run()
    deliver(firm)
    with db.writing(firm.engine) as session:
        delete(session, firm.settings, branches[LYON], Heir(branches[heir] if heir else None))
    deliver(firm)
    assert firm.states()["F-A"] is MessageState.SENT
    there = nice if heir else firm.server
    assert ("a@client.example",) in receivers(there)
    assert lyon.mails == []


def test_of_many_customers_the_senders_are_found_by_the_same_few_queries(firm: SmallFirm) -> None:
    key = a_sender(firm, LYON)
    with db.writing(firm.engine) as session:
        session.add_all(Customer(code=f"X{n}", name="X", sender_id=key if n % 2 else None) for n in range(1200))
        session.flush()
        everybody = list(session.scalars(select(Customer.id)))
        seen: list[str] = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
        assert len(senders.senders_of(session, everybody)) == 600
        assert len(seen) == 2
