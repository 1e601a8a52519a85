"""From a document's page into a note: which notes take lines, what is proposed, and what becomes of it."""

import pytest

from models.note import NoteState
from services import clients, documents, notes
from services.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from services.notes import DocumentLine
from tests.people import People
from tests.services.documents.papers import LETTER, SECOND, pdf, send_and_read
from tests.services.notes.noted import SLEPT, SOAP, TRAM, a_session, write_note
from tests.services.notes.with_letter import NoteCase


@pytest.fixture
def case(people: People) -> NoteCase:
    return NoteCase(people)


@pytest.fixture
def sqlite_case(sqlite_people: People) -> NoteCase:
    return NoteCase(sqlite_people)


def test_notes_that_are_open_newest_session_first(case: NoteCase) -> None:
    alice = case.alice
    newer = write_note(alice, a_session(alice, case.client))
    other = write_note(alice, a_session(alice, clients.create_client(alice, "Ivo Brandt")))
    found = notes.open_notes(alice, case.letter)
    assert [one.id for one in found] == [newer, case.note]
    assert other not in [one.id for one in found]
    assert (found[1].title, found[1].state, found[1].revision) == ("SOAP note", NoteState.DRAFT, 1)
    assert [(one.key, one.title) for one in found[1].sections] == [
        (one.key, one.title) for one in SOAP.sections
    ]
    assert found[1].sections[0].statements == ((SLEPT.id, SLEPT.text), (TRAM.id, TRAM.text))
    notes.sign(alice, newer, revision=1)
    assert [one.id for one in notes.open_notes(alice, case.letter)] == [case.note]
    notes.reopen(alice, newer, "A letter came.")
    assert [one.id for one in notes.open_notes(alice, case.letter)] == [newer, case.note]


def test_a_document_of_no_client_has_no_note(sqlite_case: NoteCase) -> None:
    nobodys = send_and_read(sqlite_case.alice, "form.pdf", pdf(pages=1))
    assert notes.open_notes(sqlite_case.alice, nobodys) == []


def test_what_is_proposed_quotes_the_lines(case: NoteCase) -> None:
    lines = case.lines(LETTER[3], SECOND[1], LETTER[2])
    assert notes.quotation(case.alice, case.letter, lines) == (
        f"Letter: “{LETTER[2]} {LETTER[3]} … {SECOND[1]}”"
    )
    with pytest.raises(NotFound, match="no such line"):
        notes.quotation(case.alice, case.letter, [DocumentLine(case.letter, 1, 99)])


def test_quotation_marks_within_and_words_too_many(sqlite_case: NoteCase) -> None:
    case = sqlite_case
    for line, words in ((0, "He said “no”."), (1, "x" * 2000), (2, "y" * 2000)):
        documents.correct_line(case.alice, case.letter, 1, line, words)
    at = [DocumentLine(case.letter, 1, line) for line in range(3)]
    assert notes.quotation(case.alice, case.letter, at[:1]) == "Letter: “He said ‘no’.”"
    assert notes.quotation(case.alice, case.letter, at) == "Letter: "


def test_it_becomes_a_statement_that_its_lines_support(case: NoteCase) -> None:
    lines = case.lines(LETTER[2], LETTER[3], SECOND[1])
    text = notes.quotation(case.alice, case.letter, lines)
    made = notes.cite(case.alice, case.note, "plan", f" {text}\n", lines, revision=1)
    section = notes.read(case.alice, case.note)["sections"][2]
    assert section["is_assessed"]
    [statement] = section["statements"]
    assert (statement["id"], statement["text"], statement["origin"]) == (made, text, "written")
    assert (statement["level"], statement["reasons"]) == ("supported", ())
    assert [one["quote"] for one in statement["evidence"]] == [LETTER[2], LETTER[3], SECOND[1]]
    again = notes.cite(case.alice, case.note, "plan", text, lines, revision=2)
    assert again != made


def test_lines_join_the_evidence_of_a_statement_that_is_there(case: NoteCase) -> None:
    lines = case.lines(LETTER[2])
    notes.add_evidence(case.alice, case.note, "s1", lines, revision=1)
    notes.add_evidence(case.alice, case.note, "s1", case.lines(LETTER[2], LETTER[3]), revision=2)
    statement = notes.read(case.alice, case.note)["sections"][0]["statements"][0]
    assert (statement["text"], statement["origin"]) == (SLEPT.text, "drafted")
    said, *written = statement["evidence"]
    assert (said["utterances"], said["quote"]) == ((2,), "I slept better.")
    assert [one["quote"] for one in written] == [LETTER[2], LETTER[3]]


