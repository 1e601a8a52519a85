"""Operations 3 to 5: recordings listed, read and changed, in the contract's shape and within one's own rows."""

from typing import Any

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import sessions
from models.recording import AudioBlob, Recording, RecordingState
from services import clients
from tests.api.asking import asking
from tests.api.rows import FILENAME, Rows, write_blob, write_rows
from tests.people import People
from tests.services.written import change, write_session

FIELDS = {
    "id", "filename", "userid", "is_processed", "therapist_client_id", "create_timestamp",
    "update_timestamp", "session_id", "is_last_blob", "therapist_session_id",
}  # fmt: skip


@pytest.fixture
def rows(people: People) -> Rows:
    return write_rows(people)


def test_a_recording_has_the_contracts_fields(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        (listed,) = client.get("/recordings").json()
        read = client.get(f"/recordings/{rows.blob_id}")
    assert set(listed) == FIELDS
    assert listed["id"] == rows.blob_id
    assert listed["filename"] == FILENAME
    assert listed["userid"] == rows.people.alice.user_id
    assert listed["therapist_client_id"] == rows.client_id
    assert listed["therapist_session_id"] == rows.appointment_id
    assert (listed["is_processed"], listed["is_last_blob"]) == (True, True)
    assert listed["create_timestamp"].endswith("Z")
    assert listed["update_timestamp"] is None
    assert set(read.json()) == FIELDS | {"recording_id", "state", "stage", "progress", "error"}
    assert (read.json()["state"], read.json()["progress"]) == ("done", 1.0)
    assert {name: read.json()[name] for name in FIELDS} == listed
    assert read.headers["etag"].startswith('"')


def test_a_list_in_pages_is_the_whole_list(rows: Rows) -> None:
    alice = rows.people.alice
    more = [write_blob(alice, rows.client_id, rows.recording_id, sequence=n) for n in range(1, 8)]
    with asking(alice) as client:
        whole = [row["id"] for row in client.get("/recordings").json()]
        seen: list[int] = []
        address = "/recordings?limit=3"
        for _ in range(10):
            answer = client.get(address)
            seen += [row["id"] for row in answer.json()]
            if "next" not in answer.links:
                break
            assert len(answer.json()) == 3
            address = answer.links["next"]["url"]
    assert whole == [*reversed(more), rows.blob_id]
    assert seen == whole


def test_lists_are_filtered(rows: Rows) -> None:
    alice = rows.people.alice
    other = clients.create_client(alice, "Nora Feldt")
    failed = write_session(alice, other, state=RecordingState.FAILED)
    of_other = write_blob(alice, other, failed)
    with asking(alice) as client:

        def ids(query: str) -> list[int]:
            return [row["id"] for row in client.get(f"/recordings?{query}").json()]

        assert ids(f"client={other}") == [of_other]
        assert ids("state=failed") == [of_other]
        assert ids("to=2020-01-01T00:00:00Z") == []
        assert ids("from=2020-01-01T00:00:00Z") == [of_other, rows.blob_id]


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=0", 422), ("limit=501", 422), ("cursor=nonsense", 400), ("cursor=4pyT", 400),
     ("state=gone", 422), ("from=yesterday", 422), ("from=5", 422), ("client=x", 422),
     ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkuMQ==", 400)],
)  # fmt: skip
def test_a_list_that_cannot_be(query: str, status: int, sqlite_people: People) -> None:
    with asking(sqlite_people.alice) as client:
        assert client.get(f"/recordings?{query}").status_code == status


