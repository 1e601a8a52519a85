"""What the tests of retention share: sessions with sound, their age, notes, policies, and the proofs of a purge."""

import datetime as dt

from sqlalchemy import func, select, update

from models.base import Base, now
from models.database import reading, sessions
from models.note import Note, NoteState
from models.recording import Recording
from models.retention import AudioKept, Purge, PurgedKind
from services import retention, vault
from services.access import Actor
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.services.written import change

PLAYED = "9/9/2026-11-24/playback.ogg"


def with_sound(alice: Actor, client_id: int) -> int:
    """A finished session that has chunks and a file to play."""
    recorder = Recorder.__new__(Recorder)
    recorder.actor, recorder.client_id = alice, client_id
    for sequence, chunk in enumerate(webm_chunks()):
        sent = recorder.send(chunk, sequence=sequence)
    vault.blobs().put(PLAYED, iter([b"OggS"]), "audio/ogg")
    change(
        sent.recording_id,
        state="done",
        stage="done",
        playback_path=PLAYED,
        playback_type="audio/ogg",
    )
    return sent.recording_id


def age(recording_id: int, days: int) -> None:
    change(recording_id, created_at=now() - dt.timedelta(days=days))


def count(model: type[Base]) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def purges() -> list[tuple[PurgedKind, int, str]]:
    with reading() as session:
        rows = session.scalars(select(Purge).order_by(Purge.id))
        return [(row.kind, row.subject_id, row.rule) for row in rows]


def set_policy(people: People, kept: AudioKept, days: int = 0, records: int | None = None) -> None:
    retention.change(people.adam, audio_kept=kept, audio_days=days, record_days=records)


def note(alice: Actor, client_id: int, recording_id: int, kind: str) -> int:
    with sessions()() as session, session.begin():
        recording = session.get_one(Recording, recording_id)
        note = Note(
            therapist_id=alice.user_id,
            recording_id=recording_id,
            therapist_client_id=client_id,
            therapist_session_id=recording.therapist_session_id,
            instruction_type=kind,
            instruction_version=1,
        )
        session.add(note)
        session.flush()
        return note.id


def sign(note_id: int) -> None:
    with sessions()() as session, session.begin():
        session.execute(update(Note).where(Note.id == note_id).values(state=NoteState.SIGNED))
