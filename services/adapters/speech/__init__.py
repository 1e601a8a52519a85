"""Speech recognition: one silence-cut passage in, words with times out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.adapters.audio import Samples

Span = tuple[float, float]  # start and end in seconds


@dataclass(frozen=True)
class Word:
    text: str  # as written, with its punctuation, without surrounding blanks
    start: float  # seconds
    end: float
    probability: float  # 0 to 1, the recogniser's own


@dataclass(frozen=True)
class Recognition:
    language: str  # ISO 639-1
    language_probability: float
    words: tuple[Word, ...]  # times relative to the first sample given


class SpeechRecogniser(Protocol):
    def recognise(
        self,
        samples: Samples,
        speech: Sequence[Span],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
        quick: bool = False,
        hurried: bool = False,
    ) -> Recognition:
        """Words of one passage (at most 30 s of speech); no text of an earlier passage is carried over.
        `speech` are the voice activity spans in it, seconds from its first sample, at least one.
        Language is detected when None. `quick` is for a caption that is soon replaced: as fast as can be,
        the times of its words may be rough. `hurried` is for the end of a session that somebody waits for: as good as
        one hearing makes it. Raises WeightsMissing, IntegrationError."""
