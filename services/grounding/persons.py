"""Whom a statement speaks of must be who the passage speaks of: a sister is no colleague.

By words for relations only (vocabulary.toml: relations); names are names.py's. Amber: "he" may be anybody.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from services.grounding import vocabulary, words
from services.grounding.findings import Claim, Finding, amber
from services.grounding.names import WORDS_TOO

_CAPITAL = re.compile(r"\b[A-Z][a-z]+")
NEAR = 6  # lines: somebody spoken of so near may be meant


@cache
def _relations() -> dict[str, frozenset[int]]:
    """Every word with the numbers of the lines that it is in."""
    found: dict[str, set[int]] = {}
    for number, line in enumerate(vocabulary.relations()):
        for one in line:
            found.setdefault(one, set()).add(number)
    return {one: frozenset(numbers) for one, numbers in found.items()}


def check(claim: Claim) -> Iterator[Finding]:
    """Of a passage that speaks of some relation, by no name: whoever is named may be the one."""
    lines = claim.passage.lines
    unclear = vocabulary.words("unclear_relations")
    relations = {_relation(token) for line in lines for token in line.tokens} - {""}
    if not relations - unclear or _names(claim):
        return
    near = _spoken_of(line.tokens for line in claim.session.near(claim.passage, NEAR))
    for token in dict.fromkeys(words.tokens(words.spelled(claim.unquoted))):
        person = _relation(token)
        if token != person and claim.passage.tokens & {"they", "them", "their"}:
            continue  # "they", of friends
        if person and person not in unclear and not _relations()[person] & near:
            yield amber("other-person", f"“{token}”: the passage speaks of somebody else.")
            return


def _names(claim: Claim) -> frozenset[str]:
    called = vocabulary.words("given_names") - claim.session.speakers_names
    known = called & claim.session.names - vocabulary.words("weekdays_and_months")
    beginning = {word.lower() for one in claim.passage.lines for word in _CAPITAL.findall(one.text)}
    named = known | (called & beginning - WORDS_TOO)
    return claim.passage.tokens & (named | {"mr", "mrs", "ms"})


def _relation(token: str) -> str:
    known = _relations()
    return token if token in known else base if (base := words.lemma(token)) in known else ""


def _spoken_of(lines: Iterable[Iterable[str]]) -> frozenset[int]:
    known = _relations()
    said = {_relation(token) for tokens in lines for token in tokens} - {""}
    return frozenset(number for one in said for number in known[one])
