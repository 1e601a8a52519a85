"""Psychotherapy (process) notes, 45 CFR 164.501: their author's alone.

Nobody else sees them: no supervisor, no cover, no administrator, no integration. Nothing drafts from them, nothing
exports them, and they are no part of the client's record here. They are opened in the dashboard only.
"""

import datetime as dt
from dataclasses import dataclass

from models.base import now
from models.client import TherapistClient
from models.note import ProcessNote
from services import encryption
from services.access import Action, Actor, Via, Work, acting
from services.errors import Invalid, NotAllowed, Stale

LONGEST = 20_000  # characters


@dataclass(frozen=True, repr=False)
class Private:
    """One note; its text is not printed by accident."""

    id: int
    client_id: int
    text: str
    created_at: dt.datetime
    updated_at: dt.datetime


def list_process_notes(actor: Actor, client_id: int) -> list[Private]:
    """The actor's own about a client they may see, newest first."""
    with acting(actor, Action.PROCESS_NOTE_READ) as work:
        _in_the_dashboard(work)
        work.get(TherapistClient, client_id)
        wanted = work.visible(ProcessNote).where(ProcessNote.therapist_client_id == client_id)
        return [_opened(row) for row in work.rows(wanted.order_by(ProcessNote.id.desc()))]


def write(actor: Actor, client_id: int, text: str) -> int:
    """A new note; its id."""
    with acting(actor, Action.PROCESS_NOTE_WRITE) as work:
        _in_the_dashboard(work)
        client = work.get(TherapistClient, client_id)
        at = now()
        row = ProcessNote(
            author_id=actor.user_id, therapist_client_id=client.id, created_at=at, updated_at=at
        )
        row.content = encryption.seal(row, "content", _text(text))
        work.add(row)
        return row.id


def change(actor: Actor, process_note_id: int, text: str, *, seen: dt.datetime) -> None:
    """Other words. `seen` is the `updated_at` that the editor was shown. Raises Stale when another page of the
    author's saved meanwhile."""
    with acting(actor, Action.PROCESS_NOTE_WRITE) as work:
        _in_the_dashboard(work)
        row = work.get(ProcessNote, process_note_id, lock=True)
        if row.updated_at != seen:
            raise Stale(
                "You saved this note in another page meanwhile. Copy your words, load the page again "
                "and put them in."
            )
        row.content = encryption.seal(row, "content", _text(text))
        row.updated_at = now()


def remove(actor: Actor, process_note_id: int) -> None:
    """Hides the note; the purge removes it when its grace is over (services/retention/deleting.py)."""
    with acting(actor, Action.PROCESS_NOTE_WRITE) as work:
        _in_the_dashboard(work)
        work.get(ProcessNote, process_note_id, lock=True).deleted_at = now()


def _in_the_dashboard(work: Work) -> None:
    if work.actor.via is not Via.DASHBOARD:
        raise NotAllowed("Process notes are opened by their author in the dashboard only.")


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid("There is nothing to save yet.")
    if len(text) > LONGEST:
        raise Invalid(f"A process note may have {LONGEST:,} characters.")
    return text


def _opened(row: ProcessNote) -> Private:
    return Private(
        id=row.id,
        client_id=row.therapist_client_id,
        text=encryption.unseal(row, "content"),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
