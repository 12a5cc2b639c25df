"""A small firm that sends letters: printed by itself, or posted by a partner that really answers."""

import shutil
import subprocess
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import select

from relance.config import Settings
from relance.domain.delivery import ChannelName
from relance.domain.program import Mode, Step
from relance.services.database import open_database, the_firm
from relance.services.delivery.channel_accounts import Accounts
from relance.services.delivery.outlets import Outlets, build_outlets
from relance.services.letters.posted import Posting, mark_posted
from relance.services.letters.printing import Printed, print_letters
from relance.storage import db
from relance.storage.models import Customer, LetterAccount, Message, Reminder
from tests.channels.postal_server import LIVE_KEY, PostalServer
from tests.services.firm import SmallFirm, a_small_firm, replace_program

ADDRESS = "5 quai Jules-Courmont\n69002 Lyon"
CLAIRE = "claire@bonnet.example"


def text_of(pdf: bytes) -> str:
    """What a person copies from a PDF, its spaces plain."""
    if not shutil.which("pdftotext"):
        pytest.fail("Needs pdftotext: apt-get install poppler-utils")
    found = subprocess.run(["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


@dataclass
class PostRoom(SmallFirm):
    """Letters go their real way; e-mails to the SMTP server of the tests."""

    def outlets(self, settings: Settings, accounts: Accounts) -> Outlets:
        return {**super().outlets(settings, accounts), ChannelName.LETTER: self._letters(settings, accounts)}

    def _letters(self, settings: Settings, accounts: Accounts) -> Any:
        return build_outlets(settings, accounts)[ChannelName.LETTER]

    def debtor(self, code: str, *emails: str, **values: Any) -> int:
        """A customer with a postal address."""
        where = {"address_1": "12 rue des Lilas", "postcode": "69003", "city": "Lyon", "country": "FR"}
        return self.customer(code, *emails, **{**where, **values})

    def account(self, **values: Any) -> None:
        with db.writing(self.engine) as session:
            row = session.get_one(LetterAccount, 1)
            for name, value in values.items():
                setattr(row, name, value)

    def by_partner(self, server: PostalServer, key: str = LIVE_KEY) -> None:
        path = self.settings.data_dir / "key"
        path.write_text(key, encoding="ascii")
        self.account(way="post", api_key_file="key", base_url=f"http://127.0.0.1:{server.port}")

    def print(self, *ids: int, **options: Any) -> Printed:
        wanted = ids or tuple(one.id for one in self.letters())
        return print_letters(self.engine, self.settings, wanted, now=self.now, local=self.now, **options)

    def post(self, *ids: int, day: date | None = None, **options: Any) -> list[int]:
        with db.writing(self.engine) as session:
            posting = Posting(day or self.today, CLAIRE, self.now, **options)
            return mark_posted(session, the_firm(session), ids or [one.id for one in self.letters()], posting)

    def letters(self) -> list[Message]:
        return [one for one in self.messages() if one.channel is ChannelName.LETTER]

    def letter(self) -> Message:
        [one] = self.letters()
        return one

    def reminders(self, message: int) -> list[Reminder]:
        with db.reading(self.engine) as session:
            return list(session.scalars(select(Reminder).where(Reminder.message_id == message)))

    def change_customer(self, code: str, **values: Any) -> None:
        with db.writing(self.engine) as session:
            row = session.get_one(Customer, self.customers[code])
            for name, value in values.items():
                setattr(row, name, value)

    def next_day(self, days: int = 1) -> None:
        self.now += timedelta(days=days)


def a_step(level: int, offset: int, *channels: ChannelName, mode: Mode = Mode.AUTO, days: int | None = None) -> Step:
    return Step(level=level, offset=offset, channels=channels or (ChannelName.LETTER,), mode=mode, deadline_days=days)


@cache
def _empty() -> bytes:
    """A database at its start: to make one takes longer than most tests."""
    with TemporaryDirectory() as folder:
        open_database(Settings(Path(folder))).dispose()
        return (Path(folder) / "relance.db").read_bytes()


def a_post_room(folder: Path, server: Any, *steps: Step) -> PostRoom:
    folder.mkdir(parents=True)
    (folder / "relance.db").write_bytes(_empty())
    firm = a_small_firm(folder, server, address=ADDRESS, iban="FR7630006000011234567890189")
    room = PostRoom(**{field.name: getattr(firm, field.name) for field in fields(firm)})
    replace_program(room, steps or (a_step(1, 5, days=8), a_step(2, 20), a_step(3, 40)))
    return room
