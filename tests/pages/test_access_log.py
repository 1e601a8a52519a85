"""The access log's page: filters, pages, words instead of codes, and the check of the chain."""

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text as sql
from streamlit.testing.v1 import AppTest

from models.database import engine, sessions
from pages.access_log import check
from services import access_chain, access_log, clients
from services.access import Action, acting
from services.errors import NotFound
from services.recordings import playback
from tests.pages.opening import buttons, click, dialogs, open_page, open_part, table, tables, text
from tests.people import People
from ui import words

EVER = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def rows_about(at: AppTest, *others: str) -> list[tuple[str, str, str]]:
    """(who, action, outcome) of the table, without the privacy officer's own reads."""
    own = {"Read the access log", *others}
    return [
        (row["Who"], row["Action"], row["Outcome"])
        for row in (table(at) if tables(at) else [])
        if row["Action"] not in own
    ]


@pytest.fixture
def done(sqlite_people: People) -> list[int]:
    """Alice adds two clients and looks at one; Bob is refused. Ids of the clients."""
    ids = [clients.create_client(sqlite_people.alice, name) for name in ("Nora", "Jon")]
    with pytest.raises(NotFound):
        playback(sqlite_people.bob, 4711)
    return ids


def test_who_did_what_newest_first_in_words(sqlite_people: People, done: list[int]) -> None:
    at = open_page(sqlite_people.dora)
    assert rows_about(at) == [
        ("Bob", "Play a recording", "Refused"),
        ("Alice", "Add a client", "Done"),
        ("Alice", "Add a client", "Done"),
    ]
    first = table(at)[1]
    assert first["What"] == f"Client {done[1]}"
    assert first["Client"] == str(done[1])
    assert first["Role"] == "Therapist"
    assert "Jon" not in text(at) + str(table(at))  # no names of clients
    assert "(Europe/Oslo)" in text(at)
    assert len(first["When"]) == len("2026-11-24 11:42:08")


def test_looking_again_is_an_entry_itself(sqlite_people: People) -> None:
    open_page(sqlite_people.dora)
    rows = table(open_page(sqlite_people.dora))
    assert [(row["Who"], row["Action"]) for row in rows] == [("Dora", "Read the access log")]


def test_filters(sqlite_people: People, done: list[int]) -> None:
    at = open_page(sqlite_people.dora)
    at.checkbox(key="log-refused").check().run()
    assert rows_about(at) == [("Bob", "Play a recording", "Refused")]
    at.checkbox(key="log-refused").uncheck()
    at.text_input(key="log-person").set_value(" ali ").run()
    assert {who for who, _, _ in rows_about(at)} == {"Alice"}
    at.text_input(key="log-person").set_value("")
    at.text_input(key="log-client").set_value(str(done[0])).run()
    assert [row["What"] for row in table(at)] == [f"Client {done[0]}"]
    at.text_input(key="log-client").set_value("")
    at.selectbox(key="log-action").set_value("recording:play").run()
    assert rows_about(at) == [("Bob", "Play a recording", "Refused")]
    at.selectbox(key="log-action").set_value("recording:retry").run()
    assert "Nothing matches" in text(at)


@pytest.mark.parametrize("given", ["x", "1 or 1", "²", "-1", "0"])
def test_what_is_no_client_number_matches_nothing(
    sqlite_people: People, done: list[int], given: str
) -> None:
    at = open_page(sqlite_people.dora)
    at.text_input(key="log-client").set_value(given).run()
    assert not at.exception
    assert "Nothing matches" in text(at)


def test_the_period_is_whole_days_of_the_reader(sqlite_people: People, done: list[int]) -> None:
    at = open_page(sqlite_people.dora)
    today = at.date_input(key="log-to").value
    assert at.date_input(key="log-from").value == today - dt.timedelta(days=6)
    at.date_input(key="log-from").set_value(today).run()
    assert len(rows_about(at)) == 3  # today is in it to its end
    yesterday = today - dt.timedelta(days=1)
    at.date_input(key="log-from").set_value(yesterday)
    at.date_input(key="log-to").set_value(yesterday).run()
    assert "Nothing matches" in text(at)
    at.date_input(key="log-from").set_value(today).run()
    assert "The period ends before it begins" in text(at)


def test_the_export_is_of_the_period_shown(sqlite_people: People) -> None:
    at = open_page(sqlite_people.dora)
    at.date_input(key="log-from").set_value(dt.date(2026, 3, 28))
    at.date_input(key="log-to").set_value(dt.date(2026, 3, 29)).run()  # summer time began
    (link,) = at.link_button
    parts = urlsplit(link.proto.url)
    assert parts.path == "/api/v1/access-log/export"
    assert parse_qs(parts.query) == {
        "since": ["2026-03-28T00:00:00+01:00"],
        "until": ["2026-03-30T00:00:00+02:00"],
    }


