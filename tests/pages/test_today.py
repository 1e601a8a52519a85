"""Today: what failed and can be tried again, what runs, what arrives, and the latest sessions."""

import datetime as dt

from models.base import now
from models.recording import RecordingState, Stage
from services import clients, notes, recordings
from services.access import Actor
from tests.pages.opening import buttons, click, open_page, text
from tests.people import People
from tests.services.notes.noted import RISKY, a_note
from tests.services.recordings.begun import BrowserRecorder
from tests.services.recordings.sending import Recorder
from tests.services.written import change, write_session
from tests.sounds import encode, tone

RETRY, FINISH = "Try again", "Finish with what arrived"
DAY = dt.timedelta(days=1)


def state_of(actor: Actor, recording_id: int) -> RecordingState:
    return recordings.watch(actor, [recording_id])[0].state


def test_before_the_first_session_it_says_what_to_do(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice)
    assert "No session yet" in text(at)
    assert click(at, "Upload a session").title[0].value == "Sessions"
    assert at.query_params["upload"] == "1"


def test_the_latest_sessions_newest_first_and_open(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora, jon = (clients.create_client(alice, name) for name in ("Nora Feldt", "Jon *Ash*"))
    write_session(alice, nora, starts_at=now() - dt.timedelta(days=2))
    write_session(alice, jon, starts_at=now() - dt.timedelta(days=1))
    at = open_page(alice)
    said = text(at)
    assert said.index("Jon *Ash*") < said.index("Nora Feldt")
    assert "transcript only" in said
    assert buttons(at).count("Open") == 2
    assert click(at, "Open").title[0].value == r"Jon \*Ash\*"


def test_a_failed_one_says_why_and_is_tried_again(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client = clients.create_client(alice, "Nora Feldt")
    failed = write_session(alice, client, state=RecordingState.FAILED)
    change(failed, error_text="The sound could not be read.")
    at = open_page(alice)
    assert "Could not be finished" in text(at)
    assert "The sound could not be read." in text(at)
    at = click(at, RETRY)
    assert not at.exception
    assert state_of(alice, failed) is RecordingState.PROCESSING
    assert RETRY not in buttons(at)
    assert "In progress" in text(at)


def test_a_supervisor_sees_them_and_starts_nothing(sqlite_people: People) -> None:
    client = clients.create_client(sqlite_people.alice, "Nora Feldt")
    write_session(sqlite_people.alice, client, state=RecordingState.FAILED)
    write_session(sqlite_people.alice, client)
    at = open_page(sqlite_people.sam)
    assert text(at).count("Nora Feldt") == 2
    assert buttons(at) == ["Open"]


def test_another_therapist_sees_none_of_it(sqlite_people: People) -> None:
    client = clients.create_client(sqlite_people.alice, "Nora Feldt")
    write_session(sqlite_people.alice, client, state=RecordingState.FAILED)
    write_session(sqlite_people.alice, client)
    at = open_page(sqlite_people.bob)
    assert "Nora" not in text(at)
    assert "No session yet" in text(at)


def test_how_far_a_transcription_is(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client = clients.create_client(alice, "Nora Feldt")
    running = write_session(alice, client, state=RecordingState.PROCESSING)
    change(running, stage=Stage.TRANSCRIBING, progress=0.6)
    at = open_page(alice)
    assert [bar.proto.text for bar in at.get("progress")] == ["Transcribing, 60 %"]


def test_one_that_stopped_arriving_can_be_finished_and_a_live_one_cannot(
    sqlite_people: People,
) -> None:
    recorder = Recorder(sqlite_people.alice)
    recording_id = recorder.send(encode(tone(3.0), "wav"), sequence=0).recording_id
    at = open_page(sqlite_people.alice)
    assert "0:03 arrived and safe" in text(at)
    assert FINISH not in buttons(at)
    change(recording_id, updated_at=now() - dt.timedelta(minutes=4))
    at = at.run()
    assert "A recording was interrupted" in text(at)
    assert "Nora Feldt, 0:03 arrived and is safe." in text(at)
    supervisor = open_page(sqlite_people.sam)
    assert "A recording was interrupted" in text(supervisor)
    assert buttons(supervisor) == []
    at = click(at, FINISH)
    assert not at.exception
    assert "interrupted" not in text(at)
    assert state_of(sqlite_people.alice, recording_id) is RecordingState.PROCESSING


def test_one_that_is_waited_for_is_not_asked_about_for_an_hour(sqlite_people: People) -> None:
    recorder = Recorder(sqlite_people.alice)
    recording_id = recorder.send(encode(tone(3.0), "wav"), sequence=0).recording_id
    change(recording_id, updated_at=now() - dt.timedelta(days=1))
    at = open_page(sqlite_people.alice)
    assert "interrupted yesterday at" in text(at)
    at = click(at, "Wait")
    assert "interrupted" not in text(at)
    assert "0:03 arrived and safe" in text(at)
    change(recording_id, wait_until=now() - dt.timedelta(seconds=1), updated_at=now() - 2 * DAY)
    assert FINISH in buttons(at.run())


def test_one_of_which_nothing_came_cannot_be_finished_and_is_forgotten_after_a_day(
    sqlite_people: People,
) -> None:
    ident = BrowserRecorder(sqlite_people.alice).recording_id
    change(ident, updated_at=now() - dt.timedelta(minutes=10))
    at = open_page(sqlite_people.alice)
    assert "nothing arrived yet" in text(at)
    assert FINISH not in buttons(at)
    change(ident, updated_at=now() - 1.1 * DAY)
    assert "interrupted" not in text(at.run())


def test_a_new_recording_begins_here(sqlite_people: People) -> None:
    assert click(open_page(sqlite_people.alice), "New recording").title[0].value == "Record"


def test_notes_to_sign_and_those_that_came_back(sqlite_people: People) -> None:
    people = sqlite_people
    draft, returned = a_note(people.alice, RISKY), a_note(people.alice)
    at = open_page(people.alice)
    assert "Notes to sign" in text(at)
    assert "Returned to you" not in text(at)
    assert buttons(at).count("Review note") == 2
    notes.sign(people.alice, returned, revision=1)
    notes.return_to_author(people.sam, returned, "Which morning?", revision=2)
    at = open_page(people.alice)
    assert "Returned to you" in text(at)
    assert buttons(at).count("Review note") == 1
    at = click(at, "Review note")
    assert at.query_params["note"] == str(draft)


def test_a_supervisor_is_told_what_waits_for_a_signature(sqlite_people: People) -> None:
    people = sqlite_people
    note = a_note(people.alice)
    assert "Waiting for countersignature" not in text(open_page(people.sam))
    notes.sign(people.alice, note, revision=1)
    at = open_page(people.sam)
    assert "Waiting for countersignature" in text(at)
    assert click(at, "Read note").query_params["note"] == str(note)


def test_a_supervisor_reads_whose_each_session_is(sqlite_people: People) -> None:
    nora = clients.create_client(sqlite_people.alice, "Nora Feldt")
    write_session(sqlite_people.alice, nora)
    write_session(sqlite_people.alice, nora, state=RecordingState.FAILED)
    assert text(open_page(sqlite_people.sam)).count("Alice") == 2
    assert "Alice" not in text(open_page(sqlite_people.alice))
