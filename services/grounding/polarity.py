"""Was it said, or was its opposite? Amber: people turn sentences round in more ways than rules know."""

import re
from collections.abc import Iterable, Iterator

from services.grounding import denials, reversal, vocabulary, words
from services.grounding.findings import Claim, Finding, amber
from services.grounding.scopes import LITOTES, Turned, turned

# "Has not ceased": it goes on.
_NOT_OVER = re.compile(
    r"\b(?:not|never) (?:yet )?(?:ceased|stopped|ended|gone(?: away)?|resolved|remitted|quit|given up|finished)\b"
)
_NOT_IT = re.compile(r"\b(?:not|never) (?:[\w']+ ){1,2}(?:it|them|one)\b")
_CAME_BACK = frozenset("recur recurrence resume return relapse".split())
_ENDED_HERE = frozenset({"longer", "anymore", "stop", "cease"})


def check(claim: Claim) -> Iterator[Finding]:
    if denials.is_about_risk(claim):
        return  # asked, answered and denied: the rule of denials has looked
    stated = turned(claim.unquoted)
    passage = list(reversal.spoken(claim))
    own = [one for part in passage if part.is_own for one in part.words]
    if part := _reversed(claim, stated, passage):
        yield amber("negation", f"“{part}”: the passage seems to say the opposite.")
    elif part := _ended(claim):
        yield amber("negation", f"“{part}”: the passage says that it came to an end.")
    elif part := _only_here_negated(claim):
        yield amber("negation", f"“{part}”: nothing is denied in the passage it cites.")
    elif opposite := _opposite(stated, own or [one for part in passage for one in part.words]):
        yield amber("opposite", f"“{opposite[0]}”: the passage says “{opposite[1]}”.")


def _reversed(claim: Claim, stated: list[Turned], passage: list[reversal.Spoken]) -> str | None:
    """The word that speaks most for it."""
    if _says_that_it_ended(claim):
        return None
    if _denies_it(claim) and any(
        one.is_direct and not reversal.is_turned(one, match)
        for one, match, _ in reversal.matches(stated, passage)
    ):
        return (
            None  # "offered tablets, but I have not begun it": what it stands for is denied with it
        )
    found = reversal.measure(claim)
    return found.part if found and found.score >= 0 else None


def _says_that_it_ended(claim: Claim) -> bool:
    """ "No longer", of what one "used to" do."""
    tokens = words.tokens(words.spelled(claim.unquoted))
    return bool({*tokens, *map(words.lemma, tokens)} & _ENDED_HERE) and _has_ended(claim)


def _denies_it(claim: Claim) -> bool:
    return any(_NOT_IT.search(words.spelled(line.text)) for line in claim.passage.cited)


def _only_here_negated(claim: Claim) -> str | None:
    hard = vocabulary.words("negators")
    text = LITOTES.sub(" ", words.spelled(claim.unquoted))
    refusing = vocabulary.words("refusing")
    denied = [token for token in words.tokens(text) if token in hard or _is_in(token, refusing)]
    there = hard | vocabulary.words("soft_negators") | vocabulary.words("refusals")
    if not denied or any(_is_in(token, there) for token in claim.passage.tokens):
        return None
    if _says_that_it_ended(claim):
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
