"""A firm at work, made through the real services: its settings, its customers, and an import of invoices."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from relance.domain.delivery import BeforeHandover, ChannelName, DeliveryFailed, Fate, Message, Receipt
from relance.importers.fields import FileKind
from relance.services import imports
from relance.services.imports import ImportOptions
from relance.services.settings import loading as settings
from relance.storage import db

# The tests' clock stands at Monday 23 November 2026, 9:00 in Paris.
SETTINGS = """
[firm]
name = "Bonnet Conseil"
email = "claire@bonnet.example"
phone = "01 42 00 00 00"
iban = "FR76 3000 4000 0312 3456 7890 143"

[email]
host = "smtp.bonnet.example"
port = 587
username = "claire"
sender = "claire@bonnet.example"
"""
INVOICES = """N° facture;Code client;Client;E-mail;Date facture;Échéance;Total TTC
F-1;AUB;Menuiserie Aubry;compta@aubry.example;15/09/2026;15/10/2026;2745,00
F-2;LEN;Garage Lenoir;compta@lenoir.example;16/10/2026;16/11/2026;1480,40
F-3;LEN;Garage Lenoir;compta@lenoir.example;16/10/2026;16/11/2026;120,00
F-4;PIN;Boulangerie Pinson;;10/10/2026;10/11/2026;312,00
F-5;KES;Studio Kessler;compta@kessler.example;30/10/2026;30/11/2026;2350,00
F-6;POS;Café de la Poste;compta@poste.example;01/12/2026;31/12/2026;148,50
"""
ON = '[automation]\nenabled = true\nscope = "all"\n'


def furnish(engine: Engine, now: datetime, *, invoices: str = INVOICES, more: str = ON) -> None:
    """Settings, then invoices, in one transaction."""
    with db.writing(engine) as session:
        settings.load(session, SETTINGS + more, now=now)
        content = invoices.encode()
        shown = imports.preview(session, FileKind.INVOICES, content, ImportOptions())
        batch = imports.receive(session, FileKind.INVOICES, "factures.csv", content, by="test", now=now)
        imports.apply(session, batch, shown, skip_bad_rows=False, complete_confirmed=False, by="test", now=now)


class Outbox:
    """Stands for the mail server: keeps what is sent, or refuses it."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.refusal: DeliveryFailed | None = None

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Take it, or fail as the test wants."""
        if self.refusal is not None:
            raise self.refusal
        before_handover()
        self.sent.append(message)
        return Receipt("1", "250 ok")

    def close(self) -> None:
        """Nothing to close."""

    def outlets(self, *_of: Any) -> Any:
        """What create_app takes as `channels`."""
        return {ChannelName.EMAIL: lambda: self}


def refused(code: str = "smtp.auth_refused", detail: str = "535 5.7.8 bad credentials") -> DeliveryFailed:
    """The account is refused."""
    return DeliveryFailed(code, Fate.HOLD, detail)
