"""The contract's *Recording*: one stored piece of audio, with what is known of its session.

Whose it is and which session it belongs to never change; its name, its appointment, whether it is the last
one and whether it counts as processed do.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from models.base import now
from models.recording import AudioBlob, Recording, RecordingState, Stage
from services import encryption
from services.access import Action, Actor, Work, acting
from services.contract import appointments, paging, versions
from services.errors import Conflict, NotFound
from services.recordings import lifecycle

SAME = dt.timedelta(seconds=1)  # how exactly a caller has to repeat our time


@dataclass(frozen=True)
class RecordingRow:
    id: int
    filename: str | None = field(repr=False)
    userid: int
    is_processed: bool
    therapist_client_id: int
    create_timestamp: dt.datetime
    update_timestamp: dt.datetime | None
    session_id: str
    is_last_blob: bool
    therapist_session_id: int
    # beside the contract's fields: how far the whole session has come
    recording_id: int
    state: RecordingState
    stage: Stage
    progress: float  # 0 to 1
    error: str | None
    version: str


def list_recordings(
    actor: Actor, wanted: paging.Wanted, *, state: RecordingState | None = None
) -> paging.Page[RecordingRow]:
    """What the actor may see, newest first. Raises Invalid for a wrong cursor."""
    with acting(actor, Action.RECORDING_LIST) as work:
        found = (
            work.visible(AudioBlob)
            .join(Recording, Recording.id == AudioBlob.recording_id)
            .where(Recording.deleted_at.is_(None))
        )
        if wanted.client_id is not None:
            found = found.where(Recording.therapist_client_id == wanted.client_id)
        if state is not None:
            found = found.where(Recording.state == state)
        if wanted.since is not None:
            found = found.where(AudioBlob.created_at >= wanted.since)
        if wanted.until is not None:
            found = found.where(AudioBlob.created_at < wanted.until)
        blobs = work.rows(paging.cut(found, wanted, AudioBlob.created_at, AudioBlob.id))  # type: ignore[arg-type]
        page, rest = blobs[: wanted.limit], blobs[wanted.limit :]
        recordings = _recordings(work, page)
        last = page[-1] if rest else None
        return paging.Page(
            [_row(blob, recordings[blob.recording_id]) for blob in page],
            paging.cursor(last.created_at, last.id) if last else None,
        )


def read(actor: Actor, blob_id: int) -> RecordingRow:
    """Raises NotFound."""
    with acting(actor, Action.RECORDING_READ) as work:
        return _row(*_found(work, blob_id))


def update(
    actor: Actor, blob_id: int, changes: Mapping[str, Any], *, if_match: str | None = None
) -> RecordingRow:
    """Sets the fields that `changes` names; null leaves those as they are that cannot be empty.
    Raises NotFound, Stale, Conflict for what does not change."""
    with acting(actor, Action.RECORDING_CHANGE) as work:
        blob, recording = _found(work, blob_id, lock=True)
        before = _row(blob, recording)
        versions.require(if_match, before.version)
        _refuse_moves(before, changes)
        if "filename" in changes:
            blob.filename = encryption.seal(blob, "filename", changes["filename"] or "")
        if "is_processed" in changes:
            blob.is_processed = changes["is_processed"]
        if changes.get("is_last_blob") not in (None, blob.is_last):
            _set_last(work, blob, recording, changes["is_last_blob"])
        if changes.get("therapist_session_id") is not None:
            appointments.move(work, recording, changes["therapist_session_id"])
        blob.updated_at = now()
        work.detail("fields=" + "+".join(sorted(changes)))
        work.session.flush()
        return _row(blob, recording)


def _found(work: Work, ident: int, *, lock: bool = False) -> tuple[AudioBlob, Recording]:
    blob = work.get(AudioBlob, ident)
    recording = work.session.get(Recording, blob.recording_id, with_for_update=lock)
    if recording is None or recording.deleted_at is not None:
        raise NotFound("No such recording, or it is not yours to see.")
    if lock:  # it may have changed while the lock was waited for
        work.session.refresh(blob)
    work.saw(recording)
    return blob, recording


def _recordings(work: Work, blobs: list[AudioBlob]) -> dict[int, Recording]:
    ids = {blob.recording_id for blob in blobs}
    rows = work.session.scalars(select(Recording).where(Recording.id.in_(ids)))
    found = {row.id: row for row in rows}
    for row in found.values():
        work.saw(row)
    return found


def _row(blob: AudioBlob, recording: Recording) -> RecordingRow:
    done = recording.state is RecordingState.DONE
    marked = blob.is_processed
    return RecordingRow(
        id=blob.id,
        filename=encryption.unseal(blob, "filename") or None,
        userid=recording.therapist_id,
        is_processed=done if marked is None else marked,
        therapist_client_id=recording.therapist_client_id,
        create_timestamp=blob.created_at,
        update_timestamp=blob.updated_at,
        session_id=recording.session_id,
        is_last_blob=blob.is_last,
        therapist_session_id=recording.therapist_session_id,
        recording_id=recording.id,
        state=recording.state,
        stage=recording.stage,
        progress=recording.progress,
        error=recording.error_text,
        version=versions.of(
            blob.filename, blob.is_processed, blob.is_last, recording.therapist_session_id
        ),
    )


def _refuse_moves(before: RecordingRow, changes: Mapping[str, Any]) -> None:
    for name in ("id", "userid", "therapist_client_id", "session_id"):
        if changes.get(name) not in (None, getattr(before, name)):
            raise Conflict(
                f"{name} of a recording does not change: its sound is stored and encrypted under it. "
                "Leave it out, or upload the audio where it belongs."
            )
    created = changes.get("create_timestamp")
    if created is not None and abs(created - before.create_timestamp) > SAME:
        raise Conflict("create_timestamp says when the audio arrived. Leave it out.")


def _set_last(work: Work, blob: AudioBlob, recording: Recording, is_last: bool) -> None:
    """Which part is the last ends the session, or opens it again as long as parts are missing."""
    if recording.state is not RecordingState.RECEIVING:
        raise Conflict("This session has already ended, so its last part stays what it is.")
    if is_last and recording.last_sequence not in (None, blob.sequence):
        raise Conflict(f"This session already has a last part, number {recording.last_sequence}.")
    if is_last and max(lifecycle.sequences(work, recording)) > blob.sequence:
        raise Conflict("Later parts of this session have arrived, so this one is not the last.")
    blob.is_last = is_last
    recording.last_sequence = blob.sequence if is_last else None
    work.session.flush()
    if is_last:
        lifecycle.queue_next(work, recording)
