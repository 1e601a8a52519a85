"""Who spoke when: voice embeddings of speech windows, clustered into speakers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.adapters.audio import Samples


@dataclass(frozen=True)
class VoiceWindow:
    start: float  # seconds
    end: float
    vector: NDArray[np.float32]  # unit length; a voice print, so it is PHI


@dataclass(frozen=True)
class SpeakerTurn:
    speaker: int  # 0-based, in order of first appearance
    start: float
    end: float


class SpeakerEmbedder(Protocol):
    def embed(self, samples: Samples, speech: Sequence[tuple[float, float]]) -> list[VoiceWindow]:
        """Windows inside the given speech spans (seconds, in order), or over a short silence between two.
        Raises WeightsMissing, IntegrationError."""
