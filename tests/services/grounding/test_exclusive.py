"""One particular thing for another: words that exclude each other."""

import pytest

from services.grounding import exclusive
from services.grounding.checking import Checker
from services.grounding.session import Session
from services.notes.content import Evidence, Statement
from tests.services.grounding.test_checking import SPEAKERS, said

FAR_AWAY = [("T", "Mm."), ("C", "It was all right.")] * 12
TALK = [
    ("T", "Who upset you?"),
    ("C", "My landlord. He came round shouting and my knee hurt for the rest of the day."),
    ("T", "What do you do against that?"),
    ("C", "I go running by the canal. She makes me toast when I come home."),
    *FAR_AWAY,
    ("C", "I sold the piano in the winter."),
]


def codes(text: str, *lines: int) -> list[str]:
    one = Checker(Session(said(TALK), SPEAKERS)).statement(
        Statement("1", text, "client", (Evidence(lines),))
    )
    return [reason.code for reason in one.reasons if reason.code.startswith("something")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Client was shouted at by the solicitor.", 2),
        ("Client's shoulder hurt for the rest of the day.", 2),
        ("Client goes swimming by the canal.", 4),
        ("Client goes running by the beach.", 4),
    ],
)
def test_another_thing_of_the_same_kind_is_amber(text: str, line: int) -> None:
    assert codes(text, line) == ["something-else"]


def test_the_reason_names_both() -> None:
    one = Checker(Session(said(TALK), SPEAKERS)).statement(
        Statement("1", "Client's shoulder hurt for the day.", "client", (Evidence((2,)),))
    )
    assert "“shoulder”: the passage speaks of “knee”." in [reason.text for reason in one.reasons]


def test_a_thing_that_nobody_names_is_amber() -> None:
    assert codes("Client goes running with her dog.", 4) == ["something-unsaid"]
    assert codes("Client goes running after playing the piano.", 4) == ["something-unsaid"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Client's landlady shouted.", 2),
        ("Client's leg hurt.", 2),
        ("Client jogs by the water.", 4),
        ("Bread is made for her on her return.", 4),
        ("Client goes running although her knee hurts.", 4),  # named two lines before
        ("Client's wife makes toast.", 4),  # "she"
    ],
)
def test_the_same_thing_in_another_word_passes(text: str, line: int) -> None:
    assert not codes(text, line)


def test_somebody_else_has_one_reason() -> None:
    talk = [("T", "Who rings you?"), ("C", "My sister, every night.")]
    one = Checker(Session(said(talk), SPEAKERS)).statement(
        Statement("1", "Client's brother phones nightly.", "client", (Evidence((2,)),))
    )
    found = [reason.code for reason in one.reasons]
    assert "other-person" in found
    assert "something-else" not in found


def test_every_thing_has_a_kind() -> None:
    found = exclusive.listed()
    assert len(found.things) > 800
    assert all(thing.heading for things in found.things.values() for thing in things)
    assert set(found.things) <= set(found.stand_ins)
