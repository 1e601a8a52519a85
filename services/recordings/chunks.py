"""Taking in a chunk: the contract's operation 2.

A chunk is validated by decoding it, sealed, stored durably, and only then entered and acknowledged.
When the last one is there and none is missing, the transcription is queued in the same transaction.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.base import now
from models.client import TherapistClient, TherapistSession
from models.recording import AudioBlob, Recording, RecordingState, Stage
from models.user import User
from services import encryption, vault
from services.access import Action, Actor, Work, acting
from services.adapters.errors import BlobExists, StorageFull
from services.errors import AppError, Conflict, Invalid, NotFound, Unavailable
from services.recordings import checks, consent, lifecycle, paths
from services.recordings.expected_speakers import expected_speakers


@dataclass(frozen=True)
class Chunk:
    """What operation 2 of the contract takes. `content` is read here and closed by its maker."""

    therapist_id: int
    client_id: int
    session_id: str
    is_last: bool
    filename: str
    content: encryption.Spool
    sequence: int | None = None
    client_user_id: int | None = None
    therapist_session_id: int | None = None


@dataclass(frozen=True)
class Received:
    recording_id: int
    path: str | None  # None for an empty last part, which only ends the recording
    sequence: int
    state: RecordingState
    missing: tuple[int, ...]  # sequences that have not arrived although a later one has
    duplicate: bool = False


def add_chunk(actor: Actor, chunk: Chunk) -> Received:
    """Stores one chunk and answers once it is durable. The same chunk again is answered as the first time.

    Raises Invalid, Conflict (for a new session also when the client said no to recording), NotFound, TooLarge,
    Unavailable; in each case nothing of the chunk is kept.
    """
    checks.fields(chunk.session_id, chunk.filename, chunk.sequence)
    # Whoever may not store it is refused before anything is decoded.
    first = (
        Action.RECORDING_WATCH
        if actor.may(Action.RECORDING_ADD_CHUNK)
        else Action.RECORDING_ADD_CHUNK
    )
    with acting(actor, first) as work:
        client = _client(work, chunk)
        recording = _recording(work, chunk)
        duplicate = _duplicate(work, recording, chunk) if recording else None
        if recording and duplicate:
            return _received(work, recording, duplicate.path, duplicate.sequence, duplicate=True)
        if recording:
            checks.still_open(recording, chunk.sequence, chunk.is_last)
        else:
            consent.to_take_in(client)
        if chunk.content.size == 0:
            checks.may_end_empty(recording, chunk.is_last)
        before = _stream_start(work, recording, chunk.sequence) if recording else None
    if chunk.content.size == 0:
        return _end(actor, chunk)
    is_whole = recording is None and chunk.is_last
    facts = checks.audio(chunk.content, before, chunk.sequence, is_whole=is_whole)
    path = _store(client, chunk, facts.content_type)
    try:
        received = _enter_at_once_or_again(actor, chunk, path, facts)
    except (
        AppError
    ):  # surely rolled back; after any other error the row may stand, so the blob stays
        vault.blobs().delete(path)
        raise
    if received.path != path:  # the same chunk was entered while this one was being stored
        vault.blobs().delete(path)
    return received


def _enter_at_once_or_again(
    actor: Actor, chunk: Chunk, path: str, facts: checks.ChunkFacts
) -> Received:
    """Two first chunks at once both make the recording: the loser then finds the winner's."""
    for _ in range(3):
        try:
            return _enter(actor, chunk, path, facts)
        except IntegrityError:
            continue
    raise Unavailable("Two parts of this session arrived at the same moment. Send this one again.")


def _client(work: Work, chunk: Chunk) -> TherapistClient:
    client = work.get(TherapistClient, chunk.client_id)
    if client.therapist_id != chunk.therapist_id:
        raise NotFound("No such client, or it is not yours to see.")
    return client


def _recording(work: Work, chunk: Chunk, *, lock: bool = False) -> Recording | None:
    statement = work.visible(Recording).where(
        Recording.therapist_id == chunk.therapist_id, Recording.session_id == chunk.session_id
    )
    recording = work.session.scalars(statement.with_for_update() if lock else statement).first()
    if recording is None:
        _refuse_deleted(work, chunk)
    if recording and recording.therapist_client_id != chunk.client_id:
        raise Conflict(
            "This session id belongs to a recording of another client. Start a new session; "
            "nothing of this part was stored."
        )
    return recording


def _refuse_deleted(work: Work, chunk: Chunk) -> None:
    """A deleted session keeps its session id until it is purged."""
    hidden = work.hidden(Recording).where(
        Recording.therapist_id == chunk.therapist_id, Recording.session_id == chunk.session_id
    )
    if work.session.scalars(hidden).first() is not None:
        raise Conflict("That session was deleted. Start a new one, or restore it first.")


def _duplicate(work: Work, recording: Recording, chunk: Chunk) -> AudioBlob | None:
    """The same chunk, received before. Raises Conflict for the same sequence with other content."""
    if chunk.content.size == 0:
        return None
    found = select(AudioBlob).where(AudioBlob.recording_id == recording.id)
    if chunk.sequence is None:
        return work.session.scalars(found.where(AudioBlob.sha256 == chunk.content.sha256)).first()
    same = work.session.scalars(found.where(AudioBlob.sequence == chunk.sequence)).first()
    if same and same.sha256 != chunk.content.sha256:
        raise Conflict(
            f"Part {chunk.sequence} of this session was already received with other sound: another "
            "tab or device is recording under the same session id. Start a new session there; what "
            "was received before is safe."
        )
    return same


