"""One client over time: sessions, summaries, notes, versions, and what changed from one to the next."""

import datetime as dt

import pytest

from models.base import now
from models.client import Consent
from models.note import NoteState, NoteStep
from services import clients, history, notes
from services.errors import NotAllowed, NotFound
from tests.people import People
from tests.services.notes.noted import SOAP, a_note, write_note
from tests.services.written import change, write_session


def over_weeks(people: People, weeks: int) -> tuple[int, list[int]]:
    """A client, and recordings of so many weeks, oldest first."""
    client = clients.create_client(people.alice, "Nora Feldt")
    days = [now() - dt.timedelta(weeks=weeks - n) for n in range(weeks)]
    return client, [write_session(people.alice, client, starts_at=day) for day in days]


def test_sessions_newest_first_with_notes_and_summaries(people: People) -> None:
    alice = people.alice
    client, recordings = over_weeks(people, 3)
    note = write_note(alice, recordings[2])
    notes.edit_statement(alice, note, "s2", "The tram was late.", revision=1)
    notes.keep_as_own(alice, note, "s2", revision=2)
    notes.sign(alice, note, revision=3)
    found = history.read_history(people.sam, client)
    assert (found.client, found.total, found.consent) == ("Nora Feldt", 3, Consent.MISSING)
    assert [(one.number, one.recording_id) for one in found.sessions] == [
        (3, recordings[2]),
        (2, recordings[1]),
        (1, recordings[0]),
    ]
    newest = found.sessions[0]
    (one,) = newest.notes
    assert (one.id, one.instruction_type, one.state) == (note, "soap", NoteState.SIGNED)
    assert [(v.version, v.step, v.author) for v in one.versions] == [
        (3, NoteStep.SIGNED, "Alice"),
        (2, NoteStep.EDITED, "Alice"),
        (1, NoteStep.DRAFTED, "extractive-1"),
    ]
    assert [(s.version, s.is_by_hand) for s in newest.summaries] == [(2, True), (1, False)]
    assert newest.summaries[0].author == "Alice"
    assert found.sessions[1].notes == ()


def test_what_was_dictated_about_a_session_is_none(sqlite_people: People) -> None:
    client, (session, addendum) = over_weeks(sqlite_people, 2)
    change(addendum, addendum_to=session)
    found = history.read_history(sqlite_people.alice, client)
    assert [(one.number, one.recording_id) for one in found.sessions] == [(1, session)]
    assert found.total == 1


def test_in_pages(sqlite_people: People) -> None:
    client, recordings = over_weeks(sqlite_people, history.PAGE + 2)
    first = history.read_history(sqlite_people.alice, client)
    second = history.read_history(sqlite_people.alice, client, page=1)
    assert first.total == second.total == history.PAGE + 2
    shown = [one.recording_id for one in (*first.sessions, *second.sessions)]
    assert shown == recordings[::-1]
    assert [one.number for one in second.sessions] == [2, 1]
    assert history.read_history(sqlite_people.alice, client, page=9).sessions == ()


def test_what_a_version_changed(people: People) -> None:
    alice = people.alice
    note = a_note(alice)
    notes.remove_statement(alice, note, "s1", revision=1)
    subjective = history.change_of_version(people.sam, note, 2)[0]
    assert [(s.id, s.kind) for s in subjective.statements] == [("s1", "removed"), ("s2", "same")]
    first = history.change_of_version(alice, note, 1)[0]
    assert [s.kind for s in first.statements] == ["same", "same"]
    with pytest.raises(NotFound, match="no such version"):
        history.change_of_version(alice, note, 3)


def test_what_changed_since_the_session_before(people: People) -> None:
    alice = people.alice
    _, recordings = over_weeks(people, 3)
    before, after = (write_note(alice, recordings[n]) for n in (0, 2))
    notes.edit_statement(alice, after, "s2", "The bus was late again.", revision=1)
    change = history.change_since_session_before(alice, after)
    assert change is not None
    (statement,) = change[0].statements
    assert [(p.kind, p.text.strip()) for p in statement.pieces if p.kind != "same"] == [
        ("removed", "tram"),
        ("added", "bus"),
    ]
    assert history.change_since_session_before(alice, before) is None


def test_what_a_summary_changed(people: People) -> None:
    alice = people.alice
    client, recordings = over_weeks(people, 1)
    notes.sign(alice, write_note(alice, recordings[0], SOAP), revision=1)
    by_hand, drafted = history.read_history(alice, client).sessions[0].summaries
    assert {p.kind for p in history.summary_change(alice, drafted.id)} == {"same"}
    pieces = history.summary_change(alice, by_hand.id)
    assert "".join(p.text for p in pieces if p.kind != "removed").startswith("SOAP note")


def test_not_for_others(people: People) -> None:
    client, recordings = over_weeks(people, 1)
    note = write_note(people.alice, recordings[0])
    summary = history.read_history(people.alice, client).sessions[0].summaries[0].id
    for who, error in (
        (people.bob, NotFound),
        (people.adam, NotAllowed),
        (people.dora, NotAllowed),
    ):
        for ask in (
            lambda who=who: history.read_history(who, client),
            lambda who=who: history.change_of_version(who, note, 1),
            lambda who=who: history.change_since_session_before(who, note),
            lambda who=who: history.summary_change(who, summary),
        ):
            with pytest.raises(error):
                ask()
