"""Drafting sessions with the embedded drafter: in formats, again, and never over what a hand or a name stands in."""

from typing import Any

import pytest

from models.recording import RecordingState
from services import clients, drafting, grants, notes, transcripts
from services.errors import Conflict, NotAllowed, NotFound
from services.instructions import catalogue
from services.notes.content import NoteContent
from tests.people import People
from tests.services.notes.noted import a_session
from tests.services.written import LINES, change, write_session

LONG = (
    ("Speaker 1", "Good morning Nora. What brings you here today, and how was the week?"),
    ("Speaker 2", "The tram was late again and I got so worried that my heart was racing all day."),
    ("Speaker 1", "What went through your mind when your heart was racing on the tram?"),
    ("Speaker 2", "I thought that I would lose my job, and I could not sleep for two nights."),
    ("Speaker 1", "Have you had any thoughts of hurting yourself?"),
    ("Speaker 2", "No, nothing like that. I just feel tired and sad in the evenings."),
    ("Speaker 1", "Let us try the breathing exercise each evening until next week."),
    ("Speaker 2", "Yes, I will try to do it before bed, and I will call my sister on Sunday."),
)


def spoken(people: People, lines: tuple[tuple[str, str], ...] = LONG) -> int:
    client = clients.create_client(people.alice, "Nora Feldt")
    return write_session(people.alice, client, lines=lines)


def test_drafted_in_two_formats(people: People) -> None:
    recording = spoken(people)
    soap = notes.draft(people.alice, recording, "soap")
    dap = notes.draft(people.alice, recording, "dap")
    assert soap != dap
    for ident, kind in ((soap, "soap"), (dap, "dap")):
        read = notes.read(people.alice, ident)
        instruction = catalogue.built_in(kind)
        assert read["title"] == instruction.title
        assert read["instruction"]["version"] == instruction.version
        assert [s["title"] for s in read["sections"]] == [s.title for s in instruction.sections]
        said = [one for section in read["sections"] for one in section["statements"]]
        assert said
        assert all(one["evidence"][0]["utterances"] for one in said)
        assert read["notice"] == ""
    with pytest.raises(NotFound, match="There are: "):
        notes.draft(people.alice, recording, "poem")


def test_drafted_again_where_nothing_was_edited_is_another_version(people: People) -> None:
    recording = spoken(people)
    note = notes.draft(people.alice, recording, "soap")
    assert notes.draft(people.alice, recording, "soap") == note
    read = notes.read(people.alice, note)
    assert (read["version"], read["revision"], read["state"]) == (2, 2, "draft")


