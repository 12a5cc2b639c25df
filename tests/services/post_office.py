"""A small firm whose reminders really left, and its mailbox on a real server, where anything may come in."""

from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from relance.services.database import the_firm
from relance.services.mailbox.reading import Reading, read_mail
from relance.services.simulate import simulate
from relance.storage import db
from relance.storage.models import BadAddress, Hold, InboxAccount, Message, News, Reminder
from tests.channels.dovecot_server import PASSWORD, USER, DovecotServer
from tests.channels.smtp_server import Received
from tests.services.firm import SmallFirm

COMPTA = "compta@mercier.example"
UNKNOWN_USER = ("550 5.1.1 <{}>: user unknown", "5.1.1")
MAILBOX_FULL = ("552 5.2.2 <{}>: mailbox full", "5.2.2")
SPAM = ("550 5.7.1 message looks like spam", "5.7.1")
_numbers = count(1)


@dataclass
class PostOffice:
    """The firm, its mailbox, and what the tables hold."""

    firm: SmallFirm
    box: DovecotServer

    def connect(self, **values: Any) -> None:
        """Set the mailbox up."""
        (self.firm.settings.data_dir / "imap-password").write_text(PASSWORD, encoding="utf-8")
        given = {"active": True, "host": "127.0.0.1", "port": self.box.port, "security": "none", "username": USER}
        given |= {"password_file": "imap-password"} | values
        with db.writing(self.firm.engine) as session:
            inbox = session.get_one(InboxAccount, 1)
            for name, value in given.items():
                setattr(inbox, name, value)

    def empty(self) -> None:
        """Nothing is in the mailbox's folders; the server notices by itself."""
        for mail in (self.box.folder / "mail").rglob("*"):
            if mail.parent.name in ("cur", "new") and mail.is_file():
                mail.unlink()

    def read(self) -> Reading:
        return read_mail(self.firm.engine, self.firm.settings, self.firm.now)

    def comes_in(self, *mails: bytes) -> Reading:
        """They come in, and the mailbox is read."""
        self.box.put(*mails)
        return self.read()

    def account(self) -> InboxAccount:
        with db.reading(self.firm.engine) as session:
            return session.get_one(InboxAccount, 1)

    def reminded(self, *emails: str, number: str = "F-1", code: str = "MER", **values: Any) -> Received:
        """A customer with one late invoice, and the reminder as it really left: after a run, at the next day's."""
        if self.firm.messages():
            self.firm.sleep(days=1)
        self.firm.customer(code, *(emails or (COMPTA,)))
        self.firm.invoice(number, code, days_late=8, **values)
        self.firm.run_and_deliver()
        return self.firm.server.mails[-1]

    def news(self) -> list[News]:
        with db.reading(self.firm.engine) as session:
            return list(session.scalars(select(News).order_by(News.id)))

    def heard(self) -> list[tuple[str, str]]:
        return [(one.kind, one.address) for one in self.news()]

    def marked(self) -> dict[str, date | None]:
        with db.reading(self.firm.engine) as session:
            return {one.address: one.until for one in session.scalars(select(BadAddress))}

    def holds(self, *, closed: bool = False) -> list[Hold]:
        with db.reading(self.firm.engine) as session:
            found = session.scalars(select(Hold).order_by(Hold.id)).all()
            return [one for one in found if closed or one.closed_at is None]

    def reminders(self) -> list[Reminder]:
        with db.reading(self.firm.engine) as session:
            return list(session.scalars(select(Reminder).order_by(Reminder.id)))

    def message(self) -> Message:
        return self.firm.messages()[-1]

    def reason(self, number: str = "F-1") -> tuple[str, str | None]:
        """What today's run would do of an invoice, and why."""
        invoice = self.firm.find(number).id
        with db.reading(self.firm.engine) as session:
            firm = the_firm(session)
            found = simulate(session, firm, self.firm.now.astimezone(ZoneInfo(firm.timezone)))
            decision = next(one for one in found.plan.decisions if one.invoice == invoice)
        return decision.outcome.value, decision.reasons[0].code.value if decision.reasons else None

    def snapshot(self) -> list[object]:
        """All that a mail may change, and what it may not."""
        with db.reading(self.firm.engine) as session:
            rows = [*session.execute(select(BadAddress.address, BadAddress.until, BadAddress.code))]
            rows += session.execute(select(Hold.id, Hold.kind, Hold.closed_at))
            rows += session.execute(select(Message.id, Message.state, Message.news, Message.code))
            rows += session.execute(select(Reminder.id, Reminder.live, Reminder.done))
            rows += session.execute(select(News.id, News.kind, News.handled_at))
        return [tuple(row) for row in rows]

    def dated(self) -> str:
        return format_datetime(self.firm.now)


REPORT = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.relais.example>
To: claire@bonnet.example
Subject: Undelivered Mail Returned to Sender
Date: {dated}
Message-ID: <report-{number}@mx.relais.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="bb"

--bb
Content-Type: text/plain; charset=utf-8

Your message could not be delivered.

--bb
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.relais.example

{blocks}

--bb
Content-Type: message/rfc822-headers

{head}

--bb--
"""


def report(
    office: PostOffice,
    returned: Received,
    *fates: tuple[str, str, str],
    action: str = "failed",
    names_message: bool = True,
    original: bool = False,
) -> bytes:
    """A delivery report about a mail as it was sent; each fate is an address, the words and the status."""
    blocks = "\n\n".join(
        ("" if not original else f"Original-Recipient: rfc822;{returned.recipients[0]}\n")
        + f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {words.format(address)}"
        for address, words, status in fates
    )
    head = returned.content.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n")
    if not names_message:
        head = "Subject: something"
    return REPORT.format(dated=office.dated(), number=next(_numbers), blocks=blocks, head=head).encode()


def mail(
    office: PostOffice,
    text: str,
    *,
    sender: str = COMPTA,
    to: Received | None = None,
    subject: str = "Re: votre rappel",
    **headers: str,
) -> bytes:
    """A mail that a person wrote; `to`: the reminder it answers."""
    message = EmailMessage()
    message["From"] = f"Madame Mercier <{sender}>"
    message["To"] = "claire@bonnet.example"
    message["Subject"] = subject
    message["Date"] = office.dated()
    if "Message_ID" not in headers:
        message["Message-ID"] = f"<word-{next(_numbers)}@mercier.example>"
    if to is not None:
        message["In-Reply-To"] = message["References"] = str(to.message["Message-ID"])
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def next_day(office: PostOffice, days: int = 1) -> None:
    """Its run, and what it delivers."""
    office.firm.sleep(days=days)
    office.firm.run_and_deliver()


def complaint(sent: bytes, kind: str = "abuse") -> bytes:
    """Its recipient called it unwanted, or took that back."""
    head = f"""From: fbl@orange.example
Subject: complaint
Message-ID: <{kind}@orange.example>
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b

An abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
Version: 1

--b
Content-Type: message/rfc822

"""
    return head.encode() + sent.replace(b"\r\n", b"\n") + b"\n--b--\n"