def test_parts_of_recordings_are_shown_when_asked_for(sqlite_people: People) -> None:
    with acting(sqlite_people.alice, Action.RECORDING_ADD_CHUNK):
        pass
    at = open_page(sqlite_people.dora)
    assert rows_about(at) == []
    at.checkbox(key="log-parts").check().run()
    assert rows_about(at) == [("Alice", "Send a part of a recording", "Done")]


def test_pages(sqlite_people: People) -> None:
    for _ in range(101):
        with acting(sqlite_people.alice, Action.SESSION_LIST):
            pass
    at = open_page(sqlite_people.dora)
    assert len(table(at)) == 100
    at = click(at, "Older")
    assert len(table(at)) == 2  # one is the first look at the log
    assert "101 to 102 of 102" in text(at)
    at.text_input(key="log-person").set_value("alice").run()
    assert len(table(at)) == 100  # other filters begin at the first page


# --- the check ------------------------------------------------------------------------------------


def test_the_check_opens_beside_the_list(sqlite_people: People) -> None:
    at = open_page(sqlite_people.dora)
    assert buttons(at) == ["Check the entries"]
    assert dialogs(click(at, "Check the entries")) == ["Check the entries"]


def test_an_untouched_log(sqlite_people: People, done: list[int]) -> None:
    at = open_part(check, sqlite_people.dora)
    assert not at.success
    at = click(at, "Check now")
    assert "Nothing was changed. 3 entries were checked" in at.success[0].value
    with sessions()() as session:
        (head,) = access_chain.heads(session)
    (shown,) = table(at)
    assert shown["Entries"] == head.seq - 1  # the check itself came after
    assert len(shown["Seal of the last entry"]) == 64
    assert [link.proto.url for link in at.link_button] == ["/api/v1/access-log/heads"]


def _as_owner(*statements: str) -> None:
    with engine().begin() as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in connection.scalars(sql(triggers)).all():
            connection.execute(sql(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(sql(statement))


def test_a_changed_entry_is_named(sqlite_people: People, done: list[int]) -> None:
    _as_owner("UPDATE access_log SET actor_name = 'Bob' WHERE seq = 2")
    at = click(open_part(check, sqlite_people.dora), "Check now")
    assert "1 place in the log cannot be trusted" in text(at)
    assert not at.success
    assert table(at) == [{"Chain": 0, "Entry": 2, "What is wrong": "An entry was changed"}]


def test_a_cut_end_shows_against_ends_that_were_saved(
    sqlite_people: People, done: list[int]
) -> None:
    saved = access_log.export(sqlite_people.dora, since=EVER, until=EVER, anchors_only=True)
    at = open_part(check, sqlite_people.dora)
    at.text_area[0].input(saved)
    at = click(at, "Check now")
    assert "agree with the ends that you saved" in at.success[0].value
    _as_owner(
        "DELETE FROM access_log WHERE seq > 1",
        "UPDATE log_heads SET seq = 1, mac = (SELECT mac FROM access_log WHERE seq = 1)",
    )
    at = click(at, "Check now")
    assert table(at) == [{"Chain": 0, "Entry": 3, "What is wrong": "An entry is missing"}]


@pytest.mark.parametrize("given", ["[]", "{", "\ufffd", "7", json.dumps([{"a": 1}])])
def test_something_else_than_ends(sqlite_people: People, given: str) -> None:
    at = open_part(check, sqlite_people.dora)
    at.text_area[0].input(given)
    at = click(at, "Check now")
    assert not at.exception
    assert "not a file of chain heads" in text(at)
    assert not at.success


# --- words ----------------------------------------------------------------------------------------


def test_every_action_has_words_of_its_own() -> None:
    actions = {action.value for action in Action} | {
        "sign_in:start",
        "sign_in:password",
        "sign_in:end",
        "sign_in:link",
        "sign_in:enrol",
        "sign_in:role",
    }
    assert set(words.ACTIONS) == actions
    assert len(set(words.ACTIONS.values())) == len(actions)


@pytest.mark.parametrize(
    ("kind", "ids", "said"),
    [
        ("recordings", "7", "Recording 7"),
        ("therapist_clients", "1,2,…", "Clients 1, 2, …"),
        ("supervisions", "", "Supervision"),
        ("new_things", "3", "new things 3"),
        ("", "", ""),
    ],
)
def test_what_an_entry_is_about(kind: str, ids: str, said: str) -> None:
    assert words.subject(kind, ids) == said
