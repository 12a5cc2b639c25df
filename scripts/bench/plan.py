"""The decision on 100,000 open invoices of 10,000 customers with 200,000 past reminders."""

import gc
import tempfile
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from relance.domain.plan import plan
from relance.services.database import the_firm
from relance.storage import book, db
from relance.storage.programs import load_programs
from scripts.bench.figures import Figure, peak_megabytes, seconds
from scripts.bench.fill import TODAY, filled


def figures() -> Iterator[Figure]:
    """Loading and planning, planning alone, and the memory both took."""
    with tempfile.TemporaryDirectory() as folder:
        _, engine = filled(Path(folder), invoices=100_000, customers=10_000, reminders=200_000)
        gc.collect()
        now = datetime.combine(TODAY, time(10), ZoneInfo("Europe/Paris"))
        with db.reading(engine) as session:
            firm = the_firm(session)
            policy, programs = book.policy(session, firm), load_programs(session)
            policy.is_working_day(TODAY)
            before = peak_megabytes()
            loading = seconds(lambda: book.load(session, firm))
            found = book.load(session, firm)
            planning = min(seconds(lambda: plan(found, programs, policy, now)) for _ in range(3))
        how = "100,000 invoices, 10,000 customers, 200,000 reminders, SQLite file"
        yield Figure("load the Book and plan", loading + planning, 3, "s", how)
        yield Figure("plan() alone", planning, 1.5, "s", "best of 3 on the same Book")
        yield Figure("memory of loading and planning", peak_megabytes(), 700, "MB", f"peak; {before:.0f} before")
