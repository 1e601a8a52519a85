"""Which words mean something alike: one vector a word, read once from the weights folder.

The vectors are those of a published sentence model, for one word at a time, put into fewer numbers
(commands/weights/word_likeness.py makes the file and names the model). They know "physician" and "doctor" for alike,
and "mother" and "father" as well: they say what a sentence is about, never whether it is true.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from config import settings
from services.adapters import weights
from services.grounding import words

FOLDER, FILES = "word-likeness", ("likeness.npz",)
Vectors = NDArray[np.float32]
_ENDINGS = ("ness", "ment", "ly", "ing", "ed", "s", "al", "ful", "ity", "ive", "ion", "less")


@cache
def _table() -> tuple[dict[str, int], Vectors]:
    folder = settings().weights_dir / FOLDER
    weights.check(folder, FILES)
    with np.load(folder / FILES[0], allow_pickle=False) as read:
        listed = str(read["words"]).split("\n")
        vectors = read["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {word: number for number, word in enumerate(listed)}, vectors


@lru_cache(maxsize=50_000)
def _row(word: str) -> int | None:
    """Of the word, else of its lemma, else of what is left without its ending."""
    known, _ = _table()
    for one in (word, words.lemma(word)):
        if one in known:
            return known[one]
    for ending in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) >= 4:
            for one in (base, f"{base}e"):
                if one in known:
                    return known[one]
    return None


def vectors(of: Sequence[str]) -> Vectors:
    """One row of length 1 a word; zeros for a word that the file does not know. Raises WeightsMissing."""
    _, table = _table()
    rows = [_row(word) for word in of]
    found = np.zeros((len(of), table.shape[1]), np.float32)
    for at, row in enumerate(rows):
        if row is not None:
            found[at] = table[row]
    return found
