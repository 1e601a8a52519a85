"""A spoken addendum is a recording of the same session with one voice; what is no sound leaves nothing behind."""

import pytest

from models.recording import RecordingState
from services import recordings, vault
from services.adapters.errors import IntegrationError
from services.errors import Invalid, NotFound
from services.recordings import add_addendum
from services.sessions import list_sessions, read_session
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.sounds import encode, tone


def session_of(people: People) -> int:
    recorder = Recorder(people.alice)
    return recorder.send(webm_chunks()[0], sequence=0).recording_id


def test_a_dictation_becomes_a_recording_that_is_transcribed(people: People) -> None:
    about = session_of(people)
    made = add_addendum(people.alice, about, encode(tone(3.0), "wav"))
    assert read_session(people.alice, about).addenda == (made,)
    assert read_session(people.alice, made).addendum_to == about
    progress = recordings.watch(people.alice, [made])[0]
    assert progress.state is RecordingState.PROCESSING
    assert progress.seconds_received == pytest.approx(3.0, abs=0.1)
    assert read_session(people.alice, made).starts_at == read_session(people.alice, about).starts_at


def test_it_needs_no_consent_and_no_stranger_adds_one(people: People) -> None:
    about = session_of(people)
    with pytest.raises(NotFound):
        add_addendum(people.bob, about, encode(tone(2.0), "wav"))
    with pytest.raises(NotFound):
        read_session(people.bob, about)
    assert read_session(people.alice, about).addenda == ()


def test_what_is_no_sound_leaves_nothing_behind(people: People) -> None:
    about = session_of(people)
    with pytest.raises(Invalid):
        add_addendum(people.alice, about, b"not a sound at all")
    assert read_session(people.alice, about).addenda == ()
    assert list_sessions(people.alice).total == 1


def test_a_storage_that_fails_leaves_nothing_behind(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = session_of(people)

    def fails(*_: object) -> None:
        raise IntegrationError("the storage does not answer", retryable=True)

    monkeypatch.setattr(vault.blobs(), "put", fails)
    with pytest.raises(IntegrationError):
        add_addendum(people.alice, about, encode(tone(2.0), "wav"))
    assert read_session(people.alice, about).addenda == ()
    assert list_sessions(people.alice).total == 1
