"""One client over time: each session with its summaries and notes, every version of them, and what changed.

Who did what comes from the versions themselves: they are part of the record. Who merely looked is in the access log.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from models.client import Consent, TherapistClient, TherapistSession
from models.note import Note, NoteState, NoteVersion
from models.recording import Recording
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from models.user import User
from services import encryption
from services.access import Action, Actor, Work, acting
from services.errors import NotFound
from services.notes import stored, wording
from services.notes.reading import Version, described
from services.notes.wording import Piece, SectionChange

PAGE = 5  # sessions of one page
BY_HAND = "user:"  # how a summary's author begins when it is a person


@dataclass(frozen=True)
class NoteOf:
    id: int
    instruction_type: str
    state: NoteState
    mentions_risk: bool
    versions: tuple[Version, ...]  # newest first


@dataclass(frozen=True)
class Summary:
    """A version of a session's summary; its text is read by `summary_change`."""

    id: int
    version: int
    author: str  # a person's name, or a drafter's
    is_by_hand: bool
    at: dt.datetime


@dataclass(frozen=True)
class SessionOf:
    recording_id: int
    number: int  # among the client's sessions, from 1
    starts_at: dt.datetime
    notes: tuple[NoteOf, ...]
    summaries: tuple[Summary, ...]  # newest first


@dataclass(frozen=True)
class Timeline:
    client_id: int
    client: str
    therapist_id: int
    since: dt.datetime
    consent: Consent
    consent_at: dt.datetime | None
    sessions: tuple[SessionOf, ...]  # newest first, PAGE at a time
    total: int


def read_history(actor: Actor, client_id: int, *, page: int = 0) -> Timeline:
    """The sessions of a client with what was written about them; what was dictated about one is no session of its
    own. Raises NotFound."""
    with acting(actor, Action.HISTORY_READ) as work:
        client = work.get(TherapistClient, client_id)
        wanted = (
            work.visible(Recording)
            .join(TherapistSession, TherapistSession.id == Recording.therapist_session_id)
            .where(Recording.therapist_client_id == client_id, Recording.addendum_to.is_(None))
        )
        count = wanted.with_only_columns(func.count(), maintain_column_froms=True)
        total = work.session.scalar(count) or 0
        first = max(page, 0) * PAGE
        newest = wanted.order_by(TherapistSession.starts_at.desc(), Recording.id.desc())
        rows = work.rows(newest.limit(PAGE).offset(first))
        return Timeline(
            client_id=client.id,
            client=encryption.unseal(client, "name"),
            therapist_id=client.therapist_id,
            since=client.created_at,
            consent=client.consent,
            consent_at=client.consent_at,
            sessions=_sessions(work, rows, total - first),
            total=total,
        )


def change_since_session_before(actor: Actor, note_id: int) -> tuple[SectionChange, ...] | None:
    """The note against the one in the same format of the session before; None where there is none. Raises
    NotFound."""
    with acting(actor, Action.HISTORY_READ) as work:
        note = work.get(Note, note_id)
        appointment = work.session.get_one(TherapistSession, note.therapist_session_id)
        before = work.session.scalars(
            work.visible(Note)
            .join(TherapistSession, TherapistSession.id == Note.therapist_session_id)
            .where(
                Note.therapist_client_id == note.therapist_client_id,
                Note.instruction_type == note.instruction_type,
                Note.recording_id != note.recording_id,
                TherapistSession.starts_at < appointment.starts_at,
            )
            .order_by(TherapistSession.starts_at.desc())
            .limit(1)
        ).first()
        if before is None:
            return None
        work.saw(before)
        older, newer = (stored.content_of(stored.newest(work, one)) for one in (before, note))
        return wording.between_sessions(older, newer)


