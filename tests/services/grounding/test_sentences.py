"""Words where they stand, read line by line and only once."""

from collections.abc import Sequence

import numpy as np
import pytest

from config import settings
from services.adapters.sentence_model import Reading, SentenceModel, sentence_model
from services.grounding.sentences import Readings

LINES = ["They let me go on Friday.", "I planted the garlic.", "", "We did two stops on the train."]
TEXT = "He was dismissed and took up gardening."


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the model was given, in order."""
    given: list[str] = []
    real = SentenceModel.read

    def seen(self: SentenceModel, texts: Sequence[str]) -> list[Reading]:
        given.extend(texts)
        return real(self, texts)

    monkeypatch.setattr(SentenceModel, "read", seen)
    return given


def test_only_what_is_needed_is_read_and_only_once(read: list[str]) -> None:
    readings = Readings()
    readings.ready([TEXT, LINES[1]])
    assert read == [TEXT, LINES[1]]
    readings.ready([TEXT, LINES[1], LINES[0], LINES[0]])
    assert read == [TEXT, LINES[1], LINES[0]]


def test_words_are_carried_by_the_line_that_means_them() -> None:
    readings = Readings()
    readings.ready([TEXT, *LINES])
    dismissed, gardening = readings.carried(TEXT, ["dismissed", "gardening"], LINES)
    assert np.argmax(dismissed) == 0
    assert np.argmax(gardening) == 1
    assert dismissed[2] == gardening[2] == 0  # nothing was said


def test_a_word_stands_where_it_comes_next() -> None:
    text = "Garlic for her, garlic for him."
    readings = Readings()
    readings.ready([text, LINES[1]])
    first, second = readings.carried(text, ["garlic", "garlic"], LINES[1:2])
    assert first != second


def test_a_word_that_is_spelled_otherwise_counts_as_the_whole() -> None:
    readings = Readings()
    readings.ready([TEXT, LINES[1]])
    found = readings.carried(TEXT, ["xylophones"], LINES[1:2])
    (word,) = readings.words(TEXT, ["xylophones"])
    (whole,) = sentence_model(settings().weights_dir).read([TEXT])
    assert word == pytest.approx(whole.whole, abs=1e-4)
    assert found.shape == (1, 1)
