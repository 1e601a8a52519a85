"""Notes: what was drafted, edited, signed, returned, countersigned, each step a version; and process notes."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.client import OwnedByTherapist
from models.sealed import Ciphertext, SealedText


class NoteState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"  # locked
    RETURNED = "returned"  # by a supervisor, with a comment; may be edited again
    COUNTERSIGNED = "countersigned"


class NoteStep(StrEnum):
    """What made a version."""

    DRAFTED = "drafted"
    EDITED = "edited"
    SIGNED = "signed"
    ADDENDUM = "addendum"
    RETURNED = "returned"
    COUNTERSIGNED = "countersigned"
    REOPENED = "reopened"


class Note(OwnedByTherapist, Sealable, Base):
    """A note of one session in one format. What it says is in its versions."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    therapist_session_id: Mapped[int] = mapped_column(ForeignKey("therapist_sessions.id"))
    instruction_type: Mapped[str] = mapped_column(String(40))
    instruction_id: Mapped[int | None] = mapped_column(
        ForeignKey("instructions.id")
    )  # None: built in
    instruction_version: Mapped[int]
    state: Mapped[NoteState] = mapped_column(default=NoteState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)  # the newest
    revision: Mapped[int] = mapped_column(default=1)  # one more with every change, in a version too
    mentions_risk: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (Index("ix_notes_therapist_id_state", "therapist_id", "state"),)


class NoteVersion(OwnedByTherapist, Sealable, Base):
    """Append-only, but for edits of one person in one sitting, which are one version, and for the marks that a
    corrected transcript gives what is not signed yet."""

    __tablename__ = "note_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"), index=True)
    version: Mapped[int]
    revision: Mapped[int]  # of the note, when this version last changed
    step: Mapped[NoteStep]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: a drafter
    author_name: Mapped[str] = mapped_column(String(120))  # copied, or the drafter's name
    content: Mapped[Ciphertext] = mapped_column(SealedText)  # JSON of services.notes.content
    comment: Mapped[Ciphertext | None] = mapped_column(
        SealedText
    )  # JSON: of a return, a reopening, an addendum
    content_sha256: Mapped[str | None] = mapped_column(String(64))  # of what was signed
    tokens_in: Mapped[int | None]
    tokens_out: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)

    __table_args__ = (UniqueConstraint("note_id", "version"),)


class ProcessNote(Sealable, Base):
    """A psychotherapy note (45 CFR 164.501): its author's alone, never drafted from, never exported."""

    __tablename__ = "process_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recordings.id"))
    content: Mapped[Ciphertext] = mapped_column(SealedText)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)
    deleted_at: Mapped[dt.datetime | None]
