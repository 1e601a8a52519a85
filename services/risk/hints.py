"""Where somebody may hint at risk in words that the lexicon does not have. A guess, to be shown apart from mentions.

The words of a passage are weighed, alone and in pairs; where they come near, the sentence model reads the passage and
what it makes of it is weighed as well. Both sets of weights were fitted to examples/ by benchmarks/risk_hints.py, which
measures what they find. As with the lexicon, that nothing is found means nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import settings
from services.adapters.sentence_model import Reading, sentence_model
from services.notes.content import RiskMention
from services.risk.finding import UNKNOWN, plain
from services.risk.places import sentences, time_at

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from sklearn.feature_extraction.text import TfidfVectorizer

    Array = npt.NDArray[np.float64]

FILE = Path(__file__).with_name("hints.npz")
SHORTEST, LONGEST = 4, 40  # words of a passage
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Weights:
    """Two logistic regressions. A passage hints at risk where their sum is over 0."""

    vectorizer: "TfidfVectorizer"  # words and pairs of words
    words: "Array"  # a weight for each of these, and last the intercept
    meaning: "Array"  # a row for "none" and for each category: 384 for the mean, 384 for the maximum, the intercept
    categories: tuple[str, ...]
    near: float  # the least sum of words at which the sentence model is asked

    def of_words(self, passages: Sequence[str]) -> "Array":
        found: Array = self.vectorizer.transform(passages) @ self.words[:-1] + self.words[-1]
        return found

    def of_meaning(self, reading: Reading) -> tuple[float, str]:
        """How much more like one of the categories than like none, and like which."""
        import numpy as np

        by_kind = self.meaning[:, :-1] @ features(reading) + self.meaning[:, -1]
        kind = self.categories[int(by_kind[1:].argmax())]
        return float(np.logaddexp.reduce(by_kind[1:]) - by_kind[0]), kind


@dataclass(frozen=True)
class Guess:
    """A passage of a text, by characters; over 0 it hints at risk, likeliest of this category."""

    score: float
    category: str
    start: int
    end: int

    def tells_more_than(self, other: "Guess") -> bool:
        """A longer passage does not where the shorter one hints by itself."""
        is_longer = self.end - self.start > other.end - other.start
        return self.score > other.score and not (is_longer and other.score > 0)


def find_hints(
    utterances: Iterable[Mapping[str, Any]],
    speakers: Iterable[Mapping[str, Any]],
    mentions: Iterable[RiskMention],
) -> tuple[RiskMention, ...]:
    """At most one an utterance, in order; none of the therapist's, and none where a mention stands.

    `utterances` and `speakers` as `find` takes them, `mentions` as it gives them. Raises WeightsMissing."""
    roles = {str(one["key"]): one.get("role") or UNKNOWN for one in speakers}
    found = {one.utterance for one in mentions}
    said = [
        one
        for one in utterances
        if int(one["id"]) not in found and roles.get(str(one.get("speaker"))) != "therapist"
    ]
    guesses = guess([str(one["text"]) for one in said])
    return tuple(
        RiskMention(
            category=guessed.category,
            utterance=int(one["id"]),
            at=time_at(one, guessed.start),
            words=str(one["text"])[guessed.start : guessed.end],
            by=roles.get(str(one.get("speaker")), UNKNOWN),
        )
        for one, guessed in zip(said, guesses, strict=True)
        if guessed and guessed.score > 0
    )


def guess(texts: Sequence[str]) -> list[Guess | None]:
    """Of each text the passage that is most like a hint; None where no passage comes near. Raises WeightsMissing."""
    places = [(at, *span) for at, text in enumerate(texts) for span in passages(text)]
    best: list[Guess | None] = [None] * len(texts)
    if not places:
        return best
    weights = fitted()
    of_words = weights.of_words([texts[at][start:end] for at, start, end in places])
    near = [number for number, score in enumerate(of_words) if score > weights.near]
    read = _read([texts[at][start:end] for at, start, end in map(places.__getitem__, near)])
    for number, reading in zip(near, read, strict=True):
        at, start, end = places[number]
        of_meaning, category = weights.of_meaning(reading)
        score = float(of_words[number]) + of_meaning
        guessed = Guess(score, category, start, end)
        before = best[at]
        if before is None or guessed.tells_more_than(before):
            best[at] = guessed
    return best


def passages(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text, and each with the next, by characters; long ones are cut, short ones stand only with
    another."""
    whole = [span for start, end in sentences(text) for span in _cut(text, start, end)]
    for start, end in whole:
        if len(text[start:end].split()) >= SHORTEST:
            yield start, end
    for (start, _), (_, end) in pairwise(whole):
        if SHORTEST <= len(text[start:end].split()) <= LONGEST:
            yield start, end


def features(reading: Reading) -> "Array":
    """What the weights of meaning are for: mean and maximum over the pieces, 768 numbers."""
    import numpy as np

    pieces = reading.pieces if len(reading.pieces) else reading.whole[None, :]
    return np.concatenate([reading.whole, pieces.max(axis=0)]).astype(np.float64)


def vectorizer(**given: Any) -> "TfidfVectorizer":
    """Words and pairs of words, as the weights were fitted to."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        preprocessor=plain,
        token_pattern=r"[a-z']+",  # noqa: S106
        ngram_range=(1, 2),
        sublinear_tf=True,
        **given,
    )


@cache
def fitted() -> Weights:
    """The weights of FILE."""
    import numpy as np

    with np.load(FILE, allow_pickle=False) as read:
        words = vectorizer(vocabulary=str(read["terms"]).split("\n"))
        words.idf_ = read["rarity"].astype(np.float64)
        return Weights(
            words,
            read["words"].astype(np.float64),
            read["meaning"].astype(np.float64),
            tuple(str(read["categories"]).split("\n")),
            float(read["near"]),
        )


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence from its first word to its last, in pieces of at most LONGEST words and of about one length."""
    words = [found.span() for found in _WORD.finditer(text, start, end)]
    pieces = -(-len(words) // LONGEST)
    for piece in range(pieces):
        of = words[len(words) * piece // pieces : len(words) * (piece + 1) // pieces]
        yield of[0][0], of[-1][1]


def _read(texts: Sequence[str]) -> list[Reading]:
    return sentence_model(settings().weights_dir).read(texts) if texts else []
