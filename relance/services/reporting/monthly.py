"""The monthly report by e-mail: figures and aged balance of the month that ended, as PDF and CSV, once each.

The row is claimed by a conditional UPDATE before anything is handed over, and marked as of unknown fate until the
server has answered: whatever breaks in between, the report never leaves twice by itself. One that certainly did not
leave is tried again on another day.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CursorResult, Engine, and_, or_, select, update
from sqlalchemy.orm import Session

from relance import i18n
from relance.channels.letter.values import LetterError
from relance.config import Settings
from relance.domain.delivery import Attachment, DeliveryFailed, Fate, Message
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import Accounts, read_accounts
from relance.services.delivery.outlets import OutletsOf, build_outlets
from relance.services.notices import notice, send_alone
from relance.services.reporting import aged as report_aged
from relance.services.reporting import delays as report_delays
from relance.services.reporting.figures import figures
from relance.services.reporting.monthly_days import is_due, last_day_of, month_to_report
from relance.services.reporting.orders import find
from relance.services.reporting.writing import Cell, Report, as_text, words_of
from relance.storage import db
from relance.storage.models import Firm, ReportOrder
from relance.storage.queries.report_keys import By

UNKNOWN, NOT_MADE = "report.unknown", "report.not_made"
FOR_GOOD = "~"  # before the words of a refusal that is for good: it comes after every day
LONGEST_DETAIL = 500
_NAMESPACE = uuid.UUID("6f1a7c52-52a8-4b0e-9f5e-0d7b8f0f6f0a")


def send_due(
    engine: Engine, settings: Settings, now: Callable[[], datetime], outlets_of: OutletsOf = build_outlets
) -> int:
    """Send every report whose moment has come; how many left. Safe from several processes at once."""
    with db.reading(engine) as session:
        firm = the_firm(session)
        local = now().astimezone(ZoneInfo(firm.timezone))
        waiting = _waiting(session, firm, local) if _may_send(session, settings, firm, local) else []
    return sum(_send(engine, settings, order, local, outlets_of) for order in waiting)


def _may_send(session: Session, settings: Settings, firm: Firm, local: datetime) -> bool:
    """Restored or copied data, examples, an account that a person must look at first: nothing leaves."""
    if settings.demo or firm.examples or firm.sending_lock is not None or not is_due(firm, local):
        return False
    account = read_accounts(session).mail
    return bool(account.host) and account.held_code is None


def _waiting(session: Session, firm: Firm, local: datetime) -> list[int]:
    query = select(ReportOrder.id).where(*_wanted(local.date())).order_by(ReportOrder.id)
    return list(session.scalars(query))


def _wanted(today: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What makes an order one to send: its month hasn't left, or certainly failed on an earlier day."""
    month = month_to_report(today)
    new = or_(ReportOrder.last_month.is_(None), ReportOrder.last_month < month)
    failed = and_(ReportOrder.last_month == month, ReportOrder.failed_code.is_not(None))
    again = and_(failed, ReportOrder.failed_code != UNKNOWN, ReportOrder.failed_detail < today.isoformat())
    return ReportOrder.active.is_(True), or_(new, again)


def _send(engine: Engine, settings: Settings, order_id: int, local: datetime, outlets_of: OutletsOf) -> bool:
    """Claim it, make it, hand it over, note what came of it: four steps, and no transaction open in the third."""
    if not _claim(engine, order_id, local.date()):
        return False
    try:
        with db.reading(engine) as session:
            row, accounts = session.get_one(ReportOrder, order_id), read_accounts(session)
            message = compose(session, the_firm(session), accounts, row, local)
            session.expunge_all()
        send_alone(settings, accounts, message, outlets_of)
    except DeliveryFailed as error:
        _note(engine, order_id, *_outcome(error, local.date()))
        return False
    except LetterError as error:
        _note(engine, order_id, NOT_MADE, tried_on(local.date(), str(error)))
        return False
    _note(engine, order_id, None, "")
    return True


