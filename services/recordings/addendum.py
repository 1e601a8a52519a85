"""A spoken addendum: a short dictation after a session, which becomes a recording with a transcript of its own."""

import uuid

from models.base import now
from models.recording import Recording, RecordingState, Stage
from services.access import Action, Actor, acting
from services.recordings import lifecycle
from services.recordings.chunks import Chunk, add_chunk
from services.vault import new_spool

MOST_MB = 10  # five minutes of what browsers dictate: 16 kHz, 16 bit, one channel


def add_addendum(actor: Actor, recording_id: int, sound: bytes) -> int:
    """Stores a dictation (a whole audio file) about a session and queues it. Returns the new recording's id.
    Raises NotFound, Invalid for what is no sound; then nothing is left of it."""
    with acting(actor, Action.RECORDING_BEGIN) as work:
        about = work.get(Recording, recording_id)
        made = Recording(
            therapist_id=about.therapist_id,
            session_id=str(uuid.uuid4()),
            therapist_client_id=about.therapist_client_id,
            therapist_session_id=about.therapist_session_id,
            client_user_id=about.client_user_id,
            addendum_to=about.id,
            speakers=1,
            language=about.language,
            state=RecordingState.RECEIVING,
            stage=Stage.WAITING,
            seconds_received=0.0,
        )
        work.add(made)
    try:
        with new_spool() as spool:
            spool.write(sound)
            chunk = Chunk(
                therapist_id=made.therapist_id,
                client_id=made.therapist_client_id,
                session_id=made.session_id,
                is_last=True,
                filename="addendum.wav",
                content=spool,
                sequence=0,
            )
            return add_chunk(actor, chunk).recording_id
    except BaseException:
        _forget(actor, made.id)
        raise


def _forget(actor: Actor, recording_id: int) -> None:
    """What was begun for sound that could not be used; not what has sound, whatever went wrong behind that."""
    with acting(actor, Action.RECORDING_BEGIN) as work:
        recording = work.get(Recording, recording_id, lock=True)
        if not lifecycle.sequences(work, recording):
            recording.deleted_at = now()
