"""Words that two passes heard alike: counted from the first, wherever the pass before began."""

import pytest

from services.adapters.speech import Word
from services.processing.agreement import agreed_words, guesses


def said(text: str, start: float = 0.0) -> list[Word]:
    return [
        Word(word, start + at * 0.5, start + at * 0.5 + 0.4, 0.9)
        for at, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("before", "now", "agreed"),
    [
        ("", "I slept badly", 0),
        ("I slept", "I slept badly again.", 2),
        ("i slept, badly", "I slept badly. Again", 3),
        ("I slept bad", "I slept badly again", 2),
        ("What I slept badly", "I slept badly again", 3),  # what lay before was settled
        ("You slept", "I slept", 0),
        ("I slept badly again", "I slept", 2),
    ],
)
def test_counts_from_the_first_word_on(before: str, now: str, agreed: int) -> None:
    assert agreed_words(said(before), said(now)) == agreed


def test_lines_say_how_many_of_their_words_are_agreed_on() -> None:
    found = guesses(said("I slept badly. Again and again."), 4)
    assert [(line.text, agreed) for line, agreed in found] == [
        ("I slept badly.", 3),
        ("Again and again.", 1),
    ]
    assert [agreed for _, agreed in guesses(said("I slept. Again."), 0)] == [0, 0]
