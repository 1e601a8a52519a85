"""A finished session of Alice's with Clara, as the contract's operations meet it: audio, transcript, history."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update

from models.client import TherapistClient
from models.database import sessions
from models.recording import AudioBlob, Recording
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from models.user import Role
from services import clients, encryption, vault
from services.access import Actor
from tests.people import People, enrol
from tests.services.written import write_session

FILENAME = "Clara Winter 24 Nov.wav"
SAID = "Speaker 1: Good morning Nora. How was the week? Speaker 2: The tram was late again. I slept better."
DAY = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


@dataclass
class Rows:
    people: People
    clara: Actor  # the client, with an account of her own
    client_id: int
    recording_id: int
    appointment_id: int
    blob_id: int
    transcript_id: int
    history_id: int


def write_rows(people: People) -> Rows:
    """The database of the test must be empty but for `people`."""
    clara = enrol("clara", Role.CLIENT)
    client_id = clients.create_client(people.alice, "Clara Winter")
    with sessions()() as session, session.begin():
        mine = TherapistClient.id == client_id
        session.execute(update(TherapistClient).where(mine).values(client_user_id=clara.user_id))
    recording_id = write_session(people.alice, client_id, starts_at=DAY)
    blob_id = write_blob(people.alice, client_id, recording_id)
    with sessions()() as session:
        recording = session.get_one(Recording, recording_id)
        transcript = session.scalars(
            select(TherapistSessionTranscript).where(
                TherapistSessionTranscript.recording_id == recording_id
            )
        ).one()
        history = session.scalars(
            select(TherapistSessionTranscriptHistory).where(
                TherapistSessionTranscriptHistory.transcript_id == transcript.id
            )
        ).one()
        return Rows(
            people,
            clara,
            client_id,
            recording_id,
            recording.therapist_session_id,
            blob_id,
            transcript.id,
            history.id,
        )


def write_blob(
    therapist: Actor,
    client_id: int,
    recording_id: int,
    *,
    day: str = "2026-11-24",
    sequence: int = 0,
) -> int:
    """A stored piece of a recording; its sound is four bytes."""
    path = f"{therapist.user_id}/{client_id}/{day}/audio-{recording_id}-{sequence}.wav"
    blob = AudioBlob(
        therapist_id=therapist.user_id, recording_id=recording_id, sequence=sequence, path=path,
        content_type="audio/wav", sha256="0" * 64, size=4, starts_container=True, seconds=12.0,
        is_last=True,
    )  # fmt: skip
    blob.filename = encryption.seal(blob, "filename", FILENAME)
    with sessions()() as session, session.begin():
        session.add(blob)
    vault.blobs().put(path, iter([b"RIFF"]), "audio/wav")
    return blob.id
