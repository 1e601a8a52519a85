"""Operation 14: the transcripts of a day, waited for, never made twice."""

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import func, select, update

from config import settings
from models.base import now
from models.database import sessions
from models.recording import Recording, RecordingState
from models.transcript import TherapistSessionTranscript
from services import corrections, recordings, summaries
from services.jobs import owner
from services.processing import stored
from tests.api.asking import asking
from tests.api.rows import Rows, write_blob, write_rows
from tests.people import People
from tests.services.written import LINES, change, spoken, write_session


@pytest.fixture
def rows(people: People) -> Rows:
    return write_rows(people)


@pytest.fixture(autouse=True)
def _patience(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "transcribe_wait", 0.0)


def ask(rows: Rows, day: str = "2026-11-24", actor: Any = None, **other: str) -> Any:
    body = {
        "userid": str(rows.people.alice.user_id),
        "therapist_clientid": str(rows.client_id),
        "date": day,
    } | other
    with asking(actor or rows.people.alice) as client:
        return client.post("/transcribe", json=body)


def test_one_string_a_session_in_clear(rows: Rows) -> None:
    second = write_session(rows.people.alice, rows.client_id, lines=LINES[:2])
    write_blob(rows.people.alice, rows.client_id, second)
    answer = ask(rows)
    assert answer.status_code == 200
    first, other = answer.json()["transcripts"]
    assert first.startswith("Speaker 1: Good morning Nora. How was the week? Speaker 2: The tram")
    assert (
        other
        == "Speaker 1: Good morning Nora. How was the week? Speaker 2: The tram was late again."
    )
    assert (answer.json()["pending"], answer.json()["failed"]) == (0, 0)


def test_a_transcript_whose_sound_has_a_gap_is_counted(rows: Rows) -> None:
    assert ask(rows).json()["incomplete"] == 0
    ident = write_session(rows.people.alice, rows.client_id)
    write_blob(rows.people.alice, rows.client_id, ident)
    with sessions().begin() as session:
        of_it = TherapistSessionTranscript.recording_id == ident
        row = session.scalars(select(TherapistSessionTranscript).where(of_it)).one()
        row.warnings = "speakers-unknown,parts-missing"
    answer = ask(rows).json()
    assert (len(answer["transcripts"]), answer["incomplete"]) == (2, 1)


def test_a_day_without_audio(rows: Rows) -> None:
    assert ask(rows, "2026-11-23").json()["transcripts"] == []


def test_what_is_not_ready_is_counted_and_retry_after_says_when(rows: Rows) -> None:
    for state in (RecordingState.PROCESSING, RecordingState.FAILED):
        ident = write_session(rows.people.alice, rows.client_id, state=state)
        write_blob(rows.people.alice, rows.client_id, ident)
    answer = ask(rows)
    assert len(answer.json()["transcripts"]) == 1
    assert (answer.json()["pending"], answer.json()["failed"]) == (1, 1)
    assert answer.headers["retry-after"] == "15"


def test_it_waits_for_the_worker(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "transcribe_wait", 30.0)
    alice = rows.people.alice
    ident = write_session(alice, rows.client_id, state=RecordingState.PROCESSING)
    write_blob(alice, rows.client_id, ident, day="2026-11-20")

    def work() -> None:
        worker = owner(ident)
        stored.add_transcript(worker, ident, spoken(LINES))
        summary = summaries.summarise(*stored.utterances(worker, ident))
        stored.finish(worker, ident, summary, summaries.AUTHOR)

    timer = threading.Timer(1.2, work)
    timer.start()
    try:
        answer = ask(rows, "2026-11-20")
    finally:
        timer.join()
    assert len(answer.json()["transcripts"]) == 1
    assert answer.json()["pending"] == 0


def test_asking_again_transcribes_nothing_again(rows: Rows) -> None:
    def attempts() -> Any:
        with sessions()() as session:
            return session.execute(select(func.sum(Recording.attempt), func.count())).one()

    before = attempts()
    assert ask(rows).json() == ask(rows).json()
    assert attempts() == before


def test_a_session_that_never_ended_is_ended_when_it_has_gone_quiet(rows: Rows) -> None:
    alice = rows.people.alice
    ident = write_session(alice, rows.client_id, state=RecordingState.RECEIVING)
    write_blob(alice, rows.client_id, ident, day="2026-11-20")
    assert ask(rows, "2026-11-20").json()["pending"] == 1
    with sessions()() as session:
        assert session.get_one(Recording, ident).state is RecordingState.RECEIVING
    change(ident, updated_at=now() - dt.timedelta(minutes=4))
    assert ask(rows, "2026-11-20", actor=rows.people.sam).json()["pending"] == 1
    assert ask(rows, "2026-11-20").json()["pending"] == 1
    with sessions()() as session:
        assert session.get_one(Recording, ident).state is RecordingState.PROCESSING


def test_a_session_that_somebody_waits_for_is_left_alone(rows: Rows) -> None:
    alice = rows.people.alice
    ident = write_session(alice, rows.client_id, state=RecordingState.RECEIVING)
    write_blob(alice, rows.client_id, ident, day="2026-11-20")
    change(ident, updated_at=now() - dt.timedelta(minutes=4))
    recordings.wait(alice, ident)
    assert ask(rows, "2026-11-20").json()["pending"] == 1
    with sessions()() as session:
        assert session.get_one(Recording, ident).state is RecordingState.RECEIVING


def test_corrections_are_what_is_returned(rows: Rows) -> None:
    from services import transcripts

    transcripts.rename_speaker(rows.people.alice, rows.recording_id, "S2", "Clara")
    assert " Clara: The tram" in ask(rows).json()["transcripts"][0]
    assert corrections.as_text([], []) == ""


@pytest.mark.parametrize("day", ["24.11.2026", "2026-11-24T00:00:00", "2026-02-30", "", 5])
def test_a_date_is_yyyy_mm_dd(rows: Rows, day: Any) -> None:
    assert ask(rows, day).status_code == 422


def test_not_yours_is_not_found(rows: Rows) -> None:
    assert ask(rows, actor=rows.people.bob).status_code == 404
    assert ask(rows, therapist_clientid="4711").status_code == 404
    assert ask(rows, userid="therapist1").status_code == 404
    assert ask(rows, userid=str(rows.people.bob.user_id)).status_code == 404
    assert ask(rows, actor=rows.clara).status_code == 403


def test_removed_sessions_are_left_out(rows: Rows) -> None:
    with sessions()() as session, session.begin():
        session.execute(update(Recording).values(deleted_at=now()))
    assert ask(rows).json()["transcripts"] == []
