"""Citing from a document's page, and drafting from documents: what is offered, what is done, what is said."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.session import drafting
from services import clients, documents, notes, sessions
from services.access import Actor
from services.notes import DocumentLine
from tests.pages.opening import buttons, click, dialogs, open_page, open_part, text
from tests.people import People
from tests.services.documents.papers import LETTER, SECOND, pdf, send_and_read
from tests.services.notes.noted import write_note
from tests.services.written import write_session
from ui import cite_dialog


class Case:
    """Alice's note of a session, and a letter about the same client."""

    def __init__(self, people: People) -> None:
        self.alice = people.alice
        self.client = clients.create_client(self.alice, "Nora Feldt")
        self.recording = write_session(self.alice, self.client)
        self.note = write_note(self.alice, self.recording)
        self.letter = send_and_read(self.alice, "letter.pdf", pdf(), client_id=self.client)

    def page(self, actor: Actor | None = None) -> AppTest:
        return open_page(actor or self.alice, "document", id=str(self.letter))

    def dialog(self, *places: tuple[int, int]) -> AppTest:
        return open_part(citing, self.alice, self.letter, list(places))

    def plan(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = notes.read(self.alice, self.note)["sections"][2]["statements"]
        return found


@pytest.fixture
def case(sqlite_people: People) -> Case:
    return Case(sqlite_people)


def citing(actor: Actor, document_id: int, places: list[tuple[int, int]]) -> None:
    from services import documents
    from ui import cite_dialog

    cite_dialog.cite(actor, documents.read_document(actor, document_id), places)


def view(at: AppTest) -> dict[str, Any]:
    """What the document's component is given."""
    [component] = at.get("bidi_component")
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def test_who_may_cite_is_offered_it(case: Case, sqlite_people: People) -> None:
    assert view(case.page())["citable"] is True
    assert view(case.page(sqlite_people.sam))["citable"] is False  # reads it, writes no notes
    nobodys = send_and_read(case.alice, "form.pdf", pdf(pages=1))
    assert view(open_page(case.alice, "document", id=str(nobodys)))["citable"] is False


def test_lines_asked_for_open_the_dialog_once(case: Case) -> None:
    at = case.page()
    at.session_state["document-cite"] = (case.letter, [(1, 3)])
    assert dialogs(at.run()) == ["Cite in a note"]
    assert dialogs(at.run()) == []


def test_lines_become_a_statement_and_the_page_says_where(case: Case) -> None:
    at = case.dialog((1, 3), (2, 1))
    assert at.text_area(key="cite-text-1.3-2.1").value == f"Letter: “{LETTER[3]} … {SECOND[1]}”"
    assert "with 2 lines of this document as evidence" in text(at)
    [label] = at.selectbox(key="cite-note").options
    assert label.endswith(" · SOAP note · Draft")
    section = at.selectbox(key=f"cite-section-{case.note}")
    assert section.options == ["Subjective", "Objective", "Plan"]
    section.set_value("plan").run()
    at.text_area(key="cite-text-1.3-2.1").set_value(
        "Sertraline 50 mg was started on 2 March."
    ).run()
    at = click(at, "Add to the note")
    [made] = case.plan()
    assert (made["text"], made["level"]) == (
        "Sertraline 50 mg was started on 2 March.", "supported",
    )  # fmt: skip
    assert [(one["page"], one["line"]) for one in made["evidence"]] == [(1, 3), (2, 1)]
    kept = at.session_state["document-cited"]
    assert (kept.note_id, kept.recording_id, kept.statement_id, kept.where) == (
        case.note, case.recording, made["id"], "SOAP note, Plan",
    )  # fmt: skip

    at = case.page()
    at.session_state[cite_dialog.MADE], at.session_state[cite_dialog.NUMBER] = kept, 1
    at.run()
    assert "Added to SOAP note, Plan." in text(at)
    assert "Open it there" in buttons(at)
    assert view(at)["cited"] == 1


def test_lines_become_evidence_of_a_statement_that_is_there(case: Case) -> None:
    at = case.dialog((1, 2))
    as_what = at.selectbox(key=f"cite-as-{case.note}-subjective")
    assert as_what.options == [
        "A new statement",
        "Evidence for: Client: “I slept better.”",
        "Evidence for: The tram was late again.",
    ]
    as_what.set_value("s1").run()
    assert not at.text_area
    assert LETTER[2] in text(at)  # whose words they are is seen before they are added
    assert "Added to its evidence: 1 line of this document." in text(at)
    at = click(at, "Add to the note")
    held = notes.read(case.alice, case.note)["sections"][0]["statements"]
    assert [one["quote"] for one in held[0]["evidence"]] == ["I slept better.", LETTER[2]]
    assert at.session_state["document-cited"].statement_id == "s1"


def test_a_signed_note_takes_none_and_it_says_what_to_do(case: Case) -> None:
    notes.sign(case.alice, case.note, revision=1)
    at = case.dialog((1, 3))
    assert "No note of Nora Feldt can be edited now" in text(at)
    assert "reopen a signed one there with a reason" in text(at)
    assert buttons(at) == []


def test_a_note_signed_meanwhile_is_refused_in_words(case: Case) -> None:
    found, line = documents.read_document(case.alice, case.letter), DocumentLine(case.letter, 1, 3)
    offered = notes.open_notes(case.alice, case.letter)
    proposed = notes.quotation(case.alice, case.letter, [line])
    at = open_part(cite_dialog._cite, case.alice, found, [line], offered, proposed)
    notes.sign(case.alice, case.note, revision=1)
    at = click(at, "Add to the note")
    assert "This note is signed and locked" in text(at)
    assert "Reopen it with a reason" in text(at)
    assert not case.plan()


@pytest.mark.parametrize("as_what", ["", "s1"])
def test_lines_that_read_otherwise_meanwhile_are_not_cited(case: Case, as_what: str) -> None:
    found, line = documents.read_document(case.alice, case.letter), DocumentLine(case.letter, 1, 3)
    offered = notes.open_notes(case.alice, case.letter)
    proposed = notes.quotation(case.alice, case.letter, [line])
    at = open_part(cite_dialog._cite, case.alice, found, [line], offered, proposed)
    at.selectbox(key=f"cite-as-{case.note}-subjective").set_value(as_what).run()
    documents.correct_line(case.alice, case.letter, 1, 3, "Sertraline 75 mg was started.")
    at = click(at, "Add to the note")
    assert "were read again or corrected since" in text(at)
    assert notes.read(case.alice, case.note)["revision"] == 1


def test_lines_that_are_not_there_open_no_dialog(case: Case) -> None:
    at = case.dialog((1, 99))
    assert dialogs(at) == []
    assert "There is no such line in this document." in text(at)


def test_a_draft_draws_on_the_documents_chosen(case: Case) -> None:
    found = sessions.read_session(case.alice, case.recording)
    held = notes.of_session(case.alice, case.recording)
    at = open_part(drafting.draft, case.alice, found, held)
    box = at.checkbox(key=f"draft-document-{case.letter}")
    assert (box.label, box.value) == ("letter\\.pdf · Letter · 2 pages", False)
    box.check().run()
    at.selectbox[0].set_value("intake").run()
    click(at, "Draft")
    made = next(one for one in notes.of_session(case.alice, case.recording) if one.id != case.note)
    assert [one["name"] for one in notes.read(case.alice, made.id)["documents"]] == ["letter.pdf"]

    at = open_part(drafting.draft_again, case.alice, made)
    box = at.checkbox(key=f"draft-document-{case.letter}")
    assert box.value  # as last time
    box.uncheck().run()
    at.button(key="draft-again").click().run()
    assert notes.read(case.alice, made.id)["documents"] == []


def test_many_documents_are_looked_for_by_name(case: Case) -> None:
    for number in range(drafting.FEW):
        send_and_read(case.alice, f"letter-{number}.pdf", pdf(pages=1), client_id=case.client)
    [note] = notes.of_session(case.alice, case.recording)
    at = open_part(drafting.draft_again, case.alice, note)
    assert len(at.multiselect(key="draft-documents").options) == drafting.FEW + 1
    at.multiselect(key="draft-documents").set_value([case.letter]).run()
    at.button(key="draft-again").click().run()
    assert [one["document_id"] for one in notes.read(case.alice, note.id)["documents"]] == [
        case.letter
    ]


def test_without_documents_nothing_is_offered(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    recording = write_session(alice, clients.create_client(alice, "Nora Feldt"))
    write_note(alice, recording)
    [note] = notes.of_session(alice, recording)
    at = open_part(drafting.draft_again, alice, note)
    assert (len(at.checkbox), len(at.multiselect)) == (0, 0)
    assert drafting.LABEL not in text(at)
