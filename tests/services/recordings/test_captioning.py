"""Captions while a session goes on: made only for whoever watches, sealed, overwritten, gone at the end."""

import base64
import datetime as dt
import time
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from models.access_log import AccessLog
from models.base import now
from models.database import sessions
from models.recording import LiveCaption, RecordingState
from services import jobs, recordings
from services.access import Actor, Via
from services.adapters.speech import Word
from services.adapters.speech.lines import Line, lines_of
from services.errors import NotAllowed, NotFound
from services.processing import live_captions, stored, transcribing
from services.processing.transcribing import caption, forget, transcribe
from services.transcription import Passage
from tests.people import People
from tests.services.processing.working import slices, spoken
from tests.services.recordings.begun import BrowserRecorder
from tests.services.recordings.sending import webm_chunks
from tests.services.recordings.test_lifecycle import queued
from tests.services.written import change

CHUNKS = webm_chunks(6.0, 6)


@pytest.fixture
def recorder(people: People) -> BrowserRecorder:
    return BrowserRecorder(people.alice)


@pytest.fixture
def alone(sqlite_people: People) -> BrowserRecorder:
    return BrowserRecorder(sqlite_people.alice)


def as_worker(recorder: BrowserRecorder) -> Actor:
    return replace(recorder.actor, via=Via.WORKER)


def texts(recorder: BrowserRecorder, after: float = 0.0) -> list[tuple[str, bool]]:
    found = recordings.captions(recorder.actor, recorder.recording_id, after=after)
    return [(each.text, each.provisional) for each in found.captions]


def said(text: str, start: float, each: float = 0.5) -> list[Word]:
    return [
        Word(word, round(start + each * n, 3), round(start + each * n + 0.4, 3), 0.9)
        for n, word in enumerate(text.split())
    ]


def passage(recorder: BrowserRecorder, index: int, start: float, end: float, text: str) -> None:
    words = tuple(said(text, start))
    made = Passage(index, start, end, "en", True, words, ((start, end),), ())
    stored.add_passage(as_worker(recorder), recorder.recording_id, made)


def guess(recorder: BrowserRecorder, *lines: Line, agreed: int = 0) -> None:
    guesses = [(line, agreed) for line in lines]
    live_captions.put(as_worker(recorder), recorder.recording_id, guesses)


def lapse(recorder: BrowserRecorder) -> None:
    """Nobody has asked for a while."""
    with sessions()() as session, session.begin():
        session.execute(update(LiveCaption).values(wanted_until=now() - dt.timedelta(seconds=1)))


def test_each_chunk_is_worth_a_look_only_while_somebody_watches(recorder: BrowserRecorder) -> None:
    worker, ident = as_worker(recorder), recorder.recording_id

    def looks(sequence: int) -> int:
        recorder.part(CHUNKS[sequence], sequence)
        stored.arrived(worker, ident, to_the_end=False)  # the worker has taken the job up
        return len(queued("advance-"))

    assert looks(0) == 0
    recordings.captions(recorder.actor, ident)
    assert [looks(1), looks(2)] == [1, 2]
    lapse(recorder)
    assert looks(3) == 2
    recordings.captions(recorder.actor, ident)
    assert looks(4) == 3


def test_one_look_at_a_time_and_after_everything_else(alone: BrowserRecorder) -> None:
    recordings.captions(alone.actor, alone.recording_id)
    for sequence in range(3):
        alone.part(CHUNKS[sequence], sequence)
    (job,) = [
        job
        for job in jobs.client().list_workflows(load_input=False)
        if job.workflow_id.startswith("advance-")
    ]
    assert job.priority == jobs.LAST > jobs.LATER > jobs.FIRST


def test_the_first_look_is_logged_and_the_polls_after_it_are_not(recorder: BrowserRecorder) -> None:
    def log() -> list[tuple[str, str]]:
        with sessions()() as session:
            rows = select(AccessLog.actor_name, AccessLog.outcome)
            found = session.execute(rows.where(AccessLog.action.like("captions:%")))
            return [tuple(row) for row in found]

    for _ in range(4):
        recordings.captions(recorder.actor, recorder.recording_id)
    assert log() == [("Alice", "done")]
    lapse(recorder)
    recordings.captions(recorder.actor, recorder.recording_id)
    assert log() == [("Alice", "done")] * 2


def test_a_poll_keeps_them_coming(alone: BrowserRecorder) -> None:
    recordings.captions(alone.actor, alone.recording_id)
    soon = now() + dt.timedelta(seconds=2)
    with sessions()() as session, session.begin():
        session.execute(update(LiveCaption).values(wanted_until=soon))
    recordings.captions(alone.actor, alone.recording_id)
    with sessions()() as session:
        assert session.scalars(select(LiveCaption.wanted_until)).one() > soon


def test_of_ones_own_recordings_only(people: People, recorder: BrowserRecorder) -> None:
    for stranger, error in (
        (people.bob, NotFound),
        (people.sam, NotAllowed),
        (people.adam, NotAllowed),
    ):
        with pytest.raises(error):
            recordings.captions(stranger, recorder.recording_id)
    with sessions()() as session:
        assert session.scalar(select(func.count()).select_from(LiveCaption)) == 0


