"""Operations 6 to 10, 13 and 15: transcripts and histories, encrypted unless asked for in clear."""

import base64
from typing import Any

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import sessions
from models.note import Note, NoteState
from models.transcript import TherapistSessionTranscriptHistory
from services import transcripts
from tests.api.asking import asking
from tests.api.rows import Rows, write_rows
from tests.people import People
from tests.services.notes.noted import write_note

TRANSCRIPT = {
    "id", "transcript", "transcript_summary", "date", "update_timestamp", "therapist_session_id",
}  # fmt: skip
HISTORY = {
    "id", "transcript_summary", "client_user_id", "therapist_user_id", "therapist_client_id",
    "date", "therapist_session_id",
}  # fmt: skip
CLEAR = {"accept": "application/json; phi=clear"}


@pytest.fixture
def rows(people: People) -> Rows:
    return write_rows(people)


def test_the_contracts_shapes(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        transcript = client.get(f"/transcripts/{rows.transcript_id}").json()
        history = client.get(f"/transcript-history/{rows.history_id}").json()
        (listed,) = client.get("/transcript-history").json()
    assert set(transcript) == TRANSCRIPT
    assert set(history) == HISTORY
    assert listed == history
    assert transcript["date"] == history["date"] == "2026-11-24T09:30:00Z"
    assert history["therapist_client_id"] == rows.client_id
    assert history["therapist_user_id"] == rows.people.alice.user_id
    for sealed in (transcript["transcript"], history["transcript_summary"]):
        assert base64.b64decode(sealed, validate=True)[0] == 1
        assert "tram" not in sealed


def test_clear_text_is_asked_for_and_logged(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        sealed = client.get(f"/transcripts/{rows.transcript_id}")
        clear = client.get(f"/transcripts/{rows.transcript_id}", headers=CLEAR)
        text = client.get(f"/transcripts/{rows.transcript_id}/text")
        history = client.get(f"/transcript-history/{rows.history_id}/text")
    assert "The tram was late again." in clear.json()["transcript"]
    assert clear.json()["transcript"].startswith("Speaker 1: Good morning Nora.")
    assert text.json()["transcript"] == clear.json()["transcript"]
    assert text.json()["transcript_summary"] == history.json()["transcript_summary"]
    assert clear.headers["etag"] == sealed.headers["etag"]
    with sessions()() as session:
        mine = AccessLog.actor_id == rows.people.alice.user_id, AccessLog.via == "api"
        details = session.scalars(
            select(AccessLog.detail).where(*mine).order_by(AccessLog.id)
        ).all()
    assert details == ["ciphertext", "clear", "clear", "clear"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html; phi=clear", "phi=clear"])
def test_other_accepts_get_ciphertext(accept: str, rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        answer = client.get(f"/transcripts/{rows.transcript_id}", headers={"accept": accept})
    assert answer.status_code == 200
    assert "tram" not in answer.text


def put(client: Any, rows: Rows, **fields: Any) -> Any:
    body = client.get(f"/transcripts/{rows.transcript_id}").json() | fields
    return client.put(f"/transcripts/{rows.transcript_id}", json=body)


def test_ciphertext_put_back_changes_nothing(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        before = client.get(f"/transcripts/{rows.transcript_id}", headers=CLEAR).json()
        answer = put(client, rows)
        assert answer.status_code == 200
        after = client.get(f"/transcripts/{rows.transcript_id}", headers=CLEAR).json()
        assert after | {"update_timestamp": None} == before | {"update_timestamp": None}
        assert after["update_timestamp"] is not None
        assert len(client.get("/transcript-history").json()) == 1


def test_plain_text_is_encrypted_and_the_page_follows(rows: Rows) -> None:
    said = (
        "Speaker 1: Good morning Nora. How was your week? "
        "Speaker 2: The train was late again. I slept better. Speaker 1: What helped you to sleep?"
    )
    alice = rows.people.alice
    heard = transcripts.read(alice, rows.recording_id)["utterances"]
    with asking(alice) as client:
        answer = put(client, rows, transcript=said)
        assert answer.status_code == 200
        assert "train" not in answer.text
        text = client.get(f"/transcripts/{rows.transcript_id}/text").json()["transcript"]
    assert text == said
    found = transcripts.read(alice, rows.recording_id)
    shown = found["utterances"]
    assert [each["id"] for each in shown] == [each["id"] for each in heard]
    assert [each["start"] for each in shown] == [each["start"] for each in heard]
    assert shown[1]["text"] == "The train was late again."
    assert shown[1]["machine"] == heard[1]["text"]
    assert shown[2] == heard[2]
    assert found["revision"] == 2


def test_half_a_character_is_refused_and_nothing_of_it_is_stored(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        for changes in ('{"transcript": "x\\ud800"}', '{"transcript_summary": "x\\ud800"}'):
            answer = client.patch(
                f"/transcripts/{rows.transcript_id}",
                content=changes,
                headers={"content-type": "application/json"},
            )
            assert answer.status_code == 400
            assert "half a character" in answer.text
    assert transcripts.read(rows.people.alice, rows.recording_id)["revision"] == 1


def test_a_text_that_a_signed_note_rests_on_is_not_replaced(rows: Rows) -> None:
    alice = rows.people.alice
    note = write_note(alice, rows.recording_id)
    with sessions()() as session, session.begin():
        session.get_one(Note, note).state = NoteState.SIGNED
    with asking(alice) as client:
        refused = put(client, rows, transcript="Speaker 1: Something else.")
        assert refused.status_code == 409
        assert "signed note" in refused.text
        assert put(client, rows).status_code == 200  # the same text
    assert transcripts.read(alice, rows.recording_id)["revision"] == 1


def test_a_new_summary_is_a_new_version(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        answer = client.patch(
            f"/transcripts/{rows.transcript_id}", json={"transcript_summary": "Slept better."}
        )
        assert answer.status_code == 200
        newest, first = client.get("/transcript-history", headers=CLEAR).json()
    assert newest["transcript_summary"] == "Slept better."
    assert first["id"] == rows.history_id
    with sessions()() as session:
        table = TherapistSessionTranscriptHistory
        (row,) = session.scalars(select(table).where(table.id == newest["id"]))
    assert (row.version, row.author) == (2, f"user:{rows.people.alice.user_id}")


def test_a_version_is_corrected_in_its_place(rows: Rows) -> None:
    address = f"/transcript-history/{rows.history_id}"
    with asking(rows.people.alice) as client:
        body = client.get(address).json()
        assert client.put(address, json=body).status_code == 200
        body["transcript_summary"] = "Slept better."
        answer = client.put(address, json=body, headers=CLEAR)
        assert answer.json()["transcript_summary"] == "Slept better."
        moved = client.patch(address, json={"date": "2026-11-23T08:00:00+01:00"})
        assert moved.json()["date"] == "2026-11-23T07:00:00Z"
        text = client.get(f"/transcripts/{rows.transcript_id}/text").json()
        assert text["transcript_summary"] == "Slept better."
        for wrong in ({"therapist_client_id": 99}, {"therapist_user_id": 99}):
            assert client.patch(address, json=wrong).status_code == 409
        assert client.patch(address, json={"client_user_id": 4711}).status_code == 400
        assert client.patch(address, json={"therapist_session_id": 4711}).status_code == 404


def test_another_rows_ciphertext_is_refused(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        history = client.get(f"/transcript-history/{rows.history_id}").json()["transcript_summary"]
        broken = history[:-8] + ("AAAAAAAA" if history[-8:] != "AAAAAAAA" else "BBBBBBBB")
        for given in (history, broken):
            answer = put(client, rows, transcript_summary=given)
            assert answer.status_code == 400
            assert "ciphertext" in answer.json()["detail"]


def test_put_takes_all_required_fields_and_patch_some(rows: Rows) -> None:
    for address, names in (
        (f"/transcripts/{rows.transcript_id}", ["transcript", "transcript_summary", "date"]),
        (f"/transcript-history/{rows.history_id}", ["transcript_summary", "date"]),
    ):
        with asking(rows.people.alice) as client:
            body = client.get(address).json()
            for name in names:
                short = {key: value for key, value in body.items() if key != name}
                assert client.put(address, json=short).status_code == 422
                assert client.patch(address, json=short).status_code == 200
                assert client.patch(address, json={name: None}).status_code == 422
            assert client.patch(address, json={}).status_code == 200


@pytest.mark.parametrize("kind", ["transcripts", "transcript-history"])
def test_lost_updates_are_refused(rows: Rows, kind: str) -> None:
    ident = rows.transcript_id if kind == "transcripts" else rows.history_id
    address = f"/{kind}/{ident}"
    with asking(rows.people.alice) as client:
        tag = {"if-match": client.get(address).headers["etag"]}
        first = client.patch(address, json={"transcript_summary": "One."}, headers=tag)
        late = client.patch(address, json={"transcript_summary": "Two."}, headers=tag)
        assert (first.status_code, late.status_code) == (200, 412)
        assert client.get(address + "/text").json()["transcript_summary"] == "One."


@pytest.mark.parametrize("kind", ["transcripts", "transcript-history"])
def test_searches(rows: Rows, kind: str) -> None:
    mine = {"userid": str(rows.clara.user_id), "therapist_clientid": str(rows.client_id)}
    expected = rows.transcript_id if kind == "transcripts" else rows.history_id
    with asking(rows.people.alice) as client:
        found = client.post(f"/{kind}/search", json=mine)
        assert [row["id"] for row in found.json()] == [expected]
        assert "tram" not in found.text
        clear = client.post(f"/{kind}/search", json=mine, headers=CLEAR)
        assert ("tram" if kind == "transcripts" else "No summary") in clear.text
        for none in ({"userid": "999"}, {"therapist_clientid": "999"}, {"userid": "Clara"}):
            answer = client.post(f"/{kind}/search", json=mine | none)
            assert (answer.status_code, answer.content) == (204, b"")
        for wrong in ({"userid": None}, {"userid": 5}):
            assert client.post(f"/{kind}/search", json=mine | wrong).status_code == 422
        assert client.post(f"/{kind}/search", json={"userid": "1"}).status_code == 422
    with asking(rows.people.bob) as client:
        assert client.post(f"/{kind}/search", json=mine).status_code == 204


def test_searches_leave_out_what_was_deleted(rows: Rows) -> None:
    from models.base import now

    mine = {"userid": str(rows.clara.user_id), "therapist_clientid": str(rows.client_id)}
    with sessions()() as session, session.begin():
        session.get_one(TherapistSessionTranscriptHistory, rows.history_id).deleted_at = now()
    with asking(rows.people.alice) as client:
        assert client.post("/transcript-history/search", json=mine).status_code == 204
        assert client.get(f"/transcript-history/{rows.history_id}").status_code == 404
