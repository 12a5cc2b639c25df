"""What a person does on a page, as a process of its own: --data-dir DIR act send_again MESSAGE."""

from pathlib import Path

from relance import clock
from relance.config import Settings
from relance.services.database import open_database
from relance.services.mailbox import answers
from relance.storage import db


def main(words: list[str]) -> None:
    """Carry out one act on the firm of a folder."""
    _, folder, _, _verb, message = words
    act(Settings(Path(folder)), int(message))


def act(settings: Settings, message: int) -> None:
    """A person says that a message of unknown fate did not leave."""
    with db.writing(open_database(settings)) as session:
        answers.send_again(session, message, by="claire@bonnet.example", now=clock.utc_now())
