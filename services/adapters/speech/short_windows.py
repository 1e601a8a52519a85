"""Whisper without most of the silence that fills its windows.

A passage is shorter than the 30 s that the model was trained on, and what is left of it after a first window much
shorter; faster-whisper fills both up. The encoder takes shorter windows (docs/decisions/0033): of the silence it hears
SPARE seconds, enough for the decoder to notice that the speech has ended.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from faster_whisper import WhisperModel

if TYPE_CHECKING:
    from ctranslate2 import StorageView
    from numpy.typing import NDArray

SPARE = 3.0  # seconds
FRAMES = 100  # of features in a second


class ShortWindows(WhisperModel):  # type: ignore[misc]  # it has no types
    """faster-whisper's model; windows end with what is in them and SPARE, in whole seconds."""

    def encode(self, features: "NDArray[np.float32]") -> "StorageView":
        """Features by (mel band, frame), filled up with zeros, alone or one in a batch."""
        filled = np.flatnonzero(features.any(axis=tuple(range(features.ndim - 1))))
        used = (int(filled[-1]) + 1 if len(filled) else 0) / FRAMES + SPARE
        return super().encode(np.ascontiguousarray(features[..., : FRAMES * math.ceil(used)]))
