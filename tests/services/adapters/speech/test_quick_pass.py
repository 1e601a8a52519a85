"""The quick pass: the words of the thorough one, in windows as short as the sound; its times are spread."""

import numpy as np
import pytest

from services.adapters.audio import SAMPLE_RATE
from services.adapters.speech.quick_pass import spread
from tests.services.adapters.speech.material import likeness, lines, passages, recogniser


@pytest.mark.parametrize("count", [1, 3])
def test_says_what_was_said(count: int) -> None:
    cut = passages()[0]
    end = {1: 6.5, 3: 13.5}[count]  # seconds that hold so many lines
    speech = [span for span in cut.speech if span[1] < end]
    samples = cut.samples[: round(end * SAMPLE_RATE)]
    found = recogniser().recognise(samples, speech, language=None, quick=True)
    assert (found.language, found.language_probability > 0.5) == ("en", True)
    meant = " ".join(said for _, said in lines()[:count])
    assert likeness(" ".join(word.text for word in found.words), meant) > 0.8
    starts = [word.start for word in found.words]
    assert starts == sorted(starts)
    assert speech[0][0] <= starts[0]
    assert found.words[-1].end <= speech[-1][1] + 0.01


def test_noise_that_was_taken_for_speech_makes_no_words() -> None:
    noise = np.random.default_rng(1).normal(0, 0.02, 5 * SAMPLE_RATE).astype(np.float32)
    found = recogniser().recognise(noise, [(0.0, 5.0)], language="en", quick=True)
    assert [word.text for word in found.words] == []


def test_words_lie_where_somebody_speaks_each_as_long_as_it_is_written() -> None:
    words = spread("to tomorrow to tomorrow", [(1.0, 2.0), (5.0, 6.0)], 0.9)
    assert [(word.start, word.end) for word in words] == [
        (1.0, 1.25),
        (1.25, 2.0),
        (5.0, 5.25),
        (5.25, 6.0),
    ]
    assert spread("", [(0.0, 1.0)], 0.9) == []
