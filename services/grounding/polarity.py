"""Was it said, or was its opposite? Amber: people turn sentences round in more ways than rules know."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from services.grounding import denials, vocabulary, words
from services.grounding.findings import Claim, Finding, amber
from services.grounding.session import Line
from services.grounding.speakers import claimed_roles

_CLAUSE = re.compile(
    r"[.?!;,—]|--|\b(?:but|and|because|(?<!do )(?<!did )(?<!done )so|if|otherwise|though|although|while)\b"
)
_LITOTES = re.compile(
    r"\bnot (?:be |been |have been )?(?:a |so |too |that |such a )*(?:bad|only|just|necessarily|sure|certain)\b"
    r"|\b(?:not|no) (?:more|less|fewer|later|earlier) than\b|\bno (?:problem|wonder|doubt|matter)\b"
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
# "Has not ceased": it goes on.
_NOT_OVER = re.compile(
    r"\b(?:not|never) (?:yet )?(?:ceased|stopped|ended|gone(?: away)?|resolved|remitted|quit|given up|finished)\b"
)
_NOT_IT = re.compile(r"\b(?:not|never) (?:[\w']+ ){1,2}(?:it|them|one)\b")
_CAME_BACK = frozenset("recur recurrence resume return relapse".split())
_ENDED_HERE = frozenset({"longer", "anymore", "stop", "cease"})
_HALTS = frozenset("a the bus train tube tram next last first this that".split())
REACH = 3  # words that carry meaning, which a negator turns round
SOFT_REACH = 2  # ... that "stop", "refuse", "trouble" do
DIRECTLY = 3.0  # weight of a word right behind its "not"
BY_GROUP = 0.5  # ... of one that is only of like meaning
FAR = 2  # words that carry meaning between a negator and one that it may not mean
BY_FAR = 0.5  # weight of that one
LEAST = 1.0  # weight under which nothing is said to be turned round
HALF = 0.5  # of the weight of all shared words, from which on the passage says the opposite


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
    spelled = _LITOTES.sub(" ", _STUTTER.sub(r"\1", words.spelled(text)))
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


def check(claim: Claim) -> Iterator[Finding]:
    if denials.is_about_risk(claim):
        return  # asked, answered and denied: the rule of denials has looked
    stated = turned(claim.unquoted)
    own, others = _spoken(claim)
    if part := _reversed(claim, stated, own, others):
        yield amber("negation", f"“{part}”: the passage seems to say the opposite.")
    elif part := _ended(claim):
        yield amber("negation", f"“{part}”: the passage says that it came to an end.")
    elif part := _only_here_negated(claim):
        yield amber("negation", f"“{part}”: nothing is denied in the passage it cites.")
    elif opposite := _opposite(stated, own or others):
        yield amber("opposite", f"“{opposite[0]}”: the passage says “{opposite[1]}”.")


def _spoken(claim: Claim) -> tuple[list[Turned], list[Turned]]:
    """The cited words of whom the statement speaks of, and the others': cited too, or the question before.

    A question that was answered with no counts as denied.
    """
    session, claimed = claim.session, claimed_roles(claim)
    cited = claim.passage.cited
    asked = {line: tuple(session.question(line)) for line in cited}
    refused = {question.id for line in cited if line.is_refusal for question in asked[line]}
    questions = (one for found in asked.values() for one in found if one in claim.passage.lines)
    own: list[Turned] = []
    others: list[Turned] = []
    for line, text in _joined((*cited, *questions)):
        told = _of_line(line) if text == line.text else turned(text)
        if line.id in refused:
            told = [replace(one, is_negated=not one.is_negated, is_direct=False) for one in told]
        (own if line in cited and (not claimed or line.role in claimed) else others).extend(told)
    return own, others


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


def _of_line(line: Line) -> list[Turned]:
    if "turned" not in line.__dict__:
        line.__dict__["turned"] = turned(line.text)
    return list(line.__dict__["turned"])


def _reversed(
    claim: Claim, stated: list[Turned], own: list[Turned], others: list[Turned]
) -> str | None:
    """The first word that is denied here and only affirmed there, or the other way round.

    None unless half the weight of all shared words is so: a passage says more than one thing.
    """
    tokens = words.tokens(words.spelled(claim.unquoted))
    own_words = {*tokens, *map(words.lemma, tokens)}
    if own_words & _ENDED_HERE and _has_ended(claim):
        return None  # "no longer", of what one "used to" do
    implied = own_words & vocabulary.words("implied_negation")
    shared, weight, first = 0.0, 0.0, None
    for one in stated:
        match, certainty = _match(one, own, others)
        if not match:
            continue
        is_turned = all(other.is_negated != one.is_negated for other in match)
        if one.is_direct and not is_turned and _denies_it(claim):
            return None
        if is_turned and implied and not one.is_negated:
            continue
        if is_turned:
            direct = one.is_direct or any(other.is_direct for other in match)
            far = one.is_far or (not one.is_negated and all(other.is_far for other in match))
            certainty *= DIRECTLY if direct else BY_FAR if far else 1.0
            weight, first = weight + certainty, first or one.word
        shared += certainty
    return first if weight >= max(LEAST, HALF * shared) else None


def _denies_it(claim: Claim) -> bool:
    """ "Offered tablets, but I have not begun it": what it stands for is denied with it."""
    return any(_NOT_IT.search(words.spelled(line.text)) for line in claim.passage.cited)


def _match(one: Turned, own: list[Turned], others: list[Turned]) -> tuple[list[Turned], float]:
    """The same word in the passage, else one of like meaning; in the person's own lines first."""
    for told in (own, others):
        if same := [other for other in told if other.stem == one.stem]:
            return same, 1.0
    for told in (own, others):
        if alike := [other for other in told if other.keys & one.keys]:
            return alike, BY_GROUP
    return [], 0.0


