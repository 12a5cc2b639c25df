"""Who receives the monthly report: an address each, in a language of its own."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relance.i18n import MESSAGE_LANGUAGES
from relance.importers.emails import parse_emails
from relance.importers.reading import BadValue
from relance.services.refusal import Refused
from relance.services.reporting.monthly_days import is_due, month_to_report
from relance.storage.models import Firm, ReportOrder

MOST = 20


def orders(session: Session) -> list[ReportOrder]:
    """Everybody who receives it, or did."""
    return list(session.scalars(select(ReportOrder).order_by(ReportOrder.email)))


def add(session: Session, firm: Firm, now: datetime, *, email: str, language: str) -> ReportOrder:
    """One more address; its first report is that of the month that ends next. `now` is the firm's local time."""
    address = _address(email)
    if language not in MESSAGE_LANGUAGES:
        raise Refused("report.language")
    if (session.scalar(select(func.count()).select_from(ReportOrder)) or 0) >= MOST:
        raise Refused("report.too_many", most=MOST)
    if session.scalar(select(ReportOrder.id).where(func.lower(ReportOrder.email) == address.lower())) is not None:
        raise Refused("report.known_address")
    row = ReportOrder(email=address, language=language, active=True, last_month=_already_over(firm, now))
    session.add(row)
    session.flush()
    return row


def switch(session: Session, firm: Firm, now: datetime, order_id: int, *, on: bool) -> ReportOrder:
    """Send it again, or no longer. What would have left meanwhile is not sent afterwards."""
    row = find(session, order_id)
    if on and not row.active:
        over = _already_over(firm, now)
        row.last_month = max(filter(None, (row.last_month, over)), default=None)
        row.failed_code, row.failed_detail = None, ""
    row.active = on
    return row


def delete(session: Session, order_id: int) -> None:
    """Forget an address."""
    session.delete(find(session, order_id))


def find(session: Session, order_id: int) -> ReportOrder:
    """One of them; refused when it is gone."""
    row = session.get(ReportOrder, order_id)
    if row is None:
        raise Refused("report.gone")
    return row


def _already_over(firm: Firm, now: datetime) -> date | None:
    """The month whose reports have left already: an address that comes later doesn't get it."""
    return month_to_report(now.date()) if is_due(firm, now) else None


def _address(text: str) -> str:
    try:
        found = parse_emails(text[:400])
    except BadValue as error:
        raise Refused("report.address") from error
    if len(found) != 1:
        raise Refused("report.address")
    return found[0]
