"""The contract's *Transcript*: what was said in a session as one string, and its summary."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select

from models.base import now
from models.client import TherapistClient
from models.note import Note, NoteState
from models.recording import Recording
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services import corrections, encryption
from services.access import Action, Actor, Work, acting
from services.contract import appointments, rewriting, sealed_fields, versions
from services.errors import Conflict, NotFound

Table = TherapistSessionTranscript
History = TherapistSessionTranscriptHistory


@dataclass(frozen=True)
class TranscriptRow:
    """The two texts are ciphertext as stored, or clear text if that was asked for."""

    id: int
    transcript: str = field(repr=False)
    transcript_summary: str = field(repr=False)
    date: dt.datetime
    update_timestamp: dt.datetime | None
    therapist_session_id: int
    version: str


def read(actor: Actor, transcript_id: int, *, clear: bool = False) -> TranscriptRow:
    """Raises NotFound."""
    with acting(actor, Action.TRANSCRIPT_READ) as work:
        row = work.get(Table, transcript_id)
        work.detail("clear" if clear else "ciphertext")
        return _row(row, clear)


def search(
    actor: Actor, client_user_id: int, client_id: int, *, clear: bool = False
) -> list[TranscriptRow]:
    """Of one client, newest session first; empty for a client who has none or is not the actor's."""
    with acting(actor, Action.TRANSCRIPT_READ) as work:
        found = (
            work.visible(Table)
            .join(TherapistClient, TherapistClient.id == Table.therapist_client_id)
            .join(Recording, Recording.id == Table.recording_id)
            .where(
                Table.therapist_client_id == client_id,
                or_(
                    Recording.client_user_id == client_user_id,
                    TherapistClient.client_user_id == client_user_id,
                ),
            )
        )
        rows = work.rows(found.order_by(Table.date.desc(), Table.id.desc()))
        work.detail("clear" if clear else "ciphertext")
        return [_row(row, clear) for row in rows]


def texts(actor: Actor, recording_ids: list[int]) -> list[str]:
    """The transcripts of recordings in clear, in the order given. Raises NotFound."""
    with acting(actor, Action.TRANSCRIPT_READ) as work:
        work.detail("clear")
        found = []
        for ident in recording_ids:
            work.get(Recording, ident)
            found_row = work.visible(Table).where(Table.recording_id == ident)
            row = work.session.scalars(found_row).first()
            if row is None:
                raise NotFound("This session has no transcript yet.")
            work.saw(row)
            found.append(encryption.unseal(row, "transcript"))
        return found


def update(
    actor: Actor,
    transcript_id: int,
    changes: Mapping[str, Any],
    *,
    if_match: str | None = None,
    clear: bool = False,
) -> TranscriptRow:
    """Sets the fields that `changes` names. A new summary is a new version of the session's history; what
    the machine heard stays readable. Raises NotFound, Stale, Invalid, Conflict for what does not change."""
    with acting(actor, Action.TRANSCRIPT_CORRECT) as work:
        row = _locked(work, transcript_id)
        versions.require(if_match, _row(row, clear=False).version)
        if changes.get("id") not in (None, row.id):
            raise Conflict("id of a transcript does not change. Leave it out.")
        if changes.get("transcript") is not None:
            _set_transcript(
                work, row, sealed_fields.plain(row, "transcript", changes["transcript"])
            )
        if changes.get("transcript_summary") is not None:
            given = changes["transcript_summary"]
            _set_summary(work, row, sealed_fields.plain(row, "transcript_summary", given))
        if changes.get("date") is not None:
            row.date = changes["date"]
        if changes.get("therapist_session_id") not in (None, row.therapist_session_id):
            recording = work.session.get_one(Recording, row.recording_id)
            appointments.move(work, recording, changes["therapist_session_id"])
        row.update_timestamp = now()
        work.detail(f"revision={row.revision} fields=" + "+".join(sorted(changes)))
        work.session.flush()
        return _row(row, clear)


def _locked(work: Work, transcript_id: int) -> Table:
    """The recording first, as whoever changes that or removes it all."""
    row = work.get(Table, transcript_id)
    work.session.get(Recording, row.recording_id, with_for_update=True)
    work.session.refresh(row, with_for_update=True)
    return row


def _require_unsigned(work: Work, row: Table) -> None:
    """What is signed points at utterances, and a text that is replaced has others."""
    signed = select(Note.id).where(
        Note.recording_id == row.recording_id,
        Note.state.in_((NoteState.SIGNED, NoteState.COUNTERSIGNED)),
    )
    if work.session.scalar(signed.limit(1)) is not None:
        raise Conflict(
            "A signed note rests on this transcript. Correct single lines on the session's page, or reopen the "
            "note with a reason before the text is replaced."
        )


def _set_transcript(work: Work, row: Table, text: str) -> None:
    """The utterances follow: the page, the notes and the player live by them."""
    text = " ".join(text.split())
    if text == encryption.unseal(row, "transcript"):
        return
    _require_unsigned(work, row)
    said, who = rewriting.rewritten(
        text,
        encryption.unseal_json(row, "utterances"),
        encryption.unseal_json(row, "speakers"),
        row.duration,
    )
    row.utterances = encryption.seal_json(row, "utterances", said)
    row.speakers = encryption.seal_json(row, "speakers", who)
    row.transcript = encryption.seal(row, "transcript", corrections.as_text(said, who))
    row.revision += 1


def _set_summary(work: Work, row: Table, text: str) -> None:
    if text == encryption.unseal(row, "transcript_summary"):
        return
    row.transcript_summary = encryption.seal(row, "transcript_summary", text)
    newest = work.session.scalar(
        select(func.max(History.version)).where(History.transcript_id == row.id)
    )
    recording = work.session.get_one(Recording, row.recording_id)
    version = History(
        therapist_id=row.therapist_id,
        transcript_id=row.id,
        therapist_client_id=row.therapist_client_id,
        therapist_session_id=row.therapist_session_id,
        client_user_id=recording.client_user_id,
        version=(newest or 0) + 1,
        author=f"user:{work.actor.user_id}",
        date=row.date,
    )
    version.transcript_summary = encryption.seal(version, "transcript_summary", text)
    work.add(version)


def _row(row: Table, clear: bool) -> TranscriptRow:
    def text(column: str) -> str:
        stored: str = getattr(row, column).stored
        return encryption.unseal(row, column) if clear else stored

    return TranscriptRow(
        id=row.id,
        transcript=text("transcript"),
        transcript_summary=text("transcript_summary"),
        date=row.date,
        update_timestamp=row.update_timestamp,
        therapist_session_id=row.therapist_session_id,
        version=versions.of(
            row.transcript, row.transcript_summary, row.date, row.therapist_session_id
        ),
    )
