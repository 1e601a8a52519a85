"""Which speaker said which word."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from services.adapters.diarisation import SpeakerTurn

BREATH = 0.35  # seconds between two words; people change at breaths or sentence ends
SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")


class TimedWord(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


def speakers_of(words: Sequence[TimedWord], turns: Sequence[SpeakerTurn]) -> list[int]:
    """A speaker per word: the one who speaks longest during it, then the majority of its breath group.

    Words and turns are in order of time. Without turns every word is speaker 0's.
    """
    if not turns:
        return [0] * len(words)
    alone = [_speaker_of(word, turns) for word in words]
    smoothed: list[int] = []
    for first, last in breath_groups(words):
        votes: Counter[int] = Counter()
        for word, speaker in zip(words[first:last], alone[first:last], strict=True):
            votes[speaker] += round(1000 * max(word.end - word.start, 0.05))
        smoothed += [votes.most_common(1)[0][0]] * (last - first)
    return smoothed


def breath_groups(words: Sequence[TimedWord]) -> list[tuple[int, int]]:
    """Index ranges [first, last) of words said in one breath and one sentence."""
    groups, first = [], 0
    for at in range(1, len(words) + 1):
        if (
            at == len(words)
            or words[at].start - words[at - 1].end >= BREATH
            or words[at - 1].text.endswith(SENTENCE_ENDS)
        ):
            groups.append((first, at))
            first = at
    return groups


def _speaker_of(word: TimedWord, turns: Sequence[SpeakerTurn]) -> int:
    """The turn with the longest overlap, else the nearest one."""
    at = bisect_left(turns, word.start, key=lambda turn: turn.end)
    shared: Counter[int] = Counter()
    for turn in turns[at:]:
        if turn.start >= word.end:
            break
        shared[turn.speaker] += round(
            1000 * (min(turn.end, word.end) - max(turn.start, word.start))
        )
    if shared and max(shared.values()) > 0:
        return shared.most_common(1)[0][0]
    near = turns[max(0, at - 1) : at + 1]
    middle = (word.start + word.end) / 2
    return min(near, key=lambda turn: max(turn.start - middle, middle - turn.end)).speaker
