"""Reading a note: with everything that its page shows, its versions, and what differs between them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from models.note import Note, NoteStep, NoteVersion
from models.user import Supervision
from services.access import Action, Actor, Work, acting
from services.errors import NotFound
from services.notes import citing, signing, standing, stored, wording
from services.notes.content import Level, NoteContent


@dataclass(frozen=True)
class Version:
    """What happened to a note: one step of one person, or of a drafter."""

    version: int
    step: NoteStep
    author_id: int | None  # None: a drafter
    author: str
    comment: str
    at: dt.datetime
    changed_at: dt.datetime


def read(actor: Actor, note_id: int) -> dict[str, Any]:
    """The note as its page takes it, values for JSON; times in ISO 8601, UTC. `revision` goes back with every change,
    `can_…` say what the actor may do about it now. Evidence from documents: see `citing.shown`. Raises NotFound."""
    with acting(actor, Action.NOTE_READ) as work:
        note = work.get(Note, note_id)
        rows = list(stored.versions(work, note))
        content = stored.content_of(rows[-1])
        levels = [one.level for one in content.statements()]
        return {
            "id": note.id,
            "recording_id": note.recording_id,
            "client_id": note.therapist_client_id,
            "state": note.state.value,
            "version": note.version,
            "revision": note.revision,
            "title": content.title,
            "instruction": {
                "type": note.instruction_type,
                "id": note.instruction_id,
                "version": note.instruction_version,
            },
            "created_at": note.created_at.isoformat(),
            "updated_at": note.updated_at.isoformat(),
            **_said(content),
            "sections": citing.shown(work, note, content),
            "documents": citing.drawn_on(work, note, content),
            "to_check": levels.count(Level.CHECK),
            "contradicted": levels.count(Level.CONTRADICTED),
            "signatures": _signatures(rows),
            "addenda": _told(rows, NoteStep.ADDENDUM),
            "returned": next(iter(_told(rows, NoteStep.RETURNED)[-1:]), None),
            "reopened": next(iter(_told(rows, NoteStep.REOPENED)[-1:]), None),
            "comments": _comments(rows),
            **asdict(standing.rights(work, note, rows)),
            "is_cover": actor.user_id != note.therapist_id and not _supervises(work, note),
        }


def versions(actor: Actor, note_id: int) -> list[Version]:
    """Every step of a note, newest first."""
    with acting(actor, Action.NOTE_READ) as work:
        note = work.get(Note, note_id)
        work.detail("versions")
        return [described(row) for row in reversed(stored.versions(work, note))]


def version(actor: Actor, note_id: int, number: int) -> NoteContent:
    """What the note said in one of its versions. Raises NotFound."""
    with acting(actor, Action.NOTE_READ) as work:
        note = work.get(Note, note_id)
        work.detail(f"version={number}")
        return _numbered(work, note, number)


def differences(actor: Actor, note_id: int, a: int, b: int) -> tuple[wording.SectionChange, ...]:
    """What version `b` changed against version `a`, by section, statement and word. Raises NotFound."""
    with acting(actor, Action.NOTE_READ) as work:
        note = work.get(Note, note_id)
        work.detail(f"versions={a},{b}")
        return wording.differences(_numbered(work, note, a), _numbered(work, note, b))


def described(row: NoteVersion) -> Version:
    comment = stored.comment_of(row)
    return Version(
        version=row.version,
        step=row.step,
        author_id=row.author_id,
        author=row.author_name,
        comment=comment["text"],
        at=row.created_at,
        changed_at=row.updated_at,
    )


def _numbered(work: Work, note: Note, number: int) -> NoteContent:
    for row in stored.versions(work, note):
        if row.version == number:
            return stored.content_of(row)
    raise NotFound("This note has no such version.")


def _said(content: NoteContent) -> dict[str, Any]:
    return {
        "risk": [asdict(mention) for mention in content.risk],
        "hints": [asdict(hint) for hint in content.hints],
        "asked": [asdict(question) for question in content.asked],
        "drafter": content.drafter,
        "quotes_only": content.quotes_only,
        "parts": content.parts,
        "notice": content.notice,
        "goals": list(content.goals),
    }


def _signatures(rows: Sequence[NoteVersion]) -> list[dict[str, Any]]:
    """Oldest first. `is_current`: of what the note says now, not of what it said before it was reopened or
    returned."""
    undone = max(
        (r.version for r in rows if r.step in (NoteStep.REOPENED, NoteStep.RETURNED)), default=0
    )
    return [
        {
            "kind": row.step.value,
            "by": row.author_name,
            "user_id": row.author_id,
            "at": row.created_at.isoformat(),
            "sha256": row.content_sha256,
            "holds": signing.holds(row),
            "version": row.version,
            "is_current": row.version > undone,
        }
        for row in rows
        if row.step in (NoteStep.SIGNED, NoteStep.COUNTERSIGNED)
    ]


def _told(rows: Sequence[NoteVersion], step: NoteStep) -> list[dict[str, Any]]:
    return [
        {
            "text": stored.comment_of(row)["text"],
            "by": row.author_name,
            "at": row.created_at.isoformat(),
            "version": row.version,
        }
        for row in rows
        if row.step is step
    ]


def _comments(rows: Sequence[NoteVersion]) -> list[dict[str, Any]]:
    """At statements, of the last return; `is_open` until the note is signed again."""
    returns = [row for row in rows if row.step is NoteStep.RETURNED]
    if not returns:
        return []
    last = returns[-1]
    is_open = not any(row.step is NoteStep.SIGNED for row in rows if row.version > last.version)
    return [
        {
            "statement": statement,
            "text": text,
            "by": last.author_name,
            "at": last.created_at.isoformat(),
            "is_open": is_open,
        }
        for statement, text in stored.comment_of(last)["statements"].items()
    ]


def _supervises(work: Work, note: Note) -> bool:
    mine = Supervision.supervisor_id == work.actor.user_id
    statement = select(Supervision).where(mine, Supervision.therapist_id == note.therapist_id)
    return work.session.scalars(statement).first() is not None
