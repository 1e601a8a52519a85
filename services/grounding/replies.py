"""What was answered when something was asked: denied, affirmed, or neither plainly."""

import re
from enum import Enum

from services import risk
from services.grounding import vocabulary, words
from services.grounding.session import Line
from services.risk.answers import is_partial, is_plain_no, speaks_of_before, starts_with_no

# "I have never thought of that", not "I can't stop thinking of it".
_OWN_NO = re.compile(
    r"\W*(?:(?:um+|uh+|oh|well|er|honestly|god|hm+)\W+)*i (?:have |am |would |do |did |had )?(?:never|not)\b"
    r"(?! (?:stop|know|say|think|sure|want|see|care|going|really|always|even|just|only|help|sleep\w*))"
)
_HALF_NO = re.compile(r"\W*not (?:really|always|every|exactly|often|much|that (?:much|often))\b")
_PUT_AS_NO = re.compile(r"\byou (?:\w+ )?(?:not|never)\b|\b(?:so|and) no\b")  # "You're not …"
_YES_BEFORE = re.compile(r"\W*(?:[\w-]+\W+)")
_ONLY_ASKS = re.compile(r"[^.?!]*\?\s*")


class Reply(Enum):
    DENIED = 1
    AFFIRMED = 2  # or at least not denied
    UNCLEAR = 3
    NONE = 4  # no answer


def read(
    lines: list[Line],
    kinds: frozenset[str],
    *,
    question: Line | None = None,
    of_present: bool = False,
) -> Reply:
    """One person's words in a row. `kinds`: the risks that are denied, of which a no must be plain.

    `question`: what they answer, if anything. `of_present`: the past may be left open ("Not since Tuesday").
    """
    text = words.spelled(" ".join(line.text for line in lines))
    if all(line.is_acknowledgement for line in lines) or _ONLY_ASKS.fullmatch(text):
        return Reply.NONE
    rest, is_yes = _without_yes(text)
    if is_yes:
        put_as_no = question is not None and _PUT_AS_NO.search(words.spelled(question.text))
        return Reply.UNCLEAR if put_as_no else Reply.AFFIRMED
    if not _holds_denial(lines):
        return Reply.NONE if question and not risk.asks(question.text) else Reply.AFFIRMED
    if kinds:
        return _how_plain(rest, kinds, of_present)
    return Reply.UNCLEAR if question and _HALF_NO.match(rest) else Reply.DENIED


def _without_yes(text: str) -> tuple[str, bool]:
    """The text behind a first "yeah" or "okay", and whether that affirms: not in "Yeah, no."."""
    heard = vocabulary.words("assents") | vocabulary.words("fillers")
    is_yes = False
    while text and not starts_with_no(text):  # "Definitely not." is no yes
        first = _YES_BEFORE.match(text)
        word = (first.group() if first else text).strip(" ,.!?-")
        if word not in heard:
            break
        is_yes = is_yes or word in vocabulary.words("yes")
        text = text[first.end() :] if first else ""
    denied = starts_with_no(text) or _OWN_NO.match(text) is not None
    return text, is_yes and not denied


def _holds_denial(lines: list[Line]) -> bool:
    hard, soft = vocabulary.words("negators"), vocabulary.words("denying")
    return any(
        token in hard or token in soft or words.lemma(token) in soft
        for line in lines
        for token in line.tokens
    )


def _how_plain(text: str, kinds: frozenset[str], of_present: bool) -> Reply:
    if is_plain_no(text):
        return Reply.DENIED
    negated = risk.negations(text, kinds)
    begins = starts_with_no(text) or _OWN_NO.match(text) is not None
    if not all(negated) or not (begins or negated) or is_partial(text):
        return Reply.UNCLEAR
    return Reply.UNCLEAR if speaks_of_before(text) and not of_present else Reply.DENIED
