"""Senders of a small firm, with accounts at real servers of their own."""

from typing import Any

from relance.services.senders.lookup import find, own_account
from relance.storage import db
from relance.storage.models import Customer, CustomerGroup, MailAccount, Sender
from tests.channels.smtp_server import SmtpServer
from tests.services.firm import SmallFirm


def a_sender(firm: SmallFirm, name: str, server: SmtpServer | None = None, **values: Any) -> int:
    """A sender; with a server, through an account of its own there."""
    with db.writing(firm.engine) as session:
        row = Sender(name=name, **values)
        if server is not None:
            row.mail_account = an_account(server, f"{name.split()[-1].lower()}@bonnet.example")
        session.add(row)
        session.flush()
        return row.id


def an_account(server: SmtpServer, address: str) -> MailAccount:
    """An account at a server of the tests."""
    return MailAccount(
        host="127.0.0.1", port=server.port, security="none", username=server.username, sender=address, bcc=[]
    )


def use_own_server(firm: SmallFirm) -> None:
    """The firm's own account is at the firm's own server."""
    with db.writing(firm.engine) as session:
        row = session.get_one(MailAccount, 1)
        row.host, row.port, row.security, row.sender = "127.0.0.1", firm.server.port, "none", "claire@bonnet.example"


def write_as(firm: SmallFirm, customer: str, sender: int | None) -> None:
    """A customer is written to by a sender."""
    with db.writing(firm.engine) as session:
        session.get_one(Customer, firm.customers[customer]).sender_id = sender


def a_group(firm: SmallFirm, name: str, sender: int | None, *customers: str) -> int:
    """A group that is written to by a sender."""
    with db.writing(firm.engine) as session:
        row = CustomerGroup(name=name, sender_id=sender)
        session.add(row)
        session.flush()
        for code in customers:
            session.get_one(Customer, firm.customers[code]).group_id = row.id
        return row.id


def account_of(firm: SmallFirm, sender: int) -> MailAccount:
    """The account of a sender, as it is now."""
    with db.reading(firm.engine) as session:
        account = own_account(find(session, sender))
        assert account is not None
        return account
