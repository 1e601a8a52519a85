"""What a statement denies, in whatever form: "denies …", "SI: none.", "does not use drugs", "said no".

Two kinds of form: those that speak of a denial themselves ("denies", "negative for"), whatever its topic, and plain
negatives, which count where the topic is one that a clinician asks about (vocabulary.toml: risks_denied and after).
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from services.grounding import vocabulary, words

_END = re.compile(
    r"[.;:]|(?:,|\band) then\b|\bbut\b|\balthough\b|\bwhile\b|\bthough\b|\bhowever\b|\bwhen\b|\bbecause\b|\bsince\b"
    r"|\bat this time\b"
)
_LIST = re.compile(r",|/|\band\b|\bor\b|\bnor\b")
_THERAPISTS = re.compile(r"\W*(?:the )?(?:therapist|clinician|counsell?or|practitioner|provider)\b")
# What is planned, advised or agreed was not asked about.
_INTENDED = re.compile(
    r"\b(?:plan|want|wish|agree|intend|goal|aim|hope|try|tried|trying|advis|recommend|suggest"
    r"|will|would|should|decid|commit)\w*\b"
)
_NEGATES = re.compile(
    r"(?:^|[.;,]\s*|\b(?:client|patient|he|she|they|and|but)\s+)(?:(?:also|still|\w+ly)\s+)?"
    r"(?:(?:does|do|did|has|have|had|is|was|are|were)\s+(?:not|never)|never)\b(?: (?:currently|ever|any))*"
)
# What a plain negative must begin with, or it is of something else ("does not like his drinking").
_DOES = re.compile(
    r"\s*(?:(?:been|being|currently|actively|recently|regularly|any|ever|had|having|have|feel\w*|felt"
    r"|experienc\w*|suffer\w*|(?:think\w*|thought)(?= (?:about|of)\b)"
    r"|(?:want\w*|wish\w*|intend\w*|plan\w*|tried|try|trying)(?= to (?:die|harm|hurt|kill|end)\b)"
    r"|us(?:e|es|ed|ing)|tak(?:e|es|en|ing)|consum\w*|attempt\w*|engag\w*|hear\w*|see|seen|seeing"
    r"|thoughts?|urges?|ideas?|episodes?|about|of|in|to|from|for|a|an|the|further|other|current|recent|active|passive)\s+)*"
)
_QUALIFIED = (
    r"(?:(?:current|past|recent|active|passive|acute|known|other|reported|any|further|prior|previous|illicit"
    r"|recreational|visual|auditory|thoughts? (?:of|about)|urges? (?:to|of|for)|use of|history of|plans? (?:to|for)"
    r"|intent(?:ion)? to|signs? of|ideas? of)[ /]+)*"
)
_NONE = (
    r"(?:none|nil|absent(?! from)|negative|not (?:present|reported|endorsed|evident|elicited|voiced)|(?:denied|no)"
    r"(?=\s*(?:$|[.;,)]|by\b|at\b|today\b|this\b|currently\b)))\b"
)
_BEHIND = re.compile(
    rf"(?:^|[.;])(?P<topic>[^.;:]*?)(?:\s*[:=]\s*|\s+-\s+|\s+(?:(?:is|was|are|were|(?:has|have) been) )?){_NONE}"
)
_GOES_ON = re.compile(r"\b(?:and|or|but|nor)\s*$")
_SAID_NO = re.compile(
    r"\b(?:said|says|say|answered|answers|replied|responded)"
    r"(?:(?: with)?(?: a)? no\b| negatively\b| in the negative\b)"
)
_UNNAMED = re.compile(
    r"\W*(?:(?:it|this|that|these|those|them|any|all|both|either|such)\b\W*)?(?:by\b.*)?"
)
_ASKED = re.compile(r"\basked (?:\w+ )?(?:about|whether|if)\b(?P<topic>[^.;,]*)")


@cache
def _any_of(*lists: str) -> re.Pattern[str]:
    return re.compile("|".join(one for name in lists for one in vocabulary.phrases(name)))


@cache
def _bare() -> re.Pattern[str]:
    """ "No alcohol use", "without suicidal thoughts", "neither suicidal nor homicidal"."""
    risks, clinical = _any_of("risks_denied").pattern, _any_of("risks_denied", "clinical").pattern
    return re.compile(
        rf"\b(?:no|nil|zero) (?={_QUALIFIED}(?:{clinical}))"
        rf"|\b(?:without|neither|free of|free from) (?={_QUALIFIED}(?:{risks}))"
    )


def topics(text: str) -> list[str]:
    """What a statement denies, one topic each, lower case."""
    left = words.spelled(text)
    found: list[str] = []
    forms: list[Callable[[str], Iterator[tuple[int, int, list[str]]]]] = [_behind, _said_no, _told]
    if not _THERAPISTS.match(left):
        forms += [_negated, _bared]
    for form in forms:
        for start, end, named in list(form(left)):
            found += named
            left = left[:start] + " " * (end - start) + left[end:]
    return list(dict.fromkeys(found))


def _told(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """ "Denies …", "no evidence of …": of anything. "Asked about suicide, she denied it": of what was named before."""
    named = _any_of("risks_denied", "clinical", "habits", "symptoms")
    for match in _any_of("denials").finditer(text):
        rest = _rest(text, match.end())
        found = _parts(rest)
        if _UNNAMED.fullmatch(rest):
            found = [one.group() for one in named.finditer(text[: match.start()])] or found
        yield match.start(), match.end() + len(rest), found


def _behind(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """ "SI: none.", "Suicidality absent." """
    named = _any_of("risks_denied", "clinical", "habits", "symptoms")
    for match in _BEHIND.finditer(text):
        parts = _parts(match["topic"])
        if not parts or not named.search(parts[-1]) or _GOES_ON.search(match["topic"]):
            continue  # "anxious and absent"
        yield match.start(), match.end(), [part for part in parts if named.search(part)]


def _said_no(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """ "Asked about …, the client said no." """
    named = _any_of("risks_denied", "clinical", "habits", "symptoms")
    for match in _SAID_NO.finditer(text):
        asked = _ASKED.search(text)
        about = asked["topic"] if asked else _rest(text, match.end())
        if found := [part for part in _parts(about) if named.search(part)]:
            yield match.start(), match.end(), found


def _negated(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """ "Does not use drugs", "has never thought about suicide"."""
    named = _any_of("risks_denied", "clinical", "habits")
    for match in _NEGATES.finditer(text):
        rest = _rest(text, match.end())
        if not named.match(rest, _length(_DOES, rest)):
            continue
        if found := [part for part in _parts(rest) if named.search(part)]:
            yield match.start(), match.end() + len(rest), found


def _bared(text: str) -> Iterator[tuple[int, int, list[str]]]:
    named = _any_of("risks_denied", "clinical")
    for match in _bare().finditer(text):
        if _INTENDED.search(re.split(r"[.;:,]", text[: match.start()])[-1]):
            continue
        rest = _rest(text, match.end())
        found = [part for part in _parts(rest) if named.search(part)]
        yield match.start(), match.end() + len(rest), found


def _rest(text: str, start: int) -> str:
    return _END.split(text[start:], maxsplit=1)[0]


def _length(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _parts(topic: str) -> list[str]:
    return [part.strip() for part in _LIST.split(topic) if part.strip()]


def told_words(topic: str) -> tuple[words.Content, ...]:
    """The words by which a topic is found in a passage: what it denies, where it names that, not with whom or where."""
    named = _any_of("risks_denied", "clinical", "habits", "symptoms")
    return tuple(one for one in words.contents(topic) if named.search(one.word)) or words.contents(
        topic
    )