def test_a_correction_while_it_is_drafted_counts(
    sqlite_people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model takes minutes; here the correction comes while it is at it."""
    alice, recording = sqlite_people.alice, spoken(sqlite_people)
    compose = drafting.compose

    def slowly(*given: Any, **named: Any) -> NoteContent:
        content = compose(*given, **named)
        for ident in (1, 3, 5, 7):
            transcripts.correct(alice, recording, ident, "It was a quiet week at home.")
        return content

    monkeypatch.setattr(drafting, "compose", slowly)
    note = notes.draft(alice, recording, "soap")
    content = notes.version(alice, note, 1)
    assert content.transcript_revision == 5
    assert notes.read(alice, note)["contradicted"] > 0


def test_what_was_dictated_afterwards_is_drafted_with_its_session(sqlite_people: People) -> None:
    alice, recording = sqlite_people.alice, spoken(sqlite_people)
    addendum = spoken(sqlite_people)
    change(addendum, addendum_to=recording)
    with pytest.raises(Conflict, match="dictated addendum; draft from its session"):
        notes.draft(alice, addendum, "soap")
    assert notes.list_notes(alice, recording_id=addendum) == []


def test_edits_by_hand_give_way_only_when_that_is_said(people: People) -> None:
    alice, recording = people.alice, spoken(people)
    note = notes.draft(alice, recording, "soap")
    notes.add_statement(alice, note, "plan", "Bring the diary.", revision=1)
    with pytest.raises(Conflict, match="edited by hand"):
        notes.draft(alice, recording, "soap")
    assert notes.read(alice, note)["version"] == 2
    assert notes.draft(alice, recording, "soap", replace=True) == note
    assert notes.read(alice, note)["version"] == 3
    kept = notes.version(alice, note, 2).statements()
    assert "Bring the diary." in [one.text for one in kept]
    newest = notes.version(alice, note, 3).statements()
    assert "Bring the diary." not in [one.text for one in newest]


def test_what_was_signed_is_not_drafted_again(people: People) -> None:
    alice, recording = people.alice, spoken(people)
    note = notes.draft(alice, recording, "soap")
    for one in notes.version(alice, note, 1).statements():
        revision = notes.read(alice, note)["revision"]
        notes.keep_as_own(alice, note, one.id, revision=revision)
    notes.sign(alice, note, revision=notes.read(alice, note)["revision"])
    for replace in (False, True):
        with pytest.raises(Conflict, match="has been signed"):
            notes.draft(alice, recording, "soap", replace=replace)
    notes.reopen(alice, note, "The wrong week.")
    assert not notes.read(alice, note)["can_draft"]
    with pytest.raises(Conflict, match="has been signed"):
        notes.draft(alice, recording, "soap", replace=True)
    assert notes.draft(alice, recording, "dap") != note


def test_the_workers_draft_is_made_once_in_the_format_that_was_chosen(people: People) -> None:
    recording = spoken(people)
    change(recording, note_format="birp")
    note = notes.draft_for_worker(people.alice, recording)
    assert note is not None
    notes.add_statement(people.alice, note, "plan", "Bring the diary.", revision=1)
    assert notes.draft_for_worker(people.alice, recording) == note
    read = notes.read(people.alice, note)
    assert (read["instruction"]["type"], read["version"]) == ("birp", 2)


def test_nothing_to_draft_from(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client = clients.create_client(alice, "Nora Feldt")
    recording = write_session(alice, client, state=RecordingState.RECEIVING)
    assert notes.draft_for_worker(alice, recording) is None
    with pytest.raises(NotFound, match="no transcript yet"):
        notes.draft(alice, recording, "soap")


def test_too_little_speech_makes_a_page_to_write_on_and_says_why(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    recording = spoken(sqlite_people, LINES)
    note = notes.draft_for_worker(alice, recording)
    assert note is not None
    read = notes.read(alice, note)
    assert "under 30 seconds" in read["notice"]
    assert [s["is_assessed"] for s in read["sections"]] == [False] * len(read["sections"])
    with pytest.raises(Conflict, match="nothing in this note"):
        notes.sign(alice, note, revision=1)
    revision = notes.add_statement(
        alice, note, read["sections"][-1]["key"], "Met for a minute.", revision=1
    )
    notes.sign(alice, note, revision=revision)


def test_a_supervisor_or_a_stranger_drafts_nothing(people: People) -> None:
    recording = a_session(people.alice)
    for who, error in ((people.sam, NotAllowed), (people.bob, NotFound), (people.adam, NotAllowed)):
        with pytest.raises(error):
            notes.draft(who, recording, "soap")
    assert notes.list_notes(people.alice, recording_id=recording) == []


def test_who_covers_drafts_into_the_clients_record(people: People) -> None:
    recording = spoken(people)
    (client,) = clients.list_clients(people.alice)
    grant = grants.give(people.adam, client.id, people.bob.user_id, None)
    note = notes.draft(people.bob, recording, "soap")
    assert notes.draft(people.alice, recording, "soap") == note
    grants.revoke(people.adam, grant)
    with pytest.raises(NotFound):
        notes.read(people.bob, note)
    (line,) = notes.list_notes(people.alice)
    assert (line.id, line.therapist, line.version) == (note, "Alice", 2)