def test_what_is_stored_comes_for_good_and_the_rest_provisionally(
    recorder: BrowserRecorder,
) -> None:
    assert texts(recorder) == []
    passage(recorder, 0, 0.0, 24.0, "Good morning. How was the week?")
    guess(recorder, Line(24.5, 26.0, "The tram was"), Line(26.5, 27.0, "late"))
    assert texts(recorder) == [
        ("Good morning.", False),
        ("How was the week?", False),
        ("The tram was", True),
        ("late", True),
    ]
    found = recordings.captions(recorder.actor, recorder.recording_id, after=24.0)
    assert (found.until, [each.provisional for each in found.captions]) == (24.0, [True, True])
    assert "tram" not in repr(found)
    guess(recorder, Line(24.5, 28.0, "The tram was late again."))
    assert texts(recorder, after=24.0) == [("The tram was late again.", True)]
    passage(recorder, 1, 24.0, 50.0, "The train was late again.")  # overtakes the guess
    assert texts(recorder, after=24.0) == [("The train was late again.", False)]


def test_a_guess_is_sealed_and_gone_at_the_end(recorder: BrowserRecorder) -> None:
    recordings.captions(recorder.actor, recorder.recording_id)
    guess(recorder, Line(0.0, 2.0, "marmalade"))
    with sessions()() as session:
        content = session.scalars(select(LiveCaption.content)).one()
    assert content is not None
    assert b"marmalade" not in base64.b64decode(content.stored)
    change(recorder.recording_id, state=RecordingState.PROCESSING)
    assert texts(recorder) == []
    live_captions.remove(as_worker(recorder), recorder.recording_id)
    guess(recorder, Line(0.0, 2.0, "too late"))
    recordings.captions(recorder.actor, recorder.recording_id)
    with sessions()() as session:
        assert session.scalars(select(LiveCaption)).all() == []


def test_lines_end_with_sentences_pauses_and_length() -> None:
    words = [
        *said("One two. Three", 0.0),
        *said("four", 5.0),
        *said("a b c d e f g h i j k l", 8.0, each=1.0),
    ]
    lines = lines_of(words)
    assert [line.text for line in lines] == [
        "One two.",
        "Three",
        "four",
        "a b c d e f g h i",
        "j k l",
    ]
    assert (lines[0].start, lines[0].end) == (0.0, 0.9)
    assert lines_of([]) == []


def test_words_are_shown_long_before_their_passage_is_cut(alone: BrowserRecorder) -> None:
    """With the real model: after 10 s there are captions, and nothing stored."""
    chunks = slices(spoken(0, 20), 4)
    worker, ident = as_worker(alone), alone.recording_id
    seen: list[str] = []
    try:
        for sequence, chunk in enumerate(chunks[:2]):
            recordings.captions(alone.actor, ident)
            alone.part(chunk, sequence)
            transcribe(worker, ident, to_the_end=False)
            caption(worker, ident)
            seen.append(" ".join(text for text, _ in texts(alone)).lower())
    finally:
        forget(ident)
    assert seen[0].startswith("good to see you again")
    assert seen[1].startswith("good to see you again")
    assert "tuesday" in seen[1]
    assert {provisional for _, provisional in texts(alone)} == {True}


@pytest.mark.parametrize("reason", ["nobody watches", "others are busy"])
def test_no_guess_is_made_when(
    alone: BrowserRecorder, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, ident = as_worker(alone), alone.recording_id
    monkeypatch.setattr(transcribing, "POLITE", 0.2)
    recordings.captions(alone.actor, ident)
    alone.part(slices(spoken(0, 6), 1)[0], 0)
    try:
        transcribe(worker, ident, to_the_end=False)
        if reason == "nobody watches":
            lapse(alone)
        else:
            monkeypatch.setattr(transcribing, "_busy", Counter([ident + 1]))
            monkeypatch.setattr(transcribing, "_cut_in_at", time.monotonic() - 14)
        caption(worker, ident)
        assert texts(alone) == []
        monkeypatch.setattr(transcribing, "_busy", Counter([ident]))  # its own passage is no reason
        caption(worker, ident)
        assert texts(alone) != []
    finally:
        forget(ident)


def test_whoever_watches_is_not_left_out_while_a_long_upload_is_worked_on(
    alone: BrowserRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, ident = as_worker(alone), alone.recording_id
    monkeypatch.setattr(transcribing, "POLITE", 0.1)
    monkeypatch.setattr(transcribing, "_busy", Counter([ident + 1]))
    monkeypatch.setattr(transcribing, "_cut_in_at", time.monotonic() - 16)
    recordings.captions(alone.actor, ident)
    alone.part(slices(spoken(0, 6), 1)[0], 0)
    try:
        transcribe(worker, ident, to_the_end=False)
        caption(worker, ident)
        assert texts(alone) != []
        guess(alone)
        caption(worker, ident)  # not again so soon
        assert texts(alone) == []
    finally:
        forget(ident)
