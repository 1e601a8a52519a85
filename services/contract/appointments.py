"""Moving a recording, with all that was made of it, to another appointment of the same client."""

from sqlalchemy import select, update

from models.client import TherapistSession
from models.note import Note
from models.recording import Recording
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services.access import Work
from services.errors import NotFound


def of_client(work: Work, ident: int, client_id: int) -> TherapistSession:
    """An appointment of this client. Raises NotFound, for another client's as well."""
    appointment = work.get(TherapistSession, ident)
    if appointment.therapist_client_id != client_id:
        raise NotFound("No such session of this client.")
    return appointment


def move(work: Work, recording: Recording, ident: int) -> None:
    """Raises NotFound."""
    of_client(work, ident, recording.therapist_client_id)
    recording.therapist_session_id = ident
    transcripts = select(TherapistSessionTranscript.id).where(
        TherapistSessionTranscript.recording_id == recording.id
    )
    history = TherapistSessionTranscriptHistory
    # in the order in which everybody takes their locks: recording, note, transcript, history
    for statement in (
        update(Note).where(Note.recording_id == recording.id),
        update(TherapistSessionTranscript).where(
            TherapistSessionTranscript.recording_id == recording.id
        ),
        update(history).where(history.transcript_id.in_(transcripts)),
    ):
        work.session.execute(statement.values(therapist_session_id=ident))
