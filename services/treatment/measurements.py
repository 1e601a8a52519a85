"""Scores of a client over time: entered by a person, or confirmed by one from a document. Never from speech."""

import datetime as dt
from dataclasses import dataclass

from models.base import now
from models.client import TherapistClient, TherapistSession
from models.document import Document
from models.recording import Recording
from models.treatment import Goal, MeasureKind, Measurement
from services import encryption, referenced
from services.access import Action, Actor, Work, acting
from services.errors import Conflict, Invalid, NotFound
from services.treatment.scales import SELF_HARM_ITEM, band, scored

EARLIEST = dt.date(1990, 1, 1)


@dataclass(frozen=True)
class Score:
    id: int
    kind: MeasureKind
    taken_on: dt.date
    total: int
    items: tuple[int | None, ...]  # () where only the total is known
    band: str  # minimal, mild, ...; empty for a goal
    goal_id: int | None
    document_id: int | None
    entered_by: str

    @property
    def self_harm(self) -> int | None:
        """The answer to item 9 of the PHQ-9, 0 to 3; None where it is not known or not asked."""
        asked = self.kind is MeasureKind.PHQ9 and self.items
        return self.items[SELF_HARM_ITEM - 1] if asked else None


@dataclass(frozen=True)
class Series:
    """What the chart shows: scores by day, and the days of the sessions between them."""

    scores: tuple[Score, ...]  # oldest first
    sessions: tuple[dt.datetime, ...]  # oldest first


def series(actor: Actor, client_id: int) -> Series:
    """All scores of a client and when sessions were. Raises NotFound."""
    with acting(actor, Action.TREATMENT_READ) as work:
        work.get(TherapistClient, client_id)
        rows = work.rows(
            work.visible(Measurement)
            .where(Measurement.therapist_client_id == client_id)
            .order_by(Measurement.taken_on, Measurement.id)
        )
        names = referenced.names(work, {row.entered_by for row in rows})
        return Series(tuple(_score(row, names) for row in rows), tuple(_sessions(work, client_id)))


def add_measurement(
    actor: Actor,
    client_id: int,
    kind: MeasureKind,
    taken_on: dt.date,
    *,
    total: int | None = None,
    items: tuple[int | None, ...] = (),
    goal_id: int | None = None,
    document_id: int | None = None,
) -> int:
    """Keeps one score: the total, or every answer, or the total and the answers that are known (None: not known).
    `goal_id` goes with a rating of progress and with nothing else. Raises Invalid, NotFound, and Conflict when
    this measure was taken from that document before."""
    with acting(actor, Action.TREATMENT_CHANGE) as work:
        client = work.get(TherapistClient, client_id, lock=True)
        if (kind is MeasureKind.GOAL) != (goal_id is not None):
            raise Invalid("A rating of progress belongs to one goal, other scores to none.")
        if not EARLIEST <= taken_on <= now().date() + dt.timedelta(days=1):  # ahead in some zones
            raise Invalid("The day of a score cannot be in the future.")
        if goal_id is not None and work.get(Goal, goal_id).therapist_client_id != client.id:
            raise NotFound("No such goal of this client.")
        if document_id is not None:
            _from_document(work, client.id, kind, document_id)
        counted, known = scored(kind, total, items)
        row = Measurement(
            therapist_id=client.therapist_id,
            therapist_client_id=client.id,
            kind=kind,
            goal_id=goal_id,
            document_id=document_id,
            taken_on=taken_on,
            entered_by=actor.user_id,
        )
        row.answers = encryption.seal_json(row, "answers", {"total": counted, "items": known})
        work.add(row)
        return row.id


def remove_measurement(actor: Actor, measurement_id: int) -> None:
    """Hides a score that was entered by mistake. Raises NotFound."""
    with acting(actor, Action.TREATMENT_CHANGE) as work:
        work.get(Measurement, measurement_id, lock=True).deleted_at = now()
        work.detail("removed")


def _from_document(work: Work, client_id: int, kind: MeasureKind, document_id: int) -> None:
    if work.get(Document, document_id).therapist_client_id != client_id:
        raise NotFound("No such document of this client.")
    taken = work.session.scalars(
        work.visible(Measurement).where(
            Measurement.document_id == document_id, Measurement.kind == kind
        )
    ).first()
    if taken is not None:
        raise Conflict("This score was taken from the document before. Remove that one first.")


def _sessions(work: Work, client_id: int) -> list[dt.datetime]:
    """Appointments that have a recording: a planned one is no session yet."""
    held = work.visible(Recording).where(Recording.therapist_client_id == client_id)
    ids = held.with_only_columns(Recording.therapist_session_id)
    wanted = work.visible(TherapistSession).where(TherapistSession.id.in_(ids))
    at = TherapistSession.starts_at
    return list(work.session.scalars(wanted.order_by(at).with_only_columns(at)))


def _score(row: Measurement, names: dict[int, str]) -> Score:
    answers = encryption.unseal_json(row, "answers")
    return Score(
        id=row.id,
        kind=row.kind,
        taken_on=row.taken_on,
        total=answers["total"],
        items=tuple(answers["items"]),
        band=band(row.kind, answers["total"]),
        goal_id=row.goal_id,
        document_id=row.document_id,
        entered_by=names.get(row.entered_by, ""),
    )
