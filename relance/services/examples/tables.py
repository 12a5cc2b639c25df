"""Which tables the made-up firm fills: all but those that people fill for themselves."""

from sqlalchemy import Table

from relance.storage.models import Base

PEOPLES_OWN = frozenset(
    (
        "user_account",
        "login_session",
        "sign_in_failure",
        "setup_token",
        "saved_view",
        "late_rate",
        "report_order",
        "template",
        "template_text",
    )
)


def tables() -> list[Table]:
    """The tables, each after those that it points to."""
    return [table for table in Base.metadata.sorted_tables if table.name not in PEOPLES_OWN]
