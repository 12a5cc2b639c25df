"""The commands name the account of a sender that is refused, and say that the firm's own goes on."""

from pathlib import Path

from relance.config import Settings
from relance.services.database import open_database
from relance.storage import db
from relance.storage.models import Customer, MailAccount, Sender
from tests.channels.smtp_server import SmtpServer
from tests.cli.office import Office, an_office


def with_a_sender(office: Office, number: str, **account: object) -> None:
    """The customer of an invoice is written to by a sender with an account of its own."""
    engine = open_database(Settings(data_dir=office.data))
    with db.writing(engine) as session:
        own = MailAccount(host="127.0.0.1", security="none", sender="lyon@durand.example", bcc=[], **account)
        customer = session.query(Customer).filter(Customer.name == f"Client {number}").one()
        sender = Sender(name="Agence de Lyon", mail_account=own)
        session.add(sender)
        session.flush()
        customer.sender_id = sender.id
    engine.dispose()


def test_a_run_names_the_sender_whose_account_is_refused_and_the_others_leave(tmp_path: Path) -> None:
    with SmtpServer() as firms, SmtpServer() as lyons:
        office = an_office(tmp_path, firms)
        office.bring(["F-1", "F-2"])
        with_a_sender(office, "F-1", port=lyons.port)
        lyons.script("MAIL", "530 5.7.0 authentication required")
        ran = office.call("run")
        assert ran.exit_code == 1
        assert "Agence de Lyon" in ran.stderr
        assert office.states() == {"F-1": "held", "F-2": "sent"}
        assert len(firms.mails) == 1
        tested = office.call("remind", "F-1", "--test-to", "claire@durand.example")
        assert tested.exit_code == 0, tested.stderr
        assert [mail.recipients for mail in lyons.mails] == [("claire@durand.example",)]


def test_the_doctor_looks_at_the_accounts_of_senders_too(tmp_path: Path) -> None:
    office = Office(tmp_path, 2525)
    office.bring(["F-1"])
    with_a_sender(office, "F-1", port=2525, password_file="secrets/gone")
    code, found = office.ask("doctor")
    [check] = [one for one in found if "Agence de Lyon" in one["check"]]
    assert (code, check["ok"]) == (1, False)
