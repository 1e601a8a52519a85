"""Events of a recording: stored once however often they are sent, their words sealed, shown in the transcript."""

import uuid

import pytest
from sqlalchemy import select

from models.database import sessions
from models.recording import EventKind, RecordingEvent
from services import clients, recordings, transcripts
from services.errors import Invalid, NotAllowed, NotFound
from services.recordings import Event, events
from tests.people import People
from tests.services.written import write_session

WORD = "grandfather's marmalade"


@pytest.fixture
def ident(people: People) -> int:
    return write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))


def marker(at: float, word: str | None = None, **more: object) -> Event:
    return Event(id=uuid.uuid4(), kind=EventKind.MARKER, at=at, word=word, **more)  # type: ignore[arg-type]


def stored(people: People, ident: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = transcripts.read(people.alice, ident)["events"]
    return found


def test_sent_twice_stored_once_and_read_in_order(people: People, ident: int) -> None:
    late = marker(9.5, WORD)
    sleep = Event(uuid.uuid4(), EventKind.SLEEP, at=4.0, seconds=180.0)
    assert recordings.add_events(people.alice, ident, [late, sleep]) == 2
    assert recordings.add_events(people.alice, ident, [sleep, late, marker(6.0)]) == 1
    assert stored(people, ident) == [
        {"kind": "sleep", "at": 4.0, "seconds": 180.0, "word": None},
        {"kind": "marker", "at": 6.0, "seconds": None, "word": None},
        {"kind": "marker", "at": 9.5, "seconds": None, "word": WORD},
    ]


def test_a_word_that_comes_later_is_added_and_stays(people: People, ident: int) -> None:
    first = marker(3.0)
    for word in (None, "  the \n car ", None, "something else"):
        recordings.add_events(people.alice, ident, [Event(first.id, first.kind, 3.0, word=word)])
    pause = Event(uuid.uuid4(), EventKind.PAUSE, at=5.0)
    recordings.add_events(people.alice, ident, [pause])
    recordings.add_events(people.alice, ident, [Event(pause.id, pause.kind, 5.0, seconds=61.0)])
    assert [(e["word"], e["seconds"]) for e in stored(people, ident)] == [
        ("the car", None),
        (None, 61.0),
    ]


def test_the_word_is_sealed(people: People, ident: int) -> None:
    event = marker(1.0, WORD)
    assert WORD not in repr(event)
    recordings.add_events(people.alice, ident, [event])
    with sessions()() as session:
        row = session.scalars(select(RecordingEvent)).one()
    assert row.word is not None
    assert "marmalade" not in row.word.stored


def test_of_ones_own_recordings_only(people: People, ident: int) -> None:
    for stranger, error in ((people.bob, NotFound), (people.sam, NotAllowed)):
        with pytest.raises(error):
            recordings.add_events(stranger, ident, [marker(1.0)])
    assert stored(people, ident) == []
    recordings.add_events(people.alice, ident, [marker(1.0, WORD)])
    assert transcripts.read(people.sam, ident)["events"][0]["word"] == WORD  # supervisors read


def test_the_same_id_in_another_recording_is_another_event(people: People, ident: int) -> None:
    other = write_session(people.bob, clients.create_client(people.bob, "Jon Ash"))
    event = marker(1.0)
    assert recordings.add_events(people.alice, ident, [event]) == 1
    assert recordings.add_events(people.bob, other, [event]) == 1


def test_too_many_are_refused_and_none_of_them_stored(
    people: People, ident: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST", 3)
    recordings.add_events(people.alice, ident, [marker(1.0), marker(2.0)])
    with pytest.raises(Invalid, match="takes 3 events"):
        recordings.add_events(people.alice, ident, [marker(3.0), marker(4.0)])
    assert [event["at"] for event in stored(people, ident)] == [1.0, 2.0]


def test_two_senders_at_once_make_one_row(people: People, ident: int) -> None:
    from concurrent.futures import ThreadPoolExecutor

    event = marker(2.0, WORD)

    def send(_: int) -> int:
        return recordings.add_events(people.alice, ident, [event])

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(send, range(6))) == [0, 0, 0, 0, 0, 1]
