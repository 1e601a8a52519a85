"""Editing by statement: what stays, what is checked again, what is one version, and who was faster."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from models.base import now
from models.database import sessions
from models.note import NoteStep, NoteVersion
from services import clients, grants, grounding, notes, transcripts
from services.access import Actor
from services.errors import Invalid, NotAllowed, NotFound, Stale
from services.notes import editing, placing
from services.notes.content import Level, Reason, Section
from tests.people import People
from tests.services.notes.noted import (
    CONTRADICTED,
    SLEPT,
    SOAP,
    TRAM,
    WRONG,
    a_note,
    a_session,
    write_note,
)


def statements(actor: Actor, note: int, section: str = "subjective") -> list[dict[str, Any]]:
    read = notes.read(actor, note)
    return next(s for s in read["sections"] if s["key"] == section)["statements"]


def test_other_words_keep_the_evidence_and_are_checked_against_it(people: People) -> None:
    note = a_note(people.alice)
    assert notes.edit_statement(people.alice, note, "s1", " Slept\n better. ", revision=1) == 2
    edited, other = statements(people.alice, note)
    assert (edited["text"], edited["origin"]) == ("Slept better.", "edited")
    assert edited["evidence"][0]["utterances"] == (2,)
    assert other["text"] == "The tram was late again."
    revision = notes.edit_statement(
        people.alice, note, "s1", "The client slept nine hours.", revision=2
    )
    flagged = statements(people.alice, note)[0]
    assert flagged["level"] in ("check", "contradicted")
    assert flagged["reasons"]
    notes.keep_as_own(people.alice, note, "s1", revision=revision)
    kept = statements(people.alice, note)[0]
    assert (kept["level"], kept["reasons"]) == ("own", ())
    notes.edit_statement(people.alice, note, "s1", "Slept ten hours, I think.", revision=4)
    assert statements(people.alice, note)[0]["level"] == "own"


@pytest.mark.parametrize("way", ["words", "passage", "nothing"])
def test_a_doubt_of_the_second_reader_goes_with_the_words_it_was_about(
    sqlite_people: People, way: str
) -> None:
    alice = sqlite_people.alice
    doubt = Reason("second-reading", "The language model, asked again, reads it otherwise.")
    doubted = replace(TRAM, level=Level.CHECK, reasons=(doubt,), doubt=doubt)
    note = write_note(alice, a_session(alice), placing.put(SOAP, doubted))
    if way == "words":
        notes.edit_statement(alice, note, "s2", "The tram was late.", revision=1)
    elif way == "passage":
        notes.set_evidence(alice, note, "s2", [1], revision=1)
    else:
        notes.move_statement(alice, note, "s2", "subjective", 0, revision=1)
    after = next(one for one in statements(alice, note) if one["id"] == "s2")
    assert after["level"] == ("check" if way == "nothing" else "supported")
    assert [one["code"] for one in after["reasons"]] == ["second-reading"] * (way == "nothing")


def test_a_quotation_that_was_never_said_is_flagged(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    note = a_note(alice)
    notes.edit_statement(alice, note, "s1", "Client: “I slept like a stone.”", revision=1)
    edited = statements(alice, note)[0]
    assert edited["evidence"][0]["quote"] == "I slept like a stone."
    assert edited["level"] == "contradicted"


def test_added_moved_and_removed(people: People) -> None:
    alice = people.alice
    note = a_note(alice)
    notes.add_statement(alice, note, "plan", "Walk each morning.", revision=1)
    notes.add_statement(alice, note, "subjective", "Affect calm.", after="s1", revision=2)
    read = notes.read(alice, note)
    assert [s["is_assessed"] for s in read["sections"]] == [True, False, True]
    subjective = statements(alice, note)
    assert [s["text"] for s in subjective][1:] == ["Affect calm.", "The tram was late again."]
    assert (subjective[1]["origin"], subjective[1]["level"]) == ("written", "own")
    notes.move_statement(alice, note, "s2", "plan", 0, revision=3)
    assert statements(alice, note, "plan")[0]["id"] == "s2"
    notes.remove_statement(alice, note, "s1", revision=4)
    notes.remove_statement(alice, note, subjective[1]["id"], revision=5)
    read = notes.read(alice, note)
    assert [s["is_assessed"] for s in read["sections"]] == [False, False, True]
    notes.restore_statement(alice, note, "s1", revision=6)
    assert statements(alice, note)[0]["text"] == "Client: “I slept better.”"
    assert notes.read(alice, note)["version"] == 2  # one sitting


def test_a_moved_statement_is_checked_where_it_stands_now(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    note = a_note(alice)
    notes.move_statement(alice, note, "s2", "objective", 0, revision=1)
    moved = statements(alice, note, "objective")[0]
    assert (moved["id"], moved["level"]) == ("s2", "check")
    assert [one["code"] for one in moved["reasons"]] == ["assessment-unframed"]
    notes.move_statement(alice, note, "s2", "subjective", 0, revision=2)
    back, other = statements(alice, note)
    assert (back["id"], back["level"], back["reasons"]) == ("s2", "supported", ())
    assert other["id"] == "s1"
    notes.keep_as_own(alice, note, "s2", revision=3)
    notes.move_statement(alice, note, "s2", "objective", 7, revision=4)  # as far down as there is
    assert statements(alice, note, "objective")[0]["level"] == "own"
    with pytest.raises(Stale):
        notes.move_statement(sqlite_people.alice, note, "s1", "plan", 0, revision=0)


def test_what_is_said_of_a_statement_hangs_on_no_other(sqlite_people: People) -> None:
    """An edit checks the statement that it touches, and no other can be marked wrongly by that."""
    recording = a_session(sqlite_people.alice)
    said = transcripts.read(sqlite_people.alice, recording)
    twice = replace(TRAM, id="s4")
    mixed = replace(
        CONTRADICTED,
        sections=(
            Section("subjective", "Subjective", (SLEPT, WRONG, TRAM, twice)),
            Section("objective", "Objective", (replace(TRAM, id="s5"),)),
        ),
    )
    together = grounding.check(mixed, said["utterances"], said["speakers"])
    for section in mixed.sections:
        for one in section.statements:
            alone = replace(mixed, sections=(replace(section, statements=(one,)),))
            seen = grounding.check(alone, said["utterances"], said["speakers"])
            assert seen.statements()[0] == placing.find(together, one.id)


def test_restored_as_it_was_drafted(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    note = a_note(alice)
    revision = notes.edit_statement(alice, note, "s2", "The bus was late.", revision=1)
    revision = notes.restore_statement(alice, note, "s2", revision=revision)
    restored = statements(alice, note)[1]
    assert (restored["text"], restored["origin"]) == ("The tram was late again.", "drafted")
    revision = notes.add_statement(alice, note, "plan", "Walk.", revision=revision)
    mine = statements(alice, note, "plan")[0]["id"]
    with pytest.raises(NotFound, match="no such statement"):
        notes.restore_statement(alice, note, mine, revision=revision)


def test_evidence_is_chosen_from_this_session(people: People) -> None:
    alice = people.alice
    note = a_note(alice)
    notes.set_evidence(alice, note, "s2", [2, 1, 2], revision=1)
    assert statements(alice, note)[1]["evidence"][0]["utterances"] == (1, 2)
    with pytest.raises(NotFound, match="no such passage"):
        notes.set_evidence(alice, note, "s2", [77], revision=2)
    with pytest.raises(NotFound, match="no such passage"):
        notes.add_statement(alice, note, "plan", "Walk.", revision=2, utterances=[77])
    notes.set_evidence(alice, note, "s2", [], revision=2)
    alone = statements(alice, note)[1]
    assert (alone["evidence"], alone["level"]) == ((), "own")
    notes.add_statement(alice, note, "plan", "I slept better.", revision=3, utterances=[2])
    cited = statements(alice, note, "plan")[0]
    assert cited["evidence"][0]["utterances"] == (2,)
    assert cited["level"] != "own"


def test_passages_joined_since_the_draft_are_followed(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    recording = a_session(alice)
    note = write_note(alice, recording)
    transcripts.merge(alice, recording, 2)  # 2 becomes part of 1
    notes.edit_statement(alice, note, "s1", "I slept better.", revision=1)
    edited = statements(alice, note)[0]
    assert edited["evidence"][0]["utterances"] == (1,)
    assert edited["level"] == "supported"


def test_a_flag_answered_by_other_words(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    note = a_note(alice, CONTRADICTED)
    notes.edit_statement(alice, note, "s3", "I slept better.", revision=1)
    assert notes.read(alice, note)["contradicted"] == 0


def test_edits_of_one_sitting_are_one_version(people: People) -> None:
    alice = people.alice
    note = a_note(alice)
    for n, text in enumerate(("Slept well.", "Slept very well.", "I slept better."), 1):
        assert notes.edit_statement(alice, note, "s1", text, revision=n) == n + 1
    read = notes.read(alice, note)
    assert (read["version"], read["revision"]) == (2, 4)
    # The outbox of a page sends the next edit before it knows the new revision.
    assert notes.edit_statement(alice, note, "s2", "The tram was late.", revision=1) == 5
    with sessions()() as session, session.begin():
        session.execute(
            update(NoteVersion)
            .where(NoteVersion.note_id == note, NoteVersion.step == NoteStep.EDITED)
            .values(updated_at=now() - dt.timedelta(minutes=16))
        )
    notes.edit_statement(alice, note, "s2", "The tram came late.", revision=5)
    assert [v.step for v in notes.versions(alice, note)] == [
        NoteStep.EDITED,
        NoteStep.EDITED,
        NoteStep.DRAFTED,
    ]
    assert notes.version(alice, note, 1) == SOAP
    words = [s.text for s in notes.version(alice, note, 2).sections[0].statements]
    assert words == ["I slept better.", "The tram was late."]


def test_somebody_else_was_faster(people: People) -> None:
    alice, bob = people.alice, people.bob
    client = clients.create_client(alice, "Nora Feldt")
    note = write_note(alice, a_session(alice, client))
    grants.give(people.adam, client, bob.user_id, None)
    notes.edit_statement(bob, note, "s2", "The tram was late.", revision=1)
    with pytest.raises(
        Stale, match=r"^Bob has changed this note .* Nothing of this change was saved"
    ):
        notes.edit_statement(alice, note, "s1", "I slept well.", revision=1)
    assert [s["text"] for s in statements(alice, note)] == [
        "Client: “I slept better.”",
        "The tram was late.",
    ]
    notes.edit_statement(alice, note, "s1", "I slept better.", revision=2)
    notes.edit_statement(bob, note, "s2", "The tram was late again.", revision=3)
    assert [(v.author, v.step) for v in notes.versions(alice, note)] == [
        ("Bob", NoteStep.EDITED),
        ("Alice", NoteStep.EDITED),
        ("Bob", NoteStep.EDITED),
        ("extractive-1", NoteStep.DRAFTED),
    ]
    for wrong in (0, 99):
        with pytest.raises(Stale):
            notes.edit_statement(alice, note, "s1", "I slept better.", revision=wrong)


@pytest.mark.parametrize("text", ["", "  \n", "x" * (editing.LONGEST + 1)])
def test_a_statement_has_words_and_not_too_many(sqlite_people: People, text: str) -> None:
    note = a_note(sqlite_people.alice)
    with pytest.raises(Invalid):
        notes.edit_statement(sqlite_people.alice, note, "s1", text, revision=1)
    with pytest.raises(Invalid):
        notes.add_statement(sqlite_people.alice, note, "plan", text, revision=1)
    assert notes.read(sqlite_people.alice, note)["revision"] == 1


def test_what_is_not_there_is_not_changed(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    note = a_note(alice)
    for change in (
        lambda: notes.edit_statement(alice, note, "s9", "Words.", revision=1),
        lambda: notes.remove_statement(alice, note, "s9", revision=1),
        lambda: notes.keep_as_own(alice, note, "s9", revision=1),
        lambda: notes.move_statement(alice, note, "s1", "nowhere", 0, revision=1),
        lambda: notes.add_statement(alice, note, "nowhere", "Words.", revision=1),
        lambda: notes.add_statement(alice, note, "plan", "Words.", after="s1", revision=1),
    ):
        with pytest.raises(NotFound):
            change()
    assert notes.read(alice, note)["revision"] == 1


def test_a_supervisor_reads_and_does_not_edit(people: People) -> None:
    note = a_note(people.alice)
    read = notes.read(people.sam, note)
    assert not read["can_edit"]
    assert not read["can_sign"]
    assert not read["is_cover"]
    with pytest.raises(NotAllowed):
        notes.edit_statement(people.sam, note, "s1", "I slept better.", revision=1)


def test_a_change_is_checked_as_what_its_section_is(sqlite_people: People) -> None:
    """An assessment says who said so; the same words elsewhere need not."""
    alice = sqlite_people.alice
    note = a_note(alice)
    revision = 1
    for section in ("objective", "plan"):
        revision = notes.add_statement(
            alice, note, section, "Slept better.", revision=revision, utterances=[2]
        )
    read = {one["key"]: one["statements"] for one in notes.read(alice, note)["sections"]}
    assert [one["code"] for one in read["objective"][0]["reasons"]] == ["assessment-unframed"]
    assert not read["plan"][0]["reasons"]
