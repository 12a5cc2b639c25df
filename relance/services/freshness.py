"""What makes data fresh: an import, a payment entry, or a person's word (RULES 5.3)."""

from datetime import datetime

from sqlalchemy.orm import Session

from relance.services.database import the_firm


def payments_are_up_to_date(session: Session, now: datetime) -> None:
    """Data are fresh from this moment (aware) on."""
    the_firm(session).data_fresh_at = now
