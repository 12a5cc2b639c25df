"""Fill a data folder with the demonstration firm, once; then say how to sign in."""

import secrets
import shutil
import sys
from pathlib import Path

from relance import clock
from relance.config import Settings
from relance.services.accounts import Role, add_user
from relance.services.database import open_database
from relance.services.examples import make
from relance.services.examples.cast import CLAIRE
from relance.storage import db

WORDS = ("loire", "tilleul", "pivoine", "ardoise", "moulin", "verger", "lanterne", "noisette", "galet", "brume")
EMAIL = "claire@bonnet.example"


def main(folder: Path) -> None:
    """Fill the folder if it is new, and print the way in each time."""
    card = folder / "sign-in.txt"
    if not card.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "DEMO").write_text("Nothing can be sent from this folder.\n", encoding="utf-8")
        password = "-".join(secrets.choice(WORDS) for _ in range(4))
        fill(folder, password)
        card.write_text(f"{EMAIL}\n{password}\n", encoding="utf-8")
    email, password = card.read_text(encoding="utf-8").split()
    print(f"Sign in / connexion :  {email}   {password}")


def fill(folder: Path, password: str) -> None:
    """The firm with its year, and somebody who may sign in."""
    settings = Settings(folder, demo=True)
    engine, now = open_database(settings), clock.utc_now()
    make(engine, settings, now)
    with db.writing(engine) as session:
        add_user(session, email=EMAIL, password=password, role=Role.OWNER, now=now, name=CLAIRE)
    engine.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-data"))
