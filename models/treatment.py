"""What a client works towards, and how it is measured."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.client import OwnedByTherapist
from models.sealed import Ciphertext, SealedText


class GoalState(StrEnum):
    OPEN = "open"
    MET = "met"
    DROPPED = "dropped"


class Goal(OwnedByTherapist, Sealable, Base):
    """One goal of a treatment plan."""

    __tablename__ = "goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    text: Mapped[Ciphertext] = mapped_column(SealedText)
    state: Mapped[GoalState] = mapped_column(default=GoalState.OPEN)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    closed_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]


class MeasureKind(StrEnum):
    PHQ9 = "phq9"  # 0 to 27
    GAD7 = "gad7"  # 0 to 21
    GOAL = "goal"  # progress toward a goal, 0 to 10


class Measurement(OwnedByTherapist, Sealable, Base):
    """One score on one day, entered or confirmed by a person."""

    __tablename__ = "measurements"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    kind: Mapped[MeasureKind]
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))  # read from it
    answers: Mapped[Ciphertext] = mapped_column(SealedText)  # JSON: {"total": int, "items": [int]}
    taken_on: Mapped[dt.date]
    entered_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    deleted_at: Mapped[dt.datetime | None]
