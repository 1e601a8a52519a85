"""How well the cited passage carries a statement, as numbers between passages that do and do not.

First word by word, which is cheap: a word counts by how rare it is in the session, and is carried by the same word or
one of its group wholly, by another as far as their vectors point the same way (likeness.py). Unless that settles it, a
sentence model looks at the words where they stand (sentences.py), in the passage and in the lines that come closest to
the statement elsewhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.grounding import likeness
from services.grounding.score import score
from services.grounding.sentences import Readings
from services.grounding.session import Line
from services.grounding.words import Content, contents

FILE = Path(__file__).with_name("support.toml")  # by benchmarks/grounding_support.py
WINDOW = 3  # lines of another place
BESIDE = 2  # lines before and after the passage that are the same stretch of talk: no other place
CLOSEST = 8  # lines elsewhere that the sentence model looks at
VERBATIM = 0.8  # of the weight of its words, the same in the passage: no paraphrase
_LEAST = 0.2  # likeness under which two words have nothing in common
_AROUND = 4  # lines
_SAME, _MISSING = 0.999, 0.4  # how far a word is carried
FEATURES = ("exact", "near", "whole", "margin")
Array = NDArray[np.float32]
Weight = Callable[[Content], float]


class Meaning:
    """The words of a session with their vectors, read once; its sentences are read when they are needed."""

    def __init__(self, lines: Sequence[Line], sentences: Readings) -> None:
        self.sentences = sentences
        said = [contents(line.text, english=line.english) for line in lines]
        number: dict[str, int] = {}
        self._by_key: dict[str, set[int]] = {}
        flat: list[int] = []
        starts = [0]
        for found in said:
            for one in found:
                at = number.setdefault(one.word, len(number))
                for key in one.keys:
                    self._by_key.setdefault(key, set()).add(at)
                flat.append(at)
            starts.append(len(flat))
        self._flat = np.array(flat, np.intp)
        self._starts = np.array(starts, np.intp)
        self._words = likeness.vectors(list(number))
        self._said = said
        self._themes: Array | None = None
        self.count = len(lines)
        self.texts = [line.text for line in lines]

    def themes(self, weight: Weight) -> Array:
        """One vector a line: its words' together, each by its weight. Made once, whatever the weights after that."""
        if self._themes is None:
            self._themes = np.zeros((self.count, self._words.shape[1]), np.float32)
            for at, found in enumerate(self._said):
                self._themes[at] = theme(found, weight)
        return self._themes

    def by_line(self, of: Sequence[Content]) -> Array:
        """Of every word (row) and every line (column), how alike the most alike word of the line is, 0–1."""
        found = likeness.vectors([one.word for one in of]) @ self._words.T
        found = np.clip((found - _LEAST) / (1 - _LEAST), 0, 1)
        for row, one in enumerate(of):
            for key in one.keys:
                same = self._by_key.get(key)
                if same:
                    found[row, list(same)] = 1.0
        table = np.zeros((len(of), self.count), np.float32)
        filled = np.flatnonzero(self._starts[1:] > self._starts[:-1])
        if len(filled):
            table[:, filled] = np.maximum.reduceat(
                found[:, self._flat], self._starts[:-1][filled], axis=1
            )
        return table


def theme(of: Sequence[Content], weight: Weight) -> Array:
    weights = np.array([weight(one) for one in of], np.float32)
    return np.asarray(weights @ likeness.vectors([one.word for one in of]), np.float32)


@dataclass(frozen=True)
class Stated:
    """A statement's own text, its words that are compared, and the text and the positions of the lines it needs.

    `counted` is the weight of what was compared elsewhere and found: numbers. A word and a line at least.
    """

    text: str
    words: Sequence[Content]
    cited: str
    here: Sequence[int]
    counted: float = 0.0


