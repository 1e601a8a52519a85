"""Notes as rows, within a transaction that the door opened: found, opened, given another version."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from models.base import now
from models.note import Note, NoteState, NoteStep, NoteVersion
from models.recording import Recording
from models.transcript import TherapistSessionTranscript
from services import encryption
from services.access import Actor, Work
from services.errors import NotFound, Stale
from services.notes import states
from services.notes.content import NoteContent, from_json, to_json

SITTING = dt.timedelta(minutes=15)  # edits of one person that are no further apart are one version


def find(work: Work, recording_id: int, instruction_type: str) -> Note | None:
    """The note of a recording in a format: there is one at most."""
    wanted = work.visible(Note).where(
        Note.recording_id == recording_id, Note.instruction_type == instruction_type
    )
    return work.session.scalars(wanted.order_by(Note.id)).first()


def versions(work: Work, note: Note) -> Sequence[NoteVersion]:
    """Oldest first."""
    return work.session.scalars(
        select(NoteVersion).where(NoteVersion.note_id == note.id).order_by(NoteVersion.version)
    ).all()


def newest(work: Work, note: Note) -> NoteVersion:
    return work.session.scalars(
        select(NoteVersion).where(
            NoteVersion.note_id == note.id, NoteVersion.version == note.version
        )
    ).one()


def content_of(version: NoteVersion) -> NoteContent:
    return from_json(encryption.unseal_json(version, "content"))


def comment_of(version: NoteVersion) -> dict[str, Any]:
    """{"text": ..., "statements": {id: text}} of a return; {"text"} of a reopening or an addendum."""
    if version.comment is None:
        return {"text": "", "statements": {}}
    return {"text": "", "statements": {}} | dict(encryption.unseal_json(version, "comment"))


def fingerprint(value: Any) -> str:
    """SHA-256 over canonical JSON: keys sorted, no blanks, UTF-8. Taken of what is stored, so that a field which a
    later release adds does not change it."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seen(work: Work, note: Note, revision: int) -> None:
    """Raises Stale when somebody else changed the note after `revision`. One's own edits, in another page or on
    the way, are no reason: they are by statement."""
    if not 1 <= revision <= note.revision:
        raise Stale("This note is not the one that you opened. Nothing was changed; load it again.")
    later = work.session.execute(
        select(NoteVersion.author_id, NoteVersion.author_name, NoteVersion.step).where(
            NoteVersion.note_id == note.id, NoteVersion.revision > revision
        )
    ).all()
    for author_id, name, step in later:
        if author_id != work.actor.user_id or step is not NoteStep.EDITED:
            who = "You have" if author_id == work.actor.user_id else f"{name} has"
            raise Stale(
                f"{who} changed this note since you opened it. Nothing of this change was saved; "
                "load the note again."
            )


def exactly(note: Note, revision: int) -> None:
    """For a signature, which holds for what was read. Raises Stale."""
    if note.revision != revision:
        raise Stale(
            "This note changed since you opened it. Nothing was done; load it again and read it."
        )


def begin(
    work: Work, recording: Recording, content: NoteContent, variant: tuple[int | None, int]
) -> Note:
    """A new note with its first version. `variant` is the id (None: built in) and version of its instruction."""
    note = Note(
        therapist_id=recording.therapist_id,
        recording_id=recording.id,
        therapist_client_id=recording.therapist_client_id,
        therapist_session_id=recording.therapist_session_id,
        instruction_type=content.instruction_type,
        instruction_id=variant[0],
        instruction_version=variant[1],
        state=NoteState.DRAFT,
        version=0,
        revision=0,
    )
    work.add(note)
    return note


def put(
    work: Work,
    note: Note,
    step: NoteStep,
    content: NoteContent,
    *,
    author: Actor | None,
    comment: dict[str, Any] | None = None,
) -> NoteVersion:
    """The step as a version, or as a change of the newest one within a sitting; the note's state follows.
    Raises Conflict when the state does not allow it. The note must be locked."""
    note.state = states.after(note.state, step)
    note.revision += 1
    row = _sitting(work, note, step, author)
    if row is None:
        note.version += 1
        row = NoteVersion(
            therapist_id=note.therapist_id,
            note_id=note.id,
            version=note.version,
            step=step,
            author_id=author.user_id if author else None,
            author_name=author.name if author else content.drafter[:120],
            tokens_in=content.tokens_in if author is None else None,
            tokens_out=content.tokens_out if author is None else None,
        )
    stored = to_json(content)
    row.content = encryption.seal_json(row, "content", stored)
    if comment is not None:
        row.comment = encryption.seal_json(row, "comment", comment)
    if step in (NoteStep.SIGNED, NoteStep.COUNTERSIGNED):
        row.content_sha256 = fingerprint(encryption.unseal_json(row, "content"))
    row.revision, row.updated_at = note.revision, now()
    note.mentions_risk = bool(content.risk)
    note.updated_at = row.updated_at
    work.session.add(row)
    work.session.flush()
    work.detail(f"version={note.version},step={step.value}")
    return row


def remark(work: Work, note: Note, content: NoteContent) -> int:
    """Other marks for what the newest version says, which nobody wrote and which make no version; the new revision.
    The note must be locked and open."""
    row = newest(work, note)
    assert row.content_sha256 is None  # what was signed is never touched
    note.revision += 1
    row.content = encryption.seal_json(row, "content", to_json(content))
    row.revision = note.revision
    note.mentions_risk = bool(content.risk)
    work.session.flush()
    work.detail(f"version={note.version},marks")
    return note.revision


def _sitting(work: Work, note: Note, step: NoteStep, author: Actor | None) -> NoteVersion | None:
    """The newest version, where an edit goes on with it."""
    if step is not NoteStep.EDITED or author is None or note.version == 0:
        return None
    row = newest(work, note)
    same = row.step is NoteStep.EDITED and row.author_id == author.user_id
    return row if same and now() - row.updated_at <= SITTING else None


def transcript(
    work: Work, recording_id: int
) -> tuple[TherapistSessionTranscript, list[dict[str, Any]], list[dict[str, Any]]]:
    """(row, utterances, speakers). Raises NotFound while there is none."""
    row = work.session.scalars(
        work.visible(TherapistSessionTranscript).where(
            TherapistSessionTranscript.recording_id == recording_id
        )
    ).first()
    if row is None:
        raise NotFound("This session has no transcript yet, so there is nothing to draft from.")
    work.saw(row)
    said = encryption.unseal_json(row, "utterances")
    return row, said, encryption.unseal_json(row, "speakers")
