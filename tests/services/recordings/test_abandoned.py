"""Recordings that nobody ended: asked about after some quiet minutes, and again an hour after "wait"."""

import datetime as dt

import pytest

from models.base import now
from models.database import sessions
from models.recording import Recording, RecordingState
from services import recordings
from services import sessions as session_service
from services.errors import Conflict, NotAllowed, NotFound
from services.recordings.abandoned import is_abandoned
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.services.written import change, write_session

CHUNKS = webm_chunks()


@pytest.fixture
def ident(people: People) -> int:
    return Recorder(people.alice).send(CHUNKS[0], sequence=0).recording_id


def later(ident: int, minutes: float) -> bool:
    """Whether it is abandoned, so many minutes from now."""
    with sessions()() as session:
        return is_abandoned(
            session.get_one(Recording, ident), now() + dt.timedelta(minutes=minutes)
        )


def test_quiet_for_some_minutes(people: People, ident: int) -> None:
    assert [later(ident, minutes) for minutes in (0, 2.9, 3.1, 600)] == [False, False, True, True]
    assert not session_service.unfinished(people.alice)[0].is_abandoned
    change(ident, updated_at=now() - dt.timedelta(minutes=4))
    assert session_service.unfinished(people.alice)[0].is_abandoned


def test_waiting_puts_it_off_for_an_hour_and_is_no_news_itself(people: People, ident: int) -> None:
    heard = now() - dt.timedelta(minutes=10)
    change(ident, updated_at=heard)
    recordings.wait(people.alice, ident)
    assert [later(ident, minutes) for minutes in (0, 58, 61)] == [False, False, True]
    assert session_service.unfinished(people.alice)[0].heard_at == heard


def test_a_part_that_comes_meanwhile_is_news(people: People) -> None:
    recorder = Recorder(people.alice)
    ident = recorder.send(CHUNKS[0], sequence=0).recording_id
    change(ident, updated_at=now() - dt.timedelta(minutes=10))
    recorder.send(CHUNKS[1], sequence=1)
    assert not later(ident, 0)


@pytest.mark.parametrize(
    "state", [RecordingState.PROCESSING, RecordingState.DONE, RecordingState.FAILED]
)
def test_what_has_ended_is_not_abandoned(people: People, state: RecordingState) -> None:
    client_id = Recorder(people.alice).client_id
    ident = write_session(people.alice, client_id, state=state)
    assert not later(ident, 600)
    with pytest.raises(Conflict, match="already ended"):
        recordings.wait(people.alice, ident)


def test_its_owner_decides(people: People, ident: int) -> None:
    for stranger, error in ((people.bob, NotFound), (people.sam, NotAllowed)):
        with pytest.raises(error):
            recordings.wait(stranger, ident)
    assert later(ident, 10)
