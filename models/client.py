"""The relationship between a therapist and a client, with consent; and their appointments."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.sealed import Ciphertext, SealedText


class SessionType(StrEnum):
    INDIVIDUAL = "individual"
    COUPLE = "couple"
    FAMILY = "family"
    GROUP = "group"


class Consent(StrEnum):
    MISSING = "missing"
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class OwnedByTherapist:
    """A clinical row: seen by its therapist and by those who supervise them, by nobody else."""

    therapist_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class TherapistClient(OwnedByTherapist, Sealable, Base):
    __tablename__ = "therapist_clients"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[Ciphertext] = mapped_column(SealedText)
    session_type: Mapped[SessionType] = mapped_column(default=SessionType.INDIVIDUAL)
    participants: Mapped[int | None]  # voices expected in a family or group session
    language: Mapped[str | None] = mapped_column(String(8))  # ISO 639-1; None: detect
    consent: Mapped[Consent] = mapped_column(default=Consent.MISSING)
    consent_at: Mapped[dt.datetime | None]
    consent_taken_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    consent_method: Mapped[str | None] = mapped_column(String(40))  # in writing, verbally, ...
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    deleted_at: Mapped[dt.datetime | None]


class TherapistSession(OwnedByTherapist, Base):
    """An appointment."""

    __tablename__ = "therapist_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    starts_at: Mapped[dt.datetime] = mapped_column(index=True)
    session_type: Mapped[SessionType]
    is_telehealth: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[dt.datetime | None]
