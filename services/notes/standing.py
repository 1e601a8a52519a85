"""Where a session's notes stand and what may be done about each, without what they say."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import load_only

from models.note import Note, NoteState, NoteStep, NoteVersion
from services.access import Action, Actor, Work, acting
from services.notes import signing, states, stored


@dataclass(frozen=True)
class Rights:
    """What the actor may do about a note now: their role, its state, and whose hand is in it."""

    can_edit: bool
    can_sign: bool
    can_draft: bool
    can_add: bool
    can_reopen: bool
    can_return: bool
    can_countersign: bool


@dataclass(frozen=True)
class Standing(Rights):
    id: int
    recording_id: int
    instruction_type: str
    state: NoteState
    version: int
    revision: int
    updated_at: dt.datetime
    is_empty: bool  # drafted, and without a statement


def of_session(actor: Actor, recording_id: int) -> list[Standing]:
    """The notes of a recording that the actor may see, oldest first. Of a draft that no hand has touched the words
    are opened to see whether there are any; none is returned."""
    with acting(actor, Action.NOTE_LIST) as work:
        wanted = work.visible(Note).where(Note.recording_id == recording_id)
        return [_standing(work, note) for note in work.rows(wanted.order_by(Note.id))]


def rights(work: Work, note: Note, rows: Sequence[NoteVersion]) -> Rights:
    """`rows`: all versions of the note."""

    def may(action: Action, step: NoteStep) -> bool:
        return work.actor.may(action) and states.allows(note.state, step)

    signers = {row.author_id for row in rows if row.step is NoteStep.SIGNED}
    return Rights(
        can_edit=may(Action.NOTE_EDIT, NoteStep.EDITED),
        can_sign=may(Action.NOTE_SIGN, NoteStep.SIGNED)
        and signing.may_sign(note, rows, work.actor.user_id),
        can_draft=may(Action.NOTE_DRAFT, NoteStep.DRAFTED) and not signers,
        can_add=may(Action.NOTE_ADD, NoteStep.ADDENDUM),
        can_reopen=may(Action.NOTE_REOPEN, NoteStep.REOPENED)
        and signing.may_reopen(note, rows, work.actor.user_id),
        can_return=may(Action.NOTE_RETURN, NoteStep.RETURNED),
        can_countersign=may(Action.NOTE_COUNTERSIGN, NoteStep.COUNTERSIGNED)
        and work.actor.user_id not in signers,
    )


def _standing(work: Work, note: Note) -> Standing:
    steps = load_only(
        NoteVersion.note_id, NoteVersion.version, NoteVersion.step, NoteVersion.author_id
    )
    rows = work.session.scalars(
        select(NoteVersion)
        .where(NoteVersion.note_id == note.id)
        .order_by(NoteVersion.version)
        .options(steps)
    ).all()
    return Standing(
        **vars(rights(work, note, rows)),
        id=note.id,
        recording_id=note.recording_id,
        instruction_type=note.instruction_type,
        state=note.state,
        version=note.version,
        revision=note.revision,
        updated_at=note.updated_at,
        is_empty=rows[-1].step is NoteStep.DRAFTED
        and not stored.content_of(stored.newest(work, note)).statements(),
    )
