"""What each level brought, what left month by month, what is promised or disputed."""

import random
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.services.reporting.debtors import debtors
from relance.services.reporting.reminding import CHANNELS, by_month, effect, totals
from relance.services.reporting.suspended import sums
from relance.storage import db
from relance.storage.models import Hold, Invoice, Message, Program, Reminder
from relance.storage.queries.report_reminders import Effect
from relance.storage.queries.report_suspended import suspended
from tests.channels.smtp_server import SmtpServer
from tests.services.firm import SmallFirm, a_small_firm


@pytest.fixture
def firm(tmp_path: Path, blank: Path, outgoing: SmtpServer) -> SmallFirm:
    shutil.copy(blank, tmp_path / blank.name)
    made = a_small_firm(tmp_path, outgoing)
    made.customer("A", "a@a.example")
    return made


def remind(firm: SmallFirm, invoice: int, day: date, level: int, channel: str = "email", **values: object) -> None:
    with db.writing(firm.engine) as session:
        program = session.query(Program).first()
        assert program is not None
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        common = {"program_id": program.id, "step": level + 1, "occurrence": 1, "level": level}
        kind = values.pop("kind", ReminderKind.AUTO)
        message = Message(
            uid=f"{invoice}-{day}-{level}-{channel}",
            kind=kind,
            channel=ChannelName.LETTER if channel == "call" else ChannelName(channel),
            state=values.pop("state", MessageState.SENT),
            customer_id=session.get_one(Invoice, invoice).customer_id,
            language="fr",
            created_at=moment,
            next_at=moment,
            sent_at=moment,
            **common,
        )
        session.add(message)
        session.flush()
        session.add(
            Reminder(
                invoice_id=invoice,
                message_id=message.id,
                cycle=1,
                channel=channel,
                kind=kind,
                done=True,
                live=False,
                day=day,
                at=moment,
                **common,
                **values,
            )
        )


def effects(firm: SmallFirm, within: int = 15) -> list[Effect]:
    with db.reading(firm.engine) as session:
        return effect(session, the_firm(session), firm.today, within)


def test_a_payment_counts_for_the_last_reminder_before_it(firm: SmallFirm) -> None:
    key = firm.invoice("F-1", "A", days_late=60)
    remind(firm, key, firm.today - timedelta(days=50), 1)
    remind(firm, key, firm.today - timedelta(days=40), 2)
    firm.pay(key, 10_000, on=firm.today - timedelta(days=38))
    assert effects(firm) == [Effect(1, 1, 1, 0), Effect(2, 1, 1, 1)]


@pytest.mark.parametrize(("days", "paid"), [(0, 0), (1, 1), (15, 1), (16, 0)])
def test_it_counts_from_the_day_after_until_the_last_of_the_days(firm: SmallFirm, days: int, paid: int) -> None:
    key = firm.invoice("F-1", "A", days_late=60)
    reminded = firm.today - timedelta(days=50)
    remind(firm, key, reminded, 1)
    firm.pay(key, 10_000, on=reminded + timedelta(days=days))
    assert effects(firm) == [Effect(1, 1, 1, paid)]


def test_a_part_is_not_paid_and_the_day_of_the_last_part_counts(firm: SmallFirm) -> None:
    key = firm.invoice("F-1", "A", days_late=60)
    reminded = firm.today - timedelta(days=50)
    remind(firm, key, reminded, 1)
    firm.pay(key, 4_000, on=reminded + timedelta(days=2))
    assert effects(firm)[0].paid == 0
    firm.pay(key, 6_000, on=reminded + timedelta(days=20))
    assert (effects(firm)[0].paid, effects(firm, 30)[0].paid) == (0, 1)


def test_a_reminder_that_still_has_time_is_not_in_the_share(firm: SmallFirm) -> None:
    key = firm.invoice("F-1", "A", days_late=60)
    remind(firm, key, firm.today - timedelta(days=14), 1)
    firm.pay(key, 10_000)
    [one] = effects(firm)
    assert (one.sent, one.ripe, one.paid, one.share) == (1, 0, 0, None)


def test_two_channels_are_one_reminder_and_a_cancelled_step_is_none(firm: SmallFirm) -> None:
    key = firm.invoice("F-1", "A", days_late=60)
    day = firm.today - timedelta(days=30)
    remind(firm, key, day, 1)
    remind(firm, key, day, 1, "sms")
    remind(firm, key, day + timedelta(days=5), 2, kind=ReminderKind.SUPERSEDED)
    assert effects(firm) == [Effect(1, 1, 1, 0)]


