"""Signatures afterwards: over what was signed and nothing else, each step logged without words."""

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import sessions
from models.note import Note, NoteState, NoteStep, NoteVersion
from services import encryption, notes
from services.errors import Conflict
from services.notes import stored
from tests.people import People
from tests.services.notes.noted import a_note


def signed(people: People) -> int:
    note = a_note(people.alice)
    notes.sign(people.alice, note, revision=1)
    return note


def test_a_signature_over_changed_content_no_longer_holds(people: People) -> None:
    """Whoever has the keys and the database can write another content; the hash still tells."""
    note = signed(people)
    with sessions()() as session, session.begin():
        row = session.scalars(select(NoteVersion).where(NoteVersion.step == NoteStep.SIGNED)).one()
        content = encryption.unseal_json(row, "content")
        content["sections"][0]["statements"][0]["text"] = "Client: “I slept badly.”"
        row.content = encryption.seal_json(row, "content", content)
    assert not notes.verify(people.alice, note)
    assert not notes.read(people.alice, note)["signatures"][0]["holds"]
    with pytest.raises(Conflict, match="not what was signed"):
        notes.countersign(people.sam, note, revision=2)
    assert notes.read(people.sam, note)["state"] == "signed"


def test_a_field_that_a_later_release_adds_breaks_no_signature(sqlite_people: People) -> None:
    note = signed(sqlite_people)
    with sessions()() as session, session.begin():
        row = session.scalars(select(NoteVersion).where(NoteVersion.step == NoteStep.SIGNED)).one()
        content = encryption.unseal_json(row, "content")
        del content["title"]  # as an older release would have stored and signed it
        row.content = encryption.seal_json(row, "content", content)
        row.content_sha256 = stored.fingerprint(content)
    assert notes.verify(sqlite_people.alice, note)
    assert notes.read(sqlite_people.alice, note)["title"] == ""


def test_every_step_is_logged_without_words(sqlite_people: People) -> None:
    people = sqlite_people
    note = signed(people)
    notes.return_to_author(people.sam, note, "Which morning?", revision=2)
    notes.sign(people.alice, note, revision=3)
    notes.countersign(people.sam, note, revision=4)
    notes.reopen(people.alice, note, "Wrong tram.")
    with sessions()() as session:
        rows = session.scalars(
            select(AccessLog).where(AccessLog.action.like("note:%")).order_by(AccessLog.id)
        ).all()
        client = session.get_one(Note, note).therapist_client_id
    assert [(row.action, row.actor_name, row.detail) for row in rows] == [
        ("note:draft", "Alice", "version=1,step=drafted"),
        ("note:sign", "Alice", "version=2,step=signed"),
        ("note:return", "Sam", "version=3,step=returned"),
        ("note:sign", "Alice", "version=4,step=signed"),
        ("note:countersign", "Sam", "version=5,step=countersigned"),
        ("note:reopen", "Alice", "version=6,step=reopened"),
    ]
    assert {row.client_id for row in rows} == {client}
    for row in rows:
        assert not {"morning", "tram", "Nora"} & set(str(vars(row)).split())


def test_states_in_the_database_are_those_of_the_table(sqlite_people: People) -> None:
    note = signed(sqlite_people)
    with sessions()() as session:
        row = session.get_one(Note, note)
        assert row.state is NoteState.SIGNED
        assert row.signed_at is not None
