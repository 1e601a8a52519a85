"""How likely it is that a passage says the opposite of a statement: a score of a few numbers.

A word of the statement is held against every word of the passage, as each means what it means where it stands
(sentences.py): is the most alike one under a negation where this one is not, or the other way round?
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from services.grounding import vocabulary, words
from services.grounding.findings import Claim
from services.grounding.scopes import Turned, of_line, turned
from services.grounding.score import score
from services.grounding.session import Line
from services.grounding.speakers import claimed_roles

FILE = Path(__file__).with_name("reversal.toml")  # by benchmarks/grounding_polarity.py
FEATURES = ("against", "turned", "implied", "alone")
DIRECTLY = 3.0  # weight of a word right behind its "not"
BY_GROUP = 0.5  # ... of one that is only of like meaning
BY_FAR = 0.5  # ... of one that other words part from its "not"


@dataclass(frozen=True)
class Spoken:
    """A text of the passage with its words. `is_own`: of whom the statement speaks, else the question or another's."""

    text: str
    words: tuple[Turned, ...]
    is_own: bool


@dataclass(frozen=True)
class Reversal:
    """What the score is made of."""

    against: float  # mean over words: most alike one of the other kind, less most alike one of its own kind; cosines
    turned: float  # share of the weight of shared words that the passage only has the other way round, 0–1
    implied: bool  # the statement has a word that denies without a "not": "avoids"
    alone: bool  # the statement has a "not", the cited lines have none
    part: str  # the word of the statement that speaks most for it

    @property
    def features(self) -> tuple[float, ...]:
        return tuple(float(getattr(self, name)) for name in FEATURES)

    @property
    def score(self) -> float:
        """Over 0, more like a statement that was turned round."""
        return score(FILE, self.features)


def measure(claim: Claim) -> Reversal | None:
    """None where neither side has a negation or a word, or every word stands in the passage as it stands here.

    Asks the sentence model otherwise. Raises WeightsMissing."""
    stated, passage = turned(claim.unquoted), list(spoken(claim))
    said = [one for part in passage for one in part.words]
    if not any(one.is_negated for one in (*stated, *said)) or not stated or not said:
        return None
    as_here = {(one.stem, one.is_negated) for one in said}
    if all((one.stem, one.is_negated) in as_here for one in stated):
        return None
    against = _against(claim, stated, passage)
    implied = bool(_own_words(claim) & vocabulary.words("implied_negation"))
    return Reversal(
        against=float(against.mean()),
        turned=_turned(stated, passage, implied=implied),
        implied=implied,
        alone=_is_alone(claim),
        part=stated[int(against.argmax())].word,
    )


def spoken(claim: Claim) -> Iterator[Spoken]:
    """The cited lines and the questions before them. A question that was answered with no counts as denied."""
    session, claimed = claim.session, claimed_roles(claim)
    cited = claim.passage.cited
    asked = {line: tuple(session.question(line)) for line in cited}
    refused = {question.id for line in cited if line.is_refusal for question in asked[line]}
    questions = (one for found in asked.values() for one in found if one in claim.passage.lines)
    for line, text in _joined((*cited, *questions)):
        told = of_line(line) if text == line.text else turned(text)
        if line.id in refused:
            told = [replace(one, is_negated=not one.is_negated, is_direct=False) for one in told]
        is_own = line in cited and (not claimed or line.role in claimed)
        yield Spoken(text, tuple(told), is_own)


def _joined(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Each line once; one that the same person cut short ("I don't want to-") together with its rest."""
    before: Line | None = None
    text = ""
    for line in dict.fromkeys(lines):
        if before and line.speaker == before.speaker and text.rstrip().endswith(("-", "—")):
            text = f"{text.rstrip(' -—')} {line.text.lstrip(' -—')}"
            continue
        if before:
            yield before, text
        before, text = line, line.text
    if before:
        yield before, text


def _against(claim: Claim, stated: Sequence[Turned], passage: Sequence[Spoken]) -> Any:
    """Of every word stated, how much more alike the passage is where it is turned round than where it is not."""
    sentences = claim.session.sentences
    sentences.ready((claim.unquoted, *(part.text for part in passage)))
    own = sentences.words(claim.unquoted, [one.word for one in stated])
    theirs = np.vstack(
        [sentences.words(part.text, [one.word for one in part.words]) for part in passage]
    )
    is_negated = np.array([one.is_negated for part in passage for one in part.words])
    other = np.array([[one.is_negated] for one in stated]) != is_negated
    alike = own @ theirs.T
    turned_round = np.where(other, alike, 0).max(axis=1)
    return turned_round - np.where(other, 0, alike).max(axis=1)


def _turned(stated: Sequence[Turned], passage: Sequence[Spoken], *, implied: bool) -> float:
    shared = weight = 0.0
    for one, match, certainty in matches(stated, passage):
        if is_turned(one, match):
            if implied and not one.is_negated:
                continue
            direct = one.is_direct or any(other.is_direct for other in match)
            far = one.is_far or (not one.is_negated and all(other.is_far for other in match))
            certainty *= DIRECTLY if direct else BY_FAR if far else 1.0
            weight += certainty
        shared += certainty
    return weight / shared if shared else 0.0


def is_turned(one: Turned, match: Sequence[Turned]) -> bool:
    return all(other.is_negated != one.is_negated for other in match)


def matches(
    stated: Sequence[Turned], passage: Sequence[Spoken]
) -> Iterator[tuple[Turned, list[Turned], float]]:
    """The words of a statement that the passage shares, what they match there, and how surely."""
    own = [one for part in passage if part.is_own for one in part.words]
    others = [one for part in passage if not part.is_own for one in part.words]
    for one in stated:
        match, certainty = _match(one, own, others)
        if match:
            yield one, match, certainty


def _match(one: Turned, own: list[Turned], others: list[Turned]) -> tuple[list[Turned], float]:
    """The same word in the passage, else one of like meaning; in the person's own lines first."""
    for told in (own, others):
        if same := [other for other in told if other.stem == one.stem]:
            return same, 1.0
    for told in (own, others):
        if alike := [other for other in told if other.keys & one.keys]:
            return alike, BY_GROUP
    return [], 0.0


def _own_words(claim: Claim) -> set[str]:
    tokens = words.tokens(words.spelled(claim.unquoted))
    return {*tokens, *map(words.lemma, tokens)}


def _is_alone(claim: Claim) -> bool:
    negators = vocabulary.words("negators")
    said = {token for line in claim.passage.cited for token in line.tokens}
    return bool(_own_words(claim) & negators) and not said & negators