def test_the_effect_is_that_of_each_invoice_looked_at_alone(firm: SmallFirm) -> None:
    luck = random.Random(5)
    expected: dict[int, list[int]] = {}
    for number in range(40):
        key = firm.invoice(f"F-{number}", "A", days_late=200)
        days = sorted(luck.sample(range(0, 180), luck.randint(1, 4)), reverse=True)
        reminded = [firm.today - timedelta(days=ago) for ago in days]
        for level, day in enumerate(reminded):
            remind(firm, key, day, min(level, 3))
        paid = firm.today - timedelta(days=luck.randint(0, 190)) if luck.random() < 0.7 else None
        if paid:
            firm.pay(key, 10_000, on=paid)
        before = [day for day in reminded if paid and day < paid]
        for level, day in enumerate(reminded):
            row = expected.setdefault(min(level, 3), [0, 0, 0])
            ripe = (firm.today - day).days >= 15
            row[0] += 1
            row[1] += ripe
            row[2] += bool(paid and ripe and before and day == before[-1] and (paid - day).days <= 15)
    assert effects(firm) == [Effect(level, *row) for level, row in sorted(expected.items())]
    assert sum(one.paid for one in effects(firm)) > 3


def test_messages_are_counted_in_the_months_of_the_firm_and_by_their_channel(firm: SmallFirm) -> None:
    key = firm.invoice("F-1", "A", days_late=60)
    for day, channel in ((3, "email"), (4, "email"), (5, "letter"), (6, "sms"), (7, "call")):
        kind = ReminderKind.MARKED if channel == "call" else ReminderKind.AUTO
        remind(firm, key, date(2026, 5, day), 1, channel, kind=kind)
    remind(firm, key, date(2026, 5, 8), 2, state=MessageState.FAILED)
    remind(firm, key, date(2026, 5, 9), 2, state=MessageState.UNKNOWN)
    with db.writing(firm.engine) as session:  # in Paris it is June already
        session.query(Message).filter_by(uid=f"{key}-2026-05-04-1-email").one().sent_at = datetime(
            2026, 5, 31, 22, 30, tzinfo=UTC
        )
    with db.reading(firm.engine) as session:
        months = by_month(session, the_firm(session), date(2026, 6, 8))
    found = {one.first: Counter(dict(zip(CHANNELS, one.messages, strict=True))) for one in months}
    assert len(months) == 12
    assert found[date(2026, 6, 1)] == Counter(email=1)
    assert found[date(2026, 5, 1)] == Counter(email=2, letter=1, sms=1, call=1)
    assert sum(totals(months)) == sum(one.total for one in months) == 6


def test_what_is_paid_closed_or_paused_is_neither_promised_nor_disputed(firm: SmallFirm) -> None:
    keys = {name: firm.invoice(name, "A", days_late=5, currency="USD" if name == "F-4" else "EUR") for name in "ABC"}
    keys["F-4"] = firm.invoice("F-4", "A", days_late=5, currency="USD")
    firm.pay(keys["B"], 10_000)
    holds = [
        ("A", "promise", date(2026, 6, 30), None),
        ("A", "dispute", None, None),
        ("A", "promise", date(2026, 6, 20), firm.now),
        ("B", "promise", date(2026, 6, 30), None),
        ("C", "pause", None, None),
        ("F-4", "dispute", None, None),
    ]
    with db.writing(firm.engine) as session:
        for name, kind, until, closed in holds:
            session.add(Hold(invoice_id=keys[name], kind=kind, until=until, opened_at=firm.now, closed_at=closed))
    with db.reading(firm.engine) as session:
        rows = suspended(session)
    assert [(row.number, row.kind) for row in rows] == [("A", "promise"), ("A", "dispute"), ("F-4", "dispute")]
    assert [(one.currency, one.promised, one.disputed) for one in sums(rows)] == [
        ("EUR", 10_000, 10_000),
        ("USD", 0, 10_000),
    ]


def test_the_largest_debtors_come_first_and_each_has_its_share(firm: SmallFirm) -> None:
    firm.customer("B", "b@b.example")
    firm.customer("C", "c@c.example")
    firm.invoice("F-1", "A", days_late=3, total=1_000)
    firm.invoice("F-2", "B", days_late=-3, total=2_000)
    firm.invoice("F-3", "B", days_late=12, total=4_000)
    firm.invoice("F-4", "C", days_late=1, total=3_000, currency="USD")
    with db.reading(firm.engine) as session:
        euro, dollar = debtors(session, the_firm(session), firm.today, 1)
        [both, _] = debtors(session, the_firm(session), firm.today, 10)
    [first] = euro.rows
    assert (first.name, first.aged.total, first.aged.late, first.oldest, euro.others) == (
        "Client B",
        6_000,
        4_000,
        12,
        1,
    )
    assert first.share == 6 / 7
    assert (dollar.currency, dollar.listed, dollar.others) == ("USD", 3_000, 0)
    assert sum(row.share for row in both.rows) == 1
