"""The list of sessions: who sees which, in what order, by page and filter."""

import datetime as dt

import pytest

from models.base import now
from models.recording import RecordingState, Stage
from services import clients, sessions
from services.access import Actor
from services.errors import NotAllowed, NotFound
from tests.people import People
from tests.services.written import change, write_session

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture
def cast(sqlite_database: str) -> People:
    return People()


class Written:
    """Two sessions of Alice, one of them removed, and one of Bob."""

    def __init__(self, people: People) -> None:
        self.nora = clients.create_client(people.alice, "Nora Feldt")
        self.mia = clients.create_client(people.bob, "Mia Lund")
        self.alices = write_session(people.alice, self.nora)
        self.removed = write_session(people.alice, self.nora)
        self.bobs = write_session(people.bob, self.mia)
        change(self.removed, deleted_at=now())


def seen(actor: Actor, recording_id: int) -> str:
    try:
        return "read" if sessions.read_session(actor, recording_id) else ""
    except NotFound:
        return "not found"
    except NotAllowed:
        return "not allowed"


def test_who_sees_what(people: People) -> None:
    written = Written(people)
    cases = [
        (people.alice, written.alices, "read"),
        (people.alice, written.bobs, "not found"),
        (people.alice, written.removed, "not found"),
        (people.bob, written.bobs, "read"),
        (people.bob, written.alices, "not found"),
        (people.sam, written.alices, "read"),
        (people.sam, written.bobs, "not found"),
        (people.sam, written.removed, "not found"),
        (people.dora, written.alices, "not allowed"),
        (people.adam, written.alices, "not allowed"),
    ]
    assert [seen(actor, ident) for actor, ident, _ in cases] == [case[2] for case in cases]
    for actor, ids in (
        (people.alice, [written.alices]),
        (people.bob, [written.bobs]),
        (people.sam, [written.alices]),
    ):
        page = sessions.list_sessions(actor)
        assert ([one.recording_id for one in page.sessions], page.total) == (ids, 1)
    for actor in (people.dora, people.adam):
        with pytest.raises(NotAllowed):
            sessions.list_sessions(actor)
        with pytest.raises(NotAllowed):
            sessions.unfinished(actor)


def test_newest_first_by_page(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "PAGE", 2)
    client = clients.create_client(people.alice, "Nora Feldt")
    made = [
        write_session(
            people.alice,
            client,
            starts_at=MONDAY + dt.timedelta(days=day),
            state=RecordingState.RECEIVING,
        )
        for day in (1, 3, 0, 2, 3)
    ]
    newest = [made[4], made[1], made[3], made[0], made[2]]
    pages = [sessions.list_sessions(people.alice, page=page) for page in range(4)]
    ids = [[one.recording_id for one in page.sessions] for page in pages]
    assert ids == [newest[:2], newest[2:4], newest[4:], []]
    assert {page.total for page in pages} == {5}
    assert sessions.list_sessions(people.alice, page=-1) == pages[0]


def test_filters_and_what_a_row_says(people: People) -> None:
    nora, adam = (clients.create_client(people.alice, name) for name in ("Nora", "Adam"))
    done = write_session(people.alice, nora, starts_at=MONDAY)
    failed = write_session(
        people.alice, adam, starts_at=MONDAY + dt.timedelta(hours=2), state=RecordingState.FAILED
    )
    change(failed, error_text="No speech was found.", error_code="audio-unreadable")

    def ids(**wanted: object) -> list[int]:
        page = sessions.list_sessions(people.alice, **wanted)  # type: ignore[arg-type]
        assert page.total == len(page.sessions)
        return [one.recording_id for one in page.sessions]

    assert ids() == [failed, done]
    assert ids(client_id=nora) == [done]
    assert ids(client_id=999) == []
    assert ids(state=RecordingState.FAILED) == [failed]
    assert ids(since=MONDAY, until=MONDAY + dt.timedelta(hours=2)) == [done]
    assert ids(since=MONDAY + dt.timedelta(seconds=1)) == [failed]
    assert ids(client_id=nora, state=RecordingState.FAILED) == []

    first, second = sessions.list_sessions(people.alice).sessions
    assert (first.client, first.therapist, first.duration) == ("Adam", "Alice", 12.0)
    assert first.progress.error == "No speech was found."
    assert (second.client, second.starts_at, second.has_audio) == ("Nora", MONDAY, False)
    assert second.progress.stage is Stage.DONE
    assert second.duration == pytest.approx(12.5, abs=2)  # of the transcript


def test_unfinished_are_those_that_need_somebody(cast: People) -> None:
    client = clients.create_client(cast.alice, "Nora Feldt")
    states = list(RecordingState)
    made = {state: write_session(cast.alice, client, state=state) for state in states}
    found = [one.recording_id for one in sessions.unfinished(cast.alice)]
    assert found == [
        made[state]
        for state in (RecordingState.FAILED, RecordingState.PROCESSING, RecordingState.RECEIVING)
    ]
    assert sessions.unfinished(cast.bob) == []


def test_warnings_of_the_transcript_stand_in_the_list(cast: People) -> None:
    client = clients.create_client(cast.alice, "Nora Feldt")
    write_session(cast.alice, client, lines=[])
    assert sessions.list_sessions(cast.alice).sessions[0].warnings == ("no-speech",)


def test_what_was_dictated_about_a_session_is_no_session(cast: People) -> None:
    written = Written(cast)
    addendum = write_session(cast.alice, written.nora, state=RecordingState.PROCESSING)
    change(addendum, addendum_to=written.alices)
    listed = sessions.list_sessions(cast.alice)
    assert ([one.recording_id for one in listed.sessions], listed.total) == ([written.alices], 1)
    assert [one.recording_id for one in sessions.unfinished(cast.alice)] == [addendum]
