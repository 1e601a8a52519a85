"""Words as captions: lines of about a sentence."""

from collections.abc import Sequence
from typing import NamedTuple

from services.adapters.diarisation.words import BREATH, ends_sentence
from services.adapters.speech import Word

PAUSE = 2.0  # seconds of silence that end a line
LONGEST = 8.0  # seconds before a line ends with the next breath


class Line(NamedTuple):
    start: float  # seconds
    end: float
    text: str


def lines_of(words: Sequence[Word]) -> list[Line]:
    """Words in order as lines: a new one after a sentence, a pause, or LONGEST seconds."""
    lines: list[Line] = []
    said: list[Word] = []
    for at, word in enumerate(words):
        said.append(word)
        pause = words[at + 1].start - word.end if at + 1 < len(words) else PAUSE
        is_long = word.end - said[0].start >= LONGEST and pause >= BREATH
        if pause >= PAUSE or is_long or ends_sentence(word.text):
            lines.append(Line(said[0].start, word.end, " ".join(each.text for each in said)))
            said = []
    return lines
