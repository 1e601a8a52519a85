"""Passages in hand: what comes meanwhile waits for none of them, and each is stored once."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from services import jobs
from services.adapters import wiring
from services.adapters.diarisation.campplus import CampPlus
from services.adapters.errors import IntegrationError
from services.adapters.speech import Recognition, Word
from services.processing import stored
from services.processing.transcribing import transcribe
from tests.people import People
from tests.services.processing.working import slices, spoken
from tests.services.recordings.sending import Recorder

LONG = 30.0  # seconds that a test waits for what should come at once


class Slow:
    """A recogniser that is not done with the first passage before it is told to, and may then fail at it."""

    def __init__(self, *, fails: bool) -> None:
        self.begun = [Event(), Event()]
        self.go_on, self._fails, self._asked = Event(), fails, 0

    def recognise(self, *_: Any, **__: Any) -> Recognition:
        self._asked += 1
        number = self._asked
        if number <= len(self.begun):
            self.begun[number - 1].set()
        if number == 1:
            assert self.go_on.wait(LONG)
            if self._fails:
                raise IntegrationError("the speech model failed", retryable=True)
        return Recognition("en", 1.0, (Word(f"{number}", 0.0, 0.1, 0.9),))


class Running:
    """A call in a thread of its own, and what it raised."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.error: Exception | None = None
        self._call = call
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def ended(self) -> Exception | None:
        self._thread.join(LONG)
        assert not self._thread.is_alive()
        return self.error

    def _run(self) -> None:
        try:
            self._call()
        except Exception as error:
            self.error = error


@pytest.fixture
def alone(sqlite_database: str) -> Recorder:
    return Recorder(People().alice, language="en")


@pytest.mark.parametrize("fails", [False, True])
def test_the_end_of_a_recording_waits_for_no_passage_in_hand(
    alone: Recorder, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    slow = Slow(fails=fails)
    monkeypatch.setattr(wiring, "speech_recogniser", lambda: slow)
    monkeypatch.setattr(wiring, "speaker_embedder", lambda: CampPlus(Path("no-such-folder")))
    *chunks, last = slices(spoken(0, 50), 5)
    for sequence, chunk in enumerate(chunks):
        recording_id = alone.send(chunk, sequence=sequence).recording_id
    owner = jobs.owner(recording_id)
    look = Running(lambda: transcribe(owner, recording_id, to_the_end=False))
    assert slow.begun[0].wait(LONG)
    alone.send(last, sequence=len(chunks), last=True)
    end = Running(lambda: transcribe(owner, recording_id, to_the_end=True))
    assert slow.begun[1].wait(LONG)  # the rest, while the first passage is still in hand
    slow.go_on.set()
    assert look.ended() is None
    if fails:
        assert isinstance(end.ended(), IntegrationError)
        transcribe(owner, recording_id, to_the_end=True)  # as the worker does
    else:
        assert end.ended() is None
    passages, _ = stored.passages(owner, recording_id)
    assert [passage.index for passage in passages] == [0, 1, 2]  # the rest in two halves
    assert [one.end for one in passages[:-1]] == [other.start for other in passages[1:]]
    assert passages[-1].end == pytest.approx(50, abs=0.3)
    if not fails:
        assert [passage.words[0].text for passage in passages] == ["1", "2", "3"]


class Noting:
    """A recogniser that notes whether it was hurried."""

    def __init__(self) -> None:
        self.hurried: list[bool] = []

    def recognise(self, *_: Any, hurried: bool, **__: Any) -> Recognition:
        self.hurried.append(hurried)
        return Recognition("en", 1.0, (Word("so", 0.0, 0.1, 0.9),))


@pytest.mark.parametrize(("looks", "hurried"), [(True, [False, True, True]), (False, [False] * 3)])
def test_only_the_end_of_what_was_heard_while_it_came_is_hurried(
    alone: Recorder, monkeypatch: pytest.MonkeyPatch, *, looks: bool, hurried: list[bool]
) -> None:
    noting = Noting()
    monkeypatch.setattr(wiring, "speech_recogniser", lambda: noting)
    monkeypatch.setattr(wiring, "speaker_embedder", lambda: CampPlus(Path("no-such-folder")))
    *chunks, last = slices(spoken(0, 50), 5)
    for sequence, chunk in enumerate(chunks):
        recording_id = alone.send(chunk, sequence=sequence).recording_id
    if looks:
        transcribe(jobs.owner(recording_id), recording_id, to_the_end=False)
    alone.send(last, sequence=len(chunks), last=True)
    transcribe(jobs.owner(recording_id), recording_id, to_the_end=True)
    assert noting.hurried == hurried
