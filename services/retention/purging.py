"""The purge: sound whose time is over, sessions, documents and process notes that were deleted or are too old.
With proof. What was dictated about a session goes with it.

The worker runs it now and then as each therapist in turn. Blobs go first and rows after, so that a purge which is
interrupted is finished by the next; a blob that is gone already is no error.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from models.base import Base, now
from models.document import Document, DocumentPage
from models.note import Note, NoteState, NoteVersion, ProcessNote
from models.recording import (
    AudioBlob,
    LiveCaption,
    LivePiece,
    RecorderKey,
    Recording,
    RecordingEvent,
    RecordingState,
    TranscribedPassage,
)  # fmt: skip
from models.retention import AudioKept, Purge, PurgedKind
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from models.treatment import Measurement
from services import vault
from services.access import Action, Actor, Work, acting
from services.adapters.errors import BlobMissing
from services.retention.deleting import GRACE
from services.retention.policies import Policy, effective

Aging = TypeVar("Aging", Recording, Document)

AT_ONCE = 20  # subjects of one purge: the rest has its turn the next time
# What hangs on a recording, in an order in which foreign keys let it go.
OF_RECORDING = (LivePiece, LiveCaption, RecorderKey, RecordingEvent, TranscribedPassage, AudioBlob)


@dataclass(frozen=True)
class Due:
    kind: PurgedKind
    ident: int
    client_id: int | None
    rule: str
    paths: tuple[str, ...]


def purge(actor: Actor) -> int:
    """Everything of this therapist that is due, AT_ONCE at a time. Returns how much was purged."""
    found = due(actor)
    for one in found:
        for path in one.paths:
            try:
                vault.blobs().delete(path)
            except BlobMissing:
                continue
        finish(actor, one)
    return len(found)


def due(actor: Actor) -> list[Due]:
    """What is to be purged now, by which rule."""
    with acting(actor, Action.RETENTION_PURGE, at_length=True) as work:
        finders = (_deleted_sessions, _old_sessions, _documents, _process_notes, _audio)
        every = chain.from_iterable(finder(work) for finder in finders)
        found = {(one.kind, one.ident): one for one in islice(every, AT_ONCE)}
        gone = {ident for kind, ident in found if kind is PurgedKind.SESSION}
        work.detail(f"due={len(found)}")
        return [  # a session that goes takes its audio along
            one
            for (kind, ident), one in found.items()
            if kind is not PurgedKind.AUDIO or ident not in gone
        ]


def finish(actor: Actor, one: Due) -> None:
    """Removes the rows of what is gone and writes down that it is. Idempotent."""
    remove: dict[PurgedKind, Callable[[Work, int], int]] = {
        PurgedKind.AUDIO: _without_audio,
        PurgedKind.SESSION: _without_session,
        PurgedKind.DOCUMENT: _without_document,
        PurgedKind.PROCESS_NOTE: _without_process_note,
    }
    with acting(actor, Action.RETENTION_PURGE) as work:
        rows = remove[one.kind](work, one.ident)
        if not rows:
            return
        work.about(f"purged_{one.kind.value}", one.ident)
        work.detail(f"rule={one.rule}")
        work.session.add(
            Purge(
                kind=one.kind,
                subject_id=one.ident,
                client_id=one.client_id,
                rule=one.rule,
                rows=rows,
                blobs=len(one.paths),
            )
        )


def _deleted_sessions(work: Work) -> Iterator[Due]:
    rows = work.session.scalars(
        work.hidden(Recording).where(Recording.deleted_at <= now() - GRACE).limit(AT_ONCE)
    )
    for row in rows:
        yield _session_due(work, row, f"deleted:{GRACE.days}")


def _old_sessions(work: Work) -> Iterator[Due]:
    for row, policy in _with_policies(work, work.visible(Recording).order_by(Recording.created_at)):
        days = policy.record_days
        if days is not None and _is_over(row, days):
            yield _session_due(work, row, f"records:{days}")


def _audio(work: Work) -> Iterator[Due]:
    has_sound = select(AudioBlob.recording_id).where(AudioBlob.purged_at.is_(None))
    wanted = work.visible(Recording).where(
        Recording.state == RecordingState.DONE, Recording.id.in_(has_sound)
    )
    for row, policy in _with_policies(work, wanted.order_by(Recording.created_at)):
        if _audio_is_over(work, row, policy):
            kept = policy.audio_kept
            rule = f"audio:{policy.audio_days}" if kept is AudioKept.DAYS else f"audio:{kept.value}"
            yield Due(PurgedKind.AUDIO, row.id, row.therapist_client_id, rule, _sound(work, row))


def _audio_is_over(work: Work, recording: Recording, policy: Policy) -> bool:
    if policy.audio_kept is AudioKept.TRANSCRIBED:
        return True
    if policy.audio_kept is AudioKept.DAYS:
        return _is_over(recording, policy.audio_days)
    signed = (NoteState.SIGNED, NoteState.COUNTERSIGNED)
    about = recording.addendum_to or recording.id  # a dictation has no notes but its session's
    states = list(
        work.session.scalars(
            select(Note.state).where(Note.recording_id == about, Note.deleted_at.is_(None))
        )
    )
    return bool(states) and all(state in signed for state in states)


def _documents(work: Work) -> Iterator[Due]:
    deleted = work.hidden(Document).where(Document.deleted_at <= now() - GRACE).limit(AT_ONCE)
    for row in work.session.scalars(deleted):
        yield _document_due(row, f"deleted:{GRACE.days}")
    for row, policy in _with_policies(work, work.visible(Document).order_by(Document.created_at)):
        days = policy.record_days
        if days is not None and _is_over(row, days):
            yield _document_due(row, f"records:{days}")


def _document_due(row: Document, rule: str) -> Due:
    return Due(PurgedKind.DOCUMENT, row.id, row.therapist_client_id, rule, (row.path,))


def _process_notes(work: Work) -> Iterator[Due]:
    """Removed by their author; nothing of them is opened."""
    hidden = work.hidden(ProcessNote).where(ProcessNote.deleted_at <= now() - GRACE)
    for row in work.session.scalars(hidden.limit(AT_ONCE)):
        rule = f"deleted:{GRACE.days}"
        yield Due(PurgedKind.PROCESS_NOTE, row.id, row.therapist_client_id, rule, ())


def _with_policies(work: Work, statement: Select[Aging]) -> Iterator[tuple[Aging, Policy]]:
    policies: dict[int | None, Policy] = {}
    for row in work.session.scalars(statement):
        client = row.therapist_client_id
        if client not in policies:
            policies[client] = effective(work, client)
        yield row, policies[client]


def _is_over(row: Recording | Document, days: int) -> bool:
    return row.created_at <= now() - dt.timedelta(days=days)


def _session_due(work: Work, row: Recording, rule: str) -> Due:
    about = [row, *(work.session.get_one(Recording, one) for one in _addenda(work, row.id))]
    paths = tuple(path for one in about for path in _sound(work, one))
    return Due(PurgedKind.SESSION, row.id, row.therapist_client_id, rule, paths)


def _addenda(work: Work, recording_id: int) -> list[int]:
    """Recordings dictated about this one, and about those, nearest first."""
    found, newest = [], [recording_id]
    while newest:
        wanted = select(Recording.id).where(Recording.addendum_to.in_(newest))
        newest = list(work.session.scalars(wanted.order_by(Recording.id)))
        found += newest
    return found


def _sound(work: Work, recording: Recording) -> tuple[str, ...]:
    paths = work.session.scalars(
        select(AudioBlob.path).where(
            AudioBlob.recording_id == recording.id, AudioBlob.purged_at.is_(None)
        )
    ).all()
    own = (recording.playback_path,) if recording.playback_path else ()
    return tuple(dict.fromkeys([*paths, *own]))


def _without_audio(work: Work, recording_id: int) -> int:
    recording = work.get(Recording, recording_id, lock=True)
    recording.playback_path = recording.playback_type = None
    changed = work.session.execute(
        update(AudioBlob)
        .where(AudioBlob.recording_id == recording_id, AudioBlob.purged_at.is_(None))
        .values(purged_at=now())
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def _without_session(work: Work, recording_id: int) -> int:
    """Addenda first, which name what they were dictated about."""
    together = [*reversed(_addenda(work, recording_id)), recording_id]
    return sum(_without_recording(work, one) for one in together)


def _without_recording(work: Work, recording_id: int) -> int:
    transcript, history = TherapistSessionTranscript, TherapistSessionTranscriptHistory
    transcripts = select(transcript.id).where(transcript.recording_id == recording_id)
    notes = select(Note.id).where(Note.recording_id == recording_id)
    work.session.execute(
        update(ProcessNote)
        .where(ProcessNote.recording_id == recording_id)
        .values(recording_id=None)
    )
    count = _removed(work, NoteVersion, NoteVersion.note_id, notes)
    count += _removed(work, Note, Note.id, notes)
    count += _removed(work, history, history.transcript_id, transcripts)
    count += _removed(work, transcript, transcript.id, transcripts)
    for model in OF_RECORDING:
        count += _removed(work, model, model.recording_id, [recording_id])
    return count + _removed(work, Recording, Recording.id, [recording_id])


def _without_document(work: Work, document_id: int) -> int:
    work.session.execute(
        update(Measurement).where(Measurement.document_id == document_id).values(document_id=None)
    )
    count = _removed(work, DocumentPage, DocumentPage.document_id, [document_id])
    return count + _removed(work, Document, Document.id, [document_id])


def _without_process_note(work: Work, process_note_id: int) -> int:
    return _removed(work, ProcessNote, ProcessNote.id, [process_note_id])


def _removed(
    work: Work, model: type[Base], column: "InstrumentedAttribute[int]", values: object
) -> int:
    done = work.session.execute(
        delete(model).where(column.in_(values)).execution_options(synchronize_session=False)  # type: ignore[arg-type]
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
