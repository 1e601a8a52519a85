"""A recording, the chunks that arrived for it, what of it is already transcribed; and what its recorder needs."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.client import OwnedByTherapist
from models.sealed import Ciphertext, SealedText


class RecordingState(StrEnum):
    RECEIVING = "receiving"  # chunks are arriving
    PROCESSING = "processing"  # all there; the worker is at it or about to be
    DONE = "done"
    FAILED = "failed"  # what came before is kept; can be tried again


class Stage(StrEnum):
    WAITING = "waiting"
    TRANSCRIBING = "transcribing"
    LABELLING = "labelling"
    SUMMARISING = "summarising"
    DRAFTING = "drafting"
    DONE = "done"


class Recording(OwnedByTherapist, Base):
    """One `session_id` of the contract. The truth for people; the queue only executes."""

    __tablename__ = "recordings"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(String(255))
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    therapist_session_id: Mapped[int] = mapped_column(
        ForeignKey("therapist_sessions.id"), index=True
    )
    client_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[RecordingState] = mapped_column(default=RecordingState.RECEIVING)
    stage: Mapped[Stage] = mapped_column(default=Stage.WAITING)
    progress: Mapped[float] = mapped_column(default=0.0)  # of the whole, 0 to 1
    attempt: Mapped[int] = mapped_column(default=0)
    stage_started_at: Mapped[dt.datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_text: Mapped[str | None] = mapped_column(String(400))  # for the reader; no PHI
    last_sequence: Mapped[int | None]  # of the chunk that was marked last
    advance_queued: Mapped[bool] = mapped_column(default=False)  # a look at the new chunks is due
    playback_path: Mapped[str | None] = mapped_column(
        String(1024)
    )  # one file that a browser can seek in
    playback_type: Mapped[str | None] = mapped_column(String(80))
    seconds_received: Mapped[float] = mapped_column(default=0.0)
    seconds_transcribed: Mapped[float] = mapped_column(default=0.0)
    language: Mapped[str | None] = mapped_column(String(8))
    speakers: Mapped[int | None]  # expected; None: find out
    note_format: Mapped[str | None] = mapped_column(String(40))  # a code, for the draft
    addendum_to: Mapped[int | None] = mapped_column(
        ForeignKey("recordings.id"), index=True
    )  # dictated afterwards, about that session
    wait_until: Mapped[dt.datetime | None]  # its owner said: not abandoned, its sound will come
    created_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("therapist_id", "session_id"),
        Index("ix_recordings_therapist_id_created_at", "therapist_id", "created_at"),
        Index("ix_recordings_state", "state"),
    )


class AudioBlob(OwnedByTherapist, Sealable, Base):
    """One stored chunk: the contract's *Recording* row."""

    __tablename__ = "audio_blobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    sequence: Mapped[int]
    path: Mapped[str] = mapped_column(String(1024), unique=True)
    filename: Mapped[Ciphertext] = mapped_column(SealedText)  # as its sender called it
    content_type: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # plaintext bytes
    starts_container: Mapped[bool]  # begins a file of its own rather than continuing one
    is_cut_off: Mapped[bool] = mapped_column(default=False)  # that file is longer by its header
    seconds: Mapped[float]
    is_last: Mapped[bool] = mapped_column(default=False)
    is_processed: Mapped[
        bool | None
    ]  # as an integration marked it; None: as its recording's state says
    purged_at: Mapped[dt.datetime | None]  # the sound is gone by the retention policy
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime | None] = mapped_column(onupdate=now)

    __table_args__ = (UniqueConstraint("recording_id", "sequence"),)


class TranscribedPassage(OwnedByTherapist, Sealable, Base):
    """One silence-cut passage: words and voice embeddings, kept so that only the tail is ever redone."""

    __tablename__ = "transcribed_passages"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    position: Mapped[int]  # 0, 1, 2, ...
    start: Mapped[float]  # seconds
    end: Mapped[float]
    content: Mapped[Ciphertext] = mapped_column(SealedText)

    __table_args__ = (UniqueConstraint("recording_id", "position"),)


class RecorderKey(OwnedByTherapist, Sealable, Base):
    """What the browser that records encrypts its chunks with, for as long as it has to keep them."""

    __tablename__ = "recorder_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), unique=True)
    key: Mapped[Ciphertext] = mapped_column(SealedText)  # Base64 of 32 bytes
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class EventKind(StrEnum):
    MARKER = "marker"  # a person pressed "important"
    PAUSE = "pause"
    SLEEP = "sleep"  # the computer slept: nothing was captured
    MICROPHONE = "microphone"  # it was away, or changed
    CONNECTION = "connection"  # the server was away; nothing is missing


class RecordingEvent(OwnedByTherapist, Sealable, Base):
    """What happened at one second of a recording."""

    __tablename__ = "recording_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    sent_as: Mapped[uuid.UUID]  # made by the browser: the same event again is one event
    kind: Mapped[EventKind]
    at: Mapped[float]  # seconds of recorded sound
    seconds: Mapped[float | None]  # how long it lasted
    word: Mapped[Ciphertext | None] = mapped_column(SealedText)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("recording_id", "sent_as"),)


class LiveCaption(OwnedByTherapist, Sealable, Base):
    """Somebody watches this recording's captions; and the last one, of what no passage holds yet."""

    __tablename__ = "live_captions"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), unique=True)
    wanted_until: Mapped[dt.datetime]
    content: Mapped[Ciphertext | None] = mapped_column(
        SealedText
    )  # JSON: [[start, end, text, agreed], ...]
    previewed_by: Mapped[str | None] = mapped_column(String(40))  # the worker that makes them
    previewed_until: Mapped[dt.datetime | None]  # after which another may


class LivePiece(OwnedByTherapist, Sealable, Base):
    """Half a second of a live recording, for captions before its chunk is stored; let go after some seconds."""

    __tablename__ = "live_pieces"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    position: Mapped[int]  # 0, 1, 2, ...
    start: Mapped[float]  # seconds of recorded sound
    content: Mapped[Ciphertext] = mapped_column(SealedText)  # Base64 of Opus packets
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("recording_id", "position"),)
