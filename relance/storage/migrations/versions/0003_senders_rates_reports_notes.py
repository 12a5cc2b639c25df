"""Senders, rates, reports, notes and saved views"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Only number 1 could be: SQLite makes the table anew without that check.
    with op.batch_alter_table("mail_account") as table:
        table.drop_constraint(op.f("ck_mail_account_one_row"), type_="check")
    _create_tables()
    _add_columns()
    _name_templates_by_channel()


def _create_tables() -> None:
    op.create_table(
        "late_rate",
        sa.Column("half_year", sa.Date(), nullable=False),
        sa.Column("reference", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("legal", sa.Numeric(precision=6, scale=3), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("half_year", name=op.f("pk_late_rate")),
    )
    op.create_table(
        "report_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=True),
        sa.Column("failed_code", sa.String(length=64), nullable=True),
        sa.Column("failed_detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_order")),
        sa.UniqueConstraint("email", name=op.f("uq_report_order_email")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_view_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("user_id", "page", "name", name=op.f("uq_saved_view_user_id_page_name")),
    )
    op.create_table(
        "sender",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("vat_number", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("bic", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("logo_sha256", sa.String(length=64), nullable=False),
        sa.Column("letterhead", sa.Text(), nullable=False),
        sa.Column("footer", sa.Text(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("mail_account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mail_account_id"], ["mail_account.id"], name=op.f("fk_sender_mail_account_id_mail_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
        sa.UniqueConstraint("name", name=op.f("uq_sender_name")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_note_customer_id_customer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_note_invoice_id_invoice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_customer_id"), "note", ["customer_id"], unique=False)
    op.create_index(op.f("ix_note_invoice_id"), "note", ["invoice_id"], unique=False)


def _add_columns() -> None:
    for table in ("customer", "customer_group", "message"):
        op.add_column(table, _sender_of(table), inline_references=True)
    op.create_index(op.f("ix_customer_sender_id"), "customer", ["sender_id"], unique=False)
    op.create_index(op.f("ix_message_sender_id"), "message", ["sender_id"], unique=False)
    op.add_column("customer", sa.Column("charges", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("customer_group", sa.Column("tone", sa.String(length=24), nullable=False, server_default="standard"))
    op.add_column("firm", sa.Column("charges", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("firm", sa.Column("contract_rate", sa.Numeric(precision=6, scale=3), nullable=True))
    op.add_column("firm", sa.Column("examples", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("firm", sa.Column("tested_at", sa.DateTime(), nullable=True))
    op.add_column("firm", sa.Column("set_up_at", sa.DateTime(), nullable=True))
    op.add_column("firm", sa.Column("backed_up_at", sa.DateTime(), nullable=True))
    op.add_column("program", sa.Column("own", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("user_account", sa.Column("shortcuts", sa.Boolean(), nullable=False, server_default=sa.true()))


def _sender_of(table: str) -> "sa.Column[int]":
    name = f"fk_{table}_sender_id_sender"
    return sa.Column("sender_id", sa.Integer(), sa.ForeignKey("sender.id", name=name), nullable=True)


def _name_templates_by_channel() -> None:
    """A name may serve several channels. Both tables are made anew: dropping the first would take the texts along."""
    op.create_table(
        "template_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_template"),
        sa.UniqueConstraint("name", "channel", name="uq_template_name_channel"),
    )
    op.create_table(
        "template_text_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["template_new.id"], name="fk_template_text_template_id_template", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_template_text"),
        sa.UniqueConstraint("template_id", "language", name="uq_template_text_template_id_language"),
    )
    op.execute("INSERT INTO template_new SELECT id, name, channel FROM template")
    op.execute("INSERT INTO template_text_new SELECT id, template_id, language, subject, body FROM template_text")
    op.drop_table("template_text")
    op.drop_table("template")
    op.rename_table("template_new", "template")
    op.rename_table("template_text_new", "template_text")
