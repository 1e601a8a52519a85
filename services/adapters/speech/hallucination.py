"""Words that a recogniser makes up: from silence, from music, or in a loop.

Whisper was trained on captions, so it fills sound without words with captions' boilerplate and can
repeat itself without end. Thresholds of the first two rules are Whisper's own (Radford et al. 2022,
arXiv:2212.04356, section 4.5); boilerplate: Barański et al. 2025, arXiv:2501.11378.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.adapters.speech import Word

NO_SPEECH = 0.6  # probability of "no speech" above which words need confidence
LOW_CONFIDENCE = -1.0  # mean log probability of a segment's tokens
UNSURE = -0.6  # the same, for boilerplate and for a passage that begins as if without speech
REPETITIVE = 2.4  # compression ratio of text that loops
LOOP = 4  # how often a phrase must follow itself to be a loop
BOILERPLATE = re.compile(
    r"thank(s| you)( (so|very) much)?( for (watching|listening|your attention))?"
    r"|(please )?(like and )?subscribe.*"
    r"|see you (in the )?next (time|video)|bye( bye)*"
    r"|(subtitles|captions|transcri(bed|ption)|translated|edited) by .*"
    r"|.*\b(amara org|zeoranger|opensubtitles|otter ai)\b.*"
    r"|untertitel.*|vielen dank( fürs zuschauen)?|sous titres.*|merci d avoir regardé.*"
    r"|subtítulos.*|gracias por ver.*|legendas.*|sottotitoli.*|ondertitel.*|you"
)


@dataclass(frozen=True)
class SpokenSegment:
    words: tuple[Word, ...]
    no_speech: float  # probability that the window holds no speech
    log_probability: float  # mean over the segment's tokens
    compression: float  # length of the text over its deflated length


def believable(segments: Sequence[SpokenSegment]) -> list[SpokenSegment]:
    """The segments without what was made up; loops are cut to their first round."""
    kept: list[SpokenSegment] = []
    before = ""
    for segment in segments:
        text = _plain(" ".join(word.text for word in segment.words))
        again = text == before and _is_unsure(segment)
        before = text
        # After believed words a window holds the rest of a sentence: short, and for that alone like no speech.
        doubt = LOW_CONFIDENCE if kept else UNSURE
        if not again and not _is_made_up(segment, text, doubt):
            kept.append(replace(segment, words=_without_loops(segment.words)))
    return kept


def _is_made_up(segment: SpokenSegment, text: str, doubt: float) -> bool:
    if not text:
        return True
    if segment.no_speech > NO_SPEECH and segment.log_probability < doubt:
        return True
    if segment.log_probability < LOW_CONFIDENCE and segment.compression > REPETITIVE:
        return True
    if _is_unsure(segment) and BOILERPLATE.fullmatch(text):
        return True
    # Speech has at most some 7 words a second; many words in no time are a decoder running on.
    seconds = segment.words[-1].end - segment.words[0].start
    return len(segment.words) >= 5 and seconds < 0.1 * len(segment.words)


def _is_unsure(segment: SpokenSegment) -> bool:
    return segment.log_probability < UNSURE or segment.no_speech > NO_SPEECH


def _without_loops(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """One round of every phrase of up to 12 words that follows itself at least LOOP times."""
    plain = [_plain(word.text) for word in words]
    kept: list[Word] = []
    at = 0
    while at < len(words):
        size, rounds = _loop_at(plain, at)
        kept.extend(words[at : at + size])
        at += size * rounds
    return tuple(kept)


def _loop_at(plain: Sequence[str], at: int) -> tuple[int, int]:
    """(words of the phrase that starts here, how often it is said in a row); (1, 1) when it is no loop."""
    for size in range(1, 13):
        phrase, rounds = plain[at : at + size], 1
        while plain[at + size * rounds : at + size * (rounds + 1)] == phrase:
            rounds += 1
        # "no, no, no, no" is said by people: single words need twice the rounds.
        if len(phrase) == size and rounds >= (2 * LOOP if size == 1 else LOOP):
            return size, rounds
    return 1, 1


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text.lower()).strip()
