"""Decoding audio: any container a browser or phone makes becomes 16 kHz mono float32 samples, as a stream.

`containers` tells containers apart by their bytes, `probe` checks what was sent, `decoding` streams samples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000  # what Whisper, the VAD and the speaker model take

Samples = NDArray[np.float32]  # mono, 16 kHz, -1 to 1


@dataclass(frozen=True)
class AudioFacts:
    container: str  # webm, ogg, wav, mp3, mp4, flac
    content_type: str  # e.g. audio/webm
    codec: str
    sample_rate: int
    channels: int
    duration: float  # seconds of sound that are really there, whatever the header claims
    complete: bool = True  # False when the file ends before its header says it should
