"""Sessions as people see them: one row a recording, with its client, state and what is left to do."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from models.base import now
from models.client import SessionType, TherapistClient, TherapistSession
from models.recording import Recording, RecordingState
from models.transcript import TherapistSessionTranscript
from services import encryption, referenced
from services.access import Action, Actor, Work, acting
from services.recordings import Progress, progress_of
from services.recordings.abandoned import is_abandoned

PAGE = 50


@dataclass(frozen=True)
class Session:
    recording_id: int
    client_id: int
    client: str
    therapist_id: int
    therapist: str
    starts_at: dt.datetime
    session_type: SessionType
    is_telehealth: bool
    duration: float  # seconds
    progress: Progress
    language: str | None
    has_audio: bool
    has_transcript: bool
    heard_at: dt.datetime  # when a part last arrived or a stage last moved
    is_abandoned: bool  # its sound stopped coming, and its owner has not said to wait
    warnings: tuple[str, ...] = ()
    addenda: tuple[int, ...] = ()  # recordings dictated about this one, oldest first
    addendum_to: int | None = None  # the recording that this one was dictated about


@dataclass(frozen=True)
class SessionPage:
    sessions: list[Session]
    total: int


def list_sessions(
    actor: Actor,
    *,
    page: int = 0,
    client_id: int | None = None,
    state: RecordingState | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> SessionPage:
    """Sessions that the actor may see, newest first, PAGE at a time. What was dictated about one is not one."""
    with acting(actor, Action.SESSION_LIST) as work:
        wanted = work.visible(Recording).join(
            TherapistSession, TherapistSession.id == Recording.therapist_session_id
        )
        wanted = wanted.where(Recording.addendum_to.is_(None))
        if client_id is not None:
            wanted = wanted.where(Recording.therapist_client_id == client_id)
        if state is not None:
            wanted = wanted.where(Recording.state == state)
        if since is not None:
            wanted = wanted.where(TherapistSession.starts_at >= since)
        if until is not None:
            wanted = wanted.where(TherapistSession.starts_at < until)
        total = work.session.scalar(
            wanted.with_only_columns(func.count(), maintain_column_froms=True)
        )
        newest = wanted.order_by(TherapistSession.starts_at.desc(), Recording.id.desc())
        rows = work.rows(newest.limit(PAGE).offset(max(page, 0) * PAGE))
        return SessionPage(_described(work, rows), total or 0)


def read_session(actor: Actor, recording_id: int) -> Session:
    """One session. Raises NotFound."""
    with acting(actor, Action.SESSION_READ) as work:
        return _described(work, [work.get(Recording, recording_id)])[0]


def unfinished(actor: Actor) -> list[Session]:
    """What Today shows first: recordings that are arriving, being worked on, or failed; newest first. A dictation is
    among them until it is done."""
    open_states = (RecordingState.RECEIVING, RecordingState.PROCESSING, RecordingState.FAILED)
    with acting(actor, Action.SESSION_LIST) as work:
        wanted = work.visible(Recording).where(Recording.state.in_(open_states))
        rows = work.rows(wanted.order_by(Recording.created_at.desc()).limit(PAGE))
        return _described(work, rows)


def _described(work: Work, rows: list[Recording]) -> list[Session]:
    clients = referenced.by_id(work, TherapistClient, {row.therapist_client_id for row in rows})
    appointments = referenced.by_id(
        work, TherapistSession, {row.therapist_session_id for row in rows}
    )
    therapists = referenced.names(work, {row.therapist_id for row in rows})
    names = {ident: encryption.unseal(row, "name") for ident, row in clients.items()}
    transcripts = _transcripts(work, [row.id for row in rows])
    addenda = _addenda(work, [row.id for row in rows])
    at = now()
    return [
        Session(
            recording_id=row.id,
            client_id=row.therapist_client_id,
            client=names[row.therapist_client_id],
            therapist_id=row.therapist_id,
            therapist=therapists[row.therapist_id],
            starts_at=appointments[row.therapist_session_id].starts_at,
            session_type=appointments[row.therapist_session_id].session_type,
            is_telehealth=appointments[row.therapist_session_id].is_telehealth,
            duration=transcripts.get(row.id, (row.seconds_received, ""))[0],
            progress=progress_of(row),
            language=row.language,
            has_audio=row.playback_path is not None,
            has_transcript=row.id in transcripts,
            heard_at=row.updated_at,
            is_abandoned=is_abandoned(row, at),
            warnings=tuple(filter(None, transcripts.get(row.id, (0, ""))[1].split(","))),
            addenda=tuple(addenda[row.id]),
            addendum_to=row.addendum_to,
        )
        for row in rows
    ]


def _transcripts(work: Work, recording_ids: list[int]) -> dict[int, tuple[float, str]]:
    """Recording → (duration of its transcript, warnings)."""
    table = TherapistSessionTranscript
    rows = work.session.execute(
        select(table.recording_id, table.duration, table.warnings).where(
            table.recording_id.in_(recording_ids)
        )
    )
    return {recording: (duration, warnings) for recording, duration, warnings in rows}


def _addenda(work: Work, recording_ids: list[int]) -> dict[int, list[int]]:
    """Recording → ids of what was dictated about it, oldest first. Ids alone: nothing of those is read."""
    wanted = work.visible(Recording).where(Recording.addendum_to.in_(recording_ids))
    ids = wanted.with_only_columns(Recording.addendum_to, Recording.id)
    rows = work.session.execute(ids.order_by(Recording.created_at, Recording.id)).all()
    return {key: [ident for about, ident in rows if about == key] for key in recording_ids}
