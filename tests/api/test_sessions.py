"""Playback and transcript routes: ranges, headers, and nothing for strangers."""

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import sessions
from models.recording import Recording
from services.jobs import owner
from services.processing import playback_file, stored
from services.transcription import Transcription
from tests.api.asking import asking
from tests.people import People
from tests.services.recordings.sending import Recorder
from tests.sounds import encode, tone

WAV = encode(tone(3.0), "wav")


@pytest.fixture
def people(sqlite_database: str) -> People:
    return People()


@pytest.fixture
def recording_id(people: People) -> int:
    ident = Recorder(people.alice).send(WAV, last=True).recording_id
    playback_file.prepare(owner(ident), ident)
    return ident


def test_the_whole_sound(people: People, recording_id: int) -> None:
    with asking(people.alice) as client:
        answer = client.get(f"/sessions/{recording_id}/audio")
    assert answer.content == WAV
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["content-length"] == str(len(WAV))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=1000-", 1000, len(WAV)),
        ("bytes=-500", len(WAV) - 500, len(WAV)),
        ("bytes=65530-65545", 65530, 65546),
        (f"bytes=10-{len(WAV) * 2}", 10, len(WAV)),
    ],
)
def test_ranges(people: People, recording_id: int, asked: str, start: int, end: int) -> None:
    with asking(people.alice) as client:
        answer = client.get(f"/sessions/{recording_id}/audio", headers={"range": asked})
    assert answer.status_code == 206
    assert answer.content == WAV[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(WAV)}"


@pytest.mark.parametrize("asked", [f"bytes={len(WAV)}-", "bytes=-0"])
def test_a_range_that_is_not_there(people: People, recording_id: int, asked: str) -> None:
    with asking(people.alice) as client:
        answer = client.get(f"/sessions/{recording_id}/audio", headers={"range": asked})
    assert answer.status_code == 416


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,5-9", "lines=1-2", "bytes=-"])
def test_what_is_no_single_range_is_ignored(people: People, recording_id: int, asked: str) -> None:
    with asking(people.alice) as client:
        answer = client.get(f"/sessions/{recording_id}/audio", headers={"range": asked})
    assert (answer.status_code, len(answer.content)) == (200, len(WAV))


def test_head_tells_the_size(people: People, recording_id: int) -> None:
    with asking(people.alice) as client:
        answer = client.head(f"/sessions/{recording_id}/audio")
    assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(WAV)))


def test_the_supervisor_hears_it_and_others_do_not(people: People, recording_id: int) -> None:
    statuses = {}
    for name in ("sam", "bob", "dora", "adam"):
        with asking(getattr(people, name)) as client:
            statuses[name] = client.get(f"/sessions/{recording_id}/audio").status_code
    assert statuses == {"sam": 200, "bob": 404, "dora": 403, "adam": 403}
    with sessions()() as session:
        plays = session.scalars(
            select(AccessLog).where(AccessLog.action == "recording:play").order_by(AccessLog.id)
        ).all()
    assert [row.outcome for row in plays] == ["done", "refused", "refused", "refused"]


def test_before_it_is_ready_there_is_nothing_to_play(people: People) -> None:
    ident = Recorder(people.alice).send(WAV, last=True).recording_id
    with asking(people.alice) as client:
        assert client.get(f"/sessions/{ident}/audio").status_code == 404
        assert client.get(f"/sessions/{ident}/transcript").status_code == 404


def test_the_transcript_as_the_page_takes_it(people: People, recording_id: int) -> None:
    stored.add_transcript(owner(recording_id), recording_id, Transcription("en", 3.0, ()))
    with asking(people.alice) as client:
        answer = client.get(f"/sessions/{recording_id}/transcript")
    assert answer.json() == {
        "revision": 1,
        "language": "en",
        "duration": 3.0,
        "speakers": [],
        "utterances": [],
        "warnings": ["no-speech"],
        "gaps": [],
        "events": [],
    }
    with sessions()() as session:
        assert session.get_one(Recording, recording_id).progress > 0.9
