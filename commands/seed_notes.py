"""Notes of the demo's sessions in every state of their life, so that each page has something to show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from models.base import now
from models.client import TherapistSession
from models.note import Note, NoteStep
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services import grants, notes
from services.access import Action, Actor, Work, acting
from services.notes import stored

COUNTERSIGNED, SIGNED = 40, 10  # days ago from which a note is so
RETURNED = 24  # the note of this session came back
OBSERVED = "Calm, good eye contact, speech at an even pace."  # what no transcript shows
COMMENT = "Please say what was agreed for the next two weeks."


@dataclass(frozen=True)
class Seeded:
    """A session of the demo: whose, and by how many days it is past."""

    actor: Actor
    recording_id: int
    days_ago: int


def make_notes(seeded: Sequence[Seeded], supervisor: Actor) -> None:
    """Drafts for the newest sessions, signed and countersigned notes for older ones, one that was returned."""
    for session in seeded:
        note_id = notes.draft_for_worker(session.actor, session.recording_id)
        if note_id is None or session.days_ago < SIGNED:
            continue
        _observe(session.actor, note_id)
        notes.sign(session.actor, note_id, revision=_revision(session.actor, note_id))
        if session.days_ago == RETURNED:
            revision = _revision(supervisor, note_id)
            notes.return_to_author(supervisor, note_id, COMMENT, revision=revision)
        elif session.days_ago >= COUNTERSIGNED:
            notes.countersign(supervisor, note_id, revision=_revision(supervisor, note_id))
        _dated(session, note_id)


def make_cover(administrator: Actor, client_id: int, colleague: Actor) -> None:
    """A colleague who covers for a week."""
    grants.give(administrator, client_id, colleague.user_id, now() + dt.timedelta(days=7))


def _observe(actor: Actor, note_id: int) -> None:
    """As a therapist would before signing: adds what was seen, answers what is flagged."""
    note = notes.read(actor, note_id)
    empty = next((s["key"] for s in note["sections"] if not s["is_assessed"]), None)
    if empty is not None:
        notes.add_statement(actor, note_id, empty, OBSERVED, revision=note["revision"])
    for section in note["sections"]:
        for statement in section["statements"]:
            if statement["level"] == "contradicted":
                revision = _revision(actor, note_id)
                notes.keep_as_own(actor, note_id, statement["id"], revision=revision)


def _revision(actor: Actor, note_id: int) -> int:
    return int(notes.read(actor, note_id)["revision"])


def _dated(session: Seeded, note_id: int) -> None:
    """The steps on the days on which they would have been taken."""
    with acting(session.actor, Action.NOTE_EDIT) as work:
        note = work.get(Note, note_id, lock=True)
        starts_at = work.session.get_one(TherapistSession, note.therapist_session_id).starts_at
        after = {NoteStep.DRAFTED: 1, NoteStep.EDITED: 2, NoteStep.SIGNED: 3}  # hours
        for row in stored.versions(work, note):
            at = min(starts_at + dt.timedelta(hours=after.get(row.step, 48)), now())
            row.created_at = row.updated_at = at
            if row.step is NoteStep.SIGNED:
                note.signed_at = at if note.signed_at is not None else None
                _summary(work, session).created_at = at


def _summary(work: Work, session: Seeded) -> TherapistSessionTranscriptHistory:
    """The version of the session's summary that signing made: the newest."""
    transcript = TherapistSessionTranscript
    rows = work.session.scalars(
        select(TherapistSessionTranscriptHistory)
        .join(transcript, transcript.id == TherapistSessionTranscriptHistory.transcript_id)
        .where(transcript.recording_id == session.recording_id)
        .order_by(TherapistSessionTranscriptHistory.version)
    )
    return rows.all()[-1]
