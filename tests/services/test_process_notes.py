"""Process notes: their author's alone, whoever else asks and through whatever."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from models.database import sessions
from models.note import ProcessNote
from services import clients, encryption, grants, history, process_notes
from services.access import Via
from services.errors import Invalid, NotAllowed, NotFound, Stale
from tests.people import People

ROOT = Path(__file__).parents[2]
# Who may name them at all: what keeps, shows and purges them. No drafting, no export, no API.
NAMED_IN = {
    "models/note.py",
    "services/process_notes.py",
    "services/visibility.py",
    "services/jobs.py",  # whose are to be purged: ids of authors
    "services/retention/purging.py",
    "pages/process_notes.py",
    "ui/shell.py",
}
WORDS = "Countertransference around the tram."


def test_written_changed_and_removed_by_their_author(people: People) -> None:
    alice = people.alice
    client = clients.create_client(alice, "Nora Feldt")
    first = process_notes.write(alice, client, f"  {WORDS}\n\nSecond paragraph. ")
    second = process_notes.write(alice, client, "Another one.")
    listed = process_notes.list_process_notes(alice, client)
    assert [one.id for one in listed] == [second, first]
    assert listed[1].text == f"{WORDS}\n\nSecond paragraph."
    process_notes.change(alice, first, "Other words.", seen=listed[1].updated_at)
    with pytest.raises(Stale, match="in another page"):
        process_notes.change(alice, first, "Late words.", seen=listed[1].updated_at)
    process_notes.remove(alice, second)
    (left,) = process_notes.list_process_notes(alice, client)
    assert (left.id, left.text) == (first, "Other words.")


def test_nobody_else_sees_them(people: People) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    note = process_notes.write(people.alice, client, WORDS)
    seen = process_notes.list_process_notes(people.alice, client)[0].updated_at
    grants.give(people.adam, client, people.bob.user_id, None)
    assert process_notes.list_process_notes(people.bob, client) == []  # who covers has their own
    for who, error in (
        (people.bob, NotFound),
        (people.sam, NotAllowed),
        (people.adam, NotAllowed),
        (people.dora, NotAllowed),
    ):
        with pytest.raises(error):
            process_notes.change(who, note, "Mine now.", seen=seen)
        with pytest.raises(error):
            process_notes.remove(who, note)
    for who in (people.sam, people.adam, people.dora):
        with pytest.raises(NotAllowed):
            process_notes.list_process_notes(who, client)
    assert WORDS not in repr(history.read_history(people.sam, client))
    assert process_notes.list_process_notes(people.alice, client)[0].text == WORDS


@pytest.mark.parametrize("via", [Via.API, Via.WORKER, Via.COMMAND])
def test_no_integration_and_no_job_opens_them(sqlite_people: People, via: Via) -> None:
    alice = sqlite_people.alice
    client = clients.create_client(alice, "Nora Feldt")
    note = process_notes.write(alice, client, WORDS)
    seen = process_notes.list_process_notes(alice, client)[0].updated_at
    program = replace(alice, via=via)
    for ask in (
        lambda: process_notes.list_process_notes(program, client),
        lambda: process_notes.write(program, client, WORDS),
        lambda: process_notes.change(program, note, WORDS, seen=seen),
        lambda: process_notes.remove(program, note),
    ):
        with pytest.raises(NotAllowed, match="dashboard only"):
            ask()


@pytest.mark.parametrize("text", ["", " \n ", "x" * (process_notes.LONGEST + 1)])
def test_something_to_save_and_not_too_much(sqlite_people: People, text: str) -> None:
    client = clients.create_client(sqlite_people.alice, "Nora Feldt")
    with pytest.raises(Invalid):
        process_notes.write(sqlite_people.alice, client, text)


def test_sealed_and_never_printed(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client = clients.create_client(alice, "Nora Feldt")
    process_notes.write(alice, client, WORDS)
    with sessions()() as session:
        row = session.scalars(select(ProcessNote)).one()
        assert "tram" not in row.content.stored
        assert encryption.unseal(row, "content") == WORDS
    assert "tram" not in repr(process_notes.list_process_notes(alice, client))


def test_nothing_else_in_the_product_reads_them() -> None:
    ways = re.compile(r"\bProcessNote\b|[ .]process_notes\b")
    found = {
        str(path.relative_to(ROOT))
        for folder in ("api", "models", "pages", "services", "ui")
        for path in (ROOT / folder).rglob("*.py")
        if ways.search(path.read_text("utf-8"))
    }
    assert {"models/note.py", "pages/process_notes.py"} <= found <= NAMED_IN
