"""The note on the session page: the next step of each reader, signing and what follows, wishes of the view."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from models.access_log import AccessLog
from models.database import sessions as database
from models.note import NoteState
from pages.session import drafting, signing, versions
from services import clients, notes, sessions
from services.access import Actor
from tests.pages.opening import (
    buttons,
    click,
    dialogs,
    open_page,
    open_part,
    text,
)
from tests.people import People
from tests.services.notes.noted import CONTRADICTED, RISKY, SOAP, write_note
from tests.services.written import write_session


@pytest.fixture
def nora(sqlite_people: People) -> int:
    return clients.create_client(sqlite_people.alice, "Nora *Feldt*")


def view(at: AppTest) -> dict[str, Any]:
    """What the session's component is given."""
    (component,) = at.get("bidi_component")
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def opened(actor: Actor, recording_id: int, **query: str) -> AppTest:
    return open_page(actor, "session", id=str(recording_id), **query)


def menu(at: AppTest) -> list[str]:
    """What "More" offers."""
    [found] = [one for one in at.get("menu_button")]
    return list(found.proto.options)


def state(note_id: int, actor: Actor) -> str:
    return str(notes.read(actor, note_id)["state"])


def test_without_a_note_the_next_step_is_to_draft_one(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora)
    at = opened(sqlite_people.alice, ident)
    assert buttons(at) == ["Export", "Draft a note"]
    assert view(at)["note"] is None
    assert buttons(opened(sqlite_people.sam, ident)) == ["Export"]


def test_the_note_stands_beside_the_transcript(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora)
    note_id = write_note(sqlite_people.alice, ident)
    at = opened(sqlite_people.alice, ident, statement="s2")
    assert view(at)["note"] == {
        "id": note_id, "url": f"/api/v1/notes/{note_id}", "rev": 1, "saved": None,
        "editable": True, "statement": "s2",
    }  # fmt: skip
    assert "tram" not in json.dumps(view(at))  # words come through the API alone
    assert "Draft" in text(at)
    assert buttons(at) == ["Export", "Sign note"]


def test_a_supervisor_reads_a_draft_and_may_do_nothing_to_it(
    sqlite_people: People, nora: int
) -> None:
    ident = write_session(sqlite_people.alice, nora)
    write_note(sqlite_people.alice, ident)
    at = opened(sqlite_people.sam, ident)
    assert view(at)["note"]["editable"] is False
    assert buttons(at) == ["Export"]


def test_of_several_notes_the_address_says_which(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora)
    soap = write_note(sqlite_people.alice, ident, SOAP)
    dap = write_note(sqlite_people.alice, ident, replace(SOAP, instruction_type="dap"))
    assert view(opened(sqlite_people.alice, ident))["note"]["id"] == dap  # worked on last
    at = opened(sqlite_people.alice, ident, note=str(soap))
    assert view(at)["note"]["id"] == soap
    assert view(opened(sqlite_people.alice, ident, note="99999"))["note"]["id"] == dap
    other = write_session(sqlite_people.alice, nora)
    write_note(sqlite_people.alice, other)
    assert view(opened(sqlite_people.alice, other, note=str(soap)))["note"]["id"] != soap


def test_signing_lists_what_is_open_and_a_contradiction_bars_it(
    sqlite_people: People, nora: int
) -> None:
    ident = write_session(sqlite_people.alice, nora)
    note_id = write_note(sqlite_people.alice, ident, CONTRADICTED)
    at = click(opened(sqlite_people.alice, ident), "Sign note")
    assert dialogs(at) == ["Sign this note"]
    at = open_part(signing.sign, sqlite_people.alice, notes.read(sqlite_people.alice, note_id))
    assert "1 statement is not borne out by its passage" in text(at)
    assert "“seven hours” is not in the passage it cites." in text(at)
    assert buttons(at) == ["Back"]
    notes.keep_as_own(sqlite_people.alice, note_id, "s3", revision=1)
    at = open_part(signing.sign, sqlite_people.alice, notes.read(sqlite_people.alice, note_id))
    assert buttons(at) == ["Back", "Sign note"]
    click(at, "Sign note")
    assert state(note_id, sqlite_people.alice) == NoteState.SIGNED


