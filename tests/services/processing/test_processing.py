"""From chunks to a transcript: real decoder, models, queue and worker process, on both databases."""

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from config import settings
from models.access_log import AccessLog
from models.database import sessions
from models.recording import AudioBlob, Recording, RecordingState, TranscribedPassage
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services import encryption, jobs, recordings, transcripts, vault
from services.adapters import wiring
from services.adapters.audio.decoding import decode
from services.processing import stored
from services.processing.transcribing import forget, transcribe
from tests.people import People
from tests.servers.openai_speech import KEY, MODEL, speech_server, told
from tests.services.given_speech import Given
from tests.services.processing.working import slices, spoken, until_done, worker
from tests.services.recordings.sending import Recorder
from tests.sounds import encode, live_webm, tone

SAID = ("good to see you again", "tuesday was the hardest one", "forty minutes", "40 minutes")


@pytest.fixture
def recorder(people: People) -> Recorder:
    return Recorder(people.alice)


@pytest.fixture
def told_words() -> Iterator[dict[str, str]]:
    """Settings of a worker whose speech service answers with given words."""
    with speech_server(told) as server:
        yield {
            "VERBATIM_SPEECH": "openai_compatible",
            "VERBATIM_SPEECH_BASE_URL": server.base_url,
            "VERBATIM_SPEECH_API_KEY": KEY,
            "VERBATIM_SPEECH_MODEL": MODEL,
        }


@pytest.fixture
def given_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in this process, without a service."""
    monkeypatch.setattr(wiring, "speech_recogniser", Given)
    monkeypatch.setattr(wiring, "speaker_embedder", Given)


@pytest.fixture
def alone(sqlite_database: str) -> Recorder:
    return Recorder(People().alice)


def words_of(recorder: Recorder, recording_id: int) -> str:
    said = transcripts.read(recorder.actor, recording_id)["utterances"]
    return " ".join(utterance["text"] for utterance in said).lower()


def test_a_session_in_chunks_becomes_a_transcript(alone: Recorder, tmp_path: Path) -> None:
    _chunks_become_a_transcript(alone, tmp_path, {})


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_session_in_chunks_becomes_a_transcript_on_postgresql(
    recorder: Recorder, told_words: dict[str, str], tmp_path: Path
) -> None:
    _chunks_become_a_transcript(recorder, tmp_path, told_words)


def _chunks_become_a_transcript(
    recorder: Recorder, tmp_path: Path, settings: dict[str, str]
) -> None:
    chunks = slices(spoken(0, 32), 6)
    with worker(**settings):
        for sequence, chunk in enumerate(chunks):
            received = recorder.send(chunk, sequence=sequence, last=sequence == len(chunks) - 1)
        done = until_done(recorder.actor, received.recording_id)
        _until_nothing_is_left_to_do(received.recording_id)
    assert (done.state, done.progress) == (RecordingState.DONE, 1.0)
    read = transcripts.read(recorder.actor, received.recording_id)
    text = words_of(recorder, received.recording_id)
    assert any(phrase in text for phrase in SAID)
    assert {u["speaker"] for u in read["utterances"]} == {"S1", "S2"}
    assert read["duration"] == pytest.approx(32, abs=0.3)
    assert read["language"] == "en"
    _plays_like(recorder, received.recording_id, 32)
    _left_its_traces(received.recording_id)
    _keeps_no_word_in_the_open(tmp_path, text)


def _until_nothing_is_left_to_do(recording_id: int) -> None:
    """What comes after the transcript: the file to play, and the queue's own rows of the way there."""
    deadline = time.monotonic() + 60
    while left := jobs.client().list_workflows(workflow_id_prefix=f"advance-{recording_id}-"):
        assert time.monotonic() < deadline, [each.status for each in left]
        time.sleep(0.3)


def _plays_like(recorder: Recorder, recording_id: int, seconds: float) -> None:
    found = recordings.playback(recorder.actor, recording_id)
    assert found.content_type == "audio/ogg"
    whole = b"".join(recordings.audio(found, 0, found.size))
    assert len(whole) == found.size
    heard = np.concatenate(list(decode([io.BytesIO(whole)])))
    assert len(heard) / 16_000 == pytest.approx(seconds, abs=0.3)


