"""Fill a data folder with the demonstration firm, once; then say how to sign in."""

import secrets
import shutil
import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance import clock
from relance.config import Settings
from relance.domain.program import Grouping, Mode
from relance.services.accounts import Role, add_user
from relance.services.database import open_database, the_firm
from relance.storage import db, models
from scripts.demo.story import Story, people, switched_on

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
    """The firm, its programs, its people and its year."""
    settings = Settings(folder, demo=True)
    engine = open_database(settings)
    today = clock.local_now("Europe/Paris").date()
    story = Story(settings, engine, today)
    with db.writing(engine) as session:
        firm = the_firm(session)
        firm.name, firm.email, firm.phone = "Bonnet Conseil", EMAIL, "02 47 00 00 00"
        firm.address, firm.siren = "8 place Plumereau\n37000 Tours", "404833048"
        firm.iban, firm.bic = "FR7630006000011234567890189", "AGRIFRPP"
        firm.signature = "Claire Bonnet\nBonnet Conseil, 02 47 00 00 00"
        switched_on(firm, today)
        account = session.get_one(models.MailAccount, 1)
        account.host, account.sender = "smtp.bonnet.example", EMAIL
        people(session, story.keys)
        _programs(session)
        add_user(session, email=EMAIL, password=password, role=Role.OWNER, now=clock.utc_now(), name="Claire Bonnet")
    story.tell()
    engine.dispose()


def _programs(session: Session) -> None:
    """Two more programs than the one that is there from the start: for large accounts, and for public buyers."""
    for name, offsets, mode in (
        ("Souple", (-5, 10, 25, 45), Mode.AUTO),
        ("Secteur public", (5, 30, 60), Mode.APPROVAL),
    ):
        steps, level = [], 0
        for position, offset in enumerate(offsets, 1):
            level = min(3, level + 1) if offset > 0 else 0
            steps.append(
                models.Step(
                    position=position,
                    level=level,
                    offset=offset,
                    channels=["email"],
                    mode=mode if level == 3 else Mode.AUTO,
                    deadline_days=8 if level > 1 else None,
                )
            )
        program = models.Program(name=name, grouping=Grouping.CUSTOMER, steps=steps)
        session.add(program)
        session.flush()
        wanted = {"Souple": "Grands comptes"}.get(name, name)
        for group in session.scalars(select(models.CustomerGroup).where(models.CustomerGroup.name == wanted)):
            group.program_id = program.id


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-data"))