def change_of_version(actor: Actor, note_id: int, version: int) -> tuple[SectionChange, ...]:
    """What one version of a note changed against the version before it; the first against nothing. Raises
    NotFound."""
    with acting(actor, Action.HISTORY_READ) as work:
        note = work.get(Note, note_id)
        rows = {row.version: row for row in stored.versions(work, note)}
        if version not in rows:
            raise NotFound("This note has no such version.")
        newer = stored.content_of(rows[version])
        older = stored.content_of(rows[version - 1]) if version - 1 in rows else newer
        return wording.differences(older, newer)


def summary_change(actor: Actor, summary_id: int) -> tuple[Piece, ...]:
    """A version of a session's summary, word by word against the version before it. Raises NotFound."""
    with acting(actor, Action.HISTORY_READ) as work:
        row = work.get(TherapistSessionTranscriptHistory, summary_id)
        before = work.session.scalars(
            work.visible(TherapistSessionTranscriptHistory).where(
                TherapistSessionTranscriptHistory.transcript_id == row.transcript_id,
                TherapistSessionTranscriptHistory.version == row.version - 1,
            )
        ).first()
        text = encryption.unseal(row, "transcript_summary")
        if before is None:
            return (Piece("same", text),)
        return wording.words(encryption.unseal(before, "transcript_summary"), text)


def _sessions(work: Work, rows: list[Recording], number: int) -> tuple[SessionOf, ...]:
    """`number` is that of the newest among them."""
    ids = [row.id for row in rows]
    notes, summaries = _notes(work, ids), _summaries(work, ids)
    starts = dict(
        work.session.execute(
            select(TherapistSession.id, TherapistSession.starts_at).where(
                TherapistSession.id.in_([row.therapist_session_id for row in rows])
            )
        ).all()
    )
    return tuple(
        SessionOf(
            recording_id=row.id,
            number=number - at,
            starts_at=starts[row.therapist_session_id],
            notes=tuple(notes.get(row.id, ())),
            summaries=tuple(summaries.get(row.id, ())),
        )
        for at, row in enumerate(rows)
    )


def _notes(work: Work, recording_ids: Sequence[int]) -> dict[int, list[NoteOf]]:
    rows = work.rows(
        work.visible(Note).where(Note.recording_id.in_(recording_ids)).order_by(Note.id)
    )
    steps: dict[int, list[Version]] = {}
    for row in work.session.scalars(
        select(NoteVersion)
        .where(NoteVersion.note_id.in_([note.id for note in rows]))
        .order_by(NoteVersion.version.desc())
    ):
        steps.setdefault(row.note_id, []).append(described(row))
    found: dict[int, list[NoteOf]] = {}
    for note in rows:
        found.setdefault(note.recording_id, []).append(
            NoteOf(
                id=note.id,
                instruction_type=note.instruction_type,
                state=note.state,
                mentions_risk=note.mentions_risk,
                versions=tuple(steps.get(note.id, ())),
            )
        )
    return found


def _summaries(work: Work, recording_ids: Sequence[int]) -> dict[int, list[Summary]]:
    table = TherapistSessionTranscriptHistory
    transcripts = dict(
        work.session.execute(
            select(TherapistSessionTranscript.id, TherapistSessionTranscript.recording_id).where(
                TherapistSessionTranscript.recording_id.in_(recording_ids)
            )
        ).all()
    )
    rows = work.rows(
        work.visible(table)
        .where(table.transcript_id.in_(list(transcripts)))
        .order_by(table.version.desc())
    )
    people = _people(work, rows)
    found: dict[int, list[Summary]] = {}
    for row in rows:
        found.setdefault(transcripts[row.transcript_id], []).append(
            Summary(
                id=row.id,
                version=row.version,
                author=people.get(row.author, row.author),
                is_by_hand=row.author.startswith(BY_HAND),
                at=row.created_at,
            )
        )
    return found


def _people(work: Work, rows: list[TherapistSessionTranscriptHistory]) -> dict[str, str]:
    """Names of those who are authors as "user:ID"."""
    authors = {row.author for row in rows if row.author.startswith(BY_HAND)}
    ids = [int(author.removeprefix(BY_HAND)) for author in authors]
    names = work.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"{BY_HAND}{ident}": name for ident, name in names}
