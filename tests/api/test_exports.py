"""Notes and transcripts as files over HTTP: a name without a person's, kept by no cache, refused with a sentence."""

import pytest

from services import clients, exports
from services.notes import drafts
from tests.api.asking import asking
from tests.people import People
from tests.services.written import write_session


@pytest.fixture
def recording_id(sqlite_people: People) -> int:
    client_id = clients.create_client(sqlite_people.alice, "Nora Feldt")
    return write_session(sqlite_people.alice, client_id)


def test_a_note_as_a_file(sqlite_people: People, recording_id: int) -> None:
    note_id = drafts.draft(sqlite_people.alice, recording_id, "soap")
    with asking(sqlite_people.alice) as client:
        answer = client.get(f"/notes/{note_id}/export?format=pdf&reason=client&zone=Europe/Oslo")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="note-{note_id}.pdf"'
    assert answer.headers["cache-control"] == "no-store"


def test_a_transcript_as_captions(sqlite_people: People, recording_id: int) -> None:
    with asking(sqlite_people.alice) as client:
        answer = client.get(f"/sessions/{recording_id}/transcript/export?format=vtt&reason=records")
    assert answer.text.startswith("WEBVTT")
    assert answer.headers["content-type"].startswith("text/vtt")


def test_the_document_names_formats_and_reasons(sqlite_people: People) -> None:
    with asking(sqlite_people.alice) as client:
        paths = client.get("/openapi.json").json()["paths"]
    for path, kind in (
        ("/notes/{note_id}/export", "note"),
        ("/sessions/{recording_id}/transcript/export", "transcript"),
    ):
        [operation] = [at["get"] for name, at in paths.items() if name.endswith(path)]
        enums = {one["name"]: one["schema"].get("enum") for one in operation["parameters"]}
        assert enums["format"] == list(exports.FORMATS[kind])
        assert enums["reason"] == list(exports.REASONS)


def test_without_a_reason_or_for_strangers_there_is_none(
    sqlite_people: People, recording_id: int
) -> None:
    path = f"/sessions/{recording_id}/transcript/export?format=txt"
    with asking(sqlite_people.alice) as client:
        assert client.get(path).status_code == 422
        assert client.get(f"{path}&reason=curiosity").status_code == 400
    with asking(sqlite_people.bob) as client:
        assert client.get(f"{path}&reason=client").status_code == 404
