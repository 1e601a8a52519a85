"""Differences between two instructions, word by word."""

from dataclasses import replace

from services.instructions import Section
from services.instructions.catalogue import built_in
from services.instructions.comparison import Difference, Piece, compare, words

SOAP = built_in("soap")


def said(found: tuple[Difference, ...]) -> list[tuple[str | None, str, str]]:
    return [(one.section, one.field, one.kind) for one in found]


def test_the_same_has_no_differences() -> None:
    assert compare(SOAP, replace(SOAP, version=7, source="own")) == ()


def test_words_that_came_and_went() -> None:
    assert words("Two beers, no wine.", "Three beers, no wine or gin.") == (
        Piece("removed", "Two "),
        Piece("added", "Three "),
        Piece("same", "beers, no wine "),
        Piece("added", "or gin"),
        Piece("same", "."),
    )
    assert words("", "new words") == (Piece("added", "new words"),)


def test_texts_that_share_little_stand_one_after_the_other() -> None:
    before, after = "What was agreed until the next session.", "The experiment and its day."
    assert words(before, after) == (Piece("removed", before), Piece("added", after))


def test_fields_of_a_section_and_of_the_whole() -> None:
    plan = replace(
        SOAP.sections[3],
        title="Next steps",
        is_required=False,
        cues=(*SOAP.sections[3].cues[1:], "soon"),
    )
    after = replace(
        SOAP,
        title="SOAP, short",
        sections=(*SOAP.sections[:3], plan),
        style=replace(SOAP.style, length="short", modality="CBT"),
        rules=(*SOAP.rules, "No abbreviations."),
    )
    found = compare(SOAP, after)
    assert said(found) == [
        (None, "Title", "changed"),
        ("Next steps", "Title", "changed"),
        ("Next steps", "Needed in every note", "changed"),
        ("Next steps", "Cues", "changed"),
        (None, "Length", "changed"),
        (None, "Modality", "changed"),
        (None, "Rules", "changed"),
    ]
    assert found[3].pieces == (Piece("removed", SOAP.sections[3].cues[0]), Piece("added", "soon"))
    assert found[-1].pieces[-1] == Piece("added", "No abbreviations.")


def test_sections_that_came_went_and_moved() -> None:
    subjective, objective, assessment, plan = SOAP.sections
    new = Section("sleep", "Sleep", "Hours and quality.")
    found = compare(SOAP, replace(SOAP, sections=(plan, subjective, new, assessment)))
    assert said(found) == [
        ("Plan", "Section", "moved"),
        ("Sleep", "Section", "added"),
        ("Objective", "Section", "removed"),
    ]
    assert found[1].pieces == (Piece("added", "Hours and quality."),)
    assert found[2].pieces == (Piece("removed", objective.belongs),)
