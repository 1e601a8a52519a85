"""Captions while a session is recorded: what the worker has stored, and its guess at what came after.

The guess is made only while somebody watches: every poll says so for some seconds more. Of a live recording its first
words may be agreed on: two passes heard them alike, and they are likely to stay. It is sealed, overwritten by the next
one, and removed when the recording ends.
"""

import base64
import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select

from models.base import now
from models.recording import LiveCaption, Recording, RecordingState, TranscribedPassage
from services import encryption
from services.access import Action, Actor, Work, acting
from services.adapters.speech.lines import Line, lines_of
from services.transcription import Passage

WATCHED = dt.timedelta(seconds=20)  # that one poll keeps the captions coming
OVERLAP = 0.3  # seconds that a guess may reach into what is stored


@dataclass(frozen=True)
class Caption:
    start: float  # seconds
    end: float
    text: str = field(repr=False)
    provisional: bool  # the next answer may say it otherwise
    agreed: int  # words at its beginning that are likely to stay; all of them where nothing is provisional


@dataclass(frozen=True)
class Captions:
    received: float  # seconds of sound that have arrived
    until: float  # seconds that are transcribed for good
    captions: list[Caption]


def captions(actor: Actor, recording_id: int, *, after: float = 0.0) -> Captions:
    """Captions that end later than `after`, and the wish for more for some seconds. Raises NotFound."""
    with acting(actor, Action.CAPTIONS_WATCH) as work:
        recording = work.get(Recording, recording_id)
        row = _row(work, recording_id)
        if row is not None and now() < row.wanted_until:
            if row.wanted_until - now() < WATCHED / 2:  # not a write for every poll
                row.wanted_until = now() + WATCHED
            return _found(work, recording, row, after)
    return _opened(actor, recording_id, after)


def wanted(work: Work, recording_id: int) -> bool:
    """Whether somebody watches this recording's captions."""
    statement = select(LiveCaption.wanted_until).where(LiveCaption.recording_id == recording_id)
    until = work.session.scalar(statement)
    return until is not None and until > now()


def _opened(actor: Actor, recording_id: int, after: float) -> Captions:
    """The first look, or the first after a while: this one leaves a log row."""
    with acting(actor, Action.CAPTIONS_OPEN) as work:
        # Locked, so that two windows that open at once make one row.
        recording = work.get(Recording, recording_id, lock=True)
        row = _row(work, recording_id)
        if row is None and recording.state is RecordingState.RECEIVING:
            row = LiveCaption(therapist_id=recording.therapist_id, recording_id=recording_id)
            work.session.add(row)
        if row is not None:
            row.wanted_until = now() + WATCHED
        return _found(work, recording, row, after)


def _found(work: Work, recording: Recording, row: LiveCaption | None, after: float) -> Captions:
    passages = work.session.scalars(
        select(TranscribedPassage)
        .where(TranscribedPassage.recording_id == recording.id, TranscribedPassage.end > after)
        .order_by(TranscribedPassage.position)
    )
    stored: list[Line] = []
    for passage in passages:
        content = base64.b64decode(encryption.unseal(passage, "content"))
        stored += lines_of(Passage.from_bytes(content).words)
    until = recording.seconds_transcribed
    guess: list[tuple[float, float, str, int]] = []
    if row and row.content and recording.state is RecordingState.RECEIVING:
        guess = encryption.unseal_json(row, "content")
    return Captions(
        received=round(recording.seconds_received, 2),
        until=round(until, 3),
        captions=[
            Caption(*line, provisional=False, agreed=len(line.text.split()))
            for line in stored
            if line.end > after
        ]
        + [
            Caption(start, end, text, provisional=True, agreed=agreed)
            for start, end, text, agreed in guess
            if start >= until - OVERLAP
        ],
    )


def _row(work: Work, recording_id: int) -> LiveCaption | None:
    statement = work.visible(LiveCaption).where(LiveCaption.recording_id == recording_id)
    return work.session.scalars(statement).first()
