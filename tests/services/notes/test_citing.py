"""A document's line as evidence: of the same client only, with its words kept, held against what it says now."""

from typing import Any

import pytest

from models.document import DocumentState
from services import clients, documents, grants, notes, transcripts
from services.errors import Invalid, NotAllowed, NotFound
from services.notes import DocumentLine, citing
from tests.people import People
from tests.services.documents.papers import LETTER, SECOND, pdf, read, send_and_read
from tests.services.notes.with_letter import NoteCase

DOSE = "Sertraline 50 mg was started on 2 March."


@pytest.fixture
def case(people: People) -> NoteCase:
    return NoteCase(people)


@pytest.fixture
def sqlite_case(sqlite_people: People) -> NoteCase:
    return NoteCase(sqlite_people)


def test_a_statement_from_a_letter(case: NoteCase) -> None:
    line = case.line(LETTER[3])
    notes.add_statement(case.alice, case.note, "plan", DOSE, revision=1, documents=[line])
    made = notes.read(case.alice, case.note)["sections"][2]["statements"][0]
    assert (made["level"], made["reasons"]) == ("supported", ())
    assert made["evidence"] == (
        {
            "utterances": (), "quote": LETTER[3], "document_id": case.letter, "page": 1,
            "line": line.line, "document": "letter.pdf", "stands": {"page": 1, "line": line.line},
        },
    )  # fmt: skip
    wrong = "Sertraline 75 mg was started on 2 March."
    notes.edit_statement(case.alice, case.note, made["id"], wrong, revision=2)
    flagged = case.statement(made["id"])
    assert flagged["level"] == "contradicted"
    assert flagged["evidence"][0]["quote"] == LETTER[3]


def test_what_a_letter_says_stands_when_the_transcript_is_corrected(sqlite_case: NoteCase) -> None:
    case = sqlite_case
    line = case.line(LETTER[3])
    notes.add_statement(case.alice, case.note, "plan", DOSE, revision=1, documents=[line])
    before = notes.read(case.alice, case.note)["sections"][2]["statements"][0]
    recording = notes.read(case.alice, case.note)["recording_id"]
    transcripts.rename_speaker(case.alice, recording, "S2", "Nora")
    notes.sign(case.alice, case.note, revision=2)
    assert notes.read(case.alice, case.note)["state"] == "signed"
    assert case.statement(before["id"]) == before


def test_what_is_quoted_must_be_in_the_line(sqlite_case: NoteCase) -> None:
    case = sqlite_case
    line = case.line(LETTER[2])
    for text, level in (
        ("Troubled by “low mood and poor sleep” since autumn.", "supported"),
        ("Troubled by “low mood and poor appetite” since autumn.", "contradicted"),
    ):
        revision = notes.read(case.alice, case.note)["revision"]
        notes.add_statement(
            case.alice, case.note, "plan", text, revision=revision, documents=[line]
        )
        made = notes.read(case.alice, case.note)["sections"][2]["statements"][-1]
        assert made["level"] == level
        assert made["evidence"][0]["quote"] == LETTER[2]


def test_evidence_of_both_kinds_is_set_apart(case: NoteCase) -> None:
    alice, note = case.alice, case.note
    line, friend = case.line(LETTER[2]), case.line(SECOND[1])
    notes.set_evidence(alice, note, "s2", [1], revision=1, documents=[line, friend, line])
    assert places(case.statement()) == [(1, line.line), (2, friend.line), None]
    notes.set_evidence(alice, note, "s2", [2], revision=2)  # documents are not spoken of
    assert places(case.statement()) == [(1, line.line), (2, friend.line), None]
    notes.set_evidence(alice, note, "s2", [2], revision=3, documents=[friend])
    assert places(case.statement()) == [(2, friend.line), None]
    notes.set_evidence(alice, note, "s2", [], revision=4, documents=[])
    assert (case.statement()["evidence"], case.statement()["level"]) == ((), "own")


def places(statement: dict[str, Any]) -> list[tuple[int, int] | None]:
    return [
        (one["page"], one["line"]) if one["document_id"] else None for one in statement["evidence"]
    ]


def test_a_correction_is_seen_and_the_words_stay(case: NoteCase) -> None:
    alice, line = case.alice, case.line(LETTER[3])
    notes.set_evidence(alice, case.note, "s2", [], revision=1, documents=[line])
    notes.edit_statement(alice, case.note, "s2", DOSE, revision=2)
    documents.correct_line(alice, case.letter, 1, line.line, "Sertraline 75 mg was started.")
    cited = case.statement()["evidence"][0]
    assert (cited["quote"], cited["stands"], cited["document"]) == (LETTER[3], None, "letter.pdf")
    notes.edit_statement(alice, case.note, "s2", DOSE.replace("2 March", "March"), revision=3)
    assert case.statement()["level"] == "contradicted"  # held against what the line says now
    assert case.statement()["evidence"][0]["quote"] == LETTER[3]


