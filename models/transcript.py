"""What was said, as the machine heard it and as people corrected it; and every summary version."""

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.client import OwnedByTherapist
from models.sealed import Ciphertext, SealedText


class TherapistSessionTranscript(OwnedByTherapist, Sealable, Base):
    __tablename__ = "therapist_session_transcripts"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), unique=True)
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    therapist_session_id: Mapped[int] = mapped_column(ForeignKey("therapist_sessions.id"))
    transcript: Mapped[Ciphertext] = mapped_column(SealedText)  # "Speaker 1: ... Speaker 2: ..."
    transcript_summary: Mapped[Ciphertext] = mapped_column(SealedText)
    utterances: Mapped[Ciphertext] = mapped_column(SealedText)  # JSON, as corrected
    machine: Mapped[Ciphertext] = mapped_column(SealedText)  # JSON, as first heard; never changed
    speakers: Mapped[Ciphertext] = mapped_column(SealedText)  # JSON: key, name, role
    language: Mapped[str] = mapped_column(String(8))
    duration: Mapped[float]  # seconds
    warnings: Mapped[str] = mapped_column(String(200), default="")  # codes, comma separated
    revision: Mapped[int] = mapped_column(default=1)  # one more with every correction
    date: Mapped[dt.datetime] = mapped_column(index=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    update_timestamp: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]


class TherapistSessionTranscriptHistory(OwnedByTherapist, Sealable, Base):
    """Append-only: each version of a session's summary."""

    __tablename__ = "therapist_session_transcript_histories"

    id: Mapped[int] = mapped_column(primary_key=True)
    transcript_id: Mapped[int] = mapped_column(
        ForeignKey("therapist_session_transcripts.id"), index=True
    )
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    therapist_session_id: Mapped[int] = mapped_column(ForeignKey("therapist_sessions.id"))
    client_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int]
    author: Mapped[str] = mapped_column(String(40))  # the drafter's name, or user:ID
    tokens_in: Mapped[int | None]  # None: a person's
    tokens_out: Mapped[int | None]
    transcript_summary: Mapped[Ciphertext] = mapped_column(SealedText)
    date: Mapped[dt.datetime]  # of the session
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (UniqueConstraint("transcript_id", "version"),)
