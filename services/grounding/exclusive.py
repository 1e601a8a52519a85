"""Words for particular things that exclude each other: a landlord is no boss, a knee no shoulder.

Vectors of words call such things alike (likeness.py), so they are listed (exclusive.txt). Amber: a thing may be meant
that nobody names. What the file does not list, this rule does not see.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from services.grounding import persons, vocabulary, words
from services.grounding.findings import Claim, Finding, amber
from services.grounding.session import Line

FILE = Path(__file__).with_name("exclusive.txt")
NEAR = 1  # lines: what is named so near may be meant, whatever else the passage names ...
FAR = 20  # ... and so far, where the passage names nothing of the kind
_PERSONS = {"family", "people"}
_LONGEST = 3  # words of a phrase


@dataclass(frozen=True)
class Thing:
    """One line of the file."""

    number: int
    heading: str
    is_known: bool  # somebody whom a note may name though the session only says "she"


@dataclass(frozen=True)
class Listed:
    """Everything that the file says, by words and phrases."""

    things: dict[str, tuple[Thing, ...]]  # that a word names
    stand_ins: dict[str, frozenset[int]]  # lines that a word names or may stand for


@cache
def listed() -> Listed:
    things: dict[str, list[Thing]] = {}
    stand_ins: dict[str, set[int]] = {}
    heading = known = ""
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines()):
        if line.startswith("["):
            heading, _, known = line.strip("[]").partition(", ")
        elif line and not line.startswith("#"):
            named, _, others = line.partition(" ~ ")
            for one in named.split(", "):
                things.setdefault(one, []).append(Thing(number, heading, bool(known)))
            for one in (*named.split(", "), *filter(None, others.split(", "))):
                stand_ins.setdefault(one, set()).add(number)
                stand_ins.setdefault(_in_lemmas(one), set()).add(number)
    return Listed(
        {word: tuple(found) for word, found in things.items()},
        {word: frozenset(numbers) for word, numbers in stand_ins.items()},
    )


def check(claim: Claim) -> Iterator[Finding]:
    """The first thing of the statement that the passage does not name: it names another of its kind, or nobody names it
    for many lines around. At most one finding, amber."""
    known, session = listed(), claim.session
    stated = _phrases(claim.unquoted)
    own = frozenset().union(*(known.stand_ins.get(one, frozenset()) for one in stated))
    near = _named(session.near(claim.passage, NEAR))
    for one in stated:
        things = known.things.get(one, ())
        if not things or _are_among(things, near):
            continue
        headings = {thing.heading for thing in things}
        if headings & _PERSONS and any(persons.check(claim)):
            continue  # the rule of persons has said so
        if other := _instead(claim.passage.lines, headings, own):
            yield amber("something-else", f"“{one}”: the passage speaks of “{other}”.")
            return
        if _may_be_known(claim, things) or _are_among(
            things, _named(session.near(claim.passage, FAR))
        ):
            continue
        yield amber("something-unsaid", f"“{one}”: nobody speaks of that here or near.")
        return


def _are_among(things: Sequence[Thing], named: frozenset[int]) -> bool:
    return any(thing.number in named for thing in things)


def _may_be_known(claim: Claim, things: Sequence[Thing]) -> bool:
    """Whether it is somebody whom the passage calls by name or by "she": a note knows that Nicole is the wife."""
    if not any(thing.is_known for thing in things):
        return False
    tokens = claim.passage.tokens
    called = claim.session.names | vocabulary.words("given_names") | {"mr", "mrs", "ms"}
    return bool(tokens & (vocabulary.words("pronouns") - {"it"}) or tokens & called)


def _instead(lines: Iterable[Line], headings: set[str], own: frozenset[int]) -> str | None:
    """A thing of the same kind in the passage that the statement does not name."""
    for line in lines:
        for one in _phrases(line.text):
            of_kind = [thing for thing in listed().things.get(one, ()) if thing.heading in headings]
            if of_kind and not _are_among(of_kind, own):
                return one
    return None


def _named(lines: Iterable[Line]) -> frozenset[int]:
    """The lines of the file that something said in these lines names or may stand for."""
    known = listed().stand_ins
    return frozenset().union(*(known[one] for line in lines for one in _phrases(line.text)))


@lru_cache(maxsize=20_000)
def _phrases(text: str) -> tuple[str, ...]:
    """The words and phrases of a text that the file knows, longer ones first; each word both as it is and as lemma."""
    tokens = words.tokens(words.spelled(text))
    lemmas = [words.lemma(token) for token in tokens]
    known = listed().stand_ins
    found = [
        " ".join(of[start : start + size])
        for size in range(_LONGEST, 0, -1)
        for of in (tokens, lemmas)
        for start in range(len(of) - size + 1)
    ]
    return tuple(dict.fromkeys(one for one in found if one in known))


def _in_lemmas(phrase: str) -> str:
    return " ".join(words.lemma(token) for token in words.tokens(words.spelled(phrase)))