def _only_here_negated(claim: Claim) -> str | None:
    hard = vocabulary.words("negators")
    text = _LITOTES.sub(" ", words.spelled(claim.unquoted))
    refusing = vocabulary.words("refusing")
    denied = [token for token in words.tokens(text) if token in hard or _is_in(token, refusing)]
    there = hard | vocabulary.words("soft_negators") | vocabulary.words("refusals")
    if not denied or any(_is_in(token, there) for token in claim.passage.tokens):
        return None
    return denied[0]


def _ended(claim: Claim) -> str | None:
    """ "Still does", where the passage says "used to"; the own sentence's negations were looked at before."""
    stated = words.tokens(words.spelled(claim.unquoted))
    goes_on = [token for token in stated if token in vocabulary.words("goes_on")]
    negated = bool(set(stated) & vocabulary.words("negators"))
    if not_over := _NOT_OVER.search(words.spelled(claim.unquoted)):
        goes_on, negated = [not_over.group()], False
    return goes_on[0] if goes_on and not negated and _has_ended(claim) else None


def _has_ended(claim: Claim) -> bool:
    text = " ".join(words.spelled(line.text) for line in claim.passage.cited)
    return "used to" in text or any(
        token in vocabulary.words("has_ended") for token in words.tokens(text)
    )


def _is_in(token: str, listed: Iterable[str]) -> bool:
    return token in listed or words.lemma(token) in listed


def _opposite(stated: list[Turned], spoken: list[Turned]) -> tuple[str, str] | None:
    """None where something came back: it began, stopped and began."""
    if any(words.lemma(one.word) in _CAME_BACK for one in stated):
        return None
    said = {(words.lemma(one.word), one.is_negated): one.word for one in spoken}
    lemmas = {base for base, _ in said}
    for one in stated:
        base = words.lemma(one.word)
        if base in lemmas:
            continue
        for left, right in vocabulary.opposites():
            for here, there in ((left, right), (right, left)):
                if base in here and not lemmas & here:
                    for other in sorted(there):
                        if (other, one.is_negated) in said:
                            return one.word, said[(other, one.is_negated)]
    return None
