"""How far the words of a statement are carried where they stand: by a sentence model, line by line.

"Let go" is nothing like "dismissed" word by word, but in its sentence it is. The model knows what a text is about; it
hardly sees numbers, names and negation, for which there are rules.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from config import settings
from services.adapters.sentence_model import Reading, sentence_model

Array = NDArray[np.float32]


class Readings:
    """What was read for one session, each text when it is first needed."""

    def __init__(self) -> None:
        self._read: dict[str, Reading] = {}

    def ready(self, texts: Iterable[str]) -> None:
        """Reads what was not read yet, in one go: texts together take half the time. Raises WeightsMissing."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._read]
        if missing:
            found = sentence_model(settings().weights_dir).read(missing)
            self._read.update(zip(missing, found, strict=True))

    def whole(self, one: str, other: str) -> float:
        """How alike two texts are as a whole, -1 to 1. Both ready."""
        return float(self._read[one].whole @ self._read[other].whole)

    def words(self, text: str, of: Sequence[str]) -> Array:
        """A vector of length 1 a word, as it stands in a text that is ready, in the order of the text."""
        return _of_words(self._read[text], text, of)

    def carried(self, text: str, of: Sequence[str], lines: Sequence[str]) -> Array:
        """Of every word of a text (row) and every line (column), how alike the most alike piece is. All ready."""
        vectors = self.words(text, of)
        found = np.zeros((len(of), len(lines)), np.float32)
        for column, line in enumerate(lines):
            pieces = self._read[line].pieces
            if len(pieces):
                found[:, column] = (vectors @ pieces.T).max(axis=1)
        return found


def _of_words(reading: Reading, text: str, words: Sequence[str]) -> Array:
    """A vector a word, of the pieces that it is cut into; of the whole text where it is spelled otherwise there."""
    found = np.tile(reading.whole, (len(words), 1))
    lowered, behind = text.lower(), 0
    for row, word in enumerate(words):
        start = lowered.find(word, behind)
        if start < 0 and (start := lowered.find(word)) < 0:
            continue
        behind = start + len(word)
        pieces = [
            number
            for number, (first, last) in enumerate(reading.spans)
            if first < behind and last > start
        ]
        if pieces:
            together = reading.pieces[pieces].mean(axis=0)
            found[row] = together / np.linalg.norm(together)
    return found
