"""Documents: what was uploaded, and what was read of each page, by the machine and by people."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.sealed import Ciphertext, SealedText


class DocumentRole(StrEnum):
    """The contract's `role`: whose document it is."""

    USER = "User"
    THERAPIST = "Therapist"


class DocumentState(StrEnum):
    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    FAILED = "failed"  # stored and viewable all the same
    LOCKED = "locked"  # needs its password


class Document(Sealable, Base):
    """One uploaded file. `userid` and `role` are the contract's; the therapist and the client say who may see it:
    its therapist (and supervisor, and cover), and the user whose id it carries."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[DocumentRole]
    feature: Mapped[str] = mapped_column(String(60))  # intake-forms, consent, questionnaires, ...
    therapist_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    therapist_client_id: Mapped[int | None] = mapped_column(
        ForeignKey("therapist_clients.id"), index=True
    )
    path: Mapped[str] = mapped_column(String(1024), unique=True)  # of the blob
    filename: Mapped[Ciphertext] = mapped_column(SealedText)  # as its sender called it
    content_type: Mapped[str] = mapped_column(String(80))  # by its bytes
    size: Mapped[int]  # plaintext bytes
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.WAITING)
    attempt: Mapped[int] = mapped_column(default=0)
    # the attempt whose pages are shown while another one goes on; 0: the present one's
    shown_attempt: Mapped[int] = mapped_column(default=0)
    reader: Mapped[str | None] = mapped_column(String(40))  # the adapter that read it
    language: Mapped[str | None] = mapped_column(String(8))
    pages: Mapped[int | None]
    pages_read: Mapped[int] = mapped_column(default=0)
    confidence: Mapped[float | None]  # mean over its words, 0 to 1
    operation: Mapped[Ciphertext | None] = mapped_column(
        SealedText
    )  # a cloud reader's continuation token
    # only while the job that was given it goes on; emptied however that ends
    password: Mapped[Ciphertext | None] = mapped_column(SealedText)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_text: Mapped[str | None] = mapped_column(String(400))  # for the reader; no PHI
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)
    deleted_at: Mapped[dt.datetime | None]


class DocumentPage(Sealable, Base):
    """One page as read: kept page by page, so that a restart goes on where it stopped."""

    __tablename__ = "document_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    attempt: Mapped[int]
    number: Mapped[int]  # 1, 2, ...
    machine: Mapped[Ciphertext] = mapped_column(SealedText)  # JSON, as read; never changed
    content: Mapped[Ciphertext] = mapped_column(SealedText)  # JSON, as corrected
    confidence: Mapped[float | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("document_id", "attempt", "number"),)
