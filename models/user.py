"""People with an account, who supervises whom, and their server-side sign-ins."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, now


class Role(StrEnum):
    THERAPIST = "therapist"
    SUPERVISOR = "supervisor"
    CLIENT = "client"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    password_hash: Mapped[str | None] = mapped_column(String(200))  # argon2id
    password_temporary_until: Mapped[dt.datetime | None]  # must be replaced at the next sign-in
    oidc_subject: Mapped[str | None] = mapped_column(
        String(400), unique=True
    )  # issuer|subject at the clinic's identity provider
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    disabled_at: Mapped[dt.datetime | None]


class Supervision(Base):
    """A supervisor reads what the therapist wrote."""

    __tablename__ = "supervisions"

    supervisor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    since: Mapped[dt.datetime] = mapped_column(default=now)


class SignIn(Base):
    """A server-side sign-in session. The cookie holds a token; only its SHA-256 is stored."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    last_seen_at: Mapped[dt.datetime] = mapped_column(default=now)
    revoked_at: Mapped[dt.datetime | None]
    # the session at the identity provider, "" where it names none; None: signed in here
    oidc_sid: Mapped[str | None] = mapped_column(String(200), index=True)


class OidcLogout(Base):
    """A logout token that was used: it counts once."""

    __tablename__ = "oidc_logouts"

    jti: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)


class SignInThrottle(Base):
    """Failed tries per key (a hash of name and address, of name, of address)."""

    __tablename__ = "sign_in_throttles"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failure_at: Mapped[dt.datetime] = mapped_column(default=now)
    blocked_until: Mapped[dt.datetime | None]

    __table_args__ = (Index("ix_sign_in_throttles_last_failure_at", "last_failure_at"),)
