"""Versions of a summary changed over the API: nobody else's words, nothing after a signature, nothing lost."""

import pytest

from services import clients, grants, notes
from services.contract import histories, transcripts
from services.contract.paging import Wanted
from services.errors import Conflict
from services.history import read_history
from tests.api.rows import Rows, write_rows
from tests.people import People
from tests.services.notes.noted import write_note


@pytest.fixture
def rows(people: People) -> Rows:
    return write_rows(people)


def texts(rows: Rows) -> dict[int, str]:
    """Every version's words, by id, newest first as the list gives them."""
    page = histories.list_histories(rows.people.alice, Wanted(), clear=True)
    return {row.id: row.transcript_summary for row in page.items}


def authors(rows: Rows) -> list[tuple[int, str]]:
    [session] = read_history(rows.people.alice, rows.client_id).sessions
    return [(each.version, each.author) for each in session.summaries]


def write(rows: Rows, history_id: int, text: str) -> None:
    histories.update(rows.people.alice, history_id, {"transcript_summary": text})


def test_the_former_words_stay_as_a_version_of_their_author(rows: Rows) -> None:
    first = texts(rows)[rows.history_id]
    [(_, drafter)] = authors(rows)
    write(rows, rows.history_id, "Slept better.")
    assert list(texts(rows).values()) == ["Slept better.", first]
    assert authors(rows) == [(2, "Alice"), (1, drafter)]
    present = transcripts.read(rows.people.alice, rows.transcript_id, clear=True)
    assert present.transcript_summary == "Slept better."


def test_an_older_version_changes_in_its_place(rows: Rows) -> None:
    alice = rows.people.alice
    first = texts(rows)[rows.history_id]
    transcripts.update(alice, rows.transcript_id, {"transcript_summary": "Second."})
    transcripts.update(alice, rows.transcript_id, {"transcript_summary": "Third."})
    write(rows, rows.history_id, "First, corrected.")
    assert set(texts(rows).values()) == {first, "First, corrected.", "Second.", "Third."}
    assert [version for version, _ in authors(rows)] == [4, 3, 2, 1]
    present = transcripts.read(alice, rows.transcript_id, clear=True)
    assert present.transcript_summary == "Third."


def test_the_same_words_again_make_no_version(rows: Rows) -> None:
    before = authors(rows)
    write(rows, rows.history_id, texts(rows)[rows.history_id])
    assert authors(rows) == before


def test_signed_words_stay(rows: Rows) -> None:
    alice = rows.people.alice
    note = write_note(alice, rows.recording_id)
    notes.sign(alice, note, revision=1)
    before = texts(rows)
    for ident in before:
        with pytest.raises(Conflict, match="signed"):
            write(rows, ident, "Something else.")
    assert texts(rows) == before
    transcripts.update(alice, rows.transcript_id, {"transcript_summary": "Something else."})
    assert set(before.items()) < set(texts(rows).items())


def test_somebody_elses_words_stay(rows: Rows) -> None:
    alice, bob = rows.people.alice, rows.people.bob
    write(rows, rows.history_id, "Slept better.")
    grants.give(rows.people.adam, rows.client_id, bob.user_id, None)
    with pytest.raises(Conflict, match="Somebody else"):
        histories.update(bob, rows.history_id, {"transcript_summary": "Slept badly."})
    assert texts(rows)[rows.history_id] == "Slept better."
    histories.update(alice, rows.history_id, {"transcript_summary": "Slept well."})
    assert clients.list_clients(bob)  # the grant was in force
