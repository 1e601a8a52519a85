"""Who did what to whose record: append-only, hash-chained, with names copied and no cascades."""

import datetime as dt

from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

BigId = BigInteger().with_variant(Integer, "sqlite")


class AccessLog(Base):
    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chain: Mapped[int]
    seq: Mapped[int] = mapped_column(BigId)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    actor_role: Mapped[str] = mapped_column(String(20))
    via: Mapped[str] = mapped_column(String(12))  # dashboard, api, worker, command
    action: Mapped[str] = mapped_column(String(40))  # subject:verb
    outcome: Mapped[str] = mapped_column(String(12))  # done, refused
    subject_type: Mapped[str | None] = mapped_column(String(40))
    subject_ids: Mapped[str] = mapped_column(String(2000), default="")  # comma separated
    client_id: Mapped[int | None]  # TherapistClient
    detail: Mapped[str] = mapped_column(String(200), default="")  # codes and ids, never content
    request_id: Mapped[str | None] = mapped_column(String(40))
    previous_mac: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))  # HMAC-SHA256, key outside the database

    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_access_log_actor_id_at", "actor_id", "at"),
        Index("ix_access_log_client_id_at", "client_id", "at"),
    )


class LogHead(Base):
    """The end of one chain. Locked last, just before commit."""

    __tablename__ = "log_heads"

    chain: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigId, default=0)
    mac: Mapped[str] = mapped_column(String(64), default="0" * 64)
