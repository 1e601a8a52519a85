"""How a recording ends, is tried again and is watched; and what is queued for the worker meanwhile."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from models.base import now
from models.recording import AudioBlob, Recording, RecordingState, Stage
from services import jobs
from services.access import Action, Actor, Work, acting
from services.errors import Conflict
from services.recordings import captioning

ADVANCE_EVERY = 20.0  # seconds of new audio that are worth a look: the shortest passage


@dataclass(frozen=True)
class Progress:
    recording_id: int
    state: RecordingState
    stage: Stage
    progress: float  # 0 to 1
    seconds_left: float | None
    seconds_received: float
    error: str | None


def finish(actor: Actor, recording_id: int) -> None:
    """Ends a recording with what has arrived; missing parts stay missing and are shown as gaps."""
    with acting(actor, Action.RECORDING_FINISH) as work:
        recording = work.get(Recording, recording_id, lock=True)
        if recording.state is not RecordingState.RECEIVING:
            raise Conflict("This recording has already ended.")
        arrived = sequences(work, recording)
        if not arrived:
            raise Conflict("Nothing has arrived for this recording yet.")
        if recording.last_sequence is None:
            recording.last_sequence = max(arrived)
        process(work, recording)


def retry(actor: Actor, recording_id: int) -> None:
    """Tries a failed recording again, from the last stage that worked. No new upload is needed."""
    with acting(actor, Action.RECORDING_RETRY) as work:
        recording = work.get(Recording, recording_id, lock=True)
        if recording.state is not RecordingState.FAILED:
            raise Conflict("Only a recording that could not be finished can be tried again.")
        process(work, recording)


def watch(actor: Actor, recording_ids: list[int]) -> list[Progress]:
    """State and progress of recordings; opens nothing that is sealed and leaves no log row."""
    with acting(actor, Action.RECORDING_WATCH) as work:
        rows = work.rows(work.visible(Recording).where(Recording.id.in_(recording_ids)))
        return [progress_of(row) for row in rows]


def progress_of(recording: Recording) -> Progress:
    left: float | None = None
    since = recording.stage_started_at
    if recording.state is RecordingState.PROCESSING and since and recording.progress > 0.02:
        spent = (now() - since).total_seconds()
        left = spent * (1 - recording.progress) / recording.progress
    return Progress(
        recording.id,
        recording.state,
        recording.stage,
        recording.progress,
        left,
        recording.seconds_received,
        recording.error_text,
    )


def queue_next(work: Work, recording: Recording) -> None:
    """Queues what a new chunk makes possible, with the chunk's own transaction."""
    if recording.last_sequence is not None:
        if not missing(work, recording):
            process(work, recording)
        return
    if recording.advance_queued:
        return
    is_worth_it = recording.seconds_received - recording.seconds_transcribed >= ADVANCE_EVERY
    if is_worth_it or captioning.wanted(work, recording.id):
        recording.advance_queued = True
        # A name of its own for each: of a second job by a name that was used, nothing would run.
        name = f"advance-{recording.id}-{secrets.token_hex(6)}"
        priority = jobs.LATER if is_worth_it else jobs.LAST
        jobs.enqueue(work.session, "advance", name, recording.id, priority=priority)


def process(work: Work, recording: Recording) -> None:
    recording.state, recording.stage = RecordingState.PROCESSING, Stage.WAITING
    recording.attempt += 1
    recording.progress, recording.stage_started_at = 0.0, now()
    recording.error_code = recording.error_text = None
    jobs.enqueue(
        work.session,
        "process",
        f"session-{recording.id}-{recording.attempt}",
        recording.id,
        recording.attempt,
        priority=jobs.FIRST,
    )


def sequences(work: Work, recording: Recording) -> dict[int, bool]:
    """Sequences that have arrived, in order → whether that chunk begins a file of its own."""
    rows = work.session.execute(
        select(AudioBlob.sequence, AudioBlob.starts_container)
        .where(AudioBlob.recording_id == recording.id)
        .order_by(AudioBlob.sequence)
    )
    return {sequence: starts for sequence, starts in rows}


def missing(work: Work, recording: Recording) -> tuple[int, ...]:
    """Sequences that have not arrived although a later one has, or the last one is known.
    A recorder may count from 0 or from 1: the first chunk is the one that begins a file."""
    arrived = sequences(work, recording)
    if not arrived:
        return ()
    low = min(arrived)
    first = low if low <= 1 and arrived[low] else 0
    last = max(arrived) if recording.last_sequence is None else recording.last_sequence
    return tuple(n for n in range(first, last + 1) if n not in arrived)
