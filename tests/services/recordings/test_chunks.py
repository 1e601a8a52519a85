"""Ingest: idempotent, out of order, validated by decoding; a refusal keeps nothing and says what to do."""

import errno
import os
import re
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config import settings
from models.access_log import AccessLog
from models.database import sessions
from models.recording import AudioBlob, Recording, RecordingState
from services import encryption, recordings, retention, vault
from services.errors import AppError, Conflict, Invalid, NotFound, TooLarge, Unavailable
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.sounds import encode, tone

CHUNKS = webm_chunks()


@pytest.fixture
def recorder(people: People) -> Recorder:
    return Recorder(people.alice)


def stored_blobs() -> list[str]:
    return list(vault.blobs().list(""))


def rows() -> int:
    with sessions()() as session:
        return session.scalar(select(func.count()).select_from(AudioBlob)) or 0


def queued() -> list[str]:
    from services import jobs

    return sorted(job.workflow_id for job in jobs.client().list_workflows(load_input=False))


def test_a_session_of_three_chunks_is_queued_once_when_the_last_one_arrives(
    recorder: Recorder,
) -> None:
    for sequence, chunk in enumerate(CHUNKS):
        assert not queued()
        received = recorder.send(chunk, sequence=sequence, last=sequence == 2)
    assert received.state is RecordingState.PROCESSING
    assert queued() == [f"session-{received.recording_id}-1"]
    with sessions()() as session:
        found = session.scalars(select(AudioBlob).order_by(AudioBlob.sequence)).all()
        recording = session.scalars(select(Recording)).one()
    assert recording.seconds_received == pytest.approx(6.0, abs=0.4)
    assert [blob.starts_container for blob in found] == [True, False, False]
    assert b"".join(b"".join(vault.blobs().read(blob.path)) for blob in found) == b"".join(CHUNKS)


def test_the_blob_path_is_the_contracts(recorder: Recorder) -> None:
    path = recorder.send(CHUNKS[0], sequence=0, filename="Session Audio (1).WEBM").path
    owner = f"{recorder.actor.user_id}/{recorder.client_id}"
    assert re.fullmatch(rf"{owner}/\d{{4}}-\d\d-\d\d/session_audio_1.webm", path or "")


def test_the_same_name_on_one_day_keeps_both(recorder: Recorder) -> None:
    paths = {recorder.send(chunk, sequence=n).path for n, chunk in enumerate(CHUNKS)}
    assert len(paths) == len(stored_blobs()) == 3


@pytest.mark.parametrize("sequence", [0, None])
def test_a_chunk_sent_twice_is_stored_once_and_answered_alike(
    recorder: Recorder, sequence: int | None
) -> None:
    first = recorder.send(CHUNKS[0], sequence=sequence)
    again = recorder.send(CHUNKS[0], sequence=sequence)
    assert (again.path, again.sequence, again.duplicate) == (first.path, first.sequence, True)
    assert rows() == len(stored_blobs()) == 1


def test_a_lost_answer_to_the_last_chunk_may_be_asked_for_again(recorder: Recorder) -> None:
    whole = b"".join(CHUNKS)
    first = recorder.send(whole, sequence=0, last=True)
    again = recorder.send(whole, sequence=0, last=True)
    assert again.duplicate
    assert again.state is RecordingState.PROCESSING
    assert queued() == [f"session-{first.recording_id}-1"]


def test_chunks_may_overtake_each_other(recorder: Recorder) -> None:
    assert recorder.send(CHUNKS[2], sequence=2, last=True).missing == (0, 1)
    assert recorder.send(CHUNKS[0], sequence=0).missing == (1,)
    done = recorder.send(CHUNKS[1], sequence=1)
    assert (done.missing, done.state) == ((), RecordingState.PROCESSING)


def test_recorders_may_count_from_one(recorder: Recorder) -> None:
    for sequence, chunk in enumerate(CHUNKS, 1):
        received = recorder.send(chunk, sequence=sequence, last=sequence == 3)
    assert (received.missing, received.state) == ((), RecordingState.PROCESSING)


def test_without_sequences_arrival_decides(recorder: Recorder) -> None:
    assert [recorder.send(chunk, last=n == 2).sequence for n, chunk in enumerate(CHUNKS)] == [
        0,
        1,
        2,
    ]


def test_a_missing_middle_is_said_and_nothing_is_transcribed_yet(recorder: Recorder) -> None:
    recorder.send(CHUNKS[0], sequence=0)
    received = recorder.send(CHUNKS[2], sequence=2, last=True)
    assert received.missing == (1,)
    assert received.state is RecordingState.RECEIVING
    assert not queued()


def test_an_empty_last_chunk_ends_the_session(recorder: Recorder) -> None:
    recorder.send(CHUNKS[0], sequence=0)
    received = recorder.send(b"", sequence=1, last=True)
    assert (received.path, received.state) == (None, RecordingState.PROCESSING)


def test_two_first_chunks_at_once_make_one_recording(recorder: Recorder) -> None:
    whole = webm_chunks(parts=1)[0]
    results: list[object] = []

    def send(sequence: int) -> None:
        try:
            results.append(recorder.send(whole + bytes([sequence]) * 0, sequence=sequence))
        except AppError as error:
            results.append(error)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {getattr(result, "recording_id", result) for result in results} == {1}
    assert rows() == len(stored_blobs()) == 4


