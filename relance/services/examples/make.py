"""Tells the firm's year in a database: its settings, its people, its invoices and reminders."""

from datetime import datetime

from sqlalchemy import Engine

from relance.config import Settings
from relance.services.database import the_firm
from relance.services.examples.ledger import PARIS
from relance.services.examples.people import people
from relance.services.examples.story import Story, switched_on
from relance.services.examples.words import settings_text
from relance.services.settings.loading import load
from relance.storage import db


def make(engine: Engine, settings: Settings, now: datetime) -> None:
    """Fill an empty database and its folder; `now` (aware) is the moment at which the story ends."""
    local = now.astimezone(PARIS)
    story = Story(settings, engine, local, local.date())
    with db.writing(engine) as session:
        load(session, settings_text(), now=now, file="firm.toml")
        switched_on(the_firm(session), local.date())
        people(session, story.keys, now)
    story.tell()
