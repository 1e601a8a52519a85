"""Whose words they are, as clinicians write it."""

import pytest

from services.grounding.checking import Checker
from services.grounding.session import Session
from services.notes.content import Evidence, Level, Statement
from tests.services.grounding.planted import SPEAKERS

TALK = (
    ("S1", "You carry the whole family, I think. What would it be like to ask Leonie for help?"),
    ("S2", "I hope you're going somewhere nice in August. I don't want to know where, though."),
    ("S2", "If you're pleased with me, that's safer. I give it no thought. Well, I picture the house."),
    ("S2", "I was back in my seat before anybody had noticed. Thirty-one years I worked there."),
)  # fmt: skip


def level(text: str, *lines: int, speaker: str = "client") -> tuple[Level, list[str]]:
    said = [
        {"id": at, "speaker": who, "start": 9.0 * at, "text": text}
        for at, (who, text) in enumerate(TALK, 1)
    ]
    one = Statement("1", text, speaker, (Evidence(lines),))
    found = Checker(Session(said, SPEAKERS)).statement(one)
    return found.level, [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    ("text", "line", "speaker"),
    [
        ("Th. suggested that the client carries the whole family.", 1, "therapist"),
        ("Pt. hopes that the therapist is going somewhere nice in August.", 2, "client"),
        ("Does not want to know where the therapist is going.", 2, "client"),
        ("Pleasing the therapist feels safer.", 3, "client"),
        ("Denies giving it any thought, then pictures the house.", 3, "client"),
        ("Back in her seat in no time.", 4, "client"),
        ("Worked there for three decades.", 4, "client"),
    ],
)
def test_what_is_true_passes(text: str, line: int, speaker: str) -> None:
    assert level(text, line, speaker=speaker) == (Level.SUPPORTED, [])


def test_an_abbreviation_is_somebody() -> None:
    assert "other-speaker" in level("Th. reported hoping for somewhere nice.", 2)[1]
    assert "other-speaker" in level("Pt. suggested asking Leonie for help.", 1)[1]


def test_the_therapist_as_subject_of_a_clause_is_who_speaks() -> None:
    assert (
        "other-speaker"
        in level("It is safer, and the therapist said so.", 3, speaker="therapist")[1]
    )
