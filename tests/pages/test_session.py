"""One session: what the head says in each state, and what the view is given to show."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from models.recording import RecordingState, Stage
from pages.session import deleting
from services import clients, grants, jobs, notes, retention, sessions
from services.processing import stored
from tests.pages.opening import (
    buttons,
    click,
    open_page,
    open_part,
    text,
)
from tests.people import People
from tests.services.notes.noted import write_note
from tests.services.written import change, write_session
from ui import links


@pytest.fixture
def nora(sqlite_people: People) -> int:
    return clients.create_client(sqlite_people.alice, "Nora *Feldt*")


def view(at: AppTest) -> dict[str, Any]:
    """What the session's component is given."""
    (component,) = at.get("bidi_component")
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def test_the_head_and_what_the_view_fetches(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora)
    at = open_page(sqlite_people.alice, "session", id=str(ident))
    assert at.title[0].value == r"Nora \*Feldt\*"
    assert "Individual" in at.caption[0].value
    assert "Transcribed" in text(at)
    shown = view(at)
    assert shown["turns_url"] == f"/api/v1/sessions/{ident}/transcript"
    assert shown["audio"] is None  # was written without sound
    assert [speaker["name"] for speaker in shown["speakers"]] == ["Speaker 1", "Speaker 2"]
    assert shown["editable"] is True
    assert "tram" not in json.dumps(shown)  # words come through the API alone


def test_a_supervisor_reads_and_corrects_nothing(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora)
    assert view(open_page(sqlite_people.sam, "session", id=str(ident)))["editable"] is False


@pytest.mark.parametrize("given", ["", "x", "-1", "1;2", "²", "12345678901"])
def test_no_session_is_named(sqlite_people: People, given: str) -> None:
    at = open_page(sqlite_people.alice, "session", **({"id": given} if given else {}))
    assert "Session not found" in text(at)
    assert not at.exception


def test_somebody_elses_session_is_as_if_it_were_not_there(
    sqlite_people: People, nora: int
) -> None:
    ident = write_session(sqlite_people.alice, nora)
    foreign = open_page(sqlite_people.bob, "session", id=str(ident))
    absent = open_page(sqlite_people.bob, "session", id="999999")
    assert foreign.title[0].value == "Session not found"
    assert text(foreign) == text(absent)
    assert [link.proto.label for link in foreign.get("page_link")] == ["Go to Sessions"]


def test_a_failed_one_says_why_and_is_tried_again(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora, state=RecordingState.FAILED)
    change(ident, error_text="The sound could not be read.")
    at = open_page(sqlite_people.alice, "session", id=str(ident))
    assert [error.value for error in at.error] == ["The sound could not be read\\."]
    at = click(at, "Try again")
    assert not at.exception
    assert not at.error
    assert [bar.proto.text for bar in at.get("progress")] == ["Waiting for a worker"]
    supervisor = open_page(sqlite_people.sam, "session", id=str(ident))
    assert buttons(supervisor) == []


def test_one_that_is_worked_on_shows_how_far(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora, state=RecordingState.PROCESSING)
    change(ident, stage=Stage.LABELLING, progress=0.9)
    at = open_page(sqlite_people.alice, "session", id=str(ident))
    assert [bar.proto.text for bar in at.get("progress")] == ["Finding the speakers"]
    assert not at.get("bidi_component")


def test_one_that_arrives_says_what_is_safe(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora, state=RecordingState.RECEIVING)
    assert "0:12 arrived and is safe" in text(
        open_page(sqlite_people.alice, "session", id=str(ident))
    )


def test_what_went_wrong_on_the_way_is_said(sqlite_people: People, nora: int) -> None:
    ident = write_session(sqlite_people.alice, nora, lines=())
    at = open_page(sqlite_people.alice, "session", id=str(ident))
    assert [warning.value for warning in at.warning] == ["No speech was found in this recording."]


def test_a_note_that_could_not_be_drafted_is_said_until_there_is_one(
    sqlite_people: People, nora: int
) -> None:
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    stored.warn(jobs.owner(ident), ident, "no-draft")
    at = open_page(alice, "session", id=str(ident))
    (said,) = [warning.value for warning in at.warning]
    assert said.startswith("No note was drafted. The transcript is safe")
    write_note(alice, ident)
    at = open_page(alice, "session", id=str(ident))
    assert not at.exception
    assert [warning.value for warning in at.warning] == []


def test_its_addenda_and_the_way_back(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    ident, dictated = write_session(alice, nora), write_session(alice, nora)
    change(dictated, addendum_to=ident)
    at = open_page(alice, "session", id=str(ident))
    assert buttons(at) == ["Export", "Draft a note", "Addendum 1"]
    assert "Dictate an addendum" in menu(at)
    at = open_page(alice, "session", id=str(dictated))
    assert at.caption[0].value.startswith("Addendum ·")
    assert buttons(at) == ["Export", "Back to the session"]
    assert menu(at) == ["Plan and measures", "Delete session"]
    at = click(at, "Back to the session")
    assert buttons(at) == ["Export", "Draft a note", "Addendum 1"]


def test_it_is_deleted_and_can_come_back(
    sqlite_people: People, nora: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    went: list[str] = []
    monkeypatch.setattr(links, "go", went.append)
    at = open_part(deleting.delete, alice, sessions.read_session(alice, ident))
    assert "restored for 30 days" in text(at)
    click(at, "Delete session")
    assert went == ["sessions"]
    assert [one.recording_id for one in retention.deleted_sessions(alice)] == [ident]
    assert "Session not found" in text(open_page(alice, "session", id=str(ident)))
    assert "Deleted sessions" in buttons(open_page(alice, "sessions"))  # although none is left


def test_what_is_signed_is_deleted_for_a_reason(
    sqlite_people: People, nora: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    notes.sign(alice, write_note(alice, ident), revision=1)
    went: list[str] = []
    monkeypatch.setattr(links, "go", went.append)
    at = open_part(deleting.delete, alice, sessions.read_session(alice, ident))
    assert at.button(key="danger-session").disabled
    at.selectbox(key="delete-reason").set_value(retention.Reason.DUPLICATE).run()
    click(at, "Delete session")
    assert went == ["sessions"]
    assert [one.recording_id for one in retention.deleted_sessions(alice)] == [ident]


def test_only_its_therapist_deletes_it_and_not_while_it_arrives(
    sqlite_people: People, nora: int
) -> None:
    ident = write_session(sqlite_people.alice, nora, state=RecordingState.FAILED)
    grants.give(sqlite_people.adam, nora, sqlite_people.bob.user_id, None)
    assert "Delete session" not in menu(open_page(sqlite_people.bob, "session", id=str(ident)))
    assert "Delete session" in menu(open_page(sqlite_people.alice, "session", id=str(ident)))
    assert menu(open_page(sqlite_people.sam, "session", id=str(ident))) == ["Plan and measures"]
    change(ident, state=RecordingState.RECEIVING)
    at = open_page(sqlite_people.alice, "session", id=str(ident))
    assert menu(at) == ["Plan and measures"]


def menu(at: AppTest) -> list[str]:
    """What "More" offers."""
    [found] = at.get("menu_button")
    return list(found.proto.options)
