"""Two people at one note at the same moment, on both databases: one wins, the other is told, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from services import clients, grants, notes
from services.errors import AppError, Conflict, Stale
from services.instructions import catalogue
from services.notes import drafts
from tests.people import People
from tests.services.notes.noted import a_session, write_note
from tests.services.written import LINES, write_session


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each returned, or the AppError that it raised."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        start.wait(timeout=30)
        try:
            return deed()
        except AppError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def covered(people: People) -> int:
    """A note of Alice's that Bob may edit as well."""
    client = clients.create_client(people.alice, "Nora Feldt")
    grants.give(people.adam, client, people.bob.user_id, None)
    note = write_note(people.alice, a_session(people.alice, client))
    notes.read(people.alice, note)
    return note


def test_two_edit_the_same_statement(people: People) -> None:
    note = covered(people)
    done = at_once(
        lambda: notes.edit_statement(people.alice, note, "s2", "The tram was late.", revision=1),
        lambda: notes.edit_statement(people.bob, note, "s2", "The tram came late.", revision=1),
    )
    assert sorted(type(one).__name__ for one in done) == ["Stale", "int"]
    read = notes.read(people.alice, note)
    winner = "The tram was late." if done[0] == 2 else "The tram came late."
    assert read["sections"][0]["statements"][1]["text"] == winner
    assert (read["version"], read["revision"]) == (2, 2)


def test_many_edits_of_one_person_are_all_kept(people: People) -> None:
    note = covered(people)
    done = at_once(
        *(
            lambda n=n: notes.add_statement(people.alice, note, "plan", f"Step {n}.", revision=1)
            for n in range(6)
        )
    )
    assert sorted(done) == [2, 3, 4, 5, 6, 7]
    read = notes.read(people.alice, note)
    assert {s["text"] for s in read["sections"][2]["statements"]} == {
        f"Step {n}." for n in range(6)
    }
    assert read["version"] == 2


def test_two_sign_at_once(people: People) -> None:
    note = covered(people)
    done = at_once(
        lambda: notes.sign(people.alice, note, revision=1),
        lambda: notes.sign(people.bob, note, revision=1),
    )
    assert sum(one == 2 for one in done) == 1
    assert sum(isinstance(one, Conflict) for one in done) == 1
    assert len(notes.read(people.alice, note)["signatures"]) == 1


def test_one_edits_while_the_other_signs(people: People) -> None:
    note = covered(people)
    edited, signed = at_once(
        lambda: notes.edit_statement(people.bob, note, "s2", "The tram was late.", revision=1),
        lambda: notes.sign(people.alice, note, revision=1),
    )
    read = notes.read(people.alice, note)
    if edited == 2:
        assert isinstance(signed, Stale)
        assert read["state"] == "draft"
    else:
        assert isinstance(edited, Conflict)
        assert (signed, read["state"]) == (2, "signed")
        assert read["sections"][0]["statements"][1]["text"] == "The tram was late again."


def test_returned_and_countersigned_at_once(people: People) -> None:
    note = covered(people)
    notes.sign(people.alice, note, revision=1)
    done = at_once(
        lambda: notes.return_to_author(people.sam, note, "Which morning?", revision=2),
        lambda: notes.countersign(people.sam, note, revision=2),
    )
    assert sum(one == 3 for one in done) == 1
    assert sum(isinstance(one, Conflict) for one in done) == 1


def test_drafted_twice_at_once_is_one_note(people: People) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    recording = write_session(people.alice, client, lines=LINES * 8)
    first, second = at_once(
        lambda: drafts.draft_for_worker(people.alice, recording),
        lambda: drafts.draft_for_worker(people.alice, recording),
    )
    assert first == second
    (line,) = notes.list_notes(people.alice, recording_id=recording)
    assert (line.instruction_type, line.version) == (catalogue.default_type(), 1)
