"""Are the words that carry meaning in the passage it cites, and nowhere else better?

Words are weighted by how rare they are in the session (inverse document frequency over lines), and match by stem or
by a group of like meaning. A paraphrase may share few words; then it still has to be the best place of the session.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from services.grounding import denials, vocabulary
from services.grounding.findings import Claim, Finding, amber
from services.grounding.names import is_said
from services.grounding.quantities import quantities
from services.grounding.session import Line, Session, clock
from services.grounding.words import Content, lemma

# Shares of the weight; chosen on the half of the planted set that is for tuning.
LOW = 0.2  # under it a passage does not carry a statement
DOUBTFUL = 0.34  # under it, it does not if another place fits at all better
BETTER = 0.1
CONVINCING = 0.5  # from which on another place is named
CLEARLY_BETTER = 0.4  # by so much another place is named whatever this one's share
WINDOW = 3  # lines of another place


class Weights:
    """How much each word of a session weighs, and where it stands."""

    def __init__(self, session: Session) -> None:
        self._lines = session.lines
        self._seen = Counter(key for line in session.lines for key in line.keys)
        self.rare = math.log(len(session.lines) + 2)

    def weight(self, content: Content) -> float:
        often = max((self._seen.get(key, 0) for key in content.keys), default=0)
        return max(0.3, self.rare - math.log(often + 1))

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for line in self._lines:
            for key in line.keys:
                found.setdefault(key, []).append(line.position)
        return found


def share(
    contents: Sequence[Content], keys: frozenset[str], weights: Weights, counted: int = 0
) -> float:
    """Share of the weight of a statement's words that is found, 0–1; 1 for a statement without any.

    `counted` numbers that were found weigh as much as rare words."""
    numbers = counted * weights.rare
    total = sum(weights.weight(one) for one in contents) + numbers
    if not total:
        return 1.0
    return (sum(weights.weight(one) for one in contents if one.keys & keys) + numbers) / total


def _counted(claim: Claim) -> int:
    """How many of its numbers are in the passage."""
    stated = quantities(claim.unquoted, english=claim.session.english, with_scales=False)
    spoken = claim.passage.quantities
    return sum(one.is_exact and any(one.agrees(other) for other in spoken) for one in stated)


def check(claim: Claim, weights: Weights) -> Iterator[Finding]:
    contents = _named(claim)
    if denials.is_about_risk(claim):
        return  # the rule of denials has looked, by the lexicon of risk
    if not contents or (claim.quotes and len(contents) <= 2):
        return
    here = share(contents, claim.passage.keys, weights, _counted(claim))
    best, place = elsewhere(claim, contents, weights)
    margin = BETTER if here < DOUBTFUL else CLEARLY_BETTER
    if place is not None and best >= CONVINCING and best - here >= margin:
        where = clock(place.start)
        yield amber(
            "better-elsewhere", f"The passage at {where} fits this better than the one it cites."
        )
    elif here < LOW or (here < DOUBTFUL and best - here >= margin):
        missing = [one.word for one in contents if not one.keys & claim.passage.keys]
        yield amber("few-words-shared", f"{_listed(missing)} not in the passage it cites.")


def _named(claim: Claim) -> tuple[Content, ...]:
    """Without names that were misheard a little, and the people whom the passage calls he, she or they."""
    keys, tokens = claim.passage.keys, claim.passage.tokens
    contents = tuple(
        one
        for one in claim.contents
        if one.keys & keys
        or one.word.capitalize() not in claim.text
        or not is_said(one.word, tokens)
    )
    if not tokens & vocabulary.words("pronouns"):
        return contents
    persons = vocabulary.words("persons")
    kept = [one for one in contents if one.keys & keys or lemma(one.word) not in persons]
    return tuple(kept) or contents


def _listed(missing: Sequence[str]) -> str:
    named = [f"“{word}”" for word in dict.fromkeys(missing)][:3]
    verb = "is" if len(named) == 1 else "are"
    return f"{', '.join(named)} {verb}"


def elsewhere(
    claim: Claim, contents: Sequence[Content], weights: Weights
) -> tuple[float, Line | None]:
    """The best window of lines that has none of the passage's, and its share."""
    here = {line.position for line in claim.passage.lines}
    scores: dict[int, float] = {}
    total = sum(weights.weight(one) for one in contents)
    if not total:
        return 0.0, None
    for content in contents:
        weight = weights.weight(content)
        found = {at for key in content.keys for at in weights.positions.get(key, ())}
        starts = {at - back for at in found for back in range(WINDOW)}
        for start in starts:
            scores[start] = scores.get(start, 0.0) + weight
    candidates = [
        (score, -start)
        for start, score in scores.items()
        if start >= 0 and not here & set(range(start, start + WINDOW))
    ]
    if not candidates:
        return 0.0, None
    score, start = max(candidates)
    return score / total, claim.session.lines[-start]
