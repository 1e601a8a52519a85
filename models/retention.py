"""How long things are kept, and the record of what was purged."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, now


class AudioKept(StrEnum):
    """Until when the sound of a session is kept."""

    TRANSCRIBED = "transcribed"  # until its transcript is ready
    SIGNED = "signed"  # until its note is signed
    DAYS = "days"  # for a number of days after the session


class RetentionPolicy(Base):
    """The clinic's, or one client's instead of it."""

    __tablename__ = "retention_policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_client_id: Mapped[int | None] = mapped_column(
        ForeignKey("therapist_clients.id"), unique=True
    )  # None: the clinic's
    audio_kept: Mapped[AudioKept] = mapped_column(default=AudioKept.DAYS)
    audio_days: Mapped[int] = mapped_column(default=365)
    record_days: Mapped[int | None]  # transcripts, notes, documents; None: never purged by age


class PurgedKind(StrEnum):
    AUDIO = "audio"
    SESSION = "session"
    DOCUMENT = "document"
    PROCESS_NOTE = "process_note"


class Purge(Base):
    """Proof that something is gone: what, when, by which rule. Outlives what it speaks of, hence no foreign keys."""

    __tablename__ = "purges"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    kind: Mapped[PurgedKind]
    subject_id: Mapped[int]  # of the recording, document or process note
    client_id: Mapped[int | None]
    rule: Mapped[str] = mapped_column(String(40))  # audio:signed, deleted:30, records:3650
    rows: Mapped[int]
    blobs: Mapped[int]
