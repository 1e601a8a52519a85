"""Process notes on their page: written, changed, removed, and seen by their author alone."""

from pages import process_notes as page
from services import clients, grants, process_notes
from tests.pages.opening import click, open_page, open_part, text
from tests.people import People

PATH = "process-notes"


def test_written_and_shown(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client = clients.create_client(alice, "Nora Feldt")
    at = open_page(alice, PATH, client=str(client))
    at = click(at, "Save")
    assert "nothing to save" in text(at)
    at.text_area[0].input("*Tram* again.\n\nSecond paragraph.")
    at = click(at, "Save")
    assert not at.exception
    assert "*Tram* again." in text(at)
    assert "Second paragraph." in text(at)
    assert at.text_area[0].value == ""
    assert [one.text for one in process_notes.list_process_notes(alice, client)] == [
        "*Tram* again.\n\nSecond paragraph."
    ]


def test_changed_and_removed(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client = clients.create_client(alice, "Nora Feldt")
    process_notes.write(alice, client, "First words.")
    (note,) = process_notes.list_process_notes(alice, client)
    at = open_part(page.edit, alice, note)
    at.text_area[0].input("Other words.")
    click(at, "Save")
    (note,) = process_notes.list_process_notes(alice, client)
    assert note.text == "Other words."
    click(open_part(page.remove, alice, note), "Remove")
    assert process_notes.list_process_notes(alice, client) == []


def test_nobody_else_has_the_page_or_the_words(sqlite_people: People) -> None:
    people = sqlite_people
    client = clients.create_client(people.alice, "Nora Feldt")
    process_notes.write(people.alice, client, "First words.")
    grants.give(people.adam, client, people.bob.user_id, None)
    for who in (people.bob, people.sam, people.adam, people.dora):
        assert "First words." not in text(open_page(who, PATH, client=str(client)))
    assert "Process notes not found" in text(open_page(people.alice, PATH, client="99"))
