"""Captions of sound that is a second old: the pure part, without database or clock.

Each pass hears what is open once more, so the words at its end may still change: those that two passes in a row
heard alike are agreed on. Once the open part is long enough it is cut at a silence; what lies before is heard a last
time and settled, so that a pass never has more than some seconds to hear.
"""

import numpy as np

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.speech import SpeechRecogniser, Word
from services.adapters.speech.silence import (
    FRAME,
    RELEASE,
    levelled,
    speech_probabilities,
    speech_spans,
)
from services.processing.agreement import Guess, agreed_words, guesses
from services.transcriber import BEYOND_DOUBT

ENOUGH = 7.0  # seconds that are open before they are cut at a silence
MOST = 13.0  # seconds that are open at most: with the room behind them half of the model's window
LEAST = 3.0  # seconds before a cut
BEHIND = 1.0  # seconds that stay open behind it
SHORTEST = 0.3  # seconds of silence at which ENOUGH may be cut
GAP = 0.1  # seconds missing between two pieces before silence stands for them
LONGEST_GAP = 30.0  # seconds; what is older is left to the transcript


class Preview:
    def __init__(self, recogniser: SpeechRecogniser) -> None:
        self._recogniser = recogniser
        self._start: float | None = None  # seconds at which the open part begins
        self._open = np.zeros(0, np.float32)
        self._settled: list[Word] = []
        self._heard: list[Word] = []  # in the open part, by the last pass
        self._language: str | None = None  # where the last pass was beyond doubt

    def add(self, start: float, samples: Samples) -> None:
        """Sound that begins `start` seconds into the recording, in order."""
        missing = 0.0 if self._start is None else start - self._end
        if self._start is None or missing > LONGEST_GAP:
            self._start, self._open, self._heard = start, np.zeros(0, np.float32), []
        elif missing > GAP:
            silence = np.zeros(round(missing * SAMPLE_RATE), np.float32)
            self._open = np.concatenate([self._open, silence])
        self._open = np.concatenate([self._open, samples])

    def listen(self, *, language: str | None, until: float) -> list[Guess]:
        """One pass. Everything said later than `until` seconds, which the transcript has reached. Raises
        WeightsMissing, IntegrationError."""
        if self._start is None or not len(self._open):
            return []
        probabilities = _probabilities(self._open)
        cut = _settling_point(probabilities)
        if cut:
            self._settled += self._recognised(probabilities[:cut], language)
            self._open, probabilities = self._open[cut * FRAME :], probabilities[cut:]
            self._start += cut * FRAME / SAMPLE_RATE
        heard = self._recognised(probabilities, language)
        agreed = agreed_words(self._heard, heard)
        self._heard = heard
        self._settled = [word for word in self._settled if _middle(word) > until]
        words = self._settled + [word for word in heard if _middle(word) > until]
        return guesses(words, len(words) - len(heard) + agreed)

    @property
    def _end(self) -> float:
        return (self._start or 0.0) + len(self._open) / SAMPLE_RATE

    def _recognised(self, probabilities: Samples, language: str | None) -> list[Word]:
        """Words of the frames at the beginning of what is open, at their times in the recording."""
        speech = speech_spans(probabilities)
        if not speech:
            return []
        found = self._recogniser.recognise(
            self._open[: len(probabilities) * FRAME],
            speech,
            language=language or self._language,
            quick=True,
        )
        is_sure = found.language_probability >= BEYOND_DOUBT
        self._language = found.language if is_sure else None
        begin = self._start or 0.0
        return [
            Word(word.text, begin + word.start, begin + word.end, word.probability)
            for word in found.words
        ]


def _settling_point(heard: Samples) -> int:
    """Frame at which to cut what is open, 0 not yet: the middle of the longest silence, without one and when it
    is too long the least speech-like frame. Silence alone is cut as well."""
    per_second = SAMPLE_RATE / FRAME
    first, last = round(LEAST * per_second), len(heard) - round(BEHIND * per_second)
    if len(heard) < ENOUGH * per_second or last <= first:
        return 0
    quiet = np.flatnonzero(heard[first:last] < RELEASE)
    runs = np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1) if len(quiet) else []
    longest = max(runs, key=len, default=quiet)
    if len(longest) >= SHORTEST * per_second:
        return first + int(longest[len(longest) // 2])
    return first + int(np.argmin(heard[first:last])) if len(heard) >= MOST * per_second else 0


def _probabilities(samples: Samples) -> Samples:
    left = levelled(samples)
    return speech_probabilities(np.pad(left, (0, -len(left) % FRAME)))


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2
