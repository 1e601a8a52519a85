"""Which speaker said which word."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from services.adapters.diarisation import SpeakerTurn

BREATH = 0.35  # seconds between two words; people change at breaths or sentence ends
SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")
CLOSING = "\"'”’»)]"  # may stand behind a sentence's end
# Seconds of another's voice that it takes to change the speaker within a breath, and at its end. Measured:
# 0.2 to 0.4 s are alike, more loses short turns, none lets single words flicker.
WITHIN, AT_BREATH = 0.3, 0.05
SHORTEST = 0.05  # seconds that a word counts at least; recognisers time some at no length


class TimedWord(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


def speakers_of(words: Sequence[TimedWord], turns: Sequence[SpeakerTurn]) -> list[int]:
    """A speaker per word: who speaks longest during it, where the speaker may not change for a trifle.

    Words and turns are in order of time. Without turns every word is speaker 0's.
    """
    if not turns or not words:
        return [0] * len(words)
    count = max(turn.speaker for turn in turns) + 1
    best = _voices(words[0], turns, count)  # per speaker: seconds explained if they say this word
    came_from: list[list[int]] = []
    for before, word in pairwise(words):
        leader = max(range(count), key=best.__getitem__)
        changed = best[leader] - (AT_BREATH if _may_change(before, word) else WITHIN)
        came_from.append([at if best[at] >= changed else leader for at in range(count)])
        heard = _voices(word, turns, count)
        best = [max(best[at], changed) + heard[at] for at in range(count)]
    speakers = [max(range(count), key=best.__getitem__)]
    for row in reversed(came_from):
        speakers.append(row[speakers[-1]])
    return speakers[::-1]


def ends_sentence(text: str) -> bool:
    return text.rstrip(CLOSING).endswith(SENTENCE_ENDS)


def _may_change(before: TimedWord, word: TimedWord) -> bool:
    return word.start - before.end >= BREATH or ends_sentence(before.text)


def _voices(word: TimedWord, turns: Sequence[SpeakerTurn], count: int) -> list[float]:
    """Seconds for which each speaker speaks during the word; where none does, all of it is the nearest's."""
    heard = [0.0] * count
    at = bisect_left(turns, word.start, key=lambda turn: turn.end)
    for turn in turns[at:]:
        if turn.start >= word.end:
            break
        heard[turn.speaker] += min(turn.end, word.end) - max(turn.start, word.start)
    if max(heard) <= 0:
        middle = (word.start + word.end) / 2
        near = turns[max(0, at - 1) : at + 1]
        nearest = min(near, key=lambda turn: max(turn.start - middle, middle - turn.end))
        heard[nearest.speaker] = max(word.end - word.start, SHORTEST)
    return heard
