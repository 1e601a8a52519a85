"""What happened during a recording: markers that a person set, pauses, sleep, a microphone that was away."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from models.recording import EventKind, Recording, RecordingEvent
from services import encryption
from services.access import Action, Actor, Work, acting
from services.errors import Invalid

MOST = 2000  # of one recording: nobody presses a key more often
LONGEST_WORD = 200  # characters


@dataclass(frozen=True)
class Event:
    id: uuid.UUID  # made by its sender
    kind: EventKind
    at: float  # seconds of recorded sound
    seconds: float | None = None  # how long it lasted
    word: str | None = field(default=None, repr=False)


def add_events(actor: Actor, recording_id: int, events: Sequence[Event]) -> int:
    """Stores events, also after the recording's end; returns how many were new. An event that is sent
    again is one event: it may only fill in the word or the length that it came without before."""
    with acting(actor, Action.RECORDING_MARK) as work:
        # Locked: two sendings of one event at once must not both take it for new.
        recording = work.get(Recording, recording_id, lock=True)
        known = {row.sent_as: row for row in _rows(work, recording_id)}
        before = len(known)
        for event in events:
            row = known.get(event.id)
            if row is None:
                row = known[event.id] = RecordingEvent(
                    therapist_id=recording.therapist_id,
                    recording_id=recording_id,
                    sent_as=event.id,
                    kind=event.kind,
                    at=event.at,
                )
                work.session.add(row)
            _complete(row, event)
        if len(known) > MOST:
            raise Invalid(f"A recording takes {MOST:,} events. None of these was stored.")
        return len(known) - before


def of_recording(work: Work, recording_id: int) -> list[dict[str, Any]]:
    """[{"kind", "at", "seconds", "word"}] in the order in which they happened."""
    return [
        {
            "kind": row.kind.value,
            "at": row.at,
            "seconds": row.seconds,
            "word": encryption.unseal(row, "word") if row.word else None,
        }
        for row in _rows(work, recording_id)
    ]


def _complete(row: RecordingEvent, event: Event) -> None:
    word = " ".join((event.word or "").split())[:LONGEST_WORD]
    if word and row.word is None:
        row.word = encryption.seal(row, "word", word)
    if row.seconds is None:
        row.seconds = event.seconds


def _rows(work: Work, recording_id: int) -> list[RecordingEvent]:
    statement = select(RecordingEvent).where(RecordingEvent.recording_id == recording_id)
    return list(work.session.scalars(statement.order_by(RecordingEvent.at, RecordingEvent.id)))
