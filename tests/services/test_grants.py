"""Cover: what it opens, to whom, until when; and that it opens nothing else."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from models.access_log import AccessLog
from models.base import now
from models.client_grant import ClientGrant
from models.database import sessions as database_sessions
from models.note import NoteStep
from models.recording import RecordingState
from models.user import Role, User
from services import (
    clients,
    grants,
    history,
    notes,
    process_notes,
    sessions,
    transcripts,
    treatment,
)
from services.access import Actor
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from services.recordings import captions, playback, watch
from tests.people import People, enrol
from tests.services.notes.noted import a_session, write_note
from tests.services.test_every_public_function import Ids
from tests.services.written import write_session


def in_days(days: float) -> dt.datetime:
    return now() + dt.timedelta(days=days)


def everything(who: Actor, ids: Ids, note: int) -> dict[str, Callable[[], Any]]:
    """Every way to something of Alice's client, by name."""
    recording, client = ids.recording_id, ids.client_id
    return {
        "session": lambda: sessions.read_session(who, recording),
        "transcript": lambda: transcripts.read(who, recording),
        "sound": lambda: playback(who, recording),
        "note": lambda: notes.read(who, note),
        "versions": lambda: notes.versions(who, note),
        "history": lambda: history.read_history(who, client),
        "goals": lambda: treatment.open_goals(who, client),
        "process notes": lambda: process_notes.list_process_notes(who, client),
    }


def opens(who: Actor, ids: Ids, note: int) -> set[str]:
    found = set()
    for name, ask in everything(who, ids, note).items():
        try:
            ask()
        except NotFound:
            continue
        found.add(name)
    assert (ids.client_id in {one.id for one in clients.list_clients(who)}) is bool(found)
    seen = {one.recording_id for one in sessions.list_sessions(who).sessions}
    assert (ids.recording_id in seen) is bool(found)
    assert (note in {line.id for line in notes.list_notes(who)}) is bool(found)
    assert (
        ids.recording_id in {one.recording_id for one in watch(who, ids.recording_ids)}
    ) is bool(found)
    return found


def test_everything_of_the_client_opens_and_closes_with_the_grant(people: People) -> None:
    ids = Ids(people)
    note = write_note(people.alice, ids.recording_id)
    whole = set(everything(people.bob, ids, note))
    assert opens(people.bob, ids, note) == set()
    grant = grants.give(people.adam, ids.client_id, people.bob.user_id, in_days(7))
    assert opens(people.bob, ids, note) == whole
    assert opens(people.alice, ids, note) == whole
    grants.revoke(people.adam, grant)
    assert opens(people.bob, ids, note) == set()
    assert opens(people.alice, ids, note) == whole


def test_it_ends_by_itself(people: People) -> None:
    ids = Ids(people)
    note = write_note(people.alice, ids.recording_id)
    grant = grants.give(people.adam, ids.client_id, people.bob.user_id, in_days(1))
    assert opens(people.bob, ids, note)
    for column, value in (("until", in_days(-0.001)), ("since", in_days(0.001))):
        with database_sessions()() as session, session.begin():
            row = session.get_one(ClientGrant, grant)
            row.since, row.until = in_days(-2), in_days(1)
            setattr(row, column, value)
        assert opens(people.bob, ids, note) == set(), column
    assert not grants.list_grants(people.adam)[0].is_active


def test_captions_of_a_session_that_goes_on_follow(people: People) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    recording = write_session(people.alice, client, state=RecordingState.RECEIVING)
    with pytest.raises(NotFound):
        captions(people.bob, recording)
    grants.give(people.adam, client, people.bob.user_id, in_days(1))
    captions(people.bob, recording)


def test_other_clients_of_the_same_therapist_stay_closed(people: People) -> None:
    one, other = (clients.create_client(people.alice, name) for name in ("Nora Feldt", "Omar Said"))
    grants.give(people.adam, one, people.bob.user_id, None)
    note = write_note(people.alice, a_session(people.alice, other))
    assert [client.id for client in clients.list_clients(people.bob)] == [one]
    with pytest.raises(NotFound):
        notes.read(people.bob, note)
    with pytest.raises(NotFound):
        history.read_history(people.bob, other)