@dataclass(frozen=True)
class Support:
    """What the score is made of. Shares of the weight of a statement's words, 0–1, unless said otherwise."""

    exact: float  # carried by the same word or one of its group
    near: float  # carried word by word, by how alike, the lines around the passage included
    whole: float  # cosine of the statement and what it cites, each as one
    margin: float  # how far its words are carried where they stand, less `elsewhere`
    elsewhere: float  # how far the best other place carries them
    place: int | None  # where it begins
    missing: tuple[str, ...]  # the words that nothing carries

    @property
    def features(self) -> tuple[float, ...]:
        return tuple(getattr(self, name) for name in FEATURES)

    @property
    def score(self) -> float:
        """Over 0, more like what is true; under it, more like a statement that cites the wrong lines."""
        return score(FILE, self.features)


class Compared:
    """A statement beside every line of its session, word by word."""

    def __init__(self, meaning: Meaning, weight: Weight, stated: Stated) -> None:
        self._meaning, self._weight, self._stated = meaning, weight, stated
        self._table = meaning.by_line(stated.words)
        self._weights = np.array([weight(one) for one in stated.words], np.float32)
        self._total = float(self._weights.sum()) + stated.counted
        self._carried = self._table[:, list(stated.here)].max(axis=1)

    @cached_property
    def exact(self) -> float:
        same = float(self._weights @ (self._carried >= _SAME))
        return (same + self._stated.counted) / self._total

    @property
    def is_verbatim(self) -> bool:
        """In words of the passage, and of no other line more: the sentence model has nothing to add."""
        return self.exact >= VERBATIM and self._share(self._carried) >= float(
            self._shares()[self._apart()].max(initial=0.0)
        )

    def support(self) -> Support:
        """Asks the sentence model. Raises WeightsMissing."""
        stated, sentences, closest = self._stated, self._meaning.sentences, self._closest()
        passage = [self._meaning.texts[line] for line in stated.here]
        others = [self._meaning.texts[line] for line in closest]
        sentences.ready((stated.text, stated.cited, *passage, *others))
        said = [one.word for one in stated.words]
        here = self._share(sentences.carried(stated.text, said, passage).max(axis=1))
        elsewhere, place = self._best(closest, sentences.carried(stated.text, said, others))
        first, last = min(stated.here), max(stated.here)
        around = self._table[:, max(0, first - _AROUND) : last + _AROUND + 1].max(axis=1)
        return Support(
            exact=self.exact,
            near=self._share(around),
            whole=sentences.whole(stated.text, stated.cited),
            margin=here - elsewhere,
            elsewhere=elsewhere,
            place=place,
            missing=tuple(
                word for word, by in zip(said, self._carried, strict=True) if by < _MISSING
            ),
        )

    def _share(self, carried: Array) -> float:
        return float(self._weights @ carried) / float(self._weights.sum())

    def _shares(self) -> Array:
        """Of every line of the session."""
        return np.asarray(self._weights @ self._table / self._weights.sum(), np.float32)

    def _apart(self) -> NDArray[np.intp]:
        """The lines of other places."""
        apart = np.ones(self._meaning.count, bool)
        for line in self._stated.here:
            apart[max(0, line - BESIDE) : line + BESIDE + 1] = False
        return np.flatnonzero(apart)

    def _closest(self) -> list[int]:
        """The other lines that are most alike, by their words and by what they are about, in order."""
        apart = self._apart()
        asked = theme(self._stated.words, self._weight)
        about = _cosines(self._meaning.themes(self._weight)[apart], asked)
        alike = self._shares()[apart] + about
        return sorted(int(apart[one]) for one in np.argsort(-alike, kind="stable")[:CLOSEST])

    def _best(self, positions: Sequence[int], carried: Array) -> tuple[float, int | None]:
        """How much the place carries that carries most, of up to WINDOW lines at `positions`, and where it begins."""
        best, place = 0.0, None
        for start in positions:
            inside = [at for at, one in enumerate(positions) if start <= one < start + WINDOW]
            if (share := self._share(carried[:, inside].max(axis=1))) >= best:
                best, place = share, start
        return best, place


def _cosines(rows: Array, of: Array) -> Array:
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(of)
    return np.asarray(rows @ of / np.maximum(lengths, 1e-6), np.float32)
