"""How well the cited passage carries a statement, as numbers between passages that do and do not.

Words count by how rare they are in the session. A word is carried by the most alike word of the passage: the same one
or one of its group wholly, another as far as their vectors point the same way (likeness.py).
"""

import math
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.grounding import likeness
from services.grounding.session import Line
from services.grounding.words import Content, contents

FILE = Path(__file__).with_name("support.toml")
WINDOW = 3  # lines of another place
_LEAST = 0.2  # likeness under which two words have nothing in common
_SAME, _MISSING, _NOTHING = 0.999, 0.4, 0.15  # how far a word is carried
_AROUND = 4  # lines
_LEAST_SPREAD = 0.02
_CLEARLY = 0.2
FEATURES = (
    *("exact", "alike", "margin", "rank", "lacking", "near", "words"),
    *("theme", "theme_margin", "theme_rank", "overtaken"),
)
Array = NDArray[np.float32]


class Meaning:
    """The words of a session with their vectors, read once."""

    def __init__(self, lines: Sequence[Line]) -> None:
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
        self._count = len(lines)
        self._flat = np.array(flat, np.intp)
        self._starts = np.array(starts, np.intp)
        self._words = likeness.vectors(list(number))
        self._lines = lines
        self._themes: Array | None = None

    def themes(self, weight: Callable[[Content], float]) -> Array:
        """One vector a line: its words' together, each by its weight. Made once, whatever the weights after that."""
        if self._themes is None:
            self._themes = self._made(weight)
        return self._themes

    def _made(self, weight: Callable[[Content], float]) -> Array:
        found = np.zeros((self._count, self._words.shape[1]), np.float32)
        for at, line in enumerate(self._lines):
            found[at] = theme(contents(line.text, english=line.english), weight)
        return found

    def by_line(self, of: Sequence[Content]) -> Array:
        """Of every word (row) and every line (column), how alike the most alike word of the line is, 0–1."""
        found = likeness.vectors([one.word for one in of]) @ self._words.T
        found = np.clip((found - _LEAST) / (1 - _LEAST), 0, 1)
        for row, one in enumerate(of):
            for key in one.keys:
                same = self._by_key.get(key)
                if same:
                    found[row, list(same)] = 1.0
        table = np.zeros((len(of), self._count), np.float32)
        filled = np.flatnonzero(self._starts[1:] > self._starts[:-1])
        if len(filled):
            table[:, filled] = np.maximum.reduceat(
                found[:, self._flat], self._starts[:-1][filled], axis=1
            )
        return table


def theme(of: Sequence[Content], weight: Callable[[Content], float]) -> Array:
    weights = np.array([weight(one) for one in of], np.float32)
    return np.asarray(weights @ likeness.vectors([one.word for one in of]), np.float32)


@dataclass(frozen=True)
class Support:
    """What the score is made of. Shares of the weight of a statement's words, 0–1, unless said otherwise."""

    exact: float  # carried by the same word or one of its group
    alike: float  # carried, alike words counted by how alike
    margin: float  # `alike` less that of the best other place of the session
    rank: float  # `alike` in standard deviations above the mean of all other places
    lacking: float  # carried by nothing that is alike at all
    near: float  # as `alike`, the lines around the passage included
    words: float  # logarithm of how many words were compared
    theme: float  # cosine of the statement and the passage as a whole
    theme_margin: float  # ... less that of the best other place
    theme_rank: float  # ... in standard deviations above the mean of all others
    overtaken: float  # by how much more than _CLEARLY another place carries it, by `exact`
    place: int | None  # where the best other place begins
    missing: tuple[str, ...]  # the words that nothing carries

    @property
    def features(self) -> tuple[float, ...]:
        return tuple(getattr(self, name) for name in FEATURES)

    @property
    def score(self) -> float:
        """Over 0, more like what is true; under it, more like a statement that cites the wrong lines."""
        model = _model()
        terms = zip(self.features, model["coefficients"], strict=True)
        return float(sum(value * by for value, by in terms) + model["intercept"])


@cache
def _model() -> dict[str, Any]:
    """Fitted by benchmarks/grounding_support.py; the file says on what."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def measure(
    meaning: Meaning,
    weight: Callable[[Content], float],
    here: Sequence[int],
    of: Sequence[Content],
    counted: float = 0.0,
) -> Support:
    """Of a statement's words `of` in the lines `here`, by their positions. Needs a word and a line at least.

    `counted` is the weight of what was compared elsewhere and found, numbers.
    """
    table = meaning.by_line(of)
    weights = np.array([weight(one) for one in of], np.float32)
    total = float(weights.sum()) + counted
    carried = table[:, list(here)].max(axis=1)
    around = table[:, max(0, min(here) - _AROUND) : max(here) + _AROUND + 1].max(axis=1)
    alike = (float(weights @ carried) + counted) / total
    others = _apart(here, table.shape[1])
    scores = (weights @ _windows(table) + counted) / total
    margin, rank, place = _against(alike, scores, others)
    here_theme, themes = _themes(meaning, theme(of, weight), weight, here)
    theme_margin, theme_rank, _ = _against(here_theme, themes, others)
    exact = (float(weights @ (carried >= _SAME)) + counted) / total
    same = np.where(table >= _SAME, np.float32(1), np.float32(0))
    exact_margin, _, _ = _against(exact, (weights @ _windows(same) + counted) / total, others)
    return Support(
        exact=exact,
        alike=alike,
        margin=margin,
        rank=rank,
        lacking=float(weights @ (carried < _NOTHING)) / total,
        near=float(weights @ around) / float(weights.sum()),
        words=math.log(len(of)),
        theme=here_theme,
        theme_margin=theme_margin,
        theme_rank=theme_rank,
        overtaken=max(0.0, -exact_margin - _CLEARLY),
        place=place,
        missing=tuple(one.word for one, by in zip(of, carried, strict=True) if by < _MISSING),
    )


def _themes(
    meaning: Meaning, asked: Array, weight: Callable[[Content], float], here: Sequence[int]
) -> tuple[float, Array]:
    """How much the passage, and every window of lines, points the way of the statement: cosines."""
    lines = meaning.themes(weight)
    windows = lines.copy()
    for shift in range(1, min(WINDOW, len(lines))):
        windows[:-shift] += lines[shift:]
    of_passage = np.vstack([lines[list(here)].sum(axis=0), lines[list(here)]])
    return float(_cosines(of_passage, asked).max()), _cosines(windows, asked)


def _cosines(rows: Array, of: Array) -> Array:
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(of)
    return np.asarray(rows @ of / np.maximum(lengths, 1e-6), np.float32)


def _apart(here: Sequence[int], count: int) -> NDArray[np.intp]:
    """The windows that share no line with the passage, by their first lines."""
    apart = np.ones(count, bool)
    for line in here:
        apart[max(0, line - WINDOW + 1) : line + 1] = False
    return np.flatnonzero(apart)


def _against(
    own: float, scores: Array, others: NDArray[np.intp]
) -> tuple[float, float, int | None]:
    """Less the best of the others, in their standard deviations above their mean, and which is best."""
    if not len(others):
        return own, own / _LEAST_SPREAD, None
    found = scores[others]
    rank = (own - float(found.mean())) / (float(found.std()) + _LEAST_SPREAD)
    return own - float(found.max()), rank, int(others[found.argmax()])


def _windows(table: Array) -> Array:
    """The same for every line together with those that follow it."""
    found = table.copy()
    for shift in range(1, WINDOW):
        if table.shape[1] > shift:
            found[:, :-shift] = np.maximum(found[:, :-shift], table[:, shift:])
    return found