REFUSED = {
    "empty": (b"", {}, Invalid, "empty"),
    "not audio": (b"<html>hello</html>" * 200, {}, Invalid, "not an audio file"),
    "truncated header": (
        CHUNKS[0][:60],
        {},
        Invalid,
        "damaged|not an audio|cannot be read|No sound",
    ),
    "under a second": (encode(tone(0.4), "wav"), {}, Invalid, "shorter than a second"),
    "a stranger's therapist id": (CHUNKS[0], {"therapist_id": 999}, NotFound, "No such client"),
    "unknown client": (CHUNKS[0], {"client_id": 999}, NotFound, "not yours"),
    "a name in the session id": (CHUNKS[0], {"session_id": "Nora Feldt"}, Invalid, "session_id"),
    "a negative sequence": (CHUNKS[0], {"sequence": -1}, Invalid, "sequence"),
    "no file name": (CHUNKS[0], {"filename": ""}, Invalid, "name"),
    "unknown appointment": (CHUNKS[0], {"therapist_session_id": 77}, NotFound, "No such"),
    "unknown client user": (CHUNKS[0], {"client_user_id": 77}, Invalid, "client_userid"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why_and_leaves_nothing(recorder: Recorder, case: str) -> None:
    data, fields, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        recorder.send(data, last=True, **fields)
    assert rows() == len(stored_blobs()) == 0
    assert not queued()


@pytest.mark.parametrize(
    ("name", "rate", "channels"),
    [
        ("wav", 8_000, 1), ("wav", 96_000, 2), ("mp3", 44_100, 2), ("m4a", 44_100, 1),
        ("webm", 48_000, 1), ("ogg", 48_000, 1), ("flac", 48_000, 1),
    ],
)  # fmt: skip
def test_every_promised_format_is_taken(
    recorder: Recorder, name: str, rate: int, channels: int
) -> None:
    data = encode(tone(2.0, rate=rate), name, rate=rate, channels=channels)
    received = recorder.send(data, last=True, filename="wrong.txt")
    assert received.state is RecordingState.PROCESSING
    with sessions()() as session:
        assert session.scalars(select(AudioBlob.seconds)).one() == pytest.approx(2.0, abs=0.15)


def test_silence_is_a_recording_too(recorder: Recorder) -> None:
    received = recorder.send(encode(tone(2.0, level=0.0), "wav"), last=True)
    assert received.state is RecordingState.PROCESSING


def test_another_tab_with_the_same_session_is_told_so(recorder: Recorder) -> None:
    recorder.send(CHUNKS[0], sequence=0)
    other = webm_chunks(4.0)[0]
    with pytest.raises(Conflict, match="another tab"):
        recorder.send(other, sequence=0)
    assert rows() == len(stored_blobs()) == 1


def test_the_session_of_another_client_is_not_mixed_in(recorder: Recorder) -> None:
    recorder.send(CHUNKS[0], sequence=0)
    with pytest.raises(Conflict, match="another client"):
        Recorder(recorder.actor).send(CHUNKS[1], sequence=1)


def test_nothing_follows_the_last_chunk(recorder: Recorder) -> None:
    recorder.send(CHUNKS[0], sequence=0)
    recorder.send(CHUNKS[2], sequence=2, last=True)
    with pytest.raises(Conflict, match="ended with part 2"):
        recorder.send(CHUNKS[1], sequence=3)
    with pytest.raises(Conflict, match="already has a last part"):
        recorder.send(CHUNKS[1], sequence=1, last=True)
    recorder.send(CHUNKS[1], sequence=1)
    with pytest.raises(Conflict, match="already ended"):
        recorder.send(webm_chunks(3.0)[0], sequence=4)


def test_a_strangers_chunk_is_refused_and_logged(recorder: Recorder, people: People) -> None:
    for stranger in (people.bob, people.sam, people.dora, people.adam):
        with pytest.raises(AppError):
            recorder.send(CHUNKS[0], actor=stranger)
    with sessions()() as session:
        refused = session.scalars(select(AccessLog).where(AccessLog.outcome == "refused")).all()
    assert len(refused) == 4
    assert rows() == len(stored_blobs()) == 0


def test_a_session_longer_than_allowed_is_refused(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "max_audio_hours", 0.0)
    with pytest.raises(TooLarge, match="hours long"):
        recorder.send(encode(tone(90.0, rate=8_000), "wav", rate=8_000), last=True)
    assert not stored_blobs()


def test_a_full_disk_is_said_and_nothing_half_stored(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.send(CHUNKS[0], sequence=0)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Unavailable, match="no room"):
            recorder.send(CHUNKS[1], sequence=1)
    assert rows() == len(stored_blobs()) == 1
    assert not list((settings().data_dir / "blobs" / ".tmp").iterdir())
    assert recorder.send(CHUNKS[1], sequence=1).sequence == 1


def test_names_that_people_chose_are_sealed(recorder: Recorder) -> None:
    recorder.send(CHUNKS[0], filename="nora feldt.webm")
    with sessions()() as session:
        blob = session.scalars(select(AudioBlob)).one()
        assert encryption.unseal(blob, "filename") == "nora feldt.webm"
        assert "nora feldt" not in blob.filename.stored


def test_nothing_of_an_upload_is_readable_on_disk(recorder: Recorder, tmp_path: Path) -> None:
    recorder.send(CHUNKS[0])
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or CHUNKS[0][:24] not in path.read_bytes()


def test_a_deleted_sessions_id_is_not_taken_again(recorder: Recorder) -> None:
    received = recorder.send(CHUNKS[0], sequence=0)
    recordings.finish(recorder.actor, received.recording_id)
    retention.delete_session(recorder.actor, received.recording_id)
    before = stored_blobs()
    for sequence in (0, 1, None):
        with pytest.raises(Conflict, match="was deleted"):
            recorder.send(CHUNKS[1], sequence=sequence)
    assert stored_blobs() == before
    assert recorder.send(CHUNKS[0], sequence=0, session_id="monday-11").recording_id
