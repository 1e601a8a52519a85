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
