"""Sessions written into the database as the worker would leave them, without any sound."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import update

from models.base import now
from models.client import TherapistClient, TherapistSession
from models.database import sessions
from models.recording import Recording, RecordingState, Stage
from services import summaries
from services.access import Action, Actor, Via, acting
from services.adapters.speech import Word
from services.processing import stored
from services.transcription import Transcription, Turn

Lines = Sequence[tuple[str, str]]
LINES: Lines = (
    ("Speaker 1", "Good morning Nora. How was the week?"),
    ("Speaker 2", "The tram was late again."),
    ("Speaker 2", "I slept better."),
    ("Speaker 1", "What helped you to sleep?"),
)


def write_session(
    therapist: Actor,
    client_id: int,
    *,
    starts_at: dt.datetime | None = None,
    state: RecordingState = RecordingState.DONE,
    lines: Lines = LINES,
) -> int:
    """The id of a recording; one that is DONE has a transcript of `lines` and a summary."""
    worker = replace(therapist, via=Via.WORKER)
    with acting(worker, Action.RECORDING_PROCESS) as work:
        client = work.get(TherapistClient, client_id)
        appointment = TherapistSession(
            therapist_id=therapist.user_id,
            therapist_client_id=client_id,
            starts_at=starts_at or now(),
            session_type=client.session_type,
        )
        work.add(appointment)
        recording = Recording(
            therapist_id=therapist.user_id,
            session_id=f"session-{appointment.id}",
            therapist_client_id=client_id,
            therapist_session_id=appointment.id,
            state=RecordingState.PROCESSING if state is RecordingState.DONE else state,
            stage=Stage.WAITING,
            seconds_received=12.0,
        )
        work.add(recording)
    if state is RecordingState.DONE:
        stored.add_transcript(worker, recording.id, spoken(lines))
        summary = summaries.summarise(*stored.utterances(worker, recording.id))
        stored.finish(worker, recording.id, summary, summaries.AUTHOR)
    return recording.id


def spoken(lines: Lines) -> Transcription:
    """Half a second a word, half a second between turns."""
    turns, at = [], 0.5
    for who, text in lines:
        words = []
        for word in text.split():
            words.append(Word(word, at, round(at + 0.4, 3), 0.9))
            at = round(at + 0.5, 3)
        turns.append(Turn(who, words[0].start, words[-1].end, text, tuple(words)))
        at = round(at + 0.5, 3)
    return Transcription("en", at, tuple(turns))


def change(recording_id: int, **columns: object) -> None:
    """Columns of a recording that no service lets a person set."""
    with sessions()() as session, session.begin():
        session.execute(update(Recording).where(Recording.id == recording_id).values(**columns))
