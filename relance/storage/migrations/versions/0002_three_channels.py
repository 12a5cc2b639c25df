"""Three channels, their accounts and their news"""

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("leaves_at", sa.DateTime(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("token", name=op.f("uq_dispatch_token")),
    )
    op.create_table(
        "inbox_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("security", sa.String(length=10), nullable=False),
        sa.Column("sign_in", sa.String(length=12), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_env", sa.String(), nullable=False),
        sa.Column("password_file", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("done_folder", sa.String(), nullable=False),
        sa.Column("uid_validity", sa.Integer(), nullable=True),
        sa.Column("last_uid", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("failed_code", sa.String(), nullable=True),
        sa.Column("failed_detail", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_inbox_account_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_account")),
    )
    op.create_table(
        "letter_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("window", sa.String(length=16), nullable=False),
        sa.Column("fold_marks", sa.Boolean(), nullable=False),
        sa.Column("punch_mark", sa.Boolean(), nullable=False),
        sa.Column("qr", sa.Boolean(), nullable=False),
        sa.Column("logo_sha256", sa.String(length=64), nullable=False),
        sa.Column("letterhead", sa.Text(), nullable=False),
        sa.Column("footer", sa.Text(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("api_key_env", sa.String(), nullable=False),
        sa.Column("api_key_file", sa.String(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("color", sa.Boolean(), nullable=False),
        sa.Column("both_sides", sa.Boolean(), nullable=False),
        sa.Column(
            "postage",
            sa.Enum("ecopli", "prioritaire", "lr", "lrar", name="postage", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("test_mode", sa.Boolean(), nullable=True),
        sa.Column("held_code", sa.String(), nullable=True),
        sa.Column("held_detail", sa.String(), nullable=False),
        sa.Column("paused_until", sa.DateTime(), nullable=True),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_letter_account_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_account")),
    )
    op.create_table(
        "bad_address",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_bad_address_message_id_message")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bad_address")),
    )
    op.create_index(op.f("ix_bad_address_message_id"), "bad_address", ["message_id"], unique=False)
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("heard_at", sa.DateTime(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.Column("handled_by", sa.String(), nullable=False),
        sa.Column("decision", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_news_customer_id_customer")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_news_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("source", name=op.f("uq_news_source")),
    )
    op.create_index(op.f("ix_news_at"), "news", ["at"], unique=False)
    op.create_index(op.f("ix_news_customer_id"), "news", ["customer_id"], unique=False)
    op.create_index(op.f("ix_news_handled_at_kind"), "news", ["handled_at", "kind"], unique=False)
    op.create_index(op.f("ix_news_message_id"), "news", ["message_id"], unique=False)
    op.add_column("contact", sa.Column("role", sa.String(length=12), nullable=False, server_default=""))
    op.add_column("contact", sa.Column("use_by_level", sa.JSON(), nullable=False, server_default="{}"))
    _move_dead_addresses()
    op.add_column("invoice", sa.Column("unreachable_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_invoice_failed_step"), "invoice", ["failed_step"], unique=False)
    op.create_index(op.f("ix_invoice_unreachable_on"), "invoice", ["unreachable_on"], unique=False)
    op.add_column("firm", sa.Column("sending_lock", sa.String(length=24), nullable=True))
    op.add_column("firm", sa.Column("locked_at", sa.DateTime(), nullable=True))
    op.add_column("firm", sa.Column("machine", sa.String(), nullable=False, server_default=""))
    op.add_column("mail_account", sa.Column("preset", sa.String(length=24), nullable=False, server_default=""))
    op.add_column("mail_account", sa.Column("sign_in", sa.String(length=12), nullable=False, server_default="password"))
    op.add_column("mail_account", sa.Column("oauth_client", sa.String(), nullable=False, server_default=""))
    op.add_column("mail_account", sa.Column("oauth_tenant", sa.String(), nullable=False, server_default=""))
    op.add_column("mail_account", sa.Column("per_hour", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("mail_account", sa.Column("slow_start", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("mail_account", sa.Column("first_sent_on", sa.Date(), nullable=True))
    op.add_column("message", sa.Column("own_subject", sa.String(), nullable=True))
    op.add_column("message", sa.Column("own_text", sa.Text(), nullable=True))
    op.add_column(
        "message",
        sa.Column(
            "dispatch_id",
            sa.Integer(),
            sa.ForeignKey("dispatch.id", name="fk_message_dispatch_id_dispatch"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("message", sa.Column("dated_at", sa.DateTime(), nullable=True))
    op.add_column("message", sa.Column("printed_at", sa.DateTime(), nullable=True))
    op.add_column("message", sa.Column("postage", sa.String(length=12), nullable=False, server_default=""))
    op.add_column("message", sa.Column("tracking", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("message", sa.Column("parts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("message", sa.Column("price", sa.Numeric(precision=10, scale=4), nullable=True))
    op.add_column("message", sa.Column("price_currency", sa.String(length=3), nullable=False, server_default=""))
    op.add_column("message", sa.Column("test_mode", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("message", sa.Column("news", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("message", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_message_dispatch_id"), "message", ["dispatch_id"], unique=False)
    op.add_column("sms_account", sa.Column("secret_file", sa.String(), nullable=False, server_default=""))
    op.add_column("sms_account", sa.Column("signature_file", sa.String(), nullable=False, server_default=""))
    op.add_column("sms_account", sa.Column("callback_key", sa.String(), nullable=False, server_default=""))
    op.add_column("sms_account", sa.Column("opens_at", sa.String(length=5), nullable=False, server_default="08:00"))
    op.add_column("sms_account", sa.Column("closes_at", sa.String(length=5), nullable=False, server_default="20:00"))
    op.add_column("sms_account", sa.Column("without_accents", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sms_account", sa.Column("price_per_part", sa.Numeric(precision=10, scale=4), nullable=True))
    op.add_column("sms_account", sa.Column("ask_receipts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sms_account", sa.Column("receipts_asked_at", sa.DateTime(), nullable=True))
    op.add_column("sms_account", sa.Column("per_minute", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sms_account", sa.Column("per_day", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sms_account", sa.Column("held_code", sa.String(), nullable=True))
    op.add_column("sms_account", sa.Column("held_detail", sa.String(), nullable=False, server_default=""))
    op.add_column("sms_account", sa.Column("paused_until", sa.DateTime(), nullable=True))
    op.add_column("sms_account", sa.Column("pauses", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("step", sa.Column("fallback", sa.String(length=10), nullable=True))


def _move_dead_addresses() -> None:
    """What was said of a contact is said of its address, once."""
    op.execute(
        "INSERT INTO bad_address (address, code, detail, marked_at) "
        "SELECT lower(email), 'smtp.recipient_refused', '', CURRENT_TIMESTAMP FROM contact "
        "WHERE dead AND email <> '' GROUP BY lower(email)"
    )
    op.drop_column("contact", "dead")
