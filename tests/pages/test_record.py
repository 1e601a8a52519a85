"""Record: what must be chosen and agreed to first, what the recorder is given, what is shown meanwhile and after."""

import json
import threading
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from models.client import Consent, SessionType
from models.recording import RecordingState
from pages import record_live
from pages.record import FORMATS
from services import clients, recordings
from services.access import Actor
from tests.pages.opening import buttons, click, dialogs, open_page, text
from tests.people import People
from tests.services.recordings.begun import BrowserRecorder
from tests.services.recordings.test_live_recorder import frames, until_stored
from tests.services.written import change, write_session
from ui import live_recorder


def given(at: AppTest) -> dict[str, Any]:
    """What the recorder is given."""
    (component,) = at.get("bidi_component")
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def says(at: AppTest, state: str, recording_id: int | None) -> AppTest:
    """The recorder reports, as the browser does."""
    at.session_state["recorder"] = {"status": {"state": state, "recording_id": recording_id}}
    return at.run()


def choose(at: AppTest, client_id: int) -> AppTest:
    return at.selectbox(key="record-client").set_value(client_id).run()


def consent_of(actor: Actor, client_id: int) -> tuple[Consent, str | None, str | None]:
    (found,) = [client for client in clients.list_clients(actor) if client.id == client_id]
    return found.consent, found.consent_method, found.consent_by


@pytest.fixture
def nora(sqlite_people: People) -> int:
    return clients.create_client(
        sqlite_people.alice, "Nora *Feldt*", session_type=SessionType.COUPLE
    )


def test_without_a_client_there_is_nothing_to_record(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "record")
    assert "No client yet" in text(at)
    assert not at.get("bidi_component")