def _stream_start(work: Work, recording: Recording, sequence: int | None) -> AudioBlob | None:
    """The chunk that begins the file which the coming chunk continues, if it has arrived."""
    starts = (
        select(AudioBlob)
        .where(AudioBlob.recording_id == recording.id, AudioBlob.starts_container)
        .order_by(AudioBlob.sequence.desc())
    )
    if sequence is not None:
        starts = starts.where(AudioBlob.sequence < sequence)
    return work.session.scalars(starts.limit(1)).first()


def _store(client: TherapistClient, chunk: Chunk, content_type: str) -> str:
    day = dt.datetime.now(dt.UTC).date()
    path = paths.audio(client.therapist_id, client.id, day, chunk.filename)
    try:
        while True:
            try:
                vault.blobs().put(path, chunk.content.pieces(), content_type)
                return path
            except BlobExists:
                path = vault.beside(path)
    except StorageFull as error:
        raise Unavailable(
            "The server has no room left, so this part was not stored. Keep the recording and tell "
            "your administrator; parts that were confirmed before are safe."
        ) from error


def _enter(actor: Actor, chunk: Chunk, path: str, facts: checks.ChunkFacts) -> Received:
    with acting(actor, Action.RECORDING_ADD_CHUNK) as work:
        client = _client(work, chunk)
        recording = _recording(work, chunk, lock=True) or _begin(work, client, chunk)
        duplicate = _duplicate(work, recording, chunk)
        if duplicate:
            return _received(work, recording, duplicate.path, duplicate.sequence, duplicate=True)
        checks.still_open(recording, chunk.sequence, chunk.is_last)
        checks.not_too_long(recording.seconds_received + facts.seconds)
        sequence = chunk.sequence
        if sequence is None:
            sequence = max(lifecycle.sequences(work, recording), default=-1) + 1
        blob = AudioBlob(
            therapist_id=recording.therapist_id,
            recording_id=recording.id,
            sequence=sequence,
            path=path,
            content_type=facts.content_type,
            sha256=chunk.content.sha256,
            size=chunk.content.size,
            starts_container=facts.starts_container,
            is_cut_off=facts.is_cut_off,
            seconds=facts.seconds,
            is_last=chunk.is_last,
        )
        blob.filename = encryption.seal(blob, "filename", chunk.filename)
        work.add(blob)
        recording.seconds_received += facts.seconds
        if chunk.is_last:
            recording.last_sequence = sequence
        lifecycle.queue_next(work, recording)
        return _received(work, recording, blob.path, blob.sequence)


def _begin(work: Work, client: TherapistClient, chunk: Chunk) -> Recording:
    consent.to_take_in(client)
    appointment = _appointment(work, client, chunk.therapist_session_id)
    if chunk.client_user_id and work.session.get(User, chunk.client_user_id) is None:
        raise Invalid("There is no user with that client_userid. Leave it out or correct it.")
    recording = Recording(
        therapist_id=client.therapist_id,
        session_id=chunk.session_id,
        therapist_client_id=client.id,
        therapist_session_id=appointment.id,
        client_user_id=chunk.client_user_id or client.client_user_id,
        language=client.language,
        speakers=expected_speakers(appointment.session_type, client.participants),
        state=RecordingState.RECEIVING,
        stage=Stage.WAITING,
        seconds_received=0.0,
    )
    work.add(recording)
    return recording


def _appointment(work: Work, client: TherapistClient, ident: int | None) -> TherapistSession:
    if ident is not None:
        found = work.get(TherapistSession, ident)
        if found.therapist_client_id != client.id:
            raise NotFound("No such session of this client.")
        return found
    made = TherapistSession(
        therapist_id=client.therapist_id,
        therapist_client_id=client.id,
        starts_at=now(),
        session_type=client.session_type,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _end(actor: Actor, chunk: Chunk) -> Received:
    """An empty last part: the recorder had nothing more to send. It ends the recording."""
    with acting(actor, Action.RECORDING_ADD_CHUNK) as work:
        _client(work, chunk)
        recording = _recording(work, chunk, lock=True)
        arrived = lifecycle.sequences(work, recording) if recording else {}
        if not recording or not arrived:
            raise Invalid("This part is empty. Record again, or send the file once more.")
        checks.still_open(recording, chunk.sequence, is_last=True)
        last = max(arrived)
        if chunk.sequence is not None:
            last = max(last, chunk.sequence - 1)
        recording.last_sequence = last
        lifecycle.queue_next(work, recording)
        return _received(work, recording, None, last + 1)


def _received(
    work: Work,
    recording: Recording,
    path: str | None,
    sequence: int,
    *,
    duplicate: bool = False,
) -> Received:
    work.saw(recording)
    missing = lifecycle.missing(work, recording)
    return Received(recording.id, path, sequence, recording.state, missing, duplicate)
