"""Settings of the clinic, data keys, and the heartbeats of workers."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, now


class Clinic(Base):
    """One row: what an administrator may set for everyone."""

    __tablename__ = "clinic"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    vocabulary: Mapped[str] = mapped_column(Text, default="")  # words to listen for, one a line


class KeyPurpose(StrEnum):
    COLUMNS = "columns"
    ACCESS_LOG = "access_log"


class EncryptionKey(Base):
    """A data key, wrapped by the key provider's key-encryption key."""

    __tablename__ = "encryption_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[KeyPurpose]
    kek_id: Mapped[str] = mapped_column(String(300))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class WorkerHeartbeat(Base):
    __tablename__ = "worker_heartbeats"

    executor_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[dt.datetime] = mapped_column(default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(default=now)