def _claim(engine: Engine, order_id: int, today: date) -> bool:
    claimed = update(ReportOrder).where(ReportOrder.id == order_id, *_wanted(today))
    values = {"last_month": month_to_report(today), "failed_code": UNKNOWN, "failed_detail": ""}
    with db.writing(engine) as session:
        return cast(CursorResult[Any], session.execute(claimed.values(values))).rowcount == 1


def _outcome(error: DeliveryFailed, today: date) -> tuple[str, str]:
    if error.fate is Fate.UNKNOWN:
        return UNKNOWN, error.detail[:LONGEST_DETAIL]
    return error.code, FOR_GOOD + error.detail if error.permanent else tried_on(today, error.detail)


def tried_on(day: date, detail: str) -> str:
    """What is kept of a failure that is tried again on another day: the day stands first."""
    return f"{day.isoformat()} {detail[:LONGEST_DETAIL]}"


def their_words(row: ReportOrder) -> str:
    """What the other side said when it refused the report."""
    kept = row.failed_detail.removeprefix(FOR_GOOD)
    return kept[11:] if kept[:10].count("-") == 2 and kept[:4].isdigit() else kept


def _note(engine: Engine, order_id: int, code: str | None, detail: str) -> None:
    with db.writing(engine) as session:
        values = {"failed_code": code, "failed_detail": detail}
        session.execute(update(ReportOrder).where(ReportOrder.id == order_id).values(values))


def compose(session: Session, firm: Firm, accounts: Accounts, row: ReportOrder, local: datetime) -> Message:
    """The report of the month that ended, as a message to its reader."""
    month = month_to_report(local.date())
    report, balance = documents(session, firm, local.date(), month, row.language)
    facts = {
        "MONTH": i18n.month(month, row.language),
        "DATE": i18n.long_date(report.on, row.language),
        "FIGURES": _figures_text(report, row.language),
        "FIRM": firm.name or "Relance",
    }
    subject, text = notice("monthly_report", row.language, facts)
    files = [Attachment(f"{report.stem}.pdf", "application/pdf", report.pdf())]
    if balance.parts:
        files.append(Attachment(f"{balance.stem}.csv", "text/csv", balance.csv()))
    return Message(
        uid=str(uuid.uuid5(_NAMESPACE, f"{row.id} {month} {row.email}")),
        to=(row.email,),
        subject=subject,
        text=text,
        sender=accounts.mail.sender or firm.email,
        reply_to=accounts.mail.reply_to or None,
        language=row.language,
        attachments=tuple(files),
    )


def documents(session: Session, firm: Firm, today: date, month: date, language: str) -> tuple[Report, Report]:
    """The report on paper, and the aged balance whose rows go with it as a file."""
    on, words = last_day_of(month), words_of(language)
    balance = report_aged.report(session, firm, today, on, By.CUSTOMER, language)
    known = figures(session, firm, today, on).currencies
    tables = (replace(part, name=f"{balance.title}. {part.name}") for part in balance.parts)
    parts = (*(report_delays.figures_part(one, language) for one in known), *tables)
    title = words["title_monthly"].replace("{month}", i18n.month(month, language))
    stem = f"rapport-{month.year}-{month.month:02}"
    return Report(stem, title, firm.name, on, language, parts, words["nothing"]), balance


def _figures_text(report: Report, language: str) -> str:
    """The figures as lines of the message; the tables are in its files."""
    lines: list[str] = []
    for part in report.parts:
        if len(part.headings) == 2:
            lines += ["", part.name, *(_line(cells, language) for cells in part.rows)]
    return "\n".join(lines).strip() or report.nothing


def _line(cells: tuple[Cell, ...], language: str) -> str:
    name, value = (as_text(cell, language) for cell in cells)
    return words_of(language)["line"].replace("{name}", name).replace("{value}", value)


def try_out(session: Session, order_id: int, to: str, local: datetime) -> tuple[Accounts, Message]:
    """The report as it would be now, to oneself: marked as a test, it changes nothing."""
    firm, accounts = the_firm(session), read_accounts(session)
    made = compose(session, firm, accounts, find(session, order_id), local)
    return accounts, replace(made, uid=str(uuid.uuid4()), to=(to,), subject=f"[Test] {made.subject}")
