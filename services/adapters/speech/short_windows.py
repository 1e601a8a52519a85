"""Whisper without most of the silence that fills its windows.

A passage is shorter than the 30 s that the model was trained on, and what is left of it after a first window much
shorter; faster-whisper fills both up. The encoder takes shorter windows (docs/decisions/0033): of the silence it hears
SPARE seconds, enough for the decoder to notice that the speech has ended.
"""

import math
from collections import deque
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
from faster_whisper import WhisperModel

if TYPE_CHECKING:
    from ctranslate2 import StorageView
    from numpy.typing import NDArray

SPARE = 3.0  # seconds
FRAMES = 100  # of features in a second


class ShortWindows(WhisperModel):  # type: ignore[misc]  # it has no types
    """faster-whisper's model; windows end with what is in them and SPARE, in whole seconds."""

    def __init__(self, *given: Any, **how: Any) -> None:
        super().__init__(*given, **how)
        self._encoded = _Encoded()

    def encode(self, features: "NDArray[np.float32]") -> "StorageView":
        """Features by (mel band, frame), filled up with zeros, alone or one in a batch."""
        filled = np.flatnonzero(features.any(axis=tuple(range(features.ndim - 1))))
        used = (int(filled[-1]) + 1 if len(filled) else 0) / FRAMES + SPARE
        window = np.ascontiguousarray(features[..., : FRAMES * math.ceil(used)])
        for known, encoded in self._encoded.windows:
            if np.array_equal(known, window):
                return encoded
        encoded = super().encode(window)
        self._encoded.windows.append((window, encoded))
        return encoded


class _Encoded(local):
    """What a thread encoded last, some 4 MB a window: a passage whose language is not known, or that is heard twice,
    has the same first window again."""

    def __init__(self) -> None:
        self.windows: deque[tuple[NDArray[np.float32], StorageView]] = deque(maxlen=2)
