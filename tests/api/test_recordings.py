"""Operation 2 over HTTP: the contract's fields and message, and what bad input is told."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from config import settings
from services import vault
from tests.api.asking import asking
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.sounds import encode, tone

CHUNKS = webm_chunks()
WAV = encode(tone(2.0), "wav")


@pytest.fixture
def recorder(sqlite_database: str) -> Recorder:
    return Recorder(People().alice)


def post(client: TestClient, recorder: Recorder, data: bytes, **fields: Any) -> Any:
    form = {
        "therapist_userid": str(recorder.actor.user_id),
        "therapist_clientid": str(recorder.client_id),
        "session_id": "monday-10",
        "is_last_blob": "True",
    } | {name: value for name, value in fields.items() if name != "filename"}
    form = {name: value for name, value in form.items() if value is not None}
    name = fields.get("filename", "session_audio.wav")
    return client.post("/audio", data=form, files={"file": (name, data)})


def test_the_contracts_message(recorder: Recorder) -> None:
    with asking(recorder.actor) as client:
        answer = post(client, recorder, WAV)
    assert answer.status_code == 200
    (path,) = vault.blobs().list("")
    assert answer.json()["message"] == f"File uploaded successfully as {path}!"
    assert path.endswith("/session_audio.wav")


def test_chunks_and_what_is_missing(recorder: Recorder) -> None:
    with asking(recorder.actor) as client:
        first = post(client, recorder, CHUNKS[0], sequence="0", is_last_blob="False").json()
        third = post(client, recorder, CHUNKS[2], sequence="2").json()
        second = post(client, recorder, CHUNKS[1], sequence="1", is_last_blob="False").json()
    assert (first["state"], third["missing"], second["state"]) == ("receiving", [1], "processing")


BAD = {
    "therapist_userid missing": ({"therapist_userid": None}, 400),
    "therapist_userid a name": ({"therapist_userid": "therapist1"}, 400),
    "someone else's client": ({"therapist_clientid": "4711"}, 404),
    "is_last_blob maybe": ({"is_last_blob": "maybe"}, 400),
    "is_last_blob missing": ({"is_last_blob": None}, 400),
    "session_id missing": ({"session_id": None}, 400),
    "sequence a word": ({"sequence": "first"}, 400),
    "sequence negative": ({"sequence": "-1"}, 400),
    "session_id too long": ({"session_id": "x" * 256}, 400),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_fields_get_a_sentence_and_store_nothing(recorder: Recorder, case: str) -> None:
    fields, status = BAD[case]
    with asking(recorder.actor) as client:
        answer = post(client, recorder, WAV, **fields)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith((".", ",")) or len(answer.json()["detail"]) > 20
    assert not list(vault.blobs().list(""))


def test_a_form_without_a_file(recorder: Recorder) -> None:
    with asking(recorder.actor) as client:
        answer = client.post("/audio", data={"session_id": "x"}, files={"other": ("a", b"b")})
        plain = client.post("/audio", json={"session_id": "x"})
    assert (answer.status_code, plain.status_code) == (400, 400)
    assert "no file" in answer.json()["detail"]
    assert "multipart" in plain.json()["detail"]


def test_without_a_sign_in_there_is_nothing(recorder: Recorder) -> None:
    with asking(None) as client:
        assert post(client, recorder, WAV).status_code == 401
        assert client.get("/sessions/1/audio").status_code == 401


def test_a_file_over_the_limit_is_refused_while_it_comes(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "max_upload_mb", 1)
    with asking(recorder.actor) as client:
        answer = post(client, recorder, bytes(2 << 20))
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.json()["detail"]


def test_a_large_file_waits_sealed(recorder: Recorder, tmp_path: Path) -> None:
    """Starlette's own parser would have rolled it over to a plain temporary file."""
    data = encode(tone(30.0), "wav")
    assert len(data) > 2 << 20
    with asking(recorder.actor) as client:
        assert post(client, recorder, data).status_code == 200
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or data[44:108] not in path.read_bytes()
    assert not list((settings().data_dir / "spool").iterdir())
