"""A passage without its long silences, for a recogniser, and the way back to the times it had with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.speech import Span, Word
from services.adapters.speech.silence import widened

# Seconds around speech that a recogniser hears; pauses below JOIN stay in (faster-whisper's VAD filter has these).
PAD, JOIN = 0.4, 2.0


@dataclass(frozen=True)
class Packed:
    samples: Samples
    speech_end: float  # seconds in `samples` where the last speech ends
    _times: Any  # faster-whisper's SpeechTimestampsMap

    def placed(self, word: Word) -> Word:
        """The word at its time in the passage; both ends in the same stretch of speech."""
        chunk = self._times.get_chunk_index((word.start + word.end) / 2)
        start = self._times.get_original_time(word.start, chunk)
        end = max(start, self._times.get_original_time(word.end, chunk))
        return Word(word.text, start, end, round(word.probability, 3))


def pack(samples: Samples, speech: Sequence[Span]) -> Packed:
    """What of the samples is near speech (seconds, at least one span)."""
    from faster_whisper.vad import SpeechTimestampsMap

    heard = widened(speech, pad=PAD, join=JOIN, end=len(samples) / SAMPLE_RATE)
    chunks = [
        {"start": round(start * SAMPLE_RATE), "end": round(end * SAMPLE_RATE)}
        for start, end in heard
    ]
    packed = np.concatenate([samples[chunk["start"] : chunk["end"]] for chunk in chunks])
    after = heard[-1][1] - speech[-1][1]
    times = SpeechTimestampsMap(chunks, SAMPLE_RATE, time_precision=3)
    return Packed(packed, len(packed) / SAMPLE_RATE - after, times)
