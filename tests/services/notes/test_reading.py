"""What a note's page and the lists of notes get, and who gets them."""

import datetime as dt
import json

import pytest

from models.base import now
from models.note import NoteState, NoteStep
from services import clients, notes
from services.errors import NotFound
from tests.people import People
from tests.services.notes.noted import RISKY, SOAP, a_note, a_session, write_note
from tests.services.written import write_session


def test_a_note_as_its_page_takes_it(people: People) -> None:
    recording = a_session(people.alice)
    note = write_note(people.alice, recording, RISKY)
    read = notes.read(people.alice, note)
    assert json.loads(json.dumps(read))  # values for JSON
    assert (read["id"], read["recording_id"], read["state"]) == (note, recording, "draft")
    assert (read["title"], read["drafter"], read["quotes_only"]) == (
        "SOAP note",
        "extractive-1",
        True,
    )
    assert read["instruction"] == {"type": "soap", "id": None, "version": 1}
    assert [s["title"] for s in read["sections"]] == ["Subjective", "Objective", "Plan"]
    first = read["sections"][0]["statements"][0]
    assert (first["id"], first["level"], first["speaker"]) == ("s1", "supported", "client")
    assert first["evidence"][0]["quote"] == "I slept better."
    assert read["risk"][0]["category"] == "suicide"
    assert read["hints"] == []
    may = {key: value for key, value in read.items() if key.startswith("can_")}
    assert {key for key, value in may.items() if value} == {"can_edit", "can_sign", "can_draft"}


def test_who_may_do_what_about_a_signed_note(people: People) -> None:
    note = a_note(people.alice)
    notes.sign(people.alice, note, revision=1)
    for who, able in (
        (people.alice, {"can_add", "can_reopen"}),
        (people.sam, {"can_return", "can_countersign"}),
    ):
        read = notes.read(who, note)
        assert {k for k, value in read.items() if k.startswith("can_") and value} == able


def test_lists_by_session_client_and_state(people: People) -> None:
    alice = people.alice
    nora, omar = (clients.create_client(alice, name) for name in ("Nora Feldt", "Omar Said"))
    days = [now() - dt.timedelta(days=n) for n in range(3)]
    older = write_session(alice, nora, starts_at=days[2])
    newer = write_session(alice, nora, starts_at=days[1])
    other = write_session(alice, omar, starts_at=days[0])
    made = [write_note(alice, recording) for recording in (newer, older, other)]
    notes.sign(alice, made[1], revision=1)
    listed = notes.list_notes(alice)
    assert [line.id for line in listed] == [made[2], made[0], made[1]]
    assert (listed[0].client, listed[0].therapist) == ("Omar Said", "Alice")
    assert (listed[2].state, listed[2].signed_by) == (NoteState.SIGNED, "Alice")
    assert [line.id for line in notes.list_notes(alice, client_id=nora)] == [made[0], made[1]]
    assert [line.id for line in notes.list_notes(alice, recording_id=other)] == [made[2]]
    drafts = notes.list_notes(alice, states=[NoteState.DRAFT])
    assert [line.id for line in drafts] == [made[2], made[0]]
    assert notes.list_notes(people.bob) == []
    assert notes.list_notes(people.bob, client_id=nora) == []


def test_what_waits_for_whom(people: People) -> None:
    alice, sam = people.alice, people.sam
    first, second = a_note(alice), a_note(alice, RISKY)
    assert [line.id for line in notes.waiting(alice)] == [first, second]
    assert (notes.count_waiting(alice), notes.count_waiting(sam)) == (2, 0)
    notes.sign(alice, second, revision=1)
    notes.sign(alice, first, revision=1)
    assert [line.id for line in notes.waiting(sam)] == [second, first]  # signed longest ago first
    assert [line.mentions_risk for line in notes.waiting(sam)] == [True, False]
    assert (notes.count_waiting(alice), notes.count_waiting(sam)) == (0, 2)
    notes.return_to_author(sam, second, "Which morning?", revision=2)
    notes.countersign(sam, first, revision=2)
    assert notes.count_waiting(sam) == 0
    (line,) = notes.waiting(alice)
    assert (line.id, line.state) == (second, NoteState.RETURNED)
    assert notes.waiting(people.bob) == []


def test_versions_and_what_differs_between_them(people: People) -> None:
    alice = people.alice
    note = a_note(alice)
    notes.edit_statement(alice, note, "s2", "The tram was never late.", revision=1)
    notes.remove_statement(alice, note, "s1", revision=2)
    notes.keep_as_own(alice, note, "s2", revision=3)
    notes.sign(alice, note, revision=4)
    notes.reopen(alice, note, "The wrong word.")
    newest = notes.versions(alice, note)
    assert [(v.version, v.step, v.author, v.comment) for v in newest] == [
        (4, NoteStep.REOPENED, "Alice", "The wrong word."),
        (3, NoteStep.SIGNED, "Alice", ""),
        (2, NoteStep.EDITED, "Alice", ""),
        (1, NoteStep.DRAFTED, "extractive-1", ""),
    ]
    subjective = notes.differences(alice, note, 1, 3)[0]
    assert [(s.id, s.kind) for s in subjective.statements] == [("s1", "removed"), ("s2", "changed")]
    assert notes.version(people.sam, note, 1) == SOAP
    for number in (0, 5):
        with pytest.raises(NotFound, match="no such version"):
            notes.version(alice, note, number)
    with pytest.raises(NotFound):
        notes.differences(people.bob, note, 1, 2)


def test_nothing_prints_what_a_note_says(sqlite_people: People) -> None:
    note = a_note(sqlite_people.alice)
    assert "slept" not in repr(notes.versions(sqlite_people.alice, note))
