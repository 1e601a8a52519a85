"""A note in the database as a drafter would have left it, without any drafter."""

from dataclasses import replace

from models.note import NoteStep
from models.recording import Recording
from services import clients
from services.access import Action, Actor, acting
from services.notes import stored
from services.notes.content import (
    Evidence,
    Level,
    NoteContent,
    Reason,
    RiskMention,
    Section,
    Statement,
)
from tests.services.written import write_session

SLEPT = Statement("s1", "Client: “I slept better.”", "client", (Evidence((2,), "I slept better."),))
TRAM = Statement("s2", "The tram was late again.", "client", (Evidence((1,)),))
WRONG = Statement(
    "s3",
    "The client slept seven hours.",
    "client",
    (Evidence((2,)),),
    level=Level.CONTRADICTED,
    reasons=(Reason("number-not-found", "“seven hours” is not in the passage it cites."),),
)
SOAP = NoteContent(
    "soap",
    (
        Section("subjective", "Subjective", (SLEPT, TRAM)),
        Section("objective", "Objective", is_assessed=False),
        Section("plan", "Plan", is_assessed=False),
    ),
    drafter="extractive-1",
    quotes_only=True,
    title="SOAP note",
    transcript_revision=1,
)
CONTRADICTED = replace(
    SOAP, sections=(Section("subjective", "Subjective", (SLEPT, WRONG)), *SOAP.sections[1:])
)
RISKY = replace(SOAP, risk=(RiskMention("suicide", 1, 4.0, "late again"),))


def a_session(therapist: Actor, client_id: int | None = None) -> int:
    """The id of a recording with the transcript of tests/services/written.py."""
    client = client_id or clients.create_client(therapist, "Nora Feldt")
    return write_session(therapist, client)


def write_note(therapist: Actor, recording_id: int, content: NoteContent = SOAP) -> int:
    with acting(therapist, Action.NOTE_DRAFT) as work:
        recording = work.get(Recording, recording_id, lock=True)
        note = stored.begin(work, recording, content, (None, 1))
        stored.put(work, note, NoteStep.DRAFTED, content, author=None)
        return note.id


def a_note(therapist: Actor, content: NoteContent = SOAP) -> int:
    return write_note(therapist, a_session(therapist), content)