def test_what_a_letter_does_not_bear_out_is_flagged_however_it_came(sqlite_case: NoteCase) -> None:
    case = sqlite_case
    notes.add_statement(case.alice, case.note, "plan", "Sertraline 75 mg.", revision=1)
    made = notes.read(case.alice, case.note)["sections"][2]["statements"][0]
    assert made["level"] == "own"
    notes.add_evidence(case.alice, case.note, made["id"], case.lines(LETTER[3]), revision=2)
    flagged = notes.read(case.alice, case.note)["sections"][2]["statements"][0]
    assert flagged["level"] == "contradicted"


def test_a_statement_takes_no_more_lines_than_it_may(
    sqlite_case: NoteCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = sqlite_case
    monkeypatch.setattr(notes.citing, "MOST", 1)
    notes.add_evidence(case.alice, case.note, "s1", case.lines(LETTER[2]), revision=1)
    with pytest.raises(Invalid, match="may cite"):
        notes.add_evidence(case.alice, case.note, "s1", case.lines(LETTER[3]), revision=2)
    with pytest.raises(NotFound, match="no such statement"):
        notes.add_evidence(case.alice, case.note, "s9", case.lines(LETTER[3]), revision=2)


def test_words_that_the_lines_do_not_bear_out_are_flagged(sqlite_case: NoteCase) -> None:
    case = sqlite_case
    lines = case.lines(LETTER[3])
    notes.cite(case.alice, case.note, "plan", "Sertraline 75 mg.", lines, revision=1)
    [statement] = notes.read(case.alice, case.note)["sections"][2]["statements"]
    assert statement["level"] == "contradicted"


def test_nothing_enters_a_signed_note(case: NoteCase) -> None:
    lines = case.lines(LETTER[3])
    notes.sign(case.alice, case.note, revision=1)
    assert notes.open_notes(case.alice, case.letter) == []
    with pytest.raises(Conflict, match="Reopen it with a reason"):
        notes.cite(case.alice, case.note, "plan", LETTER[3], lines, revision=2)
    assert notes.read(case.alice, case.note)["sections"][2]["statements"] == ()


def test_a_note_that_another_changed_meanwhile(case: NoteCase, people: People) -> None:
    lines = case.lines(LETTER[3])
    notes.sign(case.alice, case.note, revision=1)
    notes.return_to_author(people.sam, case.note, "Say more.", revision=2)
    with pytest.raises(Stale):
        notes.cite(case.alice, case.note, "plan", LETTER[3], lines, revision=1)
    [offered] = notes.open_notes(case.alice, case.letter)
    assert offered.state is NoteState.RETURNED
    assert notes.cite(case.alice, case.note, "plan", LETTER[3], lines, revision=offered.revision)


def test_who_may(case: NoteCase, people: People) -> None:
    lines = case.lines(LETTER[3])
    for call in (
        lambda who: notes.open_notes(who, case.letter),
        lambda who: notes.quotation(who, case.letter, lines),
        lambda who: notes.cite(who, case.note, "plan", LETTER[3], lines, revision=1),
        lambda who: notes.add_evidence(who, case.note, "s1", lines, revision=1),
    ):
        with pytest.raises(NotFound):
            call(people.bob)
        for who in (people.sam, people.adam):
            with pytest.raises(NotAllowed):
                call(who)
    with pytest.raises(NotFound, match="no such section"):
        notes.cite(case.alice, case.note, "poem", LETTER[3], lines, revision=1)


def test_lines_of_another_clients_document(case: NoteCase) -> None:
    other = clients.create_client(case.alice, "Ivo Brandt")
    foreign = send_and_read(case.alice, "report.pdf", pdf(pages=1), client_id=other)
    with pytest.raises(NotFound):
        notes.cite(case.alice, case.note, "plan", "x", [DocumentLine(foreign, 1, 0)], revision=1)
    with pytest.raises(NotFound):
        notes.add_evidence(case.alice, case.note, "s1", [DocumentLine(foreign, 1, 0)], revision=1)
