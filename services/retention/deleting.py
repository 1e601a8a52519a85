"""Deleting a session: it is hidden at once, can be restored for a while, and is then purged."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, select

from models.base import now
from models.client import TherapistClient, TherapistSession
from models.note import Note, NoteStep, NoteVersion
from models.recording import Recording, RecordingState
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services import encryption
from services.access import Action, Actor, Work, acting
from services.errors import Conflict, Invalid, NotFound
from services.retention import owners

GRACE = dt.timedelta(days=30)
Hidable = Recording | TherapistSessionTranscript | TherapistSessionTranscriptHistory | Note


class Reason(StrEnum):
    """Why a session with a signed note is deleted. A list: the access log never holds what somebody typed."""

    CLIENTS_WISH = "clients_wish"
    WRONG_CLIENT = "wrong_client"
    DUPLICATE = "duplicate"
    OTHER = "other"


@dataclass(frozen=True)
class Deleted:
    recording_id: int
    client: str
    starts_at: dt.datetime
    deleted_at: dt.datetime
    purged_after: dt.datetime


def bears_signature(actor: Actor, recording_id: int) -> bool:
    """Whether somebody signed a note of it, also one that was returned or reopened since. Raises NotFound."""
    with acting(actor, Action.SESSION_READ) as work:
        work.detail("signed?")
        return _bears_signature(work, work.get(Recording, recording_id))


def delete_session(actor: Actor, recording_id: int, reason: Reason | None = None) -> None:
    """Hides a session with its transcript, summaries and notes; what was signed needs a reason, for the access log.
    Raises NotFound, NotAllowed for who covers, Invalid without a reason, Conflict while it is recorded."""
    with acting(actor, Action.SESSION_DELETE) as work:
        recording = work.get(Recording, recording_id, lock=True)
        owners.check(work, recording)
        if reason is None and _bears_signature(work, recording):
            raise Invalid("A note of this session is signed. Say why the session is deleted.")
        work.detail(f"reason={reason.value}" if reason else "")
        if recording.state is RecordingState.RECEIVING:
            raise Conflict("This recording still goes on. Finish it first, then delete it.")
        at = now()
        for row in _rows(work, recording):
            row.deleted_at = (
                row.deleted_at or at
            )  # what was deleted before does not come back with it


def restore_session(actor: Actor, recording_id: int) -> None:
    """Brings back what was deleted within GRACE. Raises NotFound."""
    with acting(actor, Action.SESSION_DELETE) as work:
        recording = work.session.scalars(
            _hidden(work).where(Recording.id == recording_id).with_for_update()
        ).first()
        if recording is None:
            work.about("recordings", recording_id)
            raise NotFound("No such deleted session, or it was purged.")
        work.saw(recording)
        work.detail("restored")
        deleted_at = recording.deleted_at
        for row in _rows(work, recording):
            if row.deleted_at == deleted_at:  # not a note that was deleted before the session was
                row.deleted_at = None


def deleted_sessions(actor: Actor) -> list[Deleted]:
    """What can still be restored, latest deletion first."""
    with acting(actor, Action.SESSION_LIST) as work:
        work.detail("deleted")
        rows = work.rows(_hidden(work).order_by(Recording.deleted_at.desc()))
        return [_described(work, row) for row in rows]


def _hidden(work: Work) -> Select[Recording]:
    """What the actor may bring back: of their own clients, not of those they cover."""
    return work.hidden(Recording).where(
        Recording.deleted_at > now() - GRACE, Recording.therapist_id == work.actor.user_id
    )


def _bears_signature(work: Work, recording: Recording) -> bool:
    signed = (
        select(NoteVersion.id)
        .join(Note, Note.id == NoteVersion.note_id)
        .where(Note.recording_id == recording.id, Note.deleted_at.is_(None))
        .where(NoteVersion.step == NoteStep.SIGNED)
    )
    return work.session.scalar(signed.limit(1)) is not None


def _described(work: Work, row: Recording) -> Deleted:
    client = work.session.get_one(TherapistClient, row.therapist_client_id)
    appointment = work.session.get_one(TherapistSession, row.therapist_session_id)
    assert row.deleted_at is not None
    return Deleted(
        row.id,
        encryption.unseal(client, "name"),
        appointment.starts_at,
        row.deleted_at,
        row.deleted_at + GRACE,
    )


def _rows(work: Work, recording: Recording) -> list[Hidable]:
    """The recording, the addenda dictated to it, and everything of them that can be hidden."""
    recordings = [
        recording,
        *work.session.scalars(select(Recording).where(Recording.addendum_to == recording.id)),
    ]
    ids = [row.id for row in recordings]
    transcript, history = TherapistSessionTranscript, TherapistSessionTranscriptHistory
    transcripts = select(transcript).where(transcript.recording_id.in_(ids))
    found: list[Hidable] = [*recordings, *work.session.scalars(transcripts)]
    of_these = transcripts.with_only_columns(transcript.id)
    found += work.session.scalars(select(history).where(history.transcript_id.in_(of_these)))
    found += work.session.scalars(select(Note).where(Note.recording_id.in_(ids)))
    return found
