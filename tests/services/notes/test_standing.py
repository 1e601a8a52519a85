"""Where notes stand, without what they say: the same rights as reading gives, and nothing of their words."""

from dataclasses import replace

import pytest

from models.note import NoteState
from services import clients, notes
from services.access import Actor
from services.notes import Standing
from tests.people import People
from tests.services.notes.noted import SOAP, write_note
from tests.services.written import write_session


@pytest.fixture
def recording(people: People) -> int:
    return write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))


def only(actor: Actor, recording_id: int) -> Standing:
    [found] = notes.of_session(actor, recording_id)
    return found


def test_rights_are_those_of_the_note_as_it_is_read(people: People, recording: int) -> None:
    alice, sam = people.alice, people.sam
    note_id = write_note(alice, recording)
    agree(alice, note_id, recording)
    agree(sam, note_id, recording)
    notes.edit_statement(alice, note_id, "s2", "Trams.", revision=1)
    agree(alice, note_id, recording)
    notes.sign(alice, note_id, revision=2)
    agree(alice, note_id, recording)
    agree(sam, note_id, recording)
    assert only(sam, recording).can_countersign
    assert not only(alice, recording).can_edit
    notes.return_to_author(sam, note_id, "More, please.", revision=3)
    agree(alice, note_id, recording)
    assert only(alice, recording).state is NoteState.RETURNED


def agree(actor: Actor, note_id: int, recording_id: int) -> None:
    read, found = notes.read(actor, note_id), only(actor, recording_id)
    rights = {name: value for name, value in vars(found).items() if name.startswith("can_")}
    assert rights == {name: read[name] for name in rights}
    assert len(rights) == 7
    assert (found.id, found.state.value, found.version, found.revision) == (
        read["id"], read["state"], read["version"], read["revision"],
    )  # fmt: skip


def test_a_draft_without_a_statement_is_empty_until_somebody_writes(
    people: People, recording: int
) -> None:
    bare = tuple(replace(one, statements=(), is_assessed=False) for one in SOAP.sections)
    note_id = write_note(people.alice, recording, replace(SOAP, sections=bare))
    assert only(people.alice, recording).is_empty
    notes.add_statement(people.alice, note_id, "plan", "Rest.", revision=1)
    assert not only(people.alice, recording).is_empty


def test_oldest_first_and_none_of_somebody_elses(people: People, recording: int) -> None:
    first = write_note(people.alice, recording)
    second = write_note(people.alice, recording, replace(SOAP, instruction_type="dap"))
    assert [one.id for one in notes.of_session(people.alice, recording)] == [first, second]
    assert notes.of_session(people.bob, recording) == []
