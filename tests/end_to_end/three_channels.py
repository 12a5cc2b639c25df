"""A firm that reminds by e-mail, text message and letter, judged through its commands alone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import time_machine
from click.testing import CliRunner

from relance.cli.main import relance
from scripts.torture import program
from scripts.torture.firm import Firm
from scripts.torture.program import Ended
from tests.channels.postal_server import TEST_KEY, PostalServer
from tests.channels.smtp_server import SmtpServer
from tests.channels.vonage_server import KEY, SECRET, VonageServer

HEADINGS = (
    "N° facture;Code client;Client;E-mail;Téléphone;Langue;Adresse;Code postal;Ville;Pays;Date facture;Échéance;"
    "Total;Devise;Payé"
)
SETTINGS = """[firm]
name = "Bonnet Conseil"
address = "4 rue du Port\\n35000 Rennes"
email = "claire@bonnet.example"
iban = "FR1420041010050500013M02606"
[automation]
enabled = true
scope = "all"
run_at = "10:00"
freshness_days = 0
[email]
host = "127.0.0.1"
port = SMTP_PORT
security = "none"
sender = "compta@bonnet.example"
[sms]
provider = "vonage"
key = "SMS_KEY"
secret_file = "sms-secret"
sender = "Bonnet"
base_url = "SMS_URL"
[letters]
way = "print"
[[program]]
name = "Trois voies"
general = true
[[program.step]]
offset = 5
channels = ["email", "sms", "letter"]
[[program.step]]
offset = 15
channels = ["email"]
fallback = "letter"
"""
MAILBOX = """[inbox]
active = true
host = "127.0.0.1"
port = IMAP_PORT
security = "none"
username = "compta@dupont.fr"
password_file = "mail-password"
"""
BY_POST = """[letters]
way = "post"
api_key_file = "post-key"
base_url = "POST_URL"
"""

NOT_DELIVERED = """From: MAILER-DAEMON@mx.example
To: compta@bonnet.example
Subject: Undelivered
Message-ID: <b1@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="bb"

--bb
Content-Type: text/plain

The mail could not be delivered.
--bb
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--bb
Content-Type: text/rfc822-headers

Message-ID: {id}
To: {to}

--bb--
"""
ANSWER = """From: {to}
To: compta@bonnet.example
Subject: Re: your reminder
Message-ID: <h1@x.example>
In-Reply-To: {id}

I shall pay tomorrow.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an invoice list; what isn't said makes a customer that all three ways reach."""

    number: str
    code: str
    email: str = "a@x.example"
    phone: str = "06 12 34 56 78"
    language: str = ""
    address: str = "1 rue Haute"
    due: str = "2026-11-02"
    total: str = "100,00"
    currency: str = "EUR"
    paid: str = ""

    def line(self) -> str:
        postal = (self.address, "35000", "Rennes", "France") if self.address else ("", "", "", "")
        asked = (self.number, self.code, f"Client {self.code}", self.email, self.phone, self.language, *postal)
        return ";".join((*asked, "2026-10-02", self.due, self.total, self.currency, self.paid))


@dataclass
class Desk:
    """A data folder, and what is on the other end of its three ways."""

    folder: Path
    smtp: SmtpServer
    sms: VonageServer
    post: PostalServer | None = None
    imap_port: int = 143
    name: str = "data"

    def __post_init__(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        secrets = {"sms-secret": SECRET, "post-key": TEST_KEY, "mail-password": "clé & sésame\\"}
        for name, secret in secrets.items():
            (self.data / name).write_text(secret, encoding="utf-8")

    @property
    def data(self) -> Path:
        return self.folder / self.name

    def settled(self, text: str) -> str:
        """A settings file with the places of the servers in it."""
        post = f"http://127.0.0.1:{self.post.port}" if self.post else ""
        places = {"SMTP_PORT": str(self.smtp.port), "SMS_KEY": KEY, "SMS_URL": self.sms.url, "POST_URL": post}
        for word, place in {**places, "IMAP_PORT": str(self.imap_port)}.items():
            text = text.replace(word, place)
        return text

    def load(self, at: datetime, text: str) -> Ended:
        path = self.folder / "my.toml"
        path.write_text(self.settled(text), encoding="utf-8")
        return self.call(at, "config", "load", str(path))

    def bring(self, at: datetime, rows: Iterable[Row], *words: str) -> Ended:
        path = self.folder / "list.csv"
        path.write_text("\n".join((HEADINGS, *(row.line() for row in rows))), encoding="utf-8")
        return self.call(at, "import", "invoices", str(path), *words)

    def call(self, at: datetime, *words: str) -> Ended:
        """A command, at a moment of UTC, in this process."""
        with time_machine.travel(at.replace(tzinfo=UTC), tick=False):
            found = CliRunner(env={"RELANCE_LANG": "en"}).invoke(relance, ["--data-dir", str(self.data), *words])
        fault = found.exception if not isinstance(found.exception, SystemExit) else None
        return Ended(found.exit_code, found.stdout, found.stderr + (f"Traceback {fault!r}" if fault else ""))

    def cut_off(self, at: datetime, *words: str, point: tuple[str, int]) -> Ended:
        """A command in a process of its own, that dies at a named point."""
        return program.run(Firm(self.data, 0), *words, at=at, point=point)

    def ask(self, at: datetime, *words: str) -> tuple[int, Any]:
        ended = self.call(at, *words, "--json")
        assert not ended.broke, ended.complained
        return ended.code, json.loads(ended.said)

    def states(self, at: datetime) -> dict[tuple[str, str], str]:
        """The newest state of each invoice on each of its ways."""
        history = self.ask(at, "export", "history")[1]
        return {(number, one["channel"]): one["state"] for one in history for number in one["invoices"]}


def not_delivered(mail: EmailMessage) -> bytes:
    """What a mail server answers for an address that isn't there (RFC 3464)."""
    return NOT_DELIVERED.format(to=mail["To"], id=mail["Message-ID"]).replace("\n", "\r\n").encode()


def an_answer(mail: EmailMessage) -> bytes:
    """What a person answers."""
    return ANSWER.format(to=mail["To"], id=mail["Message-ID"]).replace("\n", "\r\n").encode()