def _left_its_traces(recording_id: int) -> None:
    with sessions()() as session:
        history = session.scalars(select(TherapistSessionTranscriptHistory)).one()
        row = session.scalars(select(TherapistSessionTranscript)).one()
        logged = set(session.scalars(select(AccessLog.action).where(AccessLog.via == "worker")))
    assert history.version == 1
    summary = encryption.unseal(row, "transcript_summary")
    assert summary == encryption.unseal(history, "transcript_summary") != ""
    assert encryption.unseal(row, "transcript").startswith("Speaker 1: ")
    assert logged >= {"recording:process", "note:draft"}


def _keeps_no_word_in_the_open(folder: Path, text: str) -> None:
    """No longer word of what was said in any file: database, journal, blobs, spool."""
    words = {word.encode() for word in re.findall(r"[a-z]{7,}", text)}
    assert words
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert not [word for word in words if word in content], path.name


def test_most_is_transcribed_before_the_session_ends(
    alone: Recorder, told_words: dict[str, str]
) -> None:
    chunks = slices(spoken(0, 62), 12)
    with worker(**told_words):
        for sequence, chunk in enumerate(chunks[:-1]):
            recording_id = alone.send(chunk, sequence=sequence).recording_id
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and _stored_seconds(recording_id) < 25:
            time.sleep(0.3)
        before = _stored_seconds(recording_id)
        alone.send(chunks[-1], sequence=len(chunks) - 1, last=True)
        until_done(alone.actor, recording_id)
    assert before >= 25
    with sessions()() as session:  # voices are not kept
        assert session.scalars(select(TranscribedPassage)).all() == []


def _stored_seconds(recording_id: int) -> float:
    with sessions()() as session:
        statement = select(func.max(TranscribedPassage.end)).where(
            TranscribedPassage.recording_id == recording_id
        )
        return session.scalar(statement) or 0.0


