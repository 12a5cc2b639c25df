"""Who may open Relance, their sessions, and the sign-ins that failed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relance.storage.models.base import Base


class User(Base):
    """An account. `role` is owner, member or reader."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(default="fr")
    theme: Mapped[str] = mapped_column(String(10), default="auto")
    shortcuts: Mapped[bool] = mapped_column(default=True)  # single-key shortcuts (WCAG 2.1.4)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    sessions: Mapped[list["LoginSession"]] = relationship(back_populates="user", cascade="all, delete-orphan")


class LoginSession(Base):
    """A browser that is signed in; only the hash of its token is kept."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    user: Mapped[User] = relationship(back_populates="sessions")


class SignInFailure(Base):
    """A refused sign-in, by account and by address: enough of them slow the next ones down."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class SetupToken(Base):
    """The one-time token that opens the page of the first account."""

    __tablename__ = "setup_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
