"""The caption of what no passage holds yet, as the worker stores it; `services.recordings.captioning` reads it.

Of a recording whose pieces arrive while it is spoken, one worker at a time makes the captions: it says so for some
seconds, and another takes over when it is not heard of any more.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from models.base import now
from models.recording import LiveCaption, LivePiece, Recording, RecordingState
from services import encryption
from services.access import Action, Actor, Work, acting
from services.processing.agreement import Guess
from services.recordings import captioning, live_pieces

LEASE = dt.timedelta(seconds=10)
SILENT = dt.timedelta(seconds=60)  # without a piece: whatever sent them is gone


@dataclass(frozen=True, repr=False)
class Piece:
    position: int
    start: float  # seconds
    packets: list[bytes]


@dataclass(frozen=True)
class Claimed:
    """What of a live recording is to be captioned."""

    pieces: list[Piece]
    until: float  # seconds that are transcribed for good
    language: str | None


def are_wanted(actor: Actor, recording_id: int) -> bool:
    """Whether somebody watches a recording that still goes on, and no worker captions it by pieces."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        recording = work.get(Recording, recording_id)
        is_live = recording.state is RecordingState.RECEIVING
        if not (is_live and captioning.wanted(work, recording_id)):
            return False
        row = _row(work, recording_id)
        return row is None or not _is_leased(row)


def put(actor: Actor, recording_id: int, guess: Sequence[Guess]) -> None:
    """In the place of the one before; nothing once the recording has ended."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        # Locked: a recording that ends just now must not keep a caption.
        recording = work.get(Recording, recording_id, lock=True)
        row = _row(work, recording_id)
        if row is not None and recording.state is RecordingState.RECEIVING:
            lines = [[*line, agreed] for line, agreed in guess]
            row.content = encryption.seal_json(row, "content", lines)


def claim(actor: Actor, recording_id: int, worker: str, after: int) -> Claimed | None:
    """The pieces behind position `after`, for this worker alone. None: nobody watches, the recording has ended,
    or another worker is at it."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        recording = work.get(Recording, recording_id)
        row = _row(work, recording_id, lock=True)
        if (
            row is None
            or recording.state is not RecordingState.RECEIVING
            or _is_over(work, recording_id)
        ):
            work.session.execute(delete(LivePiece).where(LivePiece.recording_id == recording_id))
            return None
        if row.wanted_until <= now() or (_is_leased(row) and row.previewed_by != worker):
            return None
        if row.previewed_by != worker or row.previewed_until - now() < LEASE / 2:  # type: ignore[operator]
            row.previewed_by, row.previewed_until = worker, now() + LEASE
        found = work.session.scalars(
            select(LivePiece)
            .where(LivePiece.recording_id == recording_id, LivePiece.position > after)
            .order_by(LivePiece.position)
        )
        pieces = [Piece(one.position, one.start, live_pieces.packets_of(one)) for one in found]
        return Claimed(pieces, recording.seconds_transcribed, recording.language)


def remove(actor: Actor, recording_id: int) -> None:
    """At the end: the transcript has it all."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        work.get(Recording, recording_id)
        for model in (LiveCaption, LivePiece):
            work.session.execute(delete(model).where(model.recording_id == recording_id))


def _row(work: Work, recording_id: int, *, lock: bool = False) -> LiveCaption | None:
    statement = work.visible(LiveCaption).where(LiveCaption.recording_id == recording_id)
    return work.session.scalars(statement.with_for_update() if lock else statement).first()


def _is_over(work: Work, recording_id: int) -> bool:
    """Whether pieces were left behind by a server that was killed."""
    newest = select(func.max(LivePiece.created_at)).where(LivePiece.recording_id == recording_id)
    at = work.session.scalar(newest)
    return at is not None and at < now() - SILENT


def _is_leased(row: LiveCaption) -> bool:
    return row.previewed_until is not None and row.previewed_until > now()
