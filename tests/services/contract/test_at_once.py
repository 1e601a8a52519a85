"""Two changes over the API at the same moment, on both databases: none is lost, none waits for ever."""

from functools import partial

import pytest

from models.base import now
from models.client import TherapistSession
from services.access import Action, acting
from services.contract import histories, recordings, transcripts
from services.contract.paging import Wanted
from services.errors import Stale
from tests.api.rows import Rows, write_rows
from tests.people import People
from tests.services.notes.test_concurrency import at_once


@pytest.fixture
def rows(people: People) -> Rows:
    return write_rows(people)


def other_appointment(rows: Rows) -> int:
    alice = rows.people.alice
    with acting(alice, Action.RECORDING_BEGIN) as work:
        row = TherapistSession(
            therapist_id=alice.user_id,
            therapist_client_id=rows.client_id,
            starts_at=now(),
            session_type="individual",
        )
        work.add(row)
        return row.id


def test_one_of_two_changes_from_the_same_state_is_stale(rows: Rows) -> None:
    alice = rows.people.alice
    tag = recordings.read(alice, rows.blob_id).version

    def rename(name: str) -> str | None:
        return recordings.update(alice, rows.blob_id, {"filename": name}, if_match=tag).filename

    done = at_once(*(lambda n=n: rename(f"{n}.wav") for n in range(4)))
    kept = [each for each in done if not isinstance(each, Stale)]
    assert len(kept) == 1
    assert recordings.read(alice, rows.blob_id).filename == kept[0]


def test_a_recording_and_its_transcript_move_at_once(rows: Rows) -> None:
    alice, there = rows.people.alice, other_appointment(rows)
    for ident in (there, rows.appointment_id, there):
        move = {"therapist_session_id": ident}
        done = at_once(
            partial(recordings.update, alice, rows.blob_id, move),
            partial(transcripts.update, alice, rows.transcript_id, move),
            partial(histories.update, alice, rows.history_id, move),
        )
        assert {each.therapist_session_id for each in done} == {ident}


def test_many_rewritings_are_all_kept(rows: Rows) -> None:
    alice = rows.people.alice

    def write(text: str) -> int:
        return histories.update(alice, rows.history_id, {"transcript_summary": text}).id

    at_once(*(lambda n=n: write(f"Summary {n}.") for n in range(4)))
    page = histories.list_histories(alice, Wanted(), clear=True)
    written = {f"Summary {n}." for n in range(4)}
    assert written < {row.transcript_summary for row in page.items}
    assert len(page.items) == 5
