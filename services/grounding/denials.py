"""A note denies nothing that nobody asked about, and nothing that was answered with anything but a no."""

import re
from collections.abc import Iterator, Sequence

from services import risk
from services.grounding import words
from services.grounding.findings import Claim, Finding, amber, red
from services.grounding.negatives import told_words
from services.grounding.negatives import topics as topics
from services.grounding.replies import Reply, read
from services.grounding.session import Line, clock

_EMPTY = frozenset(
    "any current past recent history present thought ideation intent plan symptom concern issue use problem"
    " time".split()
)
_ONESELF = frozenset({"suicide", "self-harm"})
_OF_CLIENT = r" (?:towards?|against|to) (?!(?:the )?(?:him|her|them|client|patient)\b)"
_STRICT = (  # found by the lexicon of risk only
    (
        re.compile(
            r"\bsuicid|\bsi\b|\bend\w* (?:his|her|their) life|\bto die\b|\bkill\w* (?:him|her|them)sel"
        ),
        frozenset({"suicide"}),
    ),
    (re.compile(r"\bself-? ?(?:harm|injur|mutilat)|\bnssi\b"), frozenset({"self-harm"})),
    (
        re.compile(
            r"\bsafety\b|\b(?:harm|hurt|cut|injur)\w* (?:to )?(?:(?:him|her|them)sel|self\b)"
        ),
        _ONESELF,
    ),
    (
        re.compile(
            r"\bhomicid|\bhi\b|\b(?:harm|hurt|kill)\w* (?:to )?(?:others|anyone|anybody|someone)"
        ),
        frozenset({"harm-to-others"}),
    ),
    (re.compile(rf"\bviolen(?:t|ce)\b{_OF_CLIENT}"), frozenset({"harm-to-others"})),
    (re.compile(rf"\bviolen(?:t|ce)\b(?!{_OF_CLIENT})"), frozenset({"harm-to-others", "abuse"})),
)
_LOOSE = (  # or by a word of like meaning
    (re.compile(r"(?<!substance )(?<!alcohol )(?<!drug )\babus|\bassault"), frozenset({"abuse"})),
    (re.compile(r"\bneglect"), frozenset({"neglect"})),
    (re.compile(r"\bweapons?\b|\bfirearms?\b|\bguns?\b"), frozenset({"means"})),
)
_INTENT = re.compile(r"\bintent|\bideation\b|\bto act\b|\bto (?:harm|hurt|kill)\b")  # of either
_OF_PRESENT = re.compile(
    r"\b(?:current\w*|now|present\w*|at this time|recent\w*|since|today|lately|past|previous\w*"
    r"|this (?:week|month|session)|former\w*|histor\w*|ago|last|used to)\b"
)


def check(claim: Claim) -> Iterator[Finding]:
    for topic in topics(claim.unquoted):
        lines = [line for line in claim.passage.lines if _speaks_of(line, topic)]
        if lines:
            yield from _answered(claim, topic, lines)
        elif _says_something(topic):
            yield red("denial-not-asked", f"Nobody asked about “{topic}” in the passage it cites.")


def is_about_risk(claim: Claim) -> bool:
    """Whether the statement denies suicide, self-harm or violence."""
    return any(_kinds(topic, _STRICT) or _INTENT.search(topic) for topic in topics(claim.unquoted))


def _kinds(topic: str, of: Sequence[tuple[re.Pattern[str], frozenset[str]]]) -> frozenset[str]:
    return frozenset().union(*(kinds for pattern, kinds in of if pattern.search(topic)))


def _says_something(topic: str) -> bool:
    return bool(_asked_words(topic) or _kinds(topic, _STRICT) or _INTENT.search(topic))


def _asked_words(topic: str) -> list[words.Content]:
    return [one for one in told_words(topic) if words.lemma(one.word) not in _EMPTY]


def _speaks_of(line: Line, topic: str) -> bool:
    strict, loose = _kinds(topic, _STRICT), _kinds(topic, _LOOSE)
    if strict | loose & risk.categories(line.text):
        return bool((strict | loose) & risk.categories(line.text))
    if _INTENT.search(topic) and not loose:
        return bool(risk.categories(line.text) & (_ONESELF | {"means", "harm-to-others"}))
    return any(one.keys & line.keys for one in _asked_words(topic))


def _answered(claim: Claim, topic: str, lines: Sequence[Line]) -> Iterator[Finding]:
    kinds = _kinds(topic, _STRICT + _LOOSE)
    is_risk = bool(kinds or _INTENT.search(topic))
    said = [
        (line, reply, is_answer)
        for line, reply, is_answer in _replies(claim, kinds, lines)
        if reply is not Reply.NONE
    ]
    open_ = [one for one in said if one[1] is not Reply.DENIED]
    affirmed = [one for one in open_ if one[1] is Reply.AFFIRMED]
    if len(affirmed) == len(said):
        yield red("denial-not-said", f"“{topic}” is not denied in the passage it cites.")
    elif sure := [line for line, _, is_answer in affirmed if is_risk or is_answer]:
        where = clock(sure[0].start)
        yield red("denial-affirmed", f"What is said about “{topic}” at {where} is no denial.")
    elif open_:
        where = clock(open_[0][0].start)
        yield amber("denial-unclear", f"The answer about “{topic}” at {where} is no plain no.")
    else:
        yield from _elsewhere(claim, kinds, {line.id for line, _, _ in said})


def _replies(
    claim: Claim, kinds: frozenset[str], lines: Sequence[Line]
) -> Iterator[tuple[Line, Reply, bool]]:
    """What was answered to those who are not the client, and what those who are not the therapist say themselves.

    Without roles, whoever asks is answered, and whoever does not speaks for themselves.
    """
    of_present = _OF_PRESENT.search(claim.unquoted.lower()) is not None
    for line in lines:
        asks = line.role is None and risk.asks(line.text)
        answer = claim.session.answer(line)
        if answer and line.role != "client" and (asks or line.role is not None):
            yield answer[0], read(answer, kinds, question=line, of_present=of_present), True
        if line.role != "therapist" and not asks:
            yield line, read([line], kinds, of_present=of_present), False


def _elsewhere(claim: Claim, kinds: frozenset[str], judged: set[int]) -> Iterator[Finding]:
    """The same risk in another place of the session, told by somebody else than the therapist."""
    known = judged | {line.id for line in claim.passage.lines}
    for kind in sorted(kinds):
        for mention in claim.session.mentions:
            if mention.category == kind and mention.utterance not in known:
                name = kind.replace("-", " ").capitalize() if kind != "self-harm" else "Self-harm"
                yield amber("denial-elsewhere", f"{name} is mentioned at {clock(mention.at)}.")
                break
