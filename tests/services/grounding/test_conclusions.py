"""Conclusions and inferences: whose they are."""

import pytest

from services import grounding
from services.notes.content import Evidence, Level, Statement
from tests.services.grounding.test_checking import SPEAKERS, TALK, note, said


@pytest.mark.parametrize(
    ("section", "codes"), [("subjective", []), ("assessment", ["assessment-unframed"])]
)
def test_an_inferring_word_that_was_said_is_no_inference(section: str, codes: list[str]) -> None:
    """But an assessment still says whose it is."""
    one = Statement("1", "Likely known to her doctor already.", "client", (Evidence((14,)),))
    (found,) = grounding.check(note(one, section=section), said(TALK), SPEAKERS).statements()
    assert [reason.code for reason in found.reasons] == codes


def test_one_that_nobody_said_is() -> None:
    one = Statement("1", "Likely known to her sister already.", "client", (Evidence((9,)),))
    (found,) = grounding.check(note(one), said(TALK), SPEAKERS).statements()
    assert found.level is not Level.SUPPORTED
    assert "inference" in [reason.code for reason in found.reasons]


MEMORY = [
    ("T", "How has it been since you saw the consultant about the bipolar?"),
    (
        "C",
        "I tore the letter up. I take the Ativan, and I don't sleep since the crash. Geoff knows.",
    ),
]


def of_memory(text: str, line: int = 2, section: str = "subjective") -> tuple[Level, list[str]]:
    one = Statement("1", text, "client", (Evidence((1, line)),))
    (found,) = grounding.check(note(one, section=section), said(MEMORY), SPEAKERS).statements()
    return found.level, [reason.code for reason in found.reasons]


def test_that_there_is_a_diagnosis_is_said_by_who_found_it() -> None:
    assert of_memory("Destroyed the letter about the diagnosis.") == (Level.SUPPORTED, [])


@pytest.mark.parametrize(
    "text",
    [
        "Destroyed the letter about the diagnosis of schizophrenia.",
        "Was diagnosed with dementia and destroyed the letter.",
        "Was diagnosed with dementia; tore up the letter since the diagnosis.",
    ],
)
def test_which_one_is_not(text: str) -> None:
    assert "conclusion" in of_memory(text)[1]


def test_a_disorder_is_said_by_its_name() -> None:
    assert "conclusion" not in of_memory("Saw the consultant about the bipolar disorder.")[1]
    assert "conclusion" in of_memory("Saw the consultant about the eating disorder.")[1]
    assert (
        "conclusion" in of_memory("Saw the consultant about the bipolar and anxiety disorder.")[1]
    )


def test_an_event_called_a_trauma_is_to_be_checked_and_being_traumatised_blocks() -> None:
    assert of_memory("Has not slept since the trauma of the crash.") == (
        Level.CHECK,
        ["inference"],
    )
    assert of_memory("Is traumatised by the crash.")[0] is Level.CONTRADICTED