def test_a_grant_serves_a_therapist_only(people: People) -> None:
    """Somebody who became something else keeps nothing of it."""
    ids = Ids(people)
    note = write_note(people.alice, ids.recording_id)
    grants.give(people.adam, ids.client_id, people.bob.user_id, None)
    with database_sessions()() as session, session.begin():
        session.execute(
            update(User).where(User.id == people.bob.user_id).values(role=Role.SUPERVISOR)
        )
    supervisor = Actor(
        people.bob.user_id, "Bob", Role.SUPERVISOR, people.bob.via, people.bob.sign_in_id
    )
    with pytest.raises(NotFound):
        notes.read(supervisor, note)
    assert sessions.list_sessions(supervisor).total == 0


def test_who_covers_writes_and_signs_in_their_own_name(people: People) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    note = write_note(people.alice, a_session(people.alice, client))
    grants.give(people.adam, client, people.bob.user_id, in_days(3))
    read = notes.read(people.bob, note)
    assert (read["is_cover"], read["can_edit"], read["can_sign"]) == (True, True, True)
    assert not notes.read(people.alice, note)["is_cover"]
    notes.add_statement(people.alice, note, "plan", "Bring the diary.", revision=1)
    assert not notes.read(people.bob, note)["can_sign"]  # Alice wrote it
    with pytest.raises(Conflict, match="Somebody else wrote this note"):
        notes.sign(people.bob, note, revision=2)
    notes.add_statement(people.bob, note, "plan", "Call her on Friday.", revision=2)
    notes.sign(people.bob, note, revision=3)
    (signature,) = notes.read(people.alice, note)["signatures"]
    assert signature["by"] == "Bob"
    assert notes.count_waiting(people.sam) == 1  # who supervises Alice
    notes.countersign(people.sam, note, revision=4)
    assert notes.versions(people.alice, note)[0].step is NoteStep.COUNTERSIGNED


def test_who_gives_and_who_gets(people: People) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    for who in (people.alice, people.bob, people.sam, people.dora):
        with pytest.raises(NotAllowed):
            grants.give(who, client, people.bob.user_id, None)
    for user, until, why in (
        (people.alice.user_id, None, "own client"),
        (people.sam.user_id, None, "Choose a therapist"),
        (99, None, "Choose a therapist"),
        (people.bob.user_id, in_days(-1), "between tomorrow"),
        (people.bob.user_id, in_days(400), "between tomorrow"),
    ):
        with pytest.raises(Invalid, match=why):
            grants.give(people.adam, client, user, until)
    with pytest.raises(NotFound):
        grants.give(people.adam, 99, people.bob.user_id, None)
    assert grants.list_grants(people.adam) == []


def test_listed_for_the_administrator_and_for_who_covers(people: People) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    first = grants.give(people.adam, client, people.bob.user_id, None)
    second = grants.give(people.adam, client, people.bob.user_id, in_days(7))
    listed = grants.list_grants(people.adam)
    assert [(g.id, g.is_active) for g in listed] == [(second, True), (first, False)]
    assert (listed[0].client, listed[0].therapist, listed[0].user, listed[0].granted_by) == (
        "Nora Feldt",
        "Alice",
        "Bob",
        "Adam",
    )
    assert [g.id for g in grants.list_grants(people.bob)] == [second]
    assert grants.list_grants(people.alice) == []
    with pytest.raises(Conflict, match="ended already"):
        grants.revoke(people.adam, first)
    with pytest.raises(NotAllowed):
        grants.revoke(people.bob, second)
    grants.revoke(people.adam, second)
    assert grants.list_grants(people.bob) == []


def test_given_and_ended_are_in_the_log(sqlite_people: People) -> None:
    people = sqlite_people
    carol = enrol("carol", Role.THERAPIST)
    client = clients.create_client(people.alice, "Nora Feldt")
    grant = grants.give(people.adam, client, carol.user_id, None)
    grants.revoke(people.adam, grant)
    with database_sessions()() as session:
        rows = session.scalars(
            select(AccessLog).where(AccessLog.action == "grant:change").order_by(AccessLog.id)
        ).all()
    assert [row.detail for row in rows] == [
        f"given={carol.user_id},until=revoked",
        f"revoked={carol.user_id}",
    ]
    assert {row.client_id for row in rows} == {client}
