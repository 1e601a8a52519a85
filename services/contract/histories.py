"""The contract's *TranscriptHistory*: each version of a session's summary."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, or_, select

from models.base import now
from models.client import TherapistClient
from models.note import Note
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from models.user import User
from services import encryption
from services.access import Action, Actor, Work, acting
from services.contract import appointments, paging, sealed_fields, versions
from services.errors import Conflict, Invalid

Table = TherapistSessionTranscriptHistory


@dataclass(frozen=True)
class HistoryRow:
    """`transcript_summary` is ciphertext as stored, or clear text if that was asked for."""

    id: int
    transcript_summary: str = field(repr=False)
    client_user_id: int | None
    therapist_user_id: int
    therapist_client_id: int
    date: dt.datetime
    therapist_session_id: int
    version: str


def list_histories(
    actor: Actor, wanted: paging.Wanted, *, clear: bool = False
) -> paging.Page[HistoryRow]:
    """What the actor may see, newest first. Raises Invalid for a wrong cursor."""
    with acting(actor, Action.HISTORY_READ) as work:
        found = work.visible(Table)
        if wanted.client_id is not None:
            found = found.where(Table.therapist_client_id == wanted.client_id)
        if wanted.since is not None:
            found = found.where(Table.date >= wanted.since)
        if wanted.until is not None:
            found = found.where(Table.date < wanted.until)
        rows = work.rows(paging.cut(found, wanted, Table.created_at, Table.id))  # type: ignore[arg-type]
        page, rest = rows[: wanted.limit], rows[wanted.limit :]
        _say(work, clear)
        return paging.Page(
            [_row(row, clear) for row in page],
            paging.cursor(page[-1].created_at, page[-1].id) if rest else None,
        )


def search(
    actor: Actor, client_user_id: int, client_id: int, *, clear: bool = False
) -> list[HistoryRow]:
    """Of one client, newest first; empty for a client who has none or is not the actor's."""
    with acting(actor, Action.HISTORY_READ) as work:
        found = (
            work.visible(Table)
            .join(TherapistClient, TherapistClient.id == Table.therapist_client_id)
            .where(
                Table.therapist_client_id == client_id,
                or_(
                    Table.client_user_id == client_user_id,
                    TherapistClient.client_user_id == client_user_id,
                ),
            )
        )
        rows = work.rows(found.order_by(Table.created_at.desc(), Table.id.desc()))
        _say(work, clear)
        return [_row(row, clear) for row in rows]


def read(actor: Actor, history_id: int, *, clear: bool = False) -> HistoryRow:
    """Raises NotFound."""
    with acting(actor, Action.HISTORY_READ) as work:
        row = work.get(Table, history_id)
        _say(work, clear)
        return _row(row, clear)


def update(
    actor: Actor,
    history_id: int,
    changes: Mapping[str, Any],
    *,
    if_match: str | None = None,
    clear: bool = False,
) -> HistoryRow:
    """Sets the fields that `changes` names. The session's present summary follows its newest version; the
    words that stood there before stay as a version. Raises NotFound, Stale, Invalid, Conflict for what does not
    change: somebody else's words, and those of a session with a signed note."""
    with acting(actor, Action.HISTORY_CORRECT) as work:
        row = _locked(work, history_id)
        before = _row(row, clear=False)
        versions.require(if_match, before.version)
        for name in ("id", "therapist_user_id", "therapist_client_id"):
            if changes.get(name) not in (None, getattr(before, name)):
                raise Conflict(f"{name} of a version does not change. Leave it out.")
        if changes.get("transcript_summary") is not None:
            _set_summary(work, row, changes["transcript_summary"])
        if changes.get("client_user_id") is not None:
            if work.session.get(User, changes["client_user_id"]) is None:
                raise Invalid("There is no user with that client_user_id.")
            row.client_user_id = changes["client_user_id"]
        if changes.get("date") is not None:
            row.date = changes["date"]
        if changes.get("therapist_session_id") is not None:
            ident = changes["therapist_session_id"]
            row.therapist_session_id = appointments.of_client(
                work, ident, row.therapist_client_id
            ).id
        work.detail(f"version={row.version} fields=" + "+".join(sorted(changes)))
        work.session.flush()
        return _row(row, clear)


def _locked(work: Work, history_id: int) -> Table:
    """The transcript first: whoever adds a version or renumbers them holds it."""
    row = work.get(Table, history_id)
    work.session.get(TherapistSessionTranscript, row.transcript_id, with_for_update=True)
    work.session.refresh(row, with_for_update=True)
    return row


def _set_summary(work: Work, row: Table, given: str) -> None:
    text = sealed_fields.plain(row, "transcript_summary", given)
    if text == encryption.unseal(row, "transcript_summary"):
        return
    transcript = work.session.get_one(TherapistSessionTranscript, row.transcript_id)
    _may_be_rewritten(work, row, transcript.recording_id)
    later = select(Table).where(
        Table.transcript_id == row.transcript_id, Table.version > row.version
    )
    is_newest = work.session.scalars(later.limit(1)).first() is None
    _keep_former(work, row, later)
    row.transcript_summary = encryption.seal(row, "transcript_summary", text)
    row.author = f"user:{work.actor.user_id}"
    row.created_at = now()
    if is_newest:
        transcript.transcript_summary = encryption.seal(transcript, "transcript_summary", text)


def _may_be_rewritten(work: Work, row: Table, recording_id: int) -> None:
    """A person's words change by that person alone, and no words do once a note of the session is signed."""
    if row.author.startswith("user:") and row.author != f"user:{work.actor.user_id}":
        raise Conflict(
            "Somebody else wrote this version, so its words stay. Send the summary to the transcript: "
            "it becomes a new version."
        )
    signed = select(Note.id).where(
        Note.recording_id == recording_id,
        Note.signed_at.is_not(None),
        Note.deleted_at.is_(None),
    )
    if work.session.scalar(signed.limit(1)) is not None:
        raise Conflict(
            "A note of this session is signed, so the versions of its summary stay. Send the summary to the "
            "transcript: it becomes a new version."
        )


def _keep_former(work: Work, row: Table, later: Select[Table]) -> None:
    """Puts the words that stood there before the row as a version of their own."""
    place = row.version
    former = Table(
        therapist_id=row.therapist_id,
        transcript_id=row.transcript_id,
        therapist_client_id=row.therapist_client_id,
        therapist_session_id=row.therapist_session_id,
        client_user_id=row.client_user_id,
        version=place,
        author=row.author,
        date=row.date,
        created_at=row.created_at,
    )
    former.transcript_summary = encryption.seal(
        former, "transcript_summary", encryption.unseal(row, "transcript_summary")
    )
    # one after the other, highest first: no two versions may have a number at the same moment
    behind = work.session.scalars(later.order_by(Table.version.desc()).with_for_update()).all()
    for other in (*behind, row):
        other.version += 1
        work.session.flush()
    work.session.add(former)
    work.session.flush()


def _say(work: Work, clear: bool) -> None:
    work.detail("clear" if clear else "ciphertext")


def _row(row: Table, clear: bool) -> HistoryRow:
    summary = row.transcript_summary.stored
    return HistoryRow(
        id=row.id,
        transcript_summary=encryption.unseal(row, "transcript_summary") if clear else summary,
        client_user_id=row.client_user_id,
        therapist_user_id=row.therapist_id,
        therapist_client_id=row.therapist_client_id,
        date=row.date,
        therapist_session_id=row.therapist_session_id,
        version=versions.of(
            row.transcript_summary, row.client_user_id, row.date, row.therapist_session_id
        ),
    )
