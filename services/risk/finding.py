"""Passages that may speak of risk, and whether the therapist asked.

Nothing found means nothing: people say it in words that no list has. What is found means "look here", no more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.notes.content import RiskMention, RiskQuestion
from services.risk.answers import is_partial, is_plain_no, speaks_of_before, starts_with_no
from services.risk.phrases import Hit, hits
from services.risk.places import sentences, time_at

UNKNOWN = "unknown"  # who said it, while nobody has said which speaker is the therapist
REACH = 60  # characters before a hit in which a negation denies it
ANSWER_WITHIN = 4  # utterances after a question

_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "`": "'"})
_CLAUSE = re.compile(
    r"[.?!;:]|,(?!\s*(?:or|nor)\b)|\bbut\b|\bbecause\b|\balthough\b|\bthough\b|\bexcept\b"
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|none|nor|without|don'?t|didn'?t|doesn'?t|haven'?t|hasn'?t|hadn'?t|isn'?t|wasn'?t|aren'?t|weren'?t|wouldn'?t"
    r"|won'?t|cannot|can'?t|couldn'?t|nobody|no one|den(?:y|ies|ied)|stopped|quit|anything but)\b"
)
# What parts a sentence without parting its sense: "I didn't, you know, want to".
_HESITATION = re.compile(
    r"[,\s]+(?:um+|uh+|erm?|ah|like|you know|i mean|well|honestly|actually)\b,?"
)
# A negation of something else than what follows: of stopping, of knowing, of telling.
_ELSEWHERE = re.compile(
    r"\b(?:(?:not|never|don'?t|didn'?t|doesn'?t|won'?t|wouldn'?t|cannot|can'?t|couldn'?t|haven'?t"
    r"|hasn'?t|nobody|no one|without) (?:(?:really|just|even|ever|able to|seem to|been able to) )*"
    r"(?:stop(?:ped|ping)?|quit|help|resist|shake|escape|know(?:n|s|ing)?|knew|remember|care|mind|sure|certain|tell(?:ing)?|told"
    r"|said|admit(?:ted)?|realised?|realized?|notice[ds]?|only|just|go a (?:day|week|night))"
    r"|no (?:doubt|idea|wonder|matter))\b"
)
_SOMEBODY = re.compile(r"\b(?:i|he|she|they|we|it|i'(?:m|ve|d)|sometimes|yes|yeah)\b")
_ASKS = re.compile(
    r"\?|\b(?:do|did|have|has|are|were|was|is|would|could|can|will|had|does)"
    r" (?:you|he|she|they|your|there|it|anyone|anybody)\b"
    r"|\b(?:any|ever|what about|how about|tell me about|i'?m wondering|i wonder|wondering)\b"
    r"|\bi (?:want|need|have|would like|'d like) to ask\b"
)


def find(
    utterances: Iterable[Mapping[str, Any]], speakers: Iterable[Mapping[str, Any]]
) -> tuple[tuple[RiskMention, ...], tuple[RiskQuestion, ...]]:
    """What was said that may speak of risk, negated or not, and the therapist's questions with their answers.

    In order of the session. A question is no mention; an answer to one that is no plain "no" is one, whatever
    its words. One mention per category and utterance. Without roles whoever asks the other counts as asking.
    """
    said = list(utterances)
    roles = {str(one["key"]): one.get("role") for one in speakers}
    mentions: list[RiskMention] = []
    questions: list[RiskQuestion] = []
    seen: set[tuple[int, str]] = set()
    for position, utterance in enumerate(said):
        text = plain(str(utterance["text"]))
        role = roles.get(str(utterance.get("speaker"))) or UNKNOWN
        for hit in hits(text):
            if role in ("therapist", UNKNOWN) and _is_question(text, hit):
                answers = list(_answers(said, position))
                questions.append(_question(hit, utterance, answers))
                new = _affirmed(hit, answers, roles)
            else:
                new = [_mention(hit, utterance, role)]
            for mention in new:
                if (mention.utterance, mention.category) not in seen:
                    seen.add((mention.utterance, mention.category))
                    mentions.append(mention)
    order = {int(one["id"]): position for position, one in enumerate(said)}
    mentions.sort(key=lambda one: order[one.utterance])
    return tuple(mentions), tuple(questions)


def categories(text: str) -> frozenset[str]:
    """The kinds of risk that a text may speak of."""
    return frozenset(hit.category for hit in hits(plain(text)))


def negations(text: str, of: frozenset[str]) -> list[bool]:
    """Of each place of a text that may speak of these kinds of risk, whether it is denied there."""
    said = plain(text)
    return [_is_negated(said, _telling(said, hit)) for hit in hits(said) if hit.category in of]


def asks(text: str) -> bool:
    """It reads like a question, with or without its mark."""
    return _ASKS.search(plain(text)) is not None


def plain(text: str) -> str:
    """Lower case, straight apostrophes; as long as before, so that places stay what they were."""
    lowered = text.lower()
    return (lowered if len(lowered) == len(text) else text).translate(_STRAIGHT)


def _is_question(text: str, hit: Hit) -> bool:
    """The sentence of the hit, or the one right after it, asks."""
    start, end = _sentence(text, hit)
    following = next(sentences(text, end), None)
    return bool(_ASKS.search(text[start : following[1] if following else end]))


def _question(
    hit: Hit, utterance: Mapping[str, Any], answers: Sequence[Mapping[str, Any]]
) -> RiskQuestion:
    answer = int(answers[0]["id"]) if answers else None
    return RiskQuestion(hit.category, int(utterance["id"]), time_at(utterance, hit.start), answer)


def _answers(said: list[Any], position: int) -> Iterator[Mapping[str, Any]]:
    """All that the next other person says, until somebody else speaks."""
    asker, answerer = said[position].get("speaker"), None
    for following in said[position + 1 : position + 1 + ANSWER_WITHIN]:
        speaker = following.get("speaker")
        if answerer is None and speaker == asker:
            continue
        if speaker != (answerer or speaker):
            return
        answerer = speaker
        yield following


def _affirmed(
    hit: Hit, answers: Sequence[Mapping[str, Any]], roles: Mapping[str, Any]
) -> list[RiskMention]:
    """An answer that is no plain "no" speaks of what was asked: its first place, up to one that does not deny it."""
    found = []
    for answer in answers:
        text = str(answer["text"])
        said = plain(text)
        if is_plain_no(said) or not said.strip():
            continue
        is_no = _is_no(said, hit.category)
        role = roles.get(str(answer.get("speaker"))) or UNKNOWN
        at = float(answer.get("start") or 0.0)
        found.append(RiskMention(hit.category, int(answer["id"]), at, text.strip(), is_no, role))
        if not is_no:
            break
    return found


def _is_no(answer: str, category: str) -> bool:
    """It begins with no and takes nothing back: neither "sometimes" nor "No. I don't want to live"."""
    if not starts_with_no(answer) or is_partial(answer) or speaks_of_before(answer):
        return False
    return all(negations(answer, frozenset((category,))))


def _mention(hit: Hit, utterance: Mapping[str, Any], role: str) -> RiskMention:
    original = str(utterance["text"])
    text = plain(original)
    hit = _telling(text, hit)
    start, end = _sentence(text, hit)
    return RiskMention(
        category=hit.category,
        utterance=int(utterance["id"]),
        at=time_at(utterance, hit.start),
        words=original[start:end].strip(),
        is_negated=_is_negated(text, hit),
        by=role,
    )


def _sentence(text: str, hit: Hit) -> tuple[int, int]:
    for start, end in sentences(text):
        if start <= hit.start < end:
            return start, max(end, hit.end)
    return 0, len(text)


def _telling(text: str, first: Hit) -> Hit:
    """The first place that is not denied, where the sentence goes on so: "I didn't want to, but I hurt myself"."""
    hit = first
    while _is_negated(text, hit):
        rest = " " * hit.end + text[hit.end :]
        later = [one for one in hits(rest) if one.category == first.category]
        if not later:
            return first
        hit = later[0]
    said = _CLAUSE.split(text[: hit.start])[-1] + text[hit.start : hit.end]
    return hit if _SOMEBODY.search(said) else first


def _is_negated(text: str, hit: Hit) -> bool:
    """A negation before it in its clause, or in a gap of it ("he never hit me"), of it and of nothing else.

    One that the phrase is made of ("don't want to live") is what the words mean.
    """
    reached = _HESITATION.sub(" ", text[max(0, hit.start - REACH) : hit.start])
    before = _CLAUSE.split(reached)[-1]
    if not _has_negation(hit.written.replace("|", " ")):
        before += text[hit.start : hit.end]
    return _has_negation(before)


def _has_negation(words: str) -> bool:
    return "<not>" in words or _NEGATED.search(_ELSEWHERE.sub(" ", words)) is not None
