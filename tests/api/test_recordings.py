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


UNPROCESSABLE = {
    "therapist_userid missing": ({"therapist_userid": None}, "therapist_userid", "missing"),
    "is_last_blob maybe": ({"is_last_blob": "maybe"}, "is_last_blob", "literal_error"),
    "is_last_blob missing": ({"is_last_blob": None}, "is_last_blob", "missing"),
    "session_id missing": ({"session_id": None}, "session_id", "missing"),
    "session_id empty": ({"session_id": " "}, "session_id", "string_too_short"),
    "session_id too long": ({"session_id": "x" * 256}, "session_id", "string_too_long"),
    "sequence a word": ({"sequence": "first"}, "sequence", "int_parsing"),
    "sequence negative": ({"sequence": "-1"}, "sequence", "int_parsing"),
    "sequence huge": ({"sequence": "9" * 30}, "sequence", "int_parsing"),
}


@pytest.mark.parametrize("case", UNPROCESSABLE)
def test_a_form_of_the_wrong_shape_gets_the_contracts_422(recorder: Recorder, case: str) -> None:
    fields, name, kind = UNPROCESSABLE[case]
    with asking(recorder.actor) as client:
        answer = post(client, recorder, WAV, **fields)
    assert answer.status_code == 422
    (fault,) = answer.json()["detail"]
    assert (fault["loc"], fault["type"]) == (["body", name], kind)
    assert set(fault) == {"loc", "msg", "type"}
    assert not list(vault.blobs().list(""))


BAD = {
    "therapist_userid a name": ({"therapist_userid": "therapist1"}, 404),
    "someone else's client": ({"therapist_clientid": "4711"}, 404),
    "session_id with blanks": ({"session_id": "monday at ten"}, 400),
    "sequence out of range": ({"sequence": "1000000"}, 400),
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
    assert (answer.status_code, plain.status_code) == (422, 400)
    assert answer.json()["detail"][0]["loc"] == ["body", "file"]
    assert "multipart" in plain.json()["detail"]


def send(client: TestClient, recorder: Recorder, data: bytes, key: str, **fields: Any) -> Any:
    form = {
        "therapist_userid": str(recorder.actor.user_id),
        "therapist_clientid": str(recorder.client_id),
        "session_id": "monday-10",
        "is_last_blob": "True",
    } | fields
    files = {"file": ("a.wav", data)}
    return client.post("/audio", data=form, files=files, headers={"idempotency-key": key})


def test_the_same_key_is_answered_as_the_first_time(recorder: Recorder) -> None:
    with asking(recorder.actor) as client:
        first = send(client, recorder, WAV, "one")
        again = send(client, recorder, WAV, "one")
        other = send(client, recorder, WAV, "one", session_id="tuesday-10")
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert len(list(vault.blobs().list(""))) == 1


def test_a_key_whose_request_failed_may_be_used_again(recorder: Recorder) -> None:
    with asking(recorder.actor) as client:
        assert send(client, recorder, b"not audio", "two").status_code == 400
        assert send(client, recorder, WAV, "two").status_code == 200


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
