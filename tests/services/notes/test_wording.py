"""A note as text, and what differs between two."""

import time
from dataclasses import replace

from services.notes import wording
from services.notes.content import NoteContent, Section, Statement
from services.notes.wording import Piece


def note(**sections: list[tuple[str, str]]) -> NoteContent:
    """Sections by key, each a list of (id, text)."""
    return NoteContent(
        "soap",
        tuple(
            Section(
                key, key.capitalize(), tuple(Statement(i, text) for i, text in said), bool(said)
            )
            for key, said in sections.items()
        ),
        title="SOAP note",
    )


def test_as_text_says_what_is_not_assessed() -> None:
    content = note(subjective=[("a", "Slept better."), ("b", "The tram was late.")], plan=[])
    assert wording.as_text(content) == (
        "SOAP note\n\nSubjective\nSlept better.\nThe tram was late.\n\nPlan\nNot assessed."
    )


def test_words_keep_every_character_of_both_texts() -> None:
    before, after = "Slept  5 hours, and then <b>woke</b>.", "Slept 7 hours and woke early."
    pieces = wording.words(before, after)
    assert "".join(p.text for p in pieces if p.kind != "removed") == after
    removed_and_same = [p.text.strip() for p in pieces if p.kind != "added"]
    assert "".join("".join(removed_and_same).split()) == "".join(before.split())
    assert Piece("removed", "5 ") in pieces
    assert Piece("added", "7 ") in pieces


def test_the_same_text_is_one_piece() -> None:
    assert wording.words("Slept better.", "Slept better.") == (Piece("same", "Slept better."),)
    assert wording.words("", "") == ()


def test_statements_by_id_then_words() -> None:
    before = note(
        subjective=[("a", "Slept five hours."), ("b", "The tram was late."), ("c", "Ate well.")],
        plan=[("d", "Walk each morning.")],
    )
    after = note(
        subjective=[("c", "Ate well."), ("a", "Slept seven hours."), ("e", "Called a friend.")],
        plan=[],
    )
    subjective, plan = wording.differences(before, after)
    assert [(one.id, one.kind) for one in subjective.statements] == [
        ("c", "moved"), ("a", "changed"), ("b", "removed"), ("e", "added"),
    ]  # fmt: skip
    changed = subjective.statements[1]
    assert [(p.kind, p.text.strip()) for p in changed.pieces] == [
        ("same", "Slept"), ("removed", "five"), ("added", "seven"), ("same", "hours."),
    ]  # fmt: skip
    assert [(one.id, one.kind) for one in plan.statements] == [("d", "removed")]


def test_a_statement_that_went_to_another_section_is_moved_not_rewritten() -> None:
    before = note(subjective=[("a", "Slept five hours."), ("b", "Ate well.")], plan=[])
    after = note(subjective=[("b", "Ate well.")], plan=[("a", "Slept five hours.")])
    subjective, plan = wording.differences(before, after)
    assert [(one.id, one.kind) for one in subjective.statements] == [("b", "same")]
    assert [(one.id, one.kind) for one in plan.statements] == [("a", "moved")]


def test_a_section_that_is_gone_is_shown_at_the_end() -> None:
    before = note(subjective=[("a", "Ate well.")], plan=[("d", "Walk each morning.")])
    after = replace(before, sections=before.sections[:1])
    changes = wording.differences(before, after)
    assert [change.key for change in changes] == ["subjective", "plan"]
    assert changes[1].statements[0].kind == "removed"


def test_between_sessions_compares_sections_as_texts() -> None:
    before = note(subjective=[("a", "Slept five hours.")], plan=[("d", "Walk.")], objective=[])
    after = note(subjective=[("z", "Slept seven hours.")], plan=[("y", "Walk.")], objective=[])
    subjective, plan = wording.between_sessions(before, after)
    assert [p.kind for p in subjective.statements[0].pieces] == ["same", "removed", "added", "same"]
    assert plan.statements[0].kind == "same"
    assert plan.statements[0].pieces == (Piece("same", "Walk."),)


def test_a_long_note_is_compared_at_once() -> None:
    """2,000 words with 60 edits, as facts are measured: a hundredth of a second."""
    said = [(f"s{n}", " ".join(f"word{(n * 7 + i) % 90}" for i in range(20))) for n in range(100)]
    edited = [
        (ident, text.replace("word1 ", "other ") if at % 2 else text)
        for at, (ident, text) in enumerate(said)
    ]
    began = time.process_time()
    wording.differences(note(plan=said), note(plan=edited))
    assert time.process_time() - began < 1
