"""History: choose a client, see every session with its notes and summaries, and what each version changed."""

import datetime as dt

from streamlit.testing.v1 import AppTest

from models.base import now
from services import clients, grants, history, notes
from tests.pages.opening import buttons, click, open_page, table, text, tick
from tests.people import People
from tests.services.notes.noted import write_note
from tests.services.written import write_session

HOW = "history-how"


def over_weeks(people: People, weeks: int) -> tuple[int, list[int]]:
    client = clients.create_client(people.alice, "Nora *Feldt*")
    days = [now() - dt.timedelta(weeks=weeks - n) for n in range(weeks)]
    return client, [write_session(people.alice, client, starts_at=day) for day in days]


def test_it_asks_for_a_client_and_keeps_the_name_out_of_the_address(sqlite_people: People) -> None:
    client, _ = over_weeks(sqlite_people, 1)
    at = open_page(sqlite_people.alice, "history")
    assert "Choose a client" in text(at)
    at.selectbox[0].set_value(client).run()
    assert at.query_params["client"] == str(client)
    assert "Nora *Feldt*" in text(at)
    assert "Consent to recording not recorded" in text(at)


def test_somebody_elses_client_is_no_choice(sqlite_people: People) -> None:
    client, _ = over_weeks(sqlite_people, 1)
    at = open_page(sqlite_people.bob, "history", client=str(client))
    assert "Nora" not in text(at)
    assert "No client yet" in text(at)


def test_what_a_version_changed_and_who_did_it(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client, (recording,) = over_weeks(sqlite_people, 1)
    note = write_note(alice, recording)
    notes.edit_statement(alice, note, "s2", "The bus was late again.", revision=1)
    at = open_page(alice, "history", client=str(client))
    assert not at.exception
    said = text(at)
    assert "Session 1" in said
    assert "Version 2, edited" in said
    assert ":red-background[~~tram~~]" in said
    assert ":green-background[bus]" in said
    assert [(row["Who"], row["What"]) for row in table(at)] == [
        ("Alice", "Edited"),
        ("Drafter (extractive-1)", "Drafted"),
    ]
    at = tick(at, 1)
    assert "This is the first version." in text(at)
    assert ":red-background" not in text(at)


def test_what_was_said_with_a_step_is_shown_in_full(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client, (recording,) = over_weeks(sqlite_people, 1)
    note = write_note(alice, recording)
    notes.sign(alice, note, revision=1)
    notes.return_to_author(sqlite_people.sam, note, "Which *morning* was it?", revision=2)
    at = open_page(alice, "history", client=str(client))
    assert "Sam: Which *morning* was it?" in text(at)


def test_with_the_session_before(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client, (first, second) = over_weeks(sqlite_people, 2)
    oldest, note = write_note(alice, first), write_note(alice, second)
    notes.edit_statement(alice, note, "s2", "The bus was late again.", revision=1)
    at = open_page(alice, "history", client=str(client))
    at.session_state[HOW] = "With the session before"
    at.run()
    said = text(at)
    assert "session 2" in said
    assert ":green-background[bus]" in said
    at = open_page(alice, "history", client=str(client), note=str(oldest))
    at.session_state[HOW] = "With the session before"
    at.run()
    assert "No earlier session has a note in this format." in text(at)


def test_summaries_have_versions_too(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client, (recording,) = over_weeks(sqlite_people, 1)
    notes.sign(alice, write_note(alice, recording), revision=1)
    at = click_last(open_page(alice, "history", client=str(client)), "Show")
    assert "summary" in at.query_params
    assert [(row["Who"], row["What"]) for row in table(at)] == [
        ("Alice", "Signed"),
        ("Drafter (extractive-1)", "Drafted"),
    ]
    assert "Summary, session 1: version 1 → version 2" in text(at)
    assert ":green-background" in text(at)


def test_pages_of_a_long_history(sqlite_people: People) -> None:
    client, _ = over_weeks(sqlite_people, history.PAGE + 1)
    at = open_page(sqlite_people.alice, "history", client=str(client))
    assert buttons(at).count("Open") == history.PAGE
    at = click(at, "Older")
    assert buttons(at).count("Open") == 1
    assert "Session 1" in text(at)


def test_a_supervisor_reads_and_who_covers_is_told(sqlite_people: People) -> None:
    people = sqlite_people
    client, (recording,) = over_weeks(people, 1)
    write_note(people.alice, recording)
    at = open_page(people.sam, "history", client=str(client))
    assert not at.exception
    assert "Version 1, drafted" in text(at)
    until = now() + dt.timedelta(days=2)
    grants.give(people.adam, client, people.bob.user_id, until)
    at = open_page(people.bob, "history", client=str(client))
    assert "You cover for Alice until" in text(at)
    assert "You cover" not in text(open_page(people.alice, "history", client=str(client)))


def click_last(at: AppTest, label: str) -> AppTest:
    return [button for button in at.button if button.label == label][-1].click().run()
