"""Are the words that carry meaning in the passage it cites, and nowhere else better?

Words are weighted by how rare they are in the session (inverse document frequency over lines). A paraphrase may share
few words; then it must mean what the passage means, and more so than what other places mean (support.py).
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from services.grounding import denials, vocabulary
from services.grounding.findings import Claim, Finding, amber
from services.grounding.names import is_said
from services.grounding.quantities import quantities
from services.grounding.session import Session, clock
from services.grounding.support import Compared, Meaning, Stated
from services.grounding.words import Content, lemma

LOW = 0.2  # share of the weight under which a passage does not carry a statement, in other languages and documents
CONVINCING = 0.5  # how well another place must carry it to be named ...
BETTER = 0.1  # ... and by how much better than the cited one


class Weights:
    """How much each word of a session weighs, and where it stands."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen = Counter(key for line in session.lines for key in line.keys)
        self.rare = math.log(len(session.lines) + 2)

    def weight(self, content: Content) -> float:
        often = max((self._seen.get(key, 0) for key in content.keys), default=0)
        return max(0.3, self.rare - math.log(often + 1))

    @cached_property
    def meaning(self) -> Meaning:
        return Meaning(self._session.lines, self._session.sentences)


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
    if not claim.session.english:
        if share(contents, claim.passage.keys, weights, _counted(claim)) < LOW:
            yield _few([one.word for one in contents if not one.keys & claim.passage.keys], "")
        return
    compared = beside(claim, weights)
    if compared.is_verbatim or (found := compared.support()).score >= 0:
        return
    better = found.elsewhere >= CONVINCING and -found.margin >= BETTER
    if found.place is not None and better:
        where = clock(claim.session.lines[found.place].start)
        yield amber(
            "better-elsewhere", f"The passage at {where} fits this better than the one it cites."
        )
    else:
        yield _few(found.missing or [one.word for one in contents])


def beside(claim: Claim, weights: Weights) -> Compared:
    """A statement with a word that carries meaning, of a session in English, beside all that was said."""
    passage = claim.passage
    stated = Stated(
        claim.unquoted,
        _named(claim),
        " ".join(line.text for line in passage.cited),
        [line.position for line in passage.lines],
        _counted(claim) * weights.rare,
    )
    return Compared(weights.meaning, weights.weight, stated)


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


def _few(missing: Sequence[str], also: str = ", nor much alike") -> Finding:
    named = [f"“{word}”" for word in dict.fromkeys(missing)][:3]
    verb = "is" if len(named) == 1 else "are"
    return amber(
        "few-words-shared",
        f"{', '.join(named)} {verb} not in the passage it cites{also}.",
    )
