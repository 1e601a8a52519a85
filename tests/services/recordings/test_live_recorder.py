"""Frames in, chunks out: nothing is lost while the database is away, and the end is stored after a sign-out."""

import sqlite3
import time
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from io import BytesIO

import av
import numpy as np
from sqlalchemy import select

from config import settings
from models.client import Consent, SessionType
from models.database import sessions
from models.recording import AudioBlob, Recording, RecordingState
from services import clients, recordings, users, vault
from services.access import Actor
from services.adapters.audio.decoding import decode
from services.recordings.live_recorder import WAITS, LiveRecorder
from tests.people import People
from tests.sounds import tone

SAMPLES = 960  # of a WebRTC frame: 20 ms at 48 kHz


def frames(seconds: float, sound: np.ndarray | None = None) -> Iterator[av.AudioFrame]:
    """Stereo and interleaved, as aiortc hands them over: a tone, or so much of a sound at 48 kHz."""
    chosen = tone(seconds) if sound is None else sound[: round(seconds * 48_000)]
    said = (chosen * 32767).astype(np.int16)
    for at in range(0, len(said), SAMPLES):
        both = np.repeat(said[at : at + SAMPLES], 2)[None]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(both), "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, at, Fraction(1, 48_000)
        yield frame


def recorder_for(actor: Actor) -> LiveRecorder:
    client_id = clients.create_client(actor, "Nora Feldt")
    clients.record_consent(actor, client_id, Consent.GIVEN, clients.METHODS[0])
    begin = partial(
        recordings.begin,
        actor,
        client_id,
        session_type=SessionType.INDIVIDUAL,
        is_telehealth=False,
        note_format=None,
    )
    return LiveRecorder(actor, client_id, begin)


def until_stored(recorder: LiveRecorder, within: float = 30.0) -> None:
    deadline = time.monotonic() + within
    while not recorder.status.has_ended:
        assert time.monotonic() < deadline, recorder.status
        time.sleep(0.05)


def heard(recorder: LiveRecorder) -> float:
    """Seconds of sound in the stored chunks, one after the other."""
    recording_id = recorder.recording_id
    assert recording_id is not None
    with sessions()() as session:
        paths = session.scalars(
            select(AudioBlob.path)
            .where(AudioBlob.recording_id == recording_id)
            .order_by(AudioBlob.sequence)
        ).all()
        recording = session.get_one(Recording, recording_id)
        assert recording.state is RecordingState.PROCESSING
    whole = BytesIO(b"".join(piece for path in paths for piece in vault.blobs().read(path)))
    return sum(len(samples) for samples in decode([whole])) / 16_000


def test_what_was_said_becomes_chunks_of_five_seconds(people: People) -> None:
    recorder = recorder_for(people.alice)
    for frame in frames(12.0):
        recorder.on_frame(frame)
    recorder.end()
    recorder.end()
    until_stored(recorder)
    status = recorder.status
    assert status.recorded == status.safe == 12.0
    assert status.problem is None
    assert abs(heard(recorder) - 12.0) < 0.1
    (progress,) = recordings.watch(people.alice, [recorder.recording_id or 0])
    assert abs(progress.seconds_received - 12.0) < 0.2


def test_without_sound_there_is_no_recording(sqlite_people: People) -> None:
    recorder = recorder_for(sqlite_people.alice)
    recorder.end()
    until_stored(recorder)
    assert recorder.recording_id is None
    with sessions()() as session:
        assert session.scalars(select(Recording)).all() == []


def test_frames_after_the_end_change_nothing(sqlite_people: People) -> None:
    recorder = recorder_for(sqlite_people.alice)
    for number, frame in enumerate(frames(4.0)):
        if number == 100:
            recorder.end()
        recorder.on_frame(frame)
    until_stored(recorder)
    assert abs(heard(recorder) - 2.0) < 0.1


def test_the_last_words_are_stored_after_a_sign_out(people: People) -> None:
    recorder = recorder_for(people.alice)
    for frame in frames(3.0):
        recorder.on_frame(frame)
    users.end_sign_ins(people.adam, people.alice.user_id)
    recorder.end()
    until_stored(recorder)
    assert abs(heard(recorder) - 3.0) < 0.1


def test_a_locked_database_delays_and_loses_nothing(sqlite_people: People) -> None:
    recorder = recorder_for(sqlite_people.alice)
    other = sqlite3.connect(settings().data_dir / "verbatim.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for frame in frames(7.0):
        recorder.on_frame(frame)
    deadline = time.monotonic() + 30
    while recorder.status.problem is None:  # after SQLite's own patience
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert recorder.status.problem == WAITS
    assert recorder.status.safe == 0.0
    other.execute("ROLLBACK")
    other.close()
    recorder.end()
    until_stored(recorder)
    assert recorder.status.problem is None
    assert abs(heard(recorder) - 7.0) < 0.1


def test_a_recording_that_was_ended_elsewhere_says_so(people: People) -> None:
    recorder = recorder_for(people.alice)
    for frame in frames(5.5):
        recorder.on_frame(frame)
    deadline = time.monotonic() + 10
    while recorder.status.safe < 5:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    recordings.finish(people.alice, recorder.recording_id or 0)
    recorder.end()
    until_stored(recorder)
    assert recorder.status.problem
