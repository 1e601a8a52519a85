"""Signed, added to, reopened, returned, countersigned: by whom, from where, and with which proof."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from models.base import now
from models.database import sessions
from models.note import NoteStep, NoteVersion
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from models.user import Role
from services import encryption, notes, transcripts
from services.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from services.notes import stored
from services.notes.content import NoteContent, Section, to_json
from services.notes.signing import Unanswered
from tests.people import People, enrol
from tests.services.notes.noted import CONTRADICTED, SOAP, a_note, a_session, write_note


def signed(people: People) -> int:
    note = a_note(people.alice)
    notes.sign(people.alice, note, revision=1)
    return note


def test_signing_locks_and_leaves_proof(people: People) -> None:
    note = a_note(people.alice)
    assert notes.sign(people.alice, note, revision=1) == 2
    read = notes.read(people.alice, note)
    assert (read["state"], read["version"], read["revision"]) == ("signed", 2, 2)
    (signature,) = read["signatures"]
    assert (signature["kind"], signature["by"], signature["holds"]) == ("signed", "Alice", True)
    assert signature["sha256"] == stored.fingerprint(json.loads(json.dumps(to_json(SOAP))))
    assert signature["is_current"]
    assert not read["can_edit"]
    assert not read["can_sign"]
    assert read["can_reopen"]
    assert notes.verify(people.alice, note)
    for change in (
        lambda: notes.edit_statement(people.alice, note, "s1", "Other words.", revision=2),
        lambda: notes.remove_statement(people.alice, note, "s1", revision=2),
        lambda: notes.sign(people.alice, note, revision=2),
    ):
        with pytest.raises(Conflict, match="locked"):
            change()


def test_what_was_signed_is_the_newest_summary_of_the_session(people: People) -> None:
    recording = a_session(people.alice)
    note = write_note(people.alice, recording)
    notes.sign(people.alice, note, revision=1)
    with sessions()() as session:
        transcript = session.scalars(select(TherapistSessionTranscript)).one()
        history = session.scalars(
            select(TherapistSessionTranscriptHistory).order_by(
                TherapistSessionTranscriptHistory.version
            )
        ).all()
        assert [row.version for row in history] == [1, 2]
        assert history[1].author == f"user:{people.alice.user_id}"
        text = encryption.unseal(history[1], "transcript_summary")
        assert text == encryption.unseal(transcript, "transcript_summary")
    assert text.startswith("SOAP note\n\nSubjective\nClient: “I slept better.”\n")


def test_contradicted_statements_block_signing_until_answered(people: People) -> None:
    note = a_note(people.alice, CONTRADICTED)
    assert notes.read(people.alice, note)["contradicted"] == 1
    with pytest.raises(Unanswered, match="A statement is not borne out") as refused:
        notes.sign(people.alice, note, revision=1)
    assert refused.value.statements == ("s3",)
    assert "seven" not in str(refused.value)
    revision = notes.keep_as_own(people.alice, note, "s3", revision=1)
    notes.sign(people.alice, note, revision=revision)
    assert notes.read(people.alice, note)["state"] == "signed"


def test_a_correction_since_marks_the_note_before_it_is_signed(people: People) -> None:
    recording = a_session(people.alice)
    note = write_note(people.alice, recording)
    transcripts.correct(people.alice, recording, 2, "I slept badly, and I want to kill myself.")
    with pytest.raises(Stale, match="corrected since; read what is marked now"):
        notes.sign(people.alice, note, revision=1)
    read = notes.read(people.alice, note)
    assert (read["state"], read["version"], read["revision"]) == ("draft", 1, 2)
    assert read["contradicted"] == 1
    assert [(one["category"], one["utterance"]) for one in read["risk"]] == [("suicide", 2)]
    (line,) = notes.list_notes(people.alice)
    assert line.mentions_risk
    with pytest.raises(Unanswered) as refused:
        notes.sign(people.alice, note, revision=2)
    assert refused.value.statements == ("s1",)
    revision = notes.keep_as_own(people.alice, note, "s1", revision=2)
    notes.sign(people.alice, note, revision=revision)
    assert notes.verify(people.alice, note)
    assert notes.version(people.alice, note, 1).transcript_revision == 2


def test_a_correction_that_hints_at_risk_is_shown_before_it_is_signed(people: People) -> None:
    recording = a_session(people.alice)
    note = write_note(people.alice, recording)
    hint = "I slept better. I gave my dog to my sister, she'll look after him better than I ever could."
    transcripts.correct(people.alice, recording, 2, hint)
    with pytest.raises(Stale, match="corrected since; read what is marked now"):
        notes.sign(people.alice, note, revision=1)
    read = notes.read(people.alice, note)
    assert [one["utterance"] for one in read["hints"]] == [2]
    assert read["risk"] == []
    (line,) = notes.list_notes(people.alice)
    assert not line.mentions_risk  # a guess does not flag it


def test_a_correction_that_changes_no_mark_keeps_nobody_from_signing(people: People) -> None:
    recording = a_session(people.alice)
    note = write_note(people.alice, recording)
    transcripts.rename_speaker(people.alice, recording, "S2", "Nora")
    notes.sign(people.alice, note, revision=1)
    read = notes.read(people.alice, note)
    assert (read["state"], read["version"]) == ("signed", 2)
    assert notes.version(people.alice, note, 2).transcript_revision == 2


def test_without_its_transcript_a_note_is_signed_as_it_is(sqlite_people: People) -> None:
    recording = a_session(sqlite_people.alice)
    note = write_note(sqlite_people.alice, recording)
    with sessions()() as session, session.begin():
        session.scalars(select(TherapistSessionTranscript)).one().deleted_at = now()
    notes.sign(sqlite_people.alice, note, revision=1)


def test_a_letter_is_no_summary_of_its_session(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    for kind, expected in (("letter", 1), ("contact_note", 1), ("intake", 2)):
        recording = a_session(alice)
        note = write_note(alice, recording, replace(SOAP, instruction_type=kind))
        notes.sign(alice, note, revision=1)
        with sessions()() as session:
            history = TherapistSessionTranscriptHistory
            transcript = session.scalars(
                select(TherapistSessionTranscript.id).where(
                    TherapistSessionTranscript.recording_id == recording
                )
            ).one()
            kept = session.scalars(select(history).where(history.transcript_id == transcript))
            assert len(kept.all()) == expected, kind


def test_a_note_that_says_nothing_is_not_signed(sqlite_people: People) -> None:
    empty = NoteContent("soap", (Section("plan", "Plan", is_assessed=False),), notice="Too short.")
    note = a_note(sqlite_people.alice, empty)
    with pytest.raises(Conflict, match="nothing in this note"):
        notes.sign(sqlite_people.alice, note, revision=1)


def test_a_signature_holds_for_what_was_read(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    note = a_note(alice)
    notes.edit_statement(alice, note, "s2", "The tram was late.", revision=1)
    with pytest.raises(Stale, match="changed since you opened it"):
        notes.sign(alice, note, revision=1)
    assert notes.read(alice, note)["state"] == "draft"


def test_only_a_therapist_signs_and_only_a_supervisor_countersigns(people: People) -> None:
    note = a_note(people.alice)
    for who, error in (
        (people.bob, NotFound),
        (people.sam, NotAllowed),
        (people.dora, NotAllowed),
        (people.adam, NotAllowed),
    ):
        with pytest.raises(error):
            notes.sign(who, note, revision=1)
    notes.sign(people.alice, note, revision=1)
    other = enrol("sara", Role.SUPERVISOR)  # supervises nobody
    for who, error in (
        (people.alice, NotAllowed),
        (people.bob, NotAllowed),
        (other, NotFound),
        (people.adam, NotAllowed),
    ):
        with pytest.raises(error):
            notes.countersign(who, note, revision=2)
    assert notes.countersign(people.sam, note, revision=2) == 3
    read = notes.read(people.sam, note)
    assert read["state"] == "countersigned"
    assert [(s["kind"], s["by"], s["holds"]) for s in read["signatures"]] == [
        ("signed", "Alice", True),
        ("countersigned", "Sam", True),
    ]
    assert read["signatures"][0]["sha256"] == read["signatures"][1]["sha256"]


def test_nobody_countersigns_what_they_signed_themselves(sqlite_people: People) -> None:
    """Somebody who signed as a therapist and became their own supervisor."""
    people = sqlite_people
    note = signed(people)
    with sessions()() as session, session.begin():
        row = session.scalars(select(NoteVersion).where(NoteVersion.step == NoteStep.SIGNED)).one()
        row.author_id = people.sam.user_id
    assert not notes.read(people.sam, note)["can_countersign"]
    with pytest.raises(NotAllowed, match="Somebody else has to countersign"):
        notes.countersign(people.sam, note, revision=2)


def test_returned_with_comments_edited_and_signed_again(people: People) -> None:
    note = signed(people)
    with pytest.raises(Invalid, match="needs words"):
        notes.return_to_author(people.sam, note, " ", revision=2)
    with pytest.raises(NotFound, match="no such statement"):
        notes.return_to_author(people.sam, note, "", revision=2, comments={"s9": "Which week?"})
    assert notes.return_to_author(
        people.sam, note, "Nearly there.", revision=2, comments={"s2": "Which morning?"}
    ) == 3  # fmt: skip
    read = notes.read(people.alice, note)
    assert read["state"] == "returned"
    assert (read["returned"]["text"], read["returned"]["by"]) == ("Nearly there.", "Sam")
    (comment,) = read["comments"]
    assert (comment["statement"], comment["text"], comment["is_open"]) == (
        "s2",
        "Which morning?",
        True,
    )
    assert not read["signatures"][0]["is_current"]
    revision = notes.edit_statement(
        people.alice, note, "s2", "The tram was late again on that morning.", revision=3
    )
    revision = notes.keep_as_own(people.alice, note, "s2", revision=revision)
    revision = notes.sign(people.alice, note, revision=revision)
    notes.countersign(people.sam, note, revision=revision)
    read = notes.read(people.sam, note)
    assert not read["comments"][0]["is_open"]
    assert [s["is_current"] for s in read["signatures"]] == [False, True, True]
    assert [v.step for v in notes.versions(people.sam, note)] == [
        NoteStep.COUNTERSIGNED,
        NoteStep.SIGNED,
        NoteStep.EDITED,
        NoteStep.RETURNED,
        NoteStep.SIGNED,
        NoteStep.DRAFTED,
    ]


def test_reopening_needs_a_reason_and_keeps_what_was_signed(people: People) -> None:
    note = signed(people)
    notes.countersign(people.sam, note, revision=2)
    with pytest.raises(Invalid, match="needs words"):
        notes.reopen(people.alice, note, "  ")
    notes.reopen(people.alice, note, "The wrong goal.")
    read = notes.read(people.alice, note)
    assert (read["state"], read["reopened"]["text"]) == ("draft", "The wrong goal.")
    assert [s["is_current"] for s in read["signatures"]] == [False, False]
    revision = notes.edit_statement(people.alice, note, "s2", "Something else.", revision=4)
    assert notes.version(people.alice, note, 2) == SOAP
    assert notes.verify(people.alice, note)
    with pytest.raises(NotAllowed):
        notes.reopen(people.sam, note, "I would like to.")
    assert revision == 5


def test_an_addendum_leaves_what_was_signed_as_it_is(people: People) -> None:
    note = signed(people)
    notes.add_addendum(people.alice, note, "The letter arrived on Friday.")
    read = notes.read(people.alice, note)
    assert read["state"] == "signed"
    assert [(a["text"], a["by"]) for a in read["addenda"]] == [
        ("The letter arrived on Friday.", "Alice")
    ]
    assert read["signatures"][0]["is_current"]
    with pytest.raises(Stale):
        notes.countersign(people.sam, note, revision=2)  # not what Sam read
    notes.countersign(people.sam, note, revision=3)
    draft = a_note(people.alice)
    with pytest.raises(Conflict, match="Sign it first"):
        notes.add_addendum(people.alice, draft, "Too early.")