def test_only_what_is_sent_changes(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        before = client.get(f"/recordings/{rows.blob_id}").json()
        for method in (client.put, client.patch):
            answer = method(f"/recordings/{rows.blob_id}", json={"is_processed": False})
            assert answer.status_code == 200
            assert set(answer.json()) == FIELDS
            changed = {name for name in FIELDS if answer.json()[name] != before[name]}
            assert changed == {"is_processed", "update_timestamp"}
        back = client.patch(f"/recordings/{rows.blob_id}", json={"is_processed": None}).json()
        assert back["is_processed"] is True
        named = client.patch(f"/recordings/{rows.blob_id}", json={"filename": "other.wav"}).json()
        assert named["filename"] == "other.wav"
        none = client.patch(f"/recordings/{rows.blob_id}", json={"filename": None}).json()
        assert none["filename"] is None


def test_what_a_get_returned_may_be_put_back(rows: Rows) -> None:
    with asking(rows.people.alice) as client:
        (row,) = client.get("/recordings").json()
        answer = client.put(f"/recordings/{rows.blob_id}", json=row)
    assert answer.status_code == 200
    assert {**answer.json(), "update_timestamp": None} == row


@pytest.mark.parametrize(
    "move",
    [{"userid": 999}, {"therapist_client_id": 999}, {"session_id": "another"},
     {"create_timestamp": "2019-08-24T14:15:22Z"}, {"is_last_blob": False}],
)  # fmt: skip
def test_whose_it_is_does_not_change(rows: Rows, move: dict[str, Any]) -> None:
    with asking(rows.people.alice) as client:
        before = client.get(f"/recordings/{rows.blob_id}").json()
        answer = client.patch(f"/recordings/{rows.blob_id}", json=move)
        assert answer.status_code == 409
        assert client.get(f"/recordings/{rows.blob_id}").json() == before


@pytest.mark.parametrize(
    "wrong",
    [{"filename": "x" * 513}, {"is_processed": "yes"}, {"userid": "1"}, {"session_id": "x" * 256},
     {"create_timestamp": 5}, {"therapist_session_id": -1}, {"userid": 2**40}, [], "x"],
)  # fmt: skip
def test_fields_of_the_wrong_form(rows: Rows, wrong: Any) -> None:
    with asking(rows.people.alice) as client:
        answer = client.patch(f"/recordings/{rows.blob_id}", json=wrong)
    assert answer.status_code == 422
    assert all(set(fault) == {"loc", "msg", "type"} for fault in answer.json()["detail"])
    assert "x" * 20 not in answer.text


def test_a_lost_update_is_refused(rows: Rows) -> None:
    address = f"/recordings/{rows.blob_id}"
    with asking(rows.people.alice) as client:
        tag = client.get(address).headers["etag"]
        first = client.patch(address, json={"filename": "a.wav"}, headers={"if-match": tag})
        late = client.patch(address, json={"filename": "b.wav"}, headers={"if-match": tag})
        assert (first.status_code, late.status_code) == (200, 412)
        assert client.get(address).json()["filename"] == "a.wav"
        new = first.headers["etag"]
        listed = {"if-match": f'"zzz", {new}'}
        assert client.patch(address, json={"filename": "b.wav"}, headers=listed).is_success
        assert client.patch(address, json={}, headers={"if-match": "*"}).is_success


def test_marking_the_last_piece_ends_the_session(rows: Rows) -> None:
    alice = rows.people.alice
    receiving = write_session(alice, rows.client_id, state=RecordingState.RECEIVING)
    piece = write_blob(alice, rows.client_id, receiving)
    with sessions()() as session, session.begin():
        session.get_one(AudioBlob, piece).is_last = False
    with asking(alice) as client:
        answer = client.patch(f"/recordings/{piece}", json={"is_last_blob": True})
        assert answer.json()["is_last_blob"] is True
        assert client.get(f"/recordings/{piece}").json()["state"] == "processing"
    with sessions()() as session:
        assert session.get_one(Recording, receiving).last_sequence == 0


def test_a_recording_moves_to_another_appointment_of_the_client_only(rows: Rows) -> None:
    alice = rows.people.alice
    again = write_session(alice, rows.client_id)
    elsewhere = write_session(alice, clients.create_client(alice, "Nora Feldt"))
    with sessions()() as session:
        same, other = (
            session.get_one(Recording, ident).therapist_session_id for ident in (again, elsewhere)
        )
    with asking(alice) as client:
        address = f"/recordings/{rows.blob_id}"
        assert client.patch(address, json={"therapist_session_id": other}).status_code == 404
        assert client.patch(address, json={"therapist_session_id": same}).is_success
        assert client.get(address).json()["therapist_session_id"] == same
        transcript = client.get(f"/transcripts/{rows.transcript_id}").json()
        assert transcript["therapist_session_id"] == same


def test_removed_sessions_are_not_there(rows: Rows) -> None:
    from models.base import now

    change(rows.recording_id, deleted_at=now())
    with asking(rows.people.alice) as client:
        assert client.get("/recordings").json() == []
        assert client.get(f"/recordings/{rows.blob_id}").status_code == 404


def test_file_names_are_read_under_the_log(rows: Rows) -> None:
    with asking(rows.people.sam) as client:
        client.get("/recordings")
        client.get(f"/recordings/{rows.blob_id}")
    with sessions()() as session:
        mine = AccessLog.actor_id == rows.people.sam.user_id
        logged = session.scalars(select(AccessLog).where(mine).order_by(AccessLog.id)).all()
    assert [(each.action, each.via, each.client_id) for each in logged] == [
        ("recording:list", "api", rows.client_id),
        ("recording:read", "api", rows.client_id),
    ]


@pytest.mark.parametrize("ident", ["0", "999", "x", "1e3", "-1", "9" * 30, "%00", "²"])
def test_ids_that_name_nothing(rows: Rows, ident: str) -> None:
    with asking(rows.people.alice) as client:
        assert client.get(f"/recordings/{ident}").status_code == 404
        assert client.patch(f"/recordings/{ident}", json={}).status_code == 404


def test_null_empties_what_can_be_empty(rows: Rows) -> None:
    address = f"/recordings/{rows.blob_id}"
    with asking(rows.people.alice) as client:
        client.patch(address, json={"is_processed": False})
        before = client.get(address).json()
        nulls = {"filename": None, "is_processed": None, "therapist_session_id": None}
        after = client.patch(address, json=nulls | {"is_last_blob": None}).json()
    assert before["is_processed"] is False
    assert after["filename"] is None
    assert after["is_processed"] is True  # as its session, which is done
    for name in ("is_last_blob", "therapist_session_id"):
        assert after[name] == before[name]
