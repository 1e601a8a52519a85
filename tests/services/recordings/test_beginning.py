"""Beginning a recording in a browser: consent first; its key is its owner's, sealed, and each reading logged."""

import base64

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.client import Consent, SessionType, TherapistSession
from models.database import sessions
from models.recording import RecorderKey, Recording, RecordingState
from services import clients, recordings
from services import sessions as session_service
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.people import People
from tests.services.recordings.begun import BrowserRecorder, begin
from tests.services.recordings.sending import Recorder, webm_chunks

CHUNKS = webm_chunks()


def logged(action: str) -> list[tuple[str, str, str]]:
    with sessions()() as session:
        rows = session.scalars(
            select(AccessLog).where(AccessLog.action == action).order_by(AccessLog.at)
        )
        return [(row.actor_name, row.outcome, row.subject_ids) for row in rows]


def test_what_was_chosen_is_kept_with_the_recording(people: People) -> None:
    recorder = BrowserRecorder(
        people.alice, session_type=SessionType.COUPLE, is_telehealth=True, note_format="dap"
    )
    with sessions()() as session:
        row = session.get_one(Recording, recorder.recording_id)
        appointment = session.get_one(TherapistSession, row.therapist_session_id)
    assert (row.state, row.note_format, row.speakers) == (RecordingState.RECEIVING, "dap", 3)
    assert row.session_id == recorder.begun.session_id
    assert (appointment.session_type, appointment.is_telehealth) == (SessionType.COUPLE, True)
    assert appointment.starts_at == recorder.begun.started_at
    found = session_service.read_session(people.alice, row.id)
    assert (found.session_type, found.is_telehealth) == (SessionType.COUPLE, True)


@pytest.mark.parametrize(
    ("consent", "said"),
    [(None, "not been asked"), (Consent.DECLINED, "declined"), (Consent.WITHDRAWN, "withdrew")],
)
def test_no_consent_no_recording(people: People, consent: Consent | None, said: str) -> None:
    client_id = clients.create_client(people.alice, "Nora Feldt")
    if consent:
        clients.record_consent(people.alice, client_id, Consent.GIVEN, "in writing")
        clients.record_consent(people.alice, client_id, consent, "")
    with pytest.raises(Conflict, match=said):
        begin(people.alice, client_id)
    with sessions()() as session:
        assert session.scalars(select(Recording)).all() == []
        assert session.scalars(select(TherapistSession)).all() == []


def test_only_for_ones_own_clients_and_known_formats(people: People) -> None:
    recorder = BrowserRecorder(people.alice)
    for stranger, error in ((people.bob, NotFound), (people.sam, NotAllowed)):
        with pytest.raises(error):
            begin(stranger, recorder.client_id)
    with pytest.raises(Invalid, match="soap"):
        begin(people.alice, recorder.client_id, note_format="poem")


def test_two_at_once_of_one_client_are_two_recordings(people: People) -> None:
    first = BrowserRecorder(people.alice)
    second = begin(people.alice, first.client_id)
    assert second.recording_id != first.recording_id
    assert second.session_id != first.begun.session_id
    assert second.key != first.begun.key


def test_the_key_is_random_sealed_and_the_owners(people: People) -> None:
    recorder = BrowserRecorder(people.alice)
    begun = recorder.begun
    assert len(base64.b64decode(begun.key)) == 32
    assert begun.key not in repr(begun)
    with sessions()() as session:
        stored = session.scalars(select(RecorderKey)).one().key.stored
    assert begun.key not in stored
    assert begun.key not in base64.b64decode(stored).decode("latin-1")
    for stranger, error in ((people.bob, NotFound), (people.sam, NotAllowed)):
        with pytest.raises(error):
            recordings.recover(stranger, recorder.recording_id)
    found = recordings.recover(people.alice, recorder.recording_id)
    assert found.key == begun.key
    assert "Nora" not in repr(found)
    assert begun.key not in repr(found)
    outcomes = [(name, outcome) for name, outcome, _ in logged("recording:recover")]
    assert outcomes == [("Bob", "refused"), ("Sam", "refused"), ("Alice", "done")]


def test_a_browser_that_comes_back_learns_what_is_still_to_be_sent(people: People) -> None:
    recorder = BrowserRecorder(people.alice)
    found = recordings.recover(people.alice, recorder.recording_id)
    assert (found.next_sequence, found.missing, found.state) == (0, (), RecordingState.RECEIVING)
    recorder.part(CHUNKS[0], 0)
    recorder.part(CHUNKS[2], 2)
    found = recordings.recover(people.alice, recorder.recording_id)
    assert (found.next_sequence, found.missing) == (3, (1,))
    assert (found.client, found.therapist_id) == ("Nora Feldt", people.alice.user_id)
    assert (found.client_id, found.session_id) == (recorder.client_id, recorder.begun.session_id)
    recorder.part(CHUNKS[1], 1)
    recorder.part(b"", 3, last=True)
    found = recordings.recover(people.alice, recorder.recording_id)
    assert (found.next_sequence, found.missing) == (3, ())
    assert found.state is RecordingState.PROCESSING
    assert found.key == recorder.begun.key  # also after the end: its browser may still hold chunks


def test_an_upload_has_no_key(people: People) -> None:
    ident = Recorder(people.alice).send(CHUNKS[0], sequence=0).recording_id
    with pytest.raises(NotFound, match="not made in a browser"):
        recordings.recover(people.alice, ident)


def test_its_chunks_go_into_the_recording_that_was_begun(people: People) -> None:
    recorder = BrowserRecorder(people.alice, session_type=SessionType.COUPLE)
    received = [recorder.part(chunk, at, last=at == 2) for at, chunk in enumerate(CHUNKS)]
    assert {each.recording_id for each in received} == {recorder.recording_id}
    with sessions()() as session:
        assert session.get_one(Recording, recorder.recording_id).speakers == 3
        assert len(session.scalars(select(TherapistSession)).all()) == 1