def test_a_change_since_the_dialog_was_opened_is_not_signed(
    sqlite_people: People, nora: int
) -> None:
    note_id = write_note(sqlite_people.alice, write_session(sqlite_people.alice, nora))
    seen = notes.read(sqlite_people.alice, note_id)
    notes.edit_statement(sqlite_people.alice, note_id, "s2", "Trams.", revision=1)
    at = click(open_part(signing.sign, sqlite_people.alice, seen), "Sign note")
    assert len(at.error) == 1
    assert state(note_id, sqlite_people.alice) == NoteState.DRAFT


def test_what_follows_a_signature(sqlite_people: People, nora: int) -> None:
    alice, sam = sqlite_people.alice, sqlite_people.sam
    ident = write_session(alice, nora)
    note_id = write_note(alice, ident)
    notes.sign(alice, note_id, revision=1)
    at = opened(alice, ident)
    assert buttons(at) == ["Export"]
    assert view(at)["note"]["editable"] is False
    assert menu(at) == [
        "Draft in another format", "Add an addendum", "Reopen", "Versions",
        "Dictate an addendum", "Plan and measures", "Delete session",
    ]  # fmt: skip
    at = opened(sam, ident)
    assert buttons(at) == ["Export", "Return", "Countersign"]
    assert menu(at) == ["Versions", "Plan and measures"]
    at = open_part(signing.give_back, sam, notes.read(sam, note_id))
    assert at.button[1].disabled  # a return says why
    at = at.text_area[0].input("Please say more.").run()
    click(at, "Return to the therapist")
    assert "Returned" in text(opened(alice, ident))
    notes.sign(alice, note_id, revision=notes.read(alice, note_id)["revision"])
    click(open_part(signing.countersign, sam, notes.read(sam, note_id)), "Countersign")
    assert "Countersigned" in text(opened(sam, ident))
    at = open_part(signing.add, alice, note_id)
    click(at.text_area[0].input("He called back.").run(), "Add")
    assert notes.read(alice, note_id)["addenda"][0]["text"] == "He called back."
    at = open_part(signing.reopen, alice, note_id)
    click(at.text_input[0].input("Wrong date.").run(), "Reopen")
    assert state(note_id, alice) == NoteState.DRAFT


def test_versions_are_listed_and_compared(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    note_id = write_note(alice, write_session(alice, nora))
    notes.edit_statement(alice, note_id, "s2", "The tram *was* early again.", revision=1)
    at = open_part(versions.versions, alice, note_id)
    said = text(at)
    assert "Drafted by extractive-1" in said
    assert "Edited by Alice" in said
    assert ":red-background[~~late~~]" in said
    assert ":green-background[" in said
    assert "s1" not in said  # what is the same is not repeated


def test_nothing_drafted_offers_to_draft_again(sqlite_people: People, nora: int) -> None:
    empty = replace(
        SOAP,
        sections=tuple(replace(s, statements=(), is_assessed=False) for s in SOAP.sections),
        notice="No note was drafted: under 30 seconds of speech.",
    )
    ident = write_session(sqlite_people.alice, nora)
    write_note(sqlite_people.alice, ident, empty)
    at = opened(sqlite_people.alice, ident)
    assert buttons(at) == ["Export", "Draft again"]


def test_drafting_in_another_format(sqlite_people: People, nora: int) -> None:
    """Twelve seconds of speech make no note, and it says so; the other note stays."""
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    write_note(alice, ident, RISKY)
    at = opened(alice, ident)
    found, held = sessions.read_session(alice, ident), notes.of_session(alice, ident)
    at = open_part(drafting.draft, alice, found, held)
    assert "SOAP note" not in at.selectbox[0].options
    click(at, "Draft")
    made = {line.instruction_type for line in notes.list_notes(alice, recording_id=ident)}
    assert made == {"soap", "clinical_notes"}


def test_the_page_opens_no_words_of_a_note_that_somebody_edited(
    sqlite_people: People, nora: int
) -> None:
    """The view reads the note itself; the log says so once, not with every run of the page."""
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    note_id = write_note(alice, ident)
    notes.edit_statement(alice, note_id, "s2", "Trams.", revision=1)
    before = logged("note:read")
    at = opened(alice, ident)
    at.run()
    assert buttons(at) == ["Export", "Sign note"]
    assert logged("note:read") == before
    click(at, "Sign note")
    assert logged("note:read") == before + 1


def logged(action: str) -> int:
    wanted = select(func.count()).select_from(AccessLog).where(AccessLog.action == action)
    with database()() as session:
        return session.scalar(wanted) or 0
