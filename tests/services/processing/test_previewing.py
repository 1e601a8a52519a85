"""The worker's thread for live captions: one worker at a time, only while somebody watches, and behind the transcripts
of other sessions. With the real model and the demo's voices."""

import datetime as dt
import time
from collections import Counter

import pytest
from sqlalchemy import select, update

from models.base import now
from models.database import sessions
from models.recording import LiveCaption, LivePiece, RecordingState
from services import recordings
from services.access import Actor
from services.adapters.speech.faster_whisper import FasterWhisper
from services.processing import live_captions, previewing, transcribing
from services.processing.previewing import Previewer
from services.recordings import live_pieces
from tests.people import People
from tests.services.adapters.audio.test_live_decoding import packets
from tests.services.processing.working import spoken
from tests.services.recordings.begun import BrowserRecorder
from tests.services.recordings.test_captioning import as_worker, lapse, texts
from tests.services.written import change


@pytest.fixture
def recorder(people: People) -> BrowserRecorder:
    return watched(people.alice)


@pytest.fixture
def alone(sqlite_people: People) -> BrowserRecorder:
    return watched(sqlite_people.alice)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "IDLE", 0.0)
    monkeypatch.setattr(previewing, "STEP", 0.0)


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the model began to hear."""
    found: list[float] = []
    recognise = FasterWhisper.recognise

    def counted(self: FasterWhisper, *given: object, **how: object) -> object:
        found.append(time.monotonic())
        return recognise(self, *given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(FasterWhisper, "recognise", counted)
    return found


def watched(actor: Actor) -> BrowserRecorder:
    recorder = BrowserRecorder(actor)
    recordings.captions(recorder.actor, recorder.recording_id)
    return recorder


def speak(recorder: BrowserRecorder, start: float, end: float) -> None:
    """As a live recorder sends it."""
    for at, piece in enumerate(packets(spoken(start, end))):
        position, begin = round(2 * start) + at, start + at * live_pieces.PIECE
        live_pieces.put(as_worker(recorder), recorder.recording_id, position, begin, piece)


def seen(recorder: BrowserRecorder) -> str:
    return " ".join(text for text, _ in texts(recorder)).lower()


def agreed(recorder: BrowserRecorder) -> int:
    found = recordings.captions(recorder.actor, recorder.recording_id)
    return sum(caption.agreed for caption in found.captions)


def test_what_was_said_seconds_ago_is_captioned_and_then_agreed_on(
    recorder: BrowserRecorder,
) -> None:
    previewer = Previewer()
    assert previewer.once() == 0
    speak(recorder, 0, 3)
    assert previewer.once() == 1
    assert seen(recorder).startswith("good to see you")
    assert agreed(recorder) == 0
    speak(recorder, 3, 5)
    previewer.once()
    assert agreed(recorder) >= 3


def test_it_does_not_listen_again_before_more_has_come(
    alone: BrowserRecorder, passes: list[float]
) -> None:
    speak(alone, 0, 3)
    previewer = Previewer()
    for _ in range(5):
        previewer.once()
    assert len(passes) == 1


def test_it_rests_while_passages_of_others_are_transcribed(
    alone: BrowserRecorder, passes: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcribing, "_busy", Counter([alone.recording_id + 1]))
    speak(alone, 0, 2)
    previewer = Previewer()
    began = time.monotonic()
    previewer.once()
    took = time.monotonic() - began
    speak(alone, 2, 4)
    previewer.once()
    assert len(passes) == 1
    live = previewer._live[alone.recording_id]
    assert live.due - began == pytest.approx(previewing.POLITE * took, rel=0.2)


def test_it_does_not_listen_when_nobody_watches(
    alone: BrowserRecorder, passes: list[float]
) -> None:
    speak(alone, 0, 3)
    lapse(alone)
    previewer = Previewer()
    previewer.once()
    speak(alone, 3, 4)  # the recorder finds out as well, and keeps nothing
    previewer.once()
    assert previewer.once() == 0
    assert passes == []


def test_of_two_workers_one_does_it_and_the_other_takes_over(
    recorder: BrowserRecorder, passes: list[float]
) -> None:
    first, second = Previewer(), Previewer()
    speak(recorder, 0, 3)
    for previewer in (first, second):
        previewer.once()
    assert len(passes) == 1
    assert not live_captions.are_wanted(as_worker(recorder), recorder.recording_id)  # by chunk
    past = now() - dt.timedelta(seconds=1)
    with sessions()() as session, session.begin():  # the first one is not heard of any more
        session.execute(update(LiveCaption).values(previewed_until=past))
    second.once()
    speak(recorder, 3, 4)
    first.once()
    assert len(passes) == 2
    assert seen(recorder).startswith("good to see you")


@pytest.mark.parametrize("end", ["the recording's", "the server's"])
def test_pieces_left_behind_are_let_go(alone: BrowserRecorder, end: str) -> None:
    speak(alone, 0, 1)
    if end == "the recording's":
        change(alone.recording_id, state=RecordingState.PROCESSING)
    else:
        with sessions()() as session, session.begin():
            session.execute(update(LivePiece).values(created_at=now() - dt.timedelta(seconds=61)))
    previewer = Previewer()
    previewer.once()
    with sessions()() as session:
        assert session.scalars(select(LivePiece)).all() == []
    assert previewer.once() == 0
