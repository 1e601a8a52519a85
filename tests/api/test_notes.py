"""The note as the page fetches it: whole for those it belongs to, nothing for others, and every reading logged."""

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import sessions
from services import clients
from tests.api.asking import asking
from tests.people import People
from tests.services.documents.papers import LETTER, pdf, send_and_read
from tests.services.notes.noted import RISKY, a_note, a_session, write_note


@pytest.fixture
def people(sqlite_database: str) -> People:
    return People()


def test_the_note_as_the_page_takes_it(people: People) -> None:
    ident = a_note(people.alice, RISKY)
    with asking(people.alice) as client:
        answer = client.get(f"/notes/{ident}")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["id"], said["state"], said["title"]) == (ident, "draft", "SOAP note")
    assert [section["title"] for section in said["sections"]] == ["Subjective", "Objective", "Plan"]
    first = said["sections"][0]["statements"][0]
    assert (first["id"], first["evidence"][0]["utterances"]) == ("s1", [2])
    assert said["sections"][1] == {
        "key": "objective", "title": "Objective", "statements": [], "is_assessed": False,
    }  # fmt: skip
    assert said["risk"][0]["category"] == "suicide"
    assert type(said["revision"]) is int


def test_the_supervisor_reads_it_and_others_do_not(people: People) -> None:
    ident = a_note(people.alice)
    answers = {}
    for name in ("alice", "sam", "bob", "dora", "adam"):
        with asking(getattr(people, name)) as client:
            answers[name] = client.get(f"/notes/{ident}")
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "alice": 200, "sam": 200, "bob": 404, "dora": 403, "adam": 403,
    }  # fmt: skip
    assert (answers["alice"].json()["can_edit"], answers["sam"].json()["can_edit"]) == (True, False)
    assert all("tram" not in answers[name].text for name in ("bob", "dora", "adam"))
    with sessions()() as session:
        rows = session.scalars(
            select(AccessLog).where(AccessLog.action == "note:read").order_by(AccessLog.id)
        ).all()
    assert [row.outcome for row in rows] == ["done", "done", "refused", "refused", "refused"]


def test_one_that_does_not_exist_looks_like_one_of_somebody_else(people: People) -> None:
    ident = a_note(people.alice)
    with asking(people.bob) as client:
        foreign, absent = client.get(f"/notes/{ident}"), client.get("/notes/99999")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["detail"] == absent.json()["detail"]


def test_what_a_statement_may_cite(people: People) -> None:
    """Documents of the note's client, line by line; nothing of another client, nothing for others."""
    client = clients.create_client(people.alice, "Nora Feldt")
    ident = write_note(people.alice, a_session(people.alice, client))
    letter = send_and_read(people.alice, "letter.pdf", pdf(), client_id=client)
    loose = send_and_read(people.alice, "form.pdf", pdf(pages=1))
    with asking(people.alice) as asked:
        known = asked.get(f"/notes/{ident}/documents")
        lines = asked.get(f"/notes/{ident}/documents/{letter}")
        absent = asked.get(f"/notes/{ident}/documents/{loose}")
    assert known.json() == [{"document_id": letter, "name": "letter.pdf", "pages": 2}]
    assert lines.json()[0] == {"page": 1, "line": 0, "text": LETTER[0]}
    assert absent.status_code == 404
    for name, status in (("sam", 200), ("bob", 404), ("dora", 403), ("adam", 403)):
        with asking(getattr(people, name)) as asked:
            answers = [
                asked.get(f"/notes/{ident}/documents"),
                asked.get(f"/notes/{ident}/documents/{letter}"),
            ]
        assert [answer.status_code for answer in answers] == [status, status]
    with sessions()() as session:
        rows = session.scalars(
            select(AccessLog).where(
                AccessLog.action == "document:read", AccessLog.outcome == "done"
            )
        ).all()
    assert [(row.subject_ids, row.actor_name) for row in rows] == [
        (str(letter), "Alice"),
        (str(letter), "Sam"),
    ]
