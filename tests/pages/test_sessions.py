"""Sessions: the list with its filters and pages, and where an upload begins."""

import datetime as dt

from models.base import now
from models.client import Consent
from models.recording import RecordingState
from services import clients
from tests.pages.opening import buttons, click, open_page, table, tables, text, tick
from tests.people import People
from tests.services.written import write_session


def names(rows: list[dict[str, object]]) -> list[object]:
    return [row["Client"] for row in rows]


def test_the_list_newest_first_with_what_matters(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora, jon = (clients.create_client(alice, name) for name in ("Nora Feldt", "Jon Ash"))
    at_noon = dt.datetime(2026, 11, 20, 11, tzinfo=dt.UTC)
    write_session(alice, nora, starts_at=at_noon)
    write_session(alice, jon, starts_at=now(), state=RecordingState.FAILED)
    rows = table(open_page(alice, "sessions"))
    assert names(rows) == ["Jon Ash", "Nora Feldt"]
    assert rows[1] == {
        "Date": "20 Nov 2026 12:00",  # on the reader's clock, Oslo
        "Client": "Nora Feldt",
        "Type": "Individual",
        "Length": "12 s",
        "State": "Transcribed",
        "Sound": "No",
    }
    assert rows[0]["State"] == "Could not finish"


def test_filters_by_client_state_and_day(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora, jon = (clients.create_client(alice, name) for name in ("Nora Feldt", "Jon Ash"))
    write_session(alice, nora, starts_at=now() - dt.timedelta(days=9))
    write_session(alice, jon, state=RecordingState.FAILED)
    at = open_page(alice, "sessions")
    at.selectbox(key="filter-client").set_value(nora).run()
    assert names(table(at)) == ["Nora Feldt"]
    at.selectbox(key="filter-state").set_value("Could not finish").run()
    assert not tables(at)
    assert "Nothing matches" in text(at)
    at.selectbox(key="filter-client").set_value(None).run()
    assert names(table(at)) == ["Jon Ash"]
    at.selectbox(key="filter-state").set_value(None).run()
    at.date_input(key="filter-since").set_value(now().date() - dt.timedelta(days=3)).run()
    assert names(table(at)) == ["Jon Ash"]


def test_pages_of_a_long_list(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    for days in range(51):
        write_session(
            alice, nora, starts_at=now() - dt.timedelta(days=days), state=RecordingState.FAILED
        )
    at = open_page(alice, "sessions")
    assert len(table(at)) == 50
    assert "1 to 50 of 51" in text(at)
    at = click(at, "Older")
    assert len(table(at)) == 1
    assert "51 to 51 of 51" in text(at)
    assert len(table(click(at, "Newer"))) == 50
    at = click(at, "Older")
    at.selectbox(key="filter-client").set_value(nora).run()
    assert len(table(at)) == 50  # other filters begin at the first page


def test_a_ticked_row_opens_its_session(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    recording_id = write_session(alice, clients.create_client(alice, "Nora Feldt"))
    at = tick(open_page(alice, "sessions"), 0)
    assert at.title[0].value == "Nora Feldt"
    assert at.query_params["id"] == str(recording_id)


def test_a_supervisor_sees_whose_they_are_and_uploads_nothing(sqlite_people: People) -> None:
    for therapist in (sqlite_people.alice, sqlite_people.bob):
        write_session(therapist, clients.create_client(therapist, f"{therapist.name}'s client"))
    at = open_page(sqlite_people.sam, "sessions", upload="1")
    assert [row["Therapist"] for row in table(at)] == ["Alice"]
    assert "Upload a session" not in buttons(at)
    assert not [box for box in at.selectbox if box.key == "upload-client"]


def test_an_upload_asks_for_the_client_first_and_names_missing_consent(
    sqlite_people: People,
) -> None:
    alice = sqlite_people.alice
    nora, jon = (clients.create_client(alice, name) for name in ("Nora Feldt", "Jon Ash"))
    clients.record_consent(alice, jon, Consent.GIVEN, clients.METHODS[0])
    at = click(open_page(alice, "sessions"), "Upload a session")
    box = at.selectbox(key="upload-client")
    assert box.value is None
    box.set_value(nora).run()
    assert "Consent to recording is not noted" in text(at)
    at.selectbox(key="upload-client").set_value(jon).run()
    assert "Consent" not in text(at)
    clients.record_consent(alice, nora, Consent.DECLINED, clients.METHODS[0])
    at.selectbox(key="upload-client").set_value(nora).run()
    assert "said no to recording" in text(at)
    at = click(at, "Close")
    assert "upload" not in at.query_params
