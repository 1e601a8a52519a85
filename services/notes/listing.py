"""Notes as lists: of a session, of a client, and what waits for somebody."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from models.client import TherapistClient, TherapistSession
from models.note import Note, NoteState, NoteStep, NoteVersion
from models.user import Role
from services import encryption, referenced
from services.access import Action, Actor, Work, acting

MOST = 200  # notes of one list
WAITING: dict[Role, tuple[NoteState, ...]] = {  # what asks something of whom
    Role.THERAPIST: (NoteState.DRAFT, NoteState.RETURNED),
    Role.SUPERVISOR: (NoteState.SIGNED,),
}


@dataclass(frozen=True)
class Line:
    """A note in a list."""

    id: int
    recording_id: int
    client_id: int
    client: str
    therapist_id: int
    therapist: str
    starts_at: dt.datetime  # of the session
    instruction_type: str
    state: NoteState
    version: int
    revision: int
    mentions_risk: bool
    signed_at: dt.datetime | None
    signed_by: str | None
    updated_at: dt.datetime


def list_notes(
    actor: Actor,
    *,
    recording_id: int | None = None,
    client_id: int | None = None,
    states: Iterable[NoteState] | None = None,
) -> list[Line]:
    """Notes that the actor may see, newest session first, MOST at the most."""
    with acting(actor, Action.NOTE_LIST) as work:
        wanted = work.visible(Note).join(
            TherapistSession, TherapistSession.id == Note.therapist_session_id
        )
        if recording_id is not None:
            wanted = wanted.where(Note.recording_id == recording_id)
        if client_id is not None:
            wanted = wanted.where(Note.therapist_client_id == client_id)
        if states is not None:
            wanted = wanted.where(Note.state.in_(list(states)))
        ordered = wanted.order_by(TherapistSession.starts_at.desc(), Note.id.desc())
        return _lines(work, work.rows(ordered.limit(MOST)))


def waiting(actor: Actor) -> list[Line]:
    """Notes that wait for the actor, longest first: a supervisor's to countersign, a therapist's to sign."""
    with acting(actor, Action.NOTE_LIST) as work:
        wanted = (
            work.visible(Note)
            .join(TherapistSession, TherapistSession.id == Note.therapist_session_id)
            .where(Note.state.in_(WAITING.get(actor.role, ())))
        )
        since = func.coalesce(Note.signed_at, TherapistSession.starts_at)
        ordered = wanted.order_by(since, Note.id)
        return _lines(work, work.rows(ordered.limit(MOST)))


def count_waiting(actor: Actor) -> int:
    """How many `waiting` would list; opens nothing."""
    with acting(actor, Action.NOTE_WATCH) as work:
        wanted = work.visible(Note).where(Note.state.in_(WAITING.get(actor.role, ())))
        count = wanted.with_only_columns(func.count(), maintain_column_froms=True)
        return work.session.scalar(count) or 0


def _lines(work: Work, rows: list[Note]) -> list[Line]:
    clients = referenced.by_id(work, TherapistClient, {row.therapist_client_id for row in rows})
    appointments = referenced.by_id(
        work, TherapistSession, {row.therapist_session_id for row in rows}
    )
    people = referenced.names(work, {row.therapist_id for row in rows})
    signers = _signers(work, [row.id for row in rows if row.signed_at])
    names = {ident: encryption.unseal(row, "name") for ident, row in clients.items()}
    return [
        Line(
            id=row.id,
            recording_id=row.recording_id,
            client_id=row.therapist_client_id,
            client=names[row.therapist_client_id],
            therapist_id=row.therapist_id,
            therapist=people[row.therapist_id],
            starts_at=appointments[row.therapist_session_id].starts_at,
            instruction_type=row.instruction_type,
            state=row.state,
            version=row.version,
            revision=row.revision,
            mentions_risk=row.mentions_risk,
            signed_at=row.signed_at,
            signed_by=signers.get(row.id),
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def _signers(work: Work, note_ids: list[int]) -> dict[int, str]:
    """Note → who signed it last."""
    rows = work.session.execute(
        select(NoteVersion.note_id, NoteVersion.author_name)
        .where(NoteVersion.note_id.in_(note_ids), NoteVersion.step == NoteStep.SIGNED)
        .order_by(NoteVersion.version)
    )
    return {note_id: name for note_id, name in rows}