def test_first_the_client_then_consent_then_the_button(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    at = open_page(alice, "record")
    assert given(at)["wait_for"] == "Choose the client first."
    at = choose(at, nora)
    assert "Consent to recording is missing" in text(at)
    assert (given(at)["start"], given(at)["wait_for"]) == (
        None,
        "Waiting for the client's consent.",
    )
    at = click(at, "Consent given")
    assert consent_of(alice, nora) == (Consent.GIVEN, "verbally", "Alice")
    assert given(at) == {
        "start": {
            "client_id": nora,
            "session_type": "couple",  # as the client's sessions are
            "setting": "in_person",
            "note_format": "clinical_notes",
        },
        "wait_for": None,
        "is_quiet": False,
        "therapist_id": alice.user_id,
        "captions": True,
        "api": "/api/v1",
    }
    assert "verbally, taken by Alice" in text(at)
    assert "Nora" not in json.dumps(given(at))


def test_a_declined_consent_is_noted_and_can_be_given_later(
    sqlite_people: People, nora: int
) -> None:
    at = click(choose(open_page(sqlite_people.alice, "record"), nora), "Declined")
    assert consent_of(sqlite_people.alice, nora)[0] is Consent.DECLINED
    assert "Consent to recording was declined" in text(at)
    assert "Declined" not in buttons(at)
    assert given(at)["start"] is None
    at = click(at, "Consent given")
    assert given(at)["start"] is not None


def test_consent_that_is_withdrawn_stops_the_next_recording(
    sqlite_people: People, nora: int
) -> None:
    clients.record_consent(sqlite_people.alice, nora, Consent.GIVEN, "in writing")
    at = click(choose(open_page(sqlite_people.alice, "record"), nora), "Client withdraws consent")
    assert dialogs(at) == ["The client withdraws consent"]
    clients.record_consent(sqlite_people.alice, nora, Consent.WITHDRAWN, "")
    at = at.run()
    assert "Consent to recording was withdrawn" in text(at)
    assert given(at)["start"] is None


def test_what_is_chosen_is_what_it_begins_with(sqlite_people: People, nora: int) -> None:
    clients.record_consent(sqlite_people.alice, nora, Consent.GIVEN, "in writing")
    at = open_page(sqlite_people.alice, "record", client=str(nora))  # named by the address
    at.selectbox(key="record-format").set_value("dap")
    at.toggle(key="record-captions").set_value(False)
    at = at.run()
    at.session_state[f"record-setting-{nora}"] = "telehealth"
    at.session_state[f"record-type-{nora}"] = SessionType.FAMILY
    at = at.run()
    start = given(at)["start"]
    assert (start["setting"], start["session_type"]) == ("telehealth", "family")
    assert (start["note_format"], given(at)["captions"]) == ("dap", False)


def test_every_format_has_a_name() -> None:
    assert tuple(FORMATS) == recordings.NOTE_FORMATS


def test_while_it_goes_on_the_session_stands_beside_it(sqlite_people: People) -> None:
    recorder = BrowserRecorder(sqlite_people.alice, is_telehealth=True)
    at = says(open_page(sqlite_people.alice, "record"), "recording", recorder.recording_id)
    assert "Nora Feldt · Individual, telehealth" in text(at)
    assert "This session" in text(at)
    assert not at.selectbox
    assert "Upload a file instead" not in buttons(at)
    assert given(at)["wait_for"] is None
    at = says(at, "paused", recorder.recording_id)
    assert "This session" in text(at)


@pytest.mark.parametrize("state", list(RecordingState)[1:])
def test_when_it_is_done_the_way_to_the_session(
    sqlite_people: People, nora: int, state: RecordingState
) -> None:
    ident = write_session(sqlite_people.alice, nora, state=state)
    if state is RecordingState.FAILED:
        change(ident, error_text="The sound could not be read.")
    at = says(open_page(sqlite_people.alice, "record"), "done", ident)
    said = {
        RecordingState.PROCESSING: "",
        RecordingState.DONE: "is transcribed",
        RecordingState.FAILED: "could not be read",
    }
    assert said[state] in text(at)
    assert bool(at.get("progress")) is (state is RecordingState.PROCESSING)
    assert at.selectbox  # the next one can be chosen
    assert click(at, "Open the session").title[0].value == r"Nora \*Feldt\*"


def test_a_recording_of_whoever_was_here_before_shows_nothing(
    sqlite_people: People, nora: int
) -> None:
    ident = write_session(sqlite_people.alice, nora)
    clients.create_client(sqlite_people.bob, "Jon Ash")
    for state in ("recording", "done"):
        at = says(open_page(sqlite_people.bob, "record"), state, ident)
        assert not at.exception
        assert "Nora" not in text(at)
        assert "Open the session" not in buttons(at)


def test_a_file_instead(sqlite_people: People, nora: int) -> None:
    at = click(open_page(sqlite_people.alice, "record"), "Upload a file instead")
    assert at.title[0].value == "Sessions"
    assert at.query_params["upload"] == "1"


def test_sound_that_comes_while_its_recording_is_being_made_is_not_let_go(
    sqlite_people: People, nora: int
) -> None:
    """On a server that just started that takes seconds, and the page may be drawn with other choices meanwhile."""
    clients.record_consent(sqlite_people.alice, nora, Consent.GIVEN, "verbally")
    at = choose(open_page(sqlite_people.alice, "record"), nora)
    at.session_state[record_live.WAY] = record_live.ON_SERVER
    at.run()
    recorder = at.session_state[live_recorder.KEY].recorder
    made, begin = threading.Event(), recorder._begin
    recorder._begin = lambda: made.wait(60) and begin()
    for frame in frames(1.0):
        recorder.on_frame(frame)
    at.selectbox(key="record-format").set_value(recordings.NOTE_FORMATS[1]).run()
    assert at.session_state[live_recorder.KEY].recorder is recorder
    assert not recorder.status.has_ended
    made.set()
    recorder.end()
    until_stored(recorder)
    assert (recorder.status.problem, recorder.status.safe) == (None, 1.0)
