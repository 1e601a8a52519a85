"""The protocol's `verbose_json`, as servers really fill it: OpenAI strips punctuation from the words, vLLM sends
no words, whisper.cpp puts them into the segments, and any figure may be missing."""

import math
import re
import zlib
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from services.adapters.speech import Word
from services.adapters.speech.hallucination import SpokenSegment

LOOKAHEAD = 30  # characters of the text in which the next word must begin
JOINT = re.compile(r"[-‐'’.,/:&@+]+")  # within what is written as one: "forty-five", "3.5"
CLOSING, OPENING = re.compile(r"[^\w\s]+"), re.compile(r"[^\w\s]+$")


class _Finite(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)


class AnsweredWord(_Finite):
    word: str
    start: float
    end: float
    probability: float | None = None


class AnsweredSegment(_Finite):
    text: str = ""
    start: float
    end: float
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None
    words: list[AnsweredWord] | None = None


class Answer(_Finite):
    text: str
    language: str | None = None
    words: list[AnsweredWord] | None = None
    segments: list[AnsweredSegment] | None = None


class TimesMissing(Exception):
    """There is text, but neither a word nor a segment says when it was said."""


def segments_of(answer: Answer, seconds: float) -> list[SpokenSegment]:
    """Segments with their words, times within [0, seconds] and in order. Raises TimesMissing."""
    segments = sorted(answer.segments or [], key=lambda segment: segment.start)
    words = answer.words or [word for segment in segments for word in segment.words or ()]
    words = sorted(words, key=lambda word: word.start) or _spread(segments)
    if not words and answer.text.strip():
        raise TimesMissing
    if not segments:
        whole = AnsweredSegment(text=answer.text, start=0.0, end=seconds)
        return [_spoken(whole, words, seconds)]
    groups: list[list[AnsweredWord]] = [[] for _ in segments]
    at = 0
    for word in words:
        while at + 1 < len(segments) and segments[at + 1].start <= (word.start + word.end) / 2:
            at += 1
        groups[at].append(word)
    return [
        _spoken(segment, group, seconds) for segment, group in zip(segments, groups, strict=True)
    ]


def _spread(segments: Sequence[AnsweredSegment]) -> list[AnsweredWord]:
    """Words of servers that time only segments: as long as their share of the segment's characters."""
    words = []
    for segment in segments:
        tokens = segment.text.split()
        scale = (segment.end - segment.start) / max(1, sum(map(len, tokens)))
        at = segment.start
        for token in tokens:
            words.append(AnsweredWord(word=token, start=at, end=at + len(token) * scale))
            at += len(token) * scale
    return words


def _spoken(
    segment: AnsweredSegment, words: Sequence[AnsweredWord], seconds: float
) -> SpokenSegment:
    """In place of a missing figure stands one that condemns nothing."""
    log_probability = segment.avg_logprob if segment.avg_logprob is not None else 0.0
    likely = math.exp(min(0.0, log_probability))  # the geometric mean of the tokens' probabilities
    compression = segment.compression_ratio
    return SpokenSegment(
        words=tuple(
            Word(word.word, start, max(start, min(word.end, seconds)), _share(word, likely))
            for word in spelled(words, segment.text)
            for start in [max(0.0, min(word.start, seconds))]
        ),
        no_speech=segment.no_speech_prob or 0.0,
        log_probability=log_probability,
        compression=_compression(segment.text) if compression is None else compression,
    )


def _share(word: AnsweredWord, otherwise: float) -> float:
    given = otherwise if word.probability is None else word.probability
    return max(0.0, min(1.0, given))


def _compression(text: str) -> float:
    """As Whisper computes it."""
    encoded = text.encode()
    return len(encoded) / len(zlib.compress(encoded)) if encoded else 0.0


def spelled(words: Sequence[AnsweredWord], text: str) -> list[AnsweredWord]:
    """The words as the text writes them: with their punctuation, and parts of one ("forty-five") as one.

    A word that the text has not at its place keeps the server's spelling.
    """
    out: list[AnsweredWord] = []
    end, located = 0, False  # how far the text is used, and whether by the last word
    for word in words:
        bare = word.word.strip()
        start = text.find(bare, end, end + LOOKAHEAD + len(bare)) if bare else -1
        if start < 0:
            out += [word.model_copy(update={"word": bare})] if bare else []
            located = located and not bare
            continue
        before, end = text[end:start], _with_its_punctuation(text, start + len(bare))
        if located and JOINT.fullmatch(before):
            spelling = out[-1].word + before + text[start:end]
            out[-1] = out[-1].model_copy(update={"word": spelling, "end": word.end})
        else:
            opening = OPENING.search(before)
            spelling = (opening[0] if opening else "") + text[start:end]
            out.append(word.model_copy(update={"word": spelling}))
        located = True
    return out


def _with_its_punctuation(text: str, end: int) -> int:
    """End of a word with what follows it up to a blank, unless that joins it to the next word."""
    closing = CLOSING.match(text, end)
    after = closing.end() if closing else end
    joins = JOINT.fullmatch(text, end, after) and text[after : after + 1].strip()
    return end if joins else after
