"""A client's no is kept to wherever sound comes in; what had begun before is finished."""

import pytest

from models.client import Consent
from services import clients, recordings, vault
from services import sessions as session_list
from services.errors import Conflict
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.sounds import encode, tone

CHUNKS = webm_chunks()


@pytest.fixture
def recorder(people: People) -> Recorder:
    return Recorder(people.alice)


def answer(recorder: Recorder, consent: Consent) -> None:
    clients.record_consent(recorder.actor, recorder.client_id, consent, clients.METHODS[0])


@pytest.mark.parametrize("consent", [Consent.DECLINED, Consent.WITHDRAWN])
def test_no_new_session_of_whoever_said_no(recorder: Recorder, consent: Consent) -> None:
    answer(recorder, consent)
    with pytest.raises(Conflict, match="so nothing was stored"):
        recorder.send(CHUNKS[0], sequence=0, last=True)
    assert list(vault.blobs().list("")) == []
    assert session_list.list_sessions(recorder.actor).total == 0
    answer(recorder, Consent.GIVEN)
    assert recorder.send(CHUNKS[0], sequence=0, last=True).path


def test_where_no_answer_is_noted_the_sender_answers_for_it(recorder: Recorder) -> None:
    assert recorder.send(CHUNKS[0], sequence=0).path


def test_what_had_begun_is_finished_and_dictated_about(recorder: Recorder) -> None:
    sent = recorder.send(CHUNKS[0], sequence=0)
    answer(recorder, Consent.WITHDRAWN)
    for sequence in (1, 2):
        recorder.send(CHUNKS[sequence], sequence=sequence, last=sequence == 2)
    dictated = encode(tone(1.0), "wav")  # the therapist's own voice
    assert recordings.add_addendum(recorder.actor, sent.recording_id, dictated)
