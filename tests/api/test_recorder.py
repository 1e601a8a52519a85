"""What the recorder asks for over HTTP: shapes, statuses, sentences."""

import base64
import datetime as dt
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from models.client import Consent
from services import clients
from tests.api.asking import asking
from tests.people import People
from tests.services.recordings.begun import BrowserRecorder
from tests.services.recordings.sending import webm_chunks

CHUNKS = webm_chunks()


@pytest.fixture
def nora(sqlite_people: People) -> int:
    client_id = clients.create_client(sqlite_people.alice, "Nora Feldt")
    clients.record_consent(sqlite_people.alice, client_id, Consent.GIVEN, "verbally")
    return client_id


def asked(client_id: int, **other: Any) -> dict[str, Any]:
    given = {"session_type": "individual", "setting": "in_person", "note_format": None}
    return {"client_id": client_id} | given | other


def send(client: TestClient, begun: dict[str, Any], people: People, sequence: int) -> Any:
    form = {
        "therapist_userid": str(people.alice.user_id),
        "therapist_clientid": str(begun["client_id"]),
        "session_id": begun["session_id"],
        "is_last_blob": "False",
        "sequence": str(sequence),
    }
    name = f"chunk-{sequence:04}.webm"
    return client.post("/audio", data=form, files={"file": (name, CHUNKS[sequence])})


def test_from_begin_to_finish(sqlite_people: People, nora: int) -> None:
    with asking(sqlite_people.alice) as client:
        answer = client.post("/recordings", json=asked(nora, setting="telehealth"))
        assert answer.status_code == 201
        begun = answer.json() | {"client_id": nora}
        assert set(answer.json()) == {"recording_id", "session_id", "key", "started_at"}
        assert len(base64.b64decode(begun["key"])) == 32
        assert str(uuid.UUID(begun["session_id"])) == begun["session_id"]
        assert dt.datetime.fromisoformat(begun["started_at"]).tzinfo is not None
        here = f"/recordings/{begun['recording_id']}"
        early = client.post(f"{here}/finish")
        assert (early.status_code, early.json()["code"]) == (409, "conflict")
        for sequence in (0, 2):
            assert send(client, begun, sqlite_people, sequence).status_code == 200
        assert client.get(f"{here}/recorder").json() == {
            "recording_id": begun["recording_id"],
            "session_id": begun["session_id"],
            "key": begun["key"],
            "state": "receiving",
            "next_sequence": 3,
            "missing": [1],
            "client": "Nora Feldt",
            "therapist_userid": sqlite_people.alice.user_id,
            "therapist_clientid": nora,
        }
        captions = client.get(f"{here}/captions", params={"after": 1.5}).json()
        assert captions["received"] == pytest.approx(4.0, abs=0.8)
        assert (captions["until"], captions["captions"]) == (0.0, [])
        finished = client.post(f"{here}/finish")
        assert (finished.status_code, finished.json()) == (200, {"state": "processing"})
        assert client.get(f"{here}/recorder").json()["state"] == "processing"


def test_without_consent_a_sentence(sqlite_people: People) -> None:
    client_id = clients.create_client(sqlite_people.alice, "Nora Feldt")
    with asking(sqlite_people.alice) as client:
        answer = client.post("/recordings", json=asked(client_id))
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "not been asked" in answer.json()["detail"]
    assert "Nora" not in answer.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"session_type": "crowd"}, 422),
        ({"setting": "on the moon"}, 422),
        ({"note_format": "poem"}, 400),
    ],
)
def test_what_cannot_be_begun(
    sqlite_people: People, nora: int, change: dict[str, Any], status: int
) -> None:
    with asking(sqlite_people.alice) as client:
        assert client.post("/recordings", json=asked(nora, **change)).status_code == status
        assert client.post("/recordings", json=asked(4711)).status_code == 404


def test_events_are_stored_once(sqlite_people: People) -> None:
    here = f"/recordings/{BrowserRecorder(sqlite_people.alice).recording_id}/events"
    event = {"id": str(uuid.uuid4()), "kind": "marker", "at": 12.5, "seconds": None, "word": "car"}
    with asking(sqlite_people.alice) as client:
        for _ in range(2):
            answer = client.post(here, json={"events": [event]})
            assert (answer.status_code, answer.json()) == (200, {"stored": 1})
        for bad in (
            {"at": -1},
            {"at": "NaN"},
            {"kind": "party"},
            {"id": "7"},
            {"word": "x" * 1001},
            {"seconds": -2},
        ):
            answer = client.post(here, json={"events": [event | bad]})
            assert answer.status_code == 422
            assert "car" not in answer.text


def test_nobody_else_gets_anything(sqlite_people: People) -> None:
    ident = BrowserRecorder(sqlite_people.alice).recording_id
    events = {"events": [{"id": str(uuid.uuid4()), "kind": "marker", "at": 1.0}]}
    for who, status in ((sqlite_people.bob, 404), (sqlite_people.sam, 403), (None, 401)):
        with asking(who) as client:
            answers = [
                client.get(f"/recordings/{ident}/recorder"),
                client.get(f"/recordings/{ident}/captions"),
                client.post(f"/recordings/{ident}/events", json=events),
                client.post(f"/recordings/{ident}/finish"),
            ]
        assert [answer.status_code for answer in answers] == [status] * 4
        assert not any("key" in answer.json() for answer in answers)


@pytest.mark.parametrize("after", ["-1", "nan", "x"])
def test_after_is_a_position(sqlite_people: People, after: str) -> None:
    ident = BrowserRecorder(sqlite_people.alice).recording_id
    with asking(sqlite_people.alice) as client:
        answer = client.get(f"/recordings/{ident}/captions", params={"after": after})
    assert answer.status_code == 422
