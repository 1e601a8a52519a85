"""What the view asks about lines of documents, done: taken as evidence, left alone, refused in words."""

from typing import Any

import pytest

from services import clients, notes
from tests.pages.opening import open_part, text
from tests.pages.test_session_wishes import granting
from tests.people import People
from tests.services.documents.papers import LETTER, pdf, send_and_read
from tests.services.notes.noted import write_note
from tests.services.written import write_session


class Case:
    """Alice's note of a session, and a letter about the same client."""

    def __init__(self, people: People) -> None:
        self.alice = people.alice
        client = clients.create_client(self.alice, "Nora Feldt")
        self.recording = write_session(self.alice, client)
        self.note = write_note(self.alice, self.recording)
        letter = send_and_read(self.alice, "letter.pdf", pdf(pages=1), client_id=client)
        self.line = {"document_id": letter, "page": 1, "line": 3}

    def wish(self, **asked: Any) -> Any:
        read = notes.read(self.alice, self.note)
        wish = {"note": self.note, "rev": read["revision"], "utterances": [], **asked}
        return open_part(granting, self.alice, self.recording, read, wish)

    def quotes(self) -> list[str]:
        sections = notes.read(self.alice, self.note)["sections"]
        cited = [one for s in sections for said in s["statements"] for one in said["evidence"]]
        return [one["quote"] for one in cited if one["document_id"]]


@pytest.fixture
def case(sqlite_people: People) -> Case:
    return Case(sqlite_people)


def test_a_line_is_cited_by_an_old_and_by_a_new_statement(case: Case) -> None:
    at = case.wish(act="note-evidence", statement="s2", documents=[case.line])
    assert [one.value for one in at.markdown] == ["2"]  # no refusal, and the new revision
    added = {"act": "note-add", "section": "plan", "after": None, "text": LETTER[3]}
    at = case.wish(**added, documents=[case.line])
    assert [one.value for one in at.markdown] == ["3"]
    assert case.quotes() == [LETTER[3], LETTER[3]]


def test_what_is_not_spoken_of_stays(case: Case) -> None:
    case.wish(act="note-evidence", statement="s2", documents=[case.line])
    case.wish(act="note-evidence", statement="s2", utterances=[1])
    assert case.quotes() == [LETTER[3]]
    case.wish(act="note-evidence", statement="s2", utterances=[1], documents=[])
    assert case.quotes() == []


def test_a_line_that_is_not_there_is_refused_in_words(case: Case) -> None:
    at = case.wish(act="note-evidence", statement="s2", documents=[case.line | {"page": 9}])
    assert "There is no such line in this document." in text(at)
    assert case.quotes() == []
