"""How recordings end, are tried again and watched, and what is queued meanwhile."""

import datetime as dt
from dataclasses import replace

import pytest

from models.base import now
from models.database import sessions
from models.recording import Recording, RecordingState, Stage
from services import recordings
from services.access import Via
from services.errors import Conflict, NotAllowed, NotFound
from services.processing import stored
from services.recordings import lifecycle
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.services.written import change, write_session
from tests.sounds import encode, tone

CHUNKS = webm_chunks()


def half_a_minute(number: int) -> bytes:
    """A file of its own of 25 s; each number another sound."""
    return encode(tone(25.0, hertz=200.0 + number, rate=8_000), "wav", rate=8_000)


def queued(prefix: str = "") -> list[str]:
    from services import jobs

    found = jobs.client().list_workflows(load_input=False)
    return sorted(job.workflow_id for job in found if job.workflow_id.startswith(prefix))


def row(ident: int) -> Recording:
    with sessions()() as session:
        return session.get_one(Recording, ident)


@pytest.fixture
def cast(sqlite_database: str) -> People:
    return People()


def test_a_recording_with_a_gap_can_be_ended_by_hand(people: People) -> None:
    recorder = Recorder(people.alice)
    ident = recorder.send(CHUNKS[0], sequence=0).recording_id
    recorder.send(CHUNKS[2], sequence=2, last=True)
    for stranger, error in ((people.bob, NotFound), (people.sam, NotAllowed)):
        with pytest.raises(error):
            recordings.finish(stranger, ident)
    assert queued() == []
    recordings.finish(people.alice, ident)
    assert row(ident).state is RecordingState.PROCESSING
    assert queued() == [f"session-{ident}-1"]
    with pytest.raises(Conflict, match="already ended"):
        recordings.finish(people.alice, ident)
    assert queued() == [f"session-{ident}-1"]


def test_ending_without_a_last_part_takes_what_came_as_all(cast: People) -> None:
    recorder = Recorder(cast.alice)
    ident = recorder.send(CHUNKS[0], sequence=0).recording_id
    recorder.send(CHUNKS[1], sequence=1)
    recordings.finish(cast.alice, ident)
    assert row(ident).last_sequence == 1
    with pytest.raises(Conflict, match="already ended"):
        recorder.send(CHUNKS[2], sequence=2)


def test_nothing_arrived_nothing_to_end(cast: People) -> None:
    client = Recorder(cast.alice).client_id
    ident = write_session(cast.alice, client, state=RecordingState.RECEIVING)
    with pytest.raises(Conflict, match="Nothing has arrived"):
        recordings.finish(cast.alice, ident)


def test_trying_again_is_for_what_failed_and_counts_attempts(people: People) -> None:
    recorder = Recorder(people.alice)
    ident = recorder.send(CHUNKS[0], sequence=0, last=True).recording_id
    with pytest.raises(Conflict, match="could not be finished"):
        recordings.retry(people.alice, ident)
    worker = replace(people.alice, via=Via.WORKER)
    stored.fail(worker, ident, attempt=1, code="given-up", text="The worker stopped.")
    assert recordings.watch(people.alice, [ident])[0].error == "The worker stopped."
    with pytest.raises(NotFound):
        recordings.retry(people.bob, ident)
    recordings.retry(people.alice, ident)
    again = row(ident)
    assert (again.state, again.stage, again.attempt) == (
        RecordingState.PROCESSING,
        Stage.WAITING,
        2,
    )
    assert (again.error_code, again.error_text, again.progress) == (None, None, 0.0)
    assert queued() == [f"session-{ident}-1", f"session-{ident}-2"]


def test_a_late_verdict_on_an_earlier_attempt_is_ignored(cast: People) -> None:
    ident = Recorder(cast.alice).send(CHUNKS[0], sequence=0, last=True).recording_id
    worker = replace(cast.alice, via=Via.WORKER)
    stored.fail(worker, ident, attempt=1, code="error", text="First.")
    recordings.retry(cast.alice, ident)
    stored.fail(worker, ident, attempt=1, code="error", text="First, again.")
    assert row(ident).state is RecordingState.PROCESSING


