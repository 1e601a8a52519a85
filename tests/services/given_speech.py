"""Speech whose words and voices are given: rules about passages and processing are proven without a model."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.diarisation import VoiceWindow
from services.adapters.speech import Recognition, Span, Word


class Given:
    """Recogniser and embedder whose answers follow from the samples alone: a word and a voice for each stretch of
    speech, told apart by its sound. The same on every processor."""

    def recognise(self, samples: Samples, speech: Sequence[Span], **_: Any) -> Recognition:
        words = tuple(Word(self._name(samples, span), *span, 0.9) for span in speech)
        return Recognition("en", 0.99, words)

    def embed(self, samples: Samples, speech: Sequence[Span]) -> list[VoiceWindow]:
        return [
            VoiceWindow(*span, np.full(192, int(self._name(samples, span)), np.float32))
            for span in speech
        ]

    @staticmethod
    def _name(samples: Samples, span: Span) -> str:
        start, end = (round(each * SAMPLE_RATE) for each in span)
        return str(zlib.crc32(samples[start:end].tobytes()) % 1000)
