"""How much of the speech no word covers, by given spans."""

import pytest

from services.adapters.speech import Span, Word
from services.adapters.speech.omission import unheard


@pytest.mark.parametrize(
    ("speech", "words", "expected"),
    [
        ([], [], 0.0),
        ([(1.0, 4.0)], [], 3.0),
        ([(1.0, 4.0)], [(1.2, 1.6), (1.6, 2.0)], 2.0),
        ([(1.0, 4.0)], [(2.5, 4.0)], 1.5),
        ([(0.0, 1.0), (5.0, 6.0)], [(0.0, 1.0)], 1.0),
        ([(0.0, 4.0)], [(0.0, 4.0)], 0.0),
        ([(0.0, 4.0)], [(-1.0, 0.5), (0.4, 3.0), (3.8, 9.0)], 0.8),
    ],
)
def test_unheard(speech: list[Span], words: list[Span], expected: float) -> None:
    assert unheard(speech, [Word("a", *span, 1.0) for span in words]) == pytest.approx(expected)