def test_a_long_session_is_looked_at_while_it_goes_on_one_look_at_a_time(people: People) -> None:
    recorder = Recorder(people.alice)
    ident = recorder.send(CHUNKS[0], sequence=0).recording_id
    assert queued("advance-") == []  # a few seconds are not worth it
    recorder.send(half_a_minute(1), sequence=1)
    first = queued("advance-")
    assert len(first) == 1
    recorder.send(half_a_minute(2), sequence=2)
    assert queued("advance-") == first
    found = stored.arrived(replace(people.alice, via=Via.WORKER), ident, to_the_end=False)
    assert [sequence for sequence, _ in found.chunks] == [0, 1, 2]
    recorder.send(half_a_minute(3), sequence=3)
    assert len(queued("advance-")) == 2
    recorder.send(half_a_minute(4), sequence=4, last=True)
    assert len(queued("advance-")) == 2
    assert queued("session-") == [f"session-{ident}-1"]


def test_a_look_goes_up_to_the_first_missing_part(cast: People) -> None:
    recorder = Recorder(cast.alice)
    ident = recorder.send(CHUNKS[0], sequence=0).recording_id
    recorder.send(CHUNKS[2], sequence=2)
    worker = replace(cast.alice, via=Via.WORKER)

    def sequences(*, to_the_end: bool) -> list[int]:
        found = stored.arrived(worker, ident, to_the_end=to_the_end)
        return [sequence for sequence, _ in found.chunks]

    assert sequences(to_the_end=False) == [0]
    assert sequences(to_the_end=True) == [0, 2]


def test_watching_shows_ones_own_and_leaves_no_row(people: People) -> None:
    from sqlalchemy import func, select

    from models.access_log import AccessLog

    recorder = Recorder(people.alice)
    ident = recorder.send(CHUNKS[0], sequence=0).recording_id

    def count() -> int:
        with sessions()() as session:
            return session.scalar(select(func.count()).select_from(AccessLog)) or 0

    before = count()
    (seen,) = recordings.watch(people.sam, [ident, 999])
    assert (seen.recording_id, seen.state) == (ident, RecordingState.RECEIVING)
    assert seen.seconds_received == pytest.approx(2.0, abs=0.4)
    assert recordings.watch(people.bob, [ident]) == []
    assert count() == before
    with pytest.raises(NotAllowed):
        recordings.watch(people.dora, [ident])


def test_time_left_is_told_once_there_is_something_to_go_by(cast: People) -> None:
    client = Recorder(cast.alice).client_id
    ident = write_session(cast.alice, client, state=RecordingState.PROCESSING)

    def left(**columns: object) -> float | None:
        change(ident, **columns)
        return lifecycle.progress_of(row(ident)).seconds_left

    began = now() - dt.timedelta(seconds=30)
    assert left(progress=0.5, stage_started_at=None) is None
    assert left(progress=0.01, stage_started_at=began) is None
    assert left(progress=0.25) == pytest.approx(90, abs=2)
    assert left(progress=0.75) == pytest.approx(10, abs=2)
    assert left(state=RecordingState.DONE) is None


@pytest.mark.parametrize(
    ("arrived", "last", "missing"),
    [
        ({}, None, ()),
        ({0: True, 1: False}, None, ()),
        ({0: True, 3: False}, None, (1, 2)),
        ({1: True, 2: False}, 3, (3,)),  # counts from one
        ({1: False}, None, (0,)),  # continues a file that has not begun
        ({4: True}, None, (0, 1, 2, 3)),
        ({0: True}, 2, (1, 2)),
    ],
)
def test_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
    arrived: dict[int, bool],
    last: int | None,
    missing: tuple[int, ...],
) -> None:
    monkeypatch.setattr(lifecycle, "sequences", lambda *_: arrived)
    recording = Recording(last_sequence=last)
    assert lifecycle.missing(None, recording) == missing  # type: ignore[arg-type]
