"""Drafting from documents through the door: of the same client only, read to their end, and said on the note."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import sessions
from models.document import Document, DocumentState
from models.note import NoteStep
from services import clients, documents, drafting, encryption, grants, notes, transcripts
from services.access import Action, Actor, acting
from services.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from services.notes import source_documents, stored
from tests.people import People
from tests.services.documents.papers import LETTER, pdf, read, send, send_and_read
from tests.services.notes.with_letter import LetterCase
from tests.services.written import write_session

DOSE = f"Letter: “{LETTER[3]}”"


class Case(LetterCase):
    def draft(self, *ids: int, **more: Any) -> int:
        wanted = ids or (self.letter,)
        return notes.draft(self.alice, self.recording, "intake", documents=wanted, **more)

    def statement(self, note: int, text: str = DOSE) -> dict[str, Any]:
        sections = notes.read(self.alice, note)["sections"]
        return next(s for one in sections for s in one["statements"] if s["text"] == text)


@pytest.fixture
def case(people: People) -> Case:
    return Case(people)


@pytest.fixture
def sqlite_case(sqlite_people: People) -> Case:
    return Case(sqlite_people)


def test_a_note_says_what_it_was_drafted_from(case: Case) -> None:
    [offered] = notes.sources(case.alice, case.recording)
    assert (offered.document_id, offered.name, offered.feature, offered.pages) == (
        case.letter, "letter.pdf", "letters", 2,
    )  # fmt: skip
    note = case.draft()
    shown = notes.read(case.alice, note)
    assert shown["documents"] == [
        {"document_id": case.letter, "name": "letter.pdf", "is_there": True}
    ]
    dose = case.statement(note)
    assert (dose["level"], dose["origin"]) == ("supported", "drafted")
    [cited] = dose["evidence"]
    assert (cited["document"], cited["quote"], cited["stands"]) == (
        "letter.pdf", LETTER[3], {"page": 1, "line": cited["line"]},
    )  # fmt: skip
    notes.sign(case.alice, note, revision=shown["revision"])
    assert notes.verify(case.alice, note)
    documents.delete_document(case.alice, case.letter)
    assert notes.read(case.alice, note)["documents"][0]["is_there"] is False
    assert notes.verify(case.alice, note)


def test_a_session_in_which_nothing_was_said(case: Case) -> None:
    silent = write_session(case.alice, case.client, lines=())
    note = notes.draft(case.alice, silent, "intake")
    assert "nothing was said" in notes.read(case.alice, note)["notice"]
    assert notes.draft(case.alice, silent, "intake", documents=[case.letter]) == note
    [cited] = case.statement(note)["evidence"]
    assert (cited["document_id"], cited["quote"]) == (case.letter, LETTER[3])
    notes.sign(case.alice, note, revision=2)
    assert notes.verify(case.alice, note)


def test_drafting_again_without_it_draws_on_it_no_more(sqlite_case: Case) -> None:
    note = sqlite_case.draft()
    again = notes.draft(sqlite_case.alice, sqlite_case.recording, "intake", replace=True)
    assert again == note
    assert notes.read(sqlite_case.alice, note)["documents"] == []


def test_only_documents_of_the_sessions_client(case: Case, people: People) -> None:
    alice = case.alice
    other = clients.create_client(alice, "Ivo Brandt")
    foreign = send_and_read(alice, "report.pdf", pdf(pages=1), client_id=other)
    nobodys = send_and_read(alice, "form.pdf", pdf(pages=1))
    bobs = clients.create_client(people.bob, "Tove Lind")
    hidden = send_and_read(people.bob, "note.pdf", pdf(pages=1), client_id=bobs)
    gone = send_and_read(alice, "old.pdf", pdf(pages=1), client_id=case.client)
    documents.delete_document(alice, gone)
    for ident in (foreign, nobodys, hidden, gone, 99_999, -1, 1 << 40):
        with pytest.raises(NotFound, match="no such document"):
            case.draft(case.letter, ident)
        known = [one for one in (case.letter, ident) if 0 <= one < 1 << 31]
        with sessions()() as session:
            last = session.scalars(select(AccessLog).order_by(AccessLog.id.desc())).first()
        assert last
        assert (last.action, last.outcome, last.detail) == (
            "note:draft", "refused", "documents=" + ",".join(map(str, known)),
        )  # fmt: skip
    assert [one.document_id for one in notes.sources(alice, case.recording)] == [case.letter]
    assert notes.list_notes(alice, recording_id=case.recording) == []


def test_who_may(case: Case, people: People) -> None:
    for who, refusal in (
        (people.bob, NotFound),
        (people.sam, NotAllowed),
        (people.adam, NotAllowed),
    ):
        with pytest.raises(refusal):
            notes.sources(who, case.recording)
        with pytest.raises(refusal):
            notes.draft(who, case.recording, "intake", documents=[case.letter])
    grants.give(people.adam, case.client, people.bob.user_id, None)
    notes.draft(people.bob, case.recording, "intake", documents=[case.letter])


def test_a_document_that_is_being_read_is_not_drawn_on(sqlite_case: Case) -> None:
    case = sqlite_case
    [sent] = send(case.alice, ("later.pdf", pdf(pages=1)), client_id=case.client)
    assert len(notes.sources(case.alice, case.recording)) == 1
    with pytest.raises(Conflict, match="still being read"):
        case.draft(sent.document_id)
    read(sent.document_id)
    assert len(notes.sources(case.alice, case.recording)) == 2
    documents.read_again(case.alice, case.letter)  # what was read before is still there
    assert case.statement(case.draft())["level"] == "supported"


def test_pages_that_were_not_read_are_said(sqlite_case: Case) -> None:
    with acting(sqlite_case.alice, Action.DOCUMENT_CORRECT) as work:
        row = source_documents.rows_of(work, work.get(Document, sqlite_case.letter))[1]
        page = encryption.unseal_json(row, "content") | {"kind": "failed", "lines": []}
        row.content = encryption.seal_json(row, "content", page)
        row.machine = encryption.seal_json(row, "machine", page)
    note = sqlite_case.draft()
    said = notes.read(sqlite_case.alice, note)["notice"]
    assert said == "1 of 2 pages of letter.pdf could not be read."


def test_not_any_number(sqlite_case: Case) -> None:
    with pytest.raises(Invalid, match="10 documents"):
        sqlite_case.draft(*range(1, source_documents.MOST + 2))


def test_not_any_number_of_pages(sqlite_case: Case) -> None:
    case = sqlite_case
    long = send_and_read(case.alice, "long.pdf", pdf(pages=1), client_id=case.client)
    with acting(case.alice, Action.DOCUMENT_CORRECT) as work:
        work.get(Document, long).pages = source_documents.MOST_PAGES - 1
    with pytest.raises(Invalid, match="300 pages, and these documents have 301"):
        case.draft(case.letter, long)
    case.draft(long)


def test_a_letter_corrected_while_the_model_drafts(
    sqlite_case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, compose = sqlite_case, drafting.compose

    def slowly(*args: Any, **more: Any) -> Any:
        made = compose(*args, **more)
        correct(case, "Sertraline 75 mg was started on 2 March.")
        return made

    monkeypatch.setattr(drafting, "compose", slowly)
    assert case.statement(case.draft())["level"] == "contradicted"


def correct(case: Case, words: str) -> None:
    line = case.line(LETTER[3])
    documents.correct_line(case.alice, case.letter, line.page, line.line, words)


def test_a_letter_corrected_since_is_found_by_the_signature(case: Case) -> None:
    alice, note = case.alice, case.draft()
    correct(case, "Sertraline 75 mg was started on 2 March.")
    assert case.statement(note)["level"] == "supported"
    before = notes.versions(alice, note)
    with pytest.raises(Stale, match="A document that it cites was corrected since"):
        notes.sign(alice, note, revision=1)
    flagged = case.statement(note)
    assert (flagged["level"], flagged["evidence"][0]["quote"]) == ("contradicted", LETTER[3])
    assert len(notes.versions(alice, note)) == len(before)  # nobody wrote anything
    notes.keep_as_own(alice, note, flagged["id"], revision=2)
    notes.sign(alice, note, revision=3)
    assert notes.read(alice, note)["state"] == "signed"


@pytest.mark.parametrize("change", ["correct", "delete"])
def test_what_changes_nothing_that_is_marked_bars_no_signature(
    sqlite_case: Case, change: str
) -> None:
    case = sqlite_case
    note = case.draft()
    if change == "correct":
        correct(case, f"{LETTER[3]} Good.")
        notes.sign(case.alice, note, revision=1)
    else:
        documents.delete_document(case.alice, case.letter)
        with pytest.raises(Stale):
            notes.sign(case.alice, note, revision=1)
        assert case.statement(note)["reasons"][0]["code"] == "document-not-read"
        notes.sign(case.alice, note, revision=2)  # amber, which bars nothing
    assert notes.read(case.alice, note)["state"] == "signed"


def test_a_document_that_is_gone_beside_one_that_is_not(sqlite_case: Case) -> None:
    case = sqlite_case
    other = send_and_read(case.alice, "report.pdf", pdf(), client_id=case.client, feature="reports")
    note = case.draft(case.letter, other)
    documents.delete_document(case.alice, other)
    with pytest.raises(Stale):
        notes.sign(case.alice, note, revision=1)
    gone = case.statement(note, f"Report: “{LETTER[3]}”")
    assert (gone["level"], gone["reasons"][0]["code"]) == ("check", "document-not-read")
    assert case.statement(note)["level"] == "supported"


def test_a_line_that_a_new_reading_does_not_find_is_no_evidence(sqlite_case: Case) -> None:
    case = sqlite_case
    note = case.draft()
    with acting(case.alice, Action.DOCUMENT_CORRECT) as work:
        for row in source_documents.rows_of(work, work.get(Document, case.letter)):
            page = encryption.unseal_json(row, "content") | {"lines": []}
            row.content = encryption.seal_json(row, "content", page)
            row.machine = encryption.seal_json(row, "machine", page)
    with pytest.raises(Stale):
        notes.sign(case.alice, note, revision=1)
    assert case.statement(note)["reasons"][0]["code"] == "evidence-unknown"


def test_both_corrected_at_once(sqlite_case: Case) -> None:
    case = sqlite_case
    note = case.draft()
    correct(case, "Sertraline 75 mg was started on 2 March.")
    transcripts.rename_speaker(case.alice, case.recording, "S2", "Nora")
    with pytest.raises(Stale, match="The transcript was corrected since"):
        notes.sign(case.alice, note, revision=1)
    assert case.statement(note)["level"] == "contradicted"


def test_a_note_from_before_is_held_against_its_documents_once(sqlite_case: Case) -> None:
    case = sqlite_case
    note = case.draft()
    rewrite(case.alice, note, lambda content: content | {"documents_said": ""})
    correct(case, "Sertraline 75 mg was started on 2 March.")
    with pytest.raises(Stale):
        notes.sign(case.alice, note, revision=1)


def rewrite(actor: Actor, note_id: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    with acting(actor, Action.NOTE_EDIT) as work:
        row = stored.newest(work, work.get(notes.drafts.Note, note_id))
        assert row.step is NoteStep.DRAFTED
        content = encryption.unseal_json(row, "content")
        row.content = encryption.seal_json(row, "content", change(content))


def test_a_failed_reading_is_offered_with_what_it_read(sqlite_case: Case) -> None:
    with acting(sqlite_case.alice, Action.DOCUMENT_CORRECT) as work:
        row = work.get(Document, sqlite_case.letter)
        row.state, row.shown_attempt, row.pages = DocumentState.FAILED, 0, 5
    [offered] = notes.sources(sqlite_case.alice, sqlite_case.recording)
    assert offered.pages == 5
    said = notes.read(sqlite_case.alice, sqlite_case.draft())["notice"]
    assert said == "3 of 5 pages of letter.pdf could not be read."
