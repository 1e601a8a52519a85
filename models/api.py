"""What the HTTP API keeps: tokens, answers to be given twice, and webhooks."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.sealed import Ciphertext, SealedText


class ApiToken(Base):
    """A bearer token. Only its SHA-256 is stored; it is shown once."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(String(20))  # read, write
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class IdempotentAnswer(Sealable, Base):
    """What was answered to a request with an `Idempotency-Key`, for a day."""

    __tablename__ = "idempotent_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key_hash: Mapped[str] = mapped_column(String(64))
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]  # None: still being answered
    answer: Mapped[Ciphertext | None] = mapped_column(SealedText)
    created_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)

    __table_args__ = (UniqueConstraint("user_id", "key_hash"),)


class Webhook(Sealable, Base):
    """Where to tell of "transcript.ready" and "note.signed". The body carries ids only."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[str] = mapped_column(String(200))  # comma separated
    secret: Mapped[Ciphertext] = mapped_column(SealedText)  # signs the body
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    deleted_at: Mapped[dt.datetime | None]


class WebhookDelivery(Base):
    """One event for one webhook, until it was taken or given up."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"), index=True)
    event: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[dt.datetime] = mapped_column(default=now)
    delivered_at: Mapped[dt.datetime | None]
    last_status: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_webhook_deliveries_delivered_at_next_at", "delivered_at", "next_at"),
    )
