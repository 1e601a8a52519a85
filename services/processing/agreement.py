"""What two passes over the same sound heard alike is likely to stay; the words behind it may still change."""

import re
from collections.abc import Sequence

from services.adapters.speech import Word
from services.adapters.speech.lines import Line, lines_of

Guess = tuple[Line, int]  # a line, and how many of its words are agreed on


def agreed_words(before: Sequence[Word], now: Sequence[Word]) -> int:
    """How many words at the beginning of `now` the pass before heard as well, wherever it began."""
    earlier, later = [_plain(word) for word in before], [_plain(word) for word in now]
    longest = 0
    for at in range(len(earlier)):
        alike = 0
        for one, other in zip(earlier[at:], later, strict=False):
            if one != other:
                break
            alike += 1
        longest = max(longest, alike)
    return longest


def guesses(words: Sequence[Word], agreed: int) -> list[Guess]:
    """Words as lines, of which the first `agreed` words are agreed on."""
    out: list[Guess] = []
    for line in lines_of(words):
        count = len(line.text.split())
        out.append((line, max(0, min(count, agreed))))
        agreed -= count
    return out


def _plain(word: Word) -> str:
    return re.sub(r"\W", "", word.text.casefold())
