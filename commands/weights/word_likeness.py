"""One vector for every whole English word of the sentence model's vocabulary, made from that model once.

Each word is put through the model alone, as a sentence is. The vectors are centred, put into DIMENSIONS numbers by their
principal components, and rounded to a byte each. Signs of components may differ from one machine to the next; cosines
between words do not.
"""

from pathlib import Path
from typing import Any

import numpy as np

from services.adapters.sentence_model import SentenceModel

DIMENSIONS = 128
SHORTEST = 3  # letters


def write(model: SentenceModel, target: Path) -> None:
    """An archive of "words", one a line, most frequent first, and "vectors", int8, a row each."""
    words = _words(model.vocabulary())
    vectors = _packed(np.vstack([one.whole for one in model.read(words)]))
    np.savez_compressed(target, words=np.array("\n".join(words)), vectors=vectors)


def _words(numbered: dict[str, int]) -> list[str]:
    return [
        word
        for word in sorted(numbered, key=lambda word: numbered[word])
        if len(word) >= SHORTEST and word.isascii() and word.isalpha() and word.islower()
    ]


def _packed(vectors: Any) -> Any:
    centred = vectors - vectors.mean(axis=0)
    _, _, components = np.linalg.svd(centred, full_matrices=False)
    fewer = centred @ components[:DIMENSIONS].T
    return np.round(fewer * (127 / np.abs(fewer).max())).astype(np.int8)
