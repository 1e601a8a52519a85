"""Beginning a recording in a browser, and what that browser needs to find its unsent chunks again."""

import base64
import datetime as dt
import secrets
import uuid
from dataclasses import dataclass, field

from models.base import now
from models.client import SessionType, TherapistClient, TherapistSession
from models.recording import RecorderKey, Recording, RecordingState, Stage
from services import encryption
from services.access import Action, Actor, Work, acting
from services.errors import Invalid, NotFound
from services.instructions import catalogue
from services.recordings import consent, lifecycle
from services.recordings.expected_speakers import expected_speakers

KEY = 32  # bytes: AES-256
# Types of the catalogue that one session alone is not drafted as: they sum up several, or are for somebody else.
NOT_OF_A_SESSION = frozenset(
    "treatment_plan_review discharge_summary contact_note supervision_note client_summary letter".split()
)
# What a note of a session may be drafted as, the default first.
NOTE_FORMATS = tuple(kind for kind in catalogue.types() if kind not in NOT_OF_A_SESSION)


@dataclass(frozen=True)
class Begun:
    recording_id: int
    session_id: str
    key: str = field(repr=False)  # Base64
    started_at: dt.datetime


@dataclass(frozen=True)
class Recoverable:
    """A recording as its browser needs it to decrypt and send what it still holds."""

    recording_id: int
    session_id: str
    key: str = field(repr=False)  # Base64
    state: RecordingState
    next_sequence: int  # after the last one that arrived
    missing: tuple[int, ...]
    client: str = field(repr=False)
    therapist_id: int
    client_id: int


def begin(
    actor: Actor,
    client_id: int,
    *,
    session_type: SessionType,
    is_telehealth: bool,
    note_format: str | None,
) -> Begun:
    """A recording that awaits its first chunk, with its appointment and its browser's key.
    Raises Conflict without consent, NotFound, Invalid."""
    with acting(actor, Action.RECORDING_BEGIN) as work:
        client = work.get(TherapistClient, client_id)
        consent.to_record(client)
        if note_format is not None and note_format not in NOTE_FORMATS:
            raise Invalid(f"A note is one of: {', '.join(NOTE_FORMATS)}.")
        recording = _recording(work, client, session_type, is_telehealth)
        recording.note_format = note_format
        work.add(recording)
        row = RecorderKey(therapist_id=client.therapist_id, recording_id=recording.id)
        key = base64.b64encode(secrets.token_bytes(KEY)).decode()
        row.key = encryption.seal(row, "key", key)
        work.add(row)
        return Begun(recording.id, recording.session_id, key, recording.created_at)


def recover(actor: Actor, recording_id: int) -> Recoverable:
    """For the browser that made the recording, also after its end. Every reading of the key is logged.
    Raises NotFound, also for a recording that was not made in a browser."""
    with acting(actor, Action.RECORDING_RECOVER) as work:
        recording = work.get(Recording, recording_id)
        client = work.get(TherapistClient, recording.therapist_client_id)
        key = work.session.scalars(
            work.visible(RecorderKey).where(RecorderKey.recording_id == recording_id)
        ).first()
        if key is None:
            raise NotFound("This recording was not made in a browser.")
        return Recoverable(
            recording_id=recording.id,
            session_id=recording.session_id,
            key=encryption.unseal(key, "key"),
            state=recording.state,
            next_sequence=max(lifecycle.sequences(work, recording), default=-1) + 1,
            missing=lifecycle.missing(work, recording),
            client=encryption.unseal(client, "name"),
            therapist_id=recording.therapist_id,
            client_id=client.id,
        )


def _recording(
    work: Work, client: TherapistClient, session_type: SessionType, is_telehealth: bool
) -> Recording:
    started = now()
    appointment = TherapistSession(
        therapist_id=client.therapist_id,
        therapist_client_id=client.id,
        starts_at=started,
        session_type=session_type,
        is_telehealth=is_telehealth,
    )
    work.session.add(appointment)
    work.session.flush()
    return Recording(
        therapist_id=client.therapist_id,
        session_id=str(uuid.uuid4()),
        therapist_client_id=client.id,
        therapist_session_id=appointment.id,
        client_user_id=client.client_user_id,
        language=client.language,
        speakers=expected_speakers(session_type, client.participants),
        state=RecordingState.RECEIVING,
        stage=Stage.WAITING,
        seconds_received=0.0,
        created_at=started,
    )