@pytest.mark.usefixtures("given_speech")
def test_a_crash_in_the_middle_costs_nothing_but_the_passage(
    alone: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = live_webm(spoken(0, 62))
    ids = [
        alone.send(whole, last=True, session_id=name).recording_id for name in ("calm", "crashed")
    ]
    add, owner = stored.add_passage, jobs.owner(ids[0])
    transcribe(owner, ids[0], to_the_end=True)

    def once(*arguments: object) -> None:
        monkeypatch.setattr(stored, "add_passage", add)
        add(*arguments)  # type: ignore[arg-type]
        raise RuntimeError("the worker died here")

    monkeypatch.setattr(stored, "add_passage", once)
    with pytest.raises(RuntimeError, match="died"):
        transcribe(owner, ids[1], to_the_end=True)
    transcribe(owner, ids[1], to_the_end=True)
    calm, crashed = (stored.passages(owner, ident)[0] for ident in ids)
    assert [p.end for p in calm] == pytest.approx([p.end for p in crashed], abs=0.3)
    assert _texts(calm) == _texts(crashed)


def _texts(passages: list[object]) -> list[str]:
    return [word.text for passage in passages for word in passage.words]  # type: ignore[attr-defined]


def test_a_file_that_was_cut_off_is_known_unless_its_rest_came(
    alone: Recorder, told_words: dict[str, str]
) -> None:
    """Half a WAV, and a WAV in two parts: by the first part's header there is more in both."""
    whole = encode(spoken(0, 12), "wav")
    halves = whole[: len(whole) // 2], whole[len(whole) // 2 :]
    alone.send(halves[0], last=True, session_id="cut")
    alone.send(halves[0], sequence=0, session_id="parts")
    alone.send(halves[1], sequence=1, last=True, session_id="parts")
    alone.send(whole, last=True, session_id="whole")
    with worker(**told_words):
        warned = [
            until_done(alone.actor, ident) and transcripts.read(alone.actor, ident)["warnings"]
            for ident in (1, 2, 3)
        ]
    assert warned == [["cut-off"], [], []]


@pytest.mark.usefixtures("given_speech")
def test_doing_it_again_changes_nothing(alone: Recorder) -> None:
    recording_id = alone.send(live_webm(spoken(0, 25)), last=True).recording_id
    owner = jobs.owner(recording_id)
    for _ in range(2):
        transcribe(owner, recording_id, to_the_end=True)
    with sessions()() as session:
        ends = session.scalars(select(TranscribedPassage.end)).all()
    assert sum(1 for _ in ends) == len(set(ends))
    assert max(ends) == pytest.approx(25, abs=0.3)


@pytest.mark.usefixtures("given_speech")
def test_chunks_are_decoded_once_while_a_session_goes_on(
    alone: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    reader = vault.blobs().reader
    monkeypatch.setattr(
        vault.blobs(), "reader", lambda paths: reads.extend(paths) or reader(paths), raising=False
    )
    chunks = slices(spoken(0, 50), 5)
    for sequence, chunk in enumerate(chunks):
        recording_id = alone.send(chunk, sequence=sequence).recording_id
        reads.clear() if sequence == 0 else None
        transcribe(jobs.owner(recording_id), recording_id, to_the_end=False)
    forget(recording_id)
    with sessions()() as session:
        later = session.scalars(select(AudioBlob.path).where(AudioBlob.sequence > 0)).all()
    assert [reads.count(path) for path in later] == [1, 1, 1, 1]


def test_a_look_that_comes_when_the_recording_has_ended_decodes_nothing(
    alone: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id = alone.send(live_webm(spoken(0, 25)), last=True).recording_id
    owner = jobs.owner(recording_id)
    monkeypatch.setattr(vault, "blobs", lambda: pytest.fail("it was read"))
    transcribe(owner, recording_id, to_the_end=False)
    assert stored.passages(owner, recording_id)[0] == []


@pytest.mark.parametrize("sound", ["silence", "noise", "tone"])
def test_without_speech_there_are_no_words(alone: Recorder, sound: str) -> None:
    random = np.random.default_rng(1)
    samples = {
        "silence": tone(35, level=0.0),
        "noise": random.normal(0, 0.05, 35 * 48_000).astype(np.float32),
        "tone": tone(35, 425.0),
    }[sound]
    with worker():
        recording_id = alone.send(encode(samples, "ogg"), last=True).recording_id
        done = until_done(alone.actor, recording_id)
    assert done.state is RecordingState.DONE
    read = transcripts.read(alone.actor, recording_id)
    assert read["utterances"] == []
    assert read["warnings"] == ["no-speech"]


def test_a_missing_middle_is_shown_and_the_times_hold(
    alone: Recorder, told_words: dict[str, str]
) -> None:
    chunks = slices(spoken(0, 40), 4)
    for sequence in (0, 1, 3):
        recording_id = alone.send(
            chunks[sequence], sequence=sequence, last=sequence == 3
        ).recording_id
    recordings.finish(alone.actor, recording_id)
    with worker(**told_words):
        until_done(alone.actor, recording_id)
        time.sleep(2)
    read = transcripts.read(alone.actor, recording_id)
    assert "parts-missing" in read["warnings"]
    assert read["duration"] == pytest.approx(40, abs=1.0)
    _plays_like(alone, recording_id, read["duration"])


@pytest.fixture
def lost_blob(alone: Recorder) -> tuple[int, str, bytes]:
    recording_id = alone.send(live_webm(spoken(0, 15)), last=True).recording_id
    with sessions()() as session:
        path = session.scalars(select(AudioBlob.path)).one()
    content = b"".join(vault.blobs().read(path))
    vault.blobs().delete(path)
    return recording_id, path, content


def test_what_failed_says_so_and_can_be_tried_again(
    alone: Recorder, lost_blob: tuple[int, str, bytes], told_words: dict[str, str]
) -> None:
    recording_id, path, content = lost_blob
    with worker(**told_words):
        failed = until_done(alone.actor, recording_id)
        assert failed.state is RecordingState.FAILED
        assert "safe" in (failed.error or "")
        vault.blobs().put(path, [content], "audio/webm")
        recordings.retry(alone.actor, recording_id)
        assert until_done(alone.actor, recording_id).state is RecordingState.DONE
    with sessions()() as session:
        assert session.get_one(Recording, recording_id).attempt == 2


def test_a_missing_model_is_named_and_the_recording_kept(alone: Recorder, tmp_path: Path) -> None:
    recording_id = alone.send(live_webm(spoken(0, 15)), last=True).recording_id
    with worker(VERBATIM_WEIGHTS_DIR=str(tmp_path / "nowhere")):
        failed = until_done(alone.actor, recording_id)
    assert "model is missing" in (failed.error or "")
    assert (settings().data_dir / "blobs").exists()
