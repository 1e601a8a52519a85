"""Which words of a text stand under a negation: "not", "no longer", "refused", an odd number of them in a clause."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.grounding import vocabulary, words
from services.grounding.session import Line

_CLAUSE = re.compile(
    r"[.?!;,—]|--|\b(?:but|and|because|(?<!do )(?<!did )(?<!done )so|if|otherwise|though|although|while)\b"
)
LITOTES = re.compile(
    r"\bnot (?:be |been |have been )?(?:a |so |too |that |such a )*(?:bad|only|just|necessarily|sure|certain)\b"
    r"|\b(?:not|no) (?:more|less|fewer|later|earlier|longer) than\b|\bno (?:problem|wonder|doubt|matter)\b"
    r"|\bin no time\b"
    r"|\b(?:can|could|would|will|do|does|did) not (?:hurt|harm) to\b"
    r"|\b(?:why(?: do| does| did| is| are)?|if|or) not\b|\bnot\b(?=[^.?!]*\buntil\b)"  # "why don't you", "not until"
    r"|, (?:like|um|uh|you know|i mean)(?=,)|\bif\b[^,.;?!]*"  # hesitations; what is only supposed
)
_STUTTER = re.compile(r"\b((?:[\w']+ ){0,5}[\w']+) ?-+ ?\1\b")  # "I don't want to- I don't want to"
_NO_BEHIND = re.compile(
    r"(?:^|[.?!;])\s*((?:[\w']+ ){0,3}[\w']+), no(?=\s*[.!?;]|\s*$)"
)  # "The cards, no."
_NONE_BEHIND = re.compile(
    r"((?:[\w']+ ){0,3}[\w']+): (?:none|nil|no|denied|absent|negative)(?=\s*[.,;]|\s*$)"
)  # "Alcohol: none."
_ENDS_NO = frozenset(
    "at in on when after before since until during with to by about for is are was were".split()
)
_HALTS = frozenset("a the bus train tube tram next last first this that".split())
REACH = 3  # words that carry meaning, which a negator turns round
SOFT_REACH = 2  # ... that "stop", "refuse", "trouble" do
FAR = 2  # words that carry meaning between a negator and one that it may not mean


@dataclass(frozen=True)
class Turned:
    """A word that carries meaning, and whether an odd number of negators stands before it in its clause."""

    word: str
    stem: str
    keys: frozenset[str]
    is_negated: bool
    is_direct: bool = False  # the negator stands right before it
    is_far: bool = False  # other words that carry meaning stand between them


@dataclass
class _Scope:
    """How far a negation still reaches while a clause is read."""

    left: int = 0
    negated: bool = False
    hard: bool = False
    by: str = ""
    fresh: bool = False  # no word that carries meaning came since

    def turn(self, by: str, reach: int, *, hard: bool) -> None:
        said_twice = hard and self.hard  # "I'm not, I'm not": meant once
        self.negated = not self.negated if self.left and not said_twice else True
        self.left, self.by, self.hard, self.fresh = reach, by, hard, True

    def word(self, token: str, base: str) -> Turned:
        negated = self.negated and self.left > 0
        direct = negated and self.fresh and self.hard
        far = negated and self.hard and self.left <= REACH - FAR
        self.left -= self.left > 0
        self.fresh = False
        return Turned(token, words.stem(base), words.keys(base), negated, direct, far)


def turned(text: str) -> list[Turned]:
    spelled = LITOTES.sub(" ", _STUTTER.sub(r"\1", words.spelled(text)))
    spelled = _NONE_BEHIND.sub(r". not \1", _NO_BEHIND.sub(r". not \1", spelled))
    return [one for clause in _CLAUSE.split(spelled) for one in _clause(words.tokens(clause))]


def _clause(tokens: Sequence[str]) -> Iterator[Turned]:
    scope, before = _Scope(), ""
    hard, soft = vocabulary.words("negators"), vocabulary.words("soft_negators")
    for token in tokens:
        base = words.lemma(token)
        if token in hard:
            scope.turn(token, REACH, hard=True)
        elif scope.by in ("no", "without") and token in _ENDS_NO and before != "longer":
            scope.left = 0
        else:
            if _matters(token, base):
                yield scope.word(token, base)
                if base in ("know", "mind"):
                    scope.left = 0  # what is not known may well be
            if base in soft and not _turns_nothing(token, before):
                scope.turn(token, SOFT_REACH, hard=False)
        before = "longer" if "longer" in (token, before) else token


def _turns_nothing(token: str, before: str) -> bool:
    """ "Two stops", "the bus stop": no end of anything; what troubles is there."""
    return token == "troubled" or (
        token in ("stop", "stops") and (words.is_number(before) or before in _HALTS)
    )


def _matters(token: str, base: str) -> bool:
    if words.is_number(token):
        return False
    return base in vocabulary.words("small_but_turned") or words.carries_meaning(token, base)


def of_line(line: Line) -> list[Turned]:
    """Worked out once a line."""
    if "turned" not in line.__dict__:
        line.__dict__["turned"] = turned(line.text)
    return list(line.__dict__["turned"])