def test_a_reading_that_numbers_lines_anew_loses_nothing(sqlite_case: NoteCase) -> None:
    case = sqlite_case
    alice, line = case.alice, case.line(LETTER[3])
    notes.set_evidence(alice, case.note, "s2", [], revision=1, documents=[line])
    # As another reader would have left them: the lines of the page in another order.
    documents.correct_line(alice, case.letter, 1, line.line, LETTER[0])
    documents.correct_line(alice, case.letter, 1, 0, f" {LETTER[3].upper()} ")
    cited = case.statement()["evidence"][0]
    assert cited["stands"] == {"page": 1, "line": 0}
    assert (cited["page"], cited["line"], cited["quote"]) == (1, line.line, LETTER[3])
    notes.edit_statement(alice, case.note, "s2", DOSE, revision=2)
    assert case.statement()["level"] == "supported"
    documents.read_again(alice, case.letter)
    read(case.letter, attempt=2)
    assert documents.read_document(alice, case.letter).progress.state is DocumentState.READ
    assert case.statement()["evidence"][0]["stands"] == {"page": 1, "line": line.line}


def test_the_document_was_deleted(sqlite_case: NoteCase) -> None:
    case = sqlite_case
    alice, line = case.alice, case.line(LETTER[3])
    notes.set_evidence(alice, case.note, "s2", [], revision=1, documents=[line])
    documents.delete_document(alice, case.letter)
    cited = case.statement()["evidence"][0]
    assert (cited["document"], cited["stands"], cited["quote"]) == (None, None, LETTER[3])
    assert notes.citable(alice, case.note) == []
    # It stays among the evidence, but nothing new is taken from it.
    notes.set_evidence(alice, case.note, "s2", [1], revision=2, documents=[line])
    assert case.statement()["evidence"][0]["quote"] == LETTER[3]
    other = DocumentLine(case.letter, 1, 0)
    with pytest.raises(NotFound, match="no such document"):
        notes.set_evidence(alice, case.note, "s2", [1], revision=3, documents=[line, other])
    notes.edit_statement(alice, case.note, "s2", DOSE, revision=3)
    assert case.statement()["reasons"][0]["code"] == "document-not-read"


def test_only_documents_of_the_same_client(case: NoteCase, people: People) -> None:
    alice, note = case.alice, case.note
    other = clients.create_client(alice, "Ivo Brandt")
    foreign = send_and_read(alice, "report.pdf", pdf(pages=1), client_id=other)
    nobodys = send_and_read(alice, "form.pdf", pdf(pages=1))
    bobs = clients.create_client(people.bob, "Tove Lind")
    hidden = send_and_read(people.bob, "note.pdf", pdf(pages=1), client_id=bobs)
    for ident in (foreign, nobodys, hidden, 99_999, -1, 1 << 40):
        for change in (
            lambda at: notes.set_evidence(alice, note, "s2", [1], revision=1, documents=[at]),
            lambda at: notes.add_statement(alice, note, "plan", DOSE, revision=1, documents=[at]),
        ):
            with pytest.raises(NotFound):
                change(DocumentLine(ident, 1, 0))
        with pytest.raises(NotFound):
            notes.citable_lines(alice, note, ident)
    assert [one.document_id for one in notes.citable(alice, note)] == [case.letter]
    assert notes.read(alice, note)["revision"] == 1


@pytest.mark.parametrize("place", [(1, 99), (1, -1), (3, 0), (0, 0)])
def test_only_lines_that_are_there(sqlite_case: NoteCase, place: tuple[int, int]) -> None:
    case = sqlite_case
    at = DocumentLine(case.letter, *place)
    with pytest.raises(NotFound, match="no such line"):
        notes.set_evidence(case.alice, case.note, "s2", [1], revision=1, documents=[at])
    assert notes.read(case.alice, case.note)["revision"] == 1


def test_not_any_number_of_lines(sqlite_case: NoteCase) -> None:
    many = [DocumentLine(sqlite_case.letter, 1, n) for n in range(citing.MOST + 1)]
    with pytest.raises(Invalid, match="20 lines"):
        notes.set_evidence(
            sqlite_case.alice, sqlite_case.note, "s2", [1], revision=1, documents=many
        )


def test_who_reads_what_can_be_cited(case: NoteCase, people: People) -> None:
    line = case.line(SECOND[1])
    notes.set_evidence(case.alice, case.note, "s2", [], revision=1, documents=[line])
    [found] = notes.citable(people.sam, case.note)
    assert (found.document_id, found.name, found.pages) == (case.letter, "letter.pdf", 2)
    texts = [one["text"] for one in notes.citable_lines(people.sam, case.note, case.letter)]
    assert texts == [*LETTER, *SECOND, "Marker 2"]
    assert case.statement(actor=people.sam)["evidence"][0]["stands"] == {
        "page": 2,
        "line": line.line,
    }
    for call in (notes.citable, lambda actor, note: notes.citable_lines(actor, note, case.letter)):
        with pytest.raises(NotFound):
            call(people.bob, case.note)
        with pytest.raises(NotAllowed):
            call(people.adam, case.note)
    grants.give(people.adam, case.client, people.bob.user_id, None)
    assert case.statement(actor=people.bob)["evidence"][0]["document"] == "letter.pdf"
    revision = notes.set_evidence(
        people.bob, case.note, "s2", [], revision=2, documents=[line, case.line(LETTER[2])]
    )
    assert revision == 3
