"""A passage that was heard with doubt is heard once more in another way, and the surer of the two is believed.

Whisper writes times between the words. Where it errs with them it loses the thread: a window ends early, and what is
left is heard by itself, without what came before. Told to write none it hears the passage in one go; in that way it
can run on, or leave out the end, which is known by the number of words. Figures: docs/decisions/0035.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from services.adapters.speech.hallucination import REPETITIVE

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment

ONCE_MORE: dict[str, Any] = {"without_timestamps": True, "temperature": 0.0}
DOUBT = -0.4  # mean log probability of a passage's tokens
LENGTH = 1.1  # times as many words the one way as the other


def is_doubtful(heard: "Sequence[Segment]") -> bool:
    """In more than one window, or unlikely by the model's own account."""
    tokens = sum(len(segment.tokens) + 1 for segment in heard)  # and the one that ends the text
    total = sum(segment.avg_logprob * (len(segment.tokens) + 1) for segment in heard)
    return len({segment.seek for segment in heard}) > 1 or total < DOUBT * tokens


def surer(first: "Sequence[Segment]", second: "Sequence[Segment]") -> "Sequence[Segment]":
    """The one whose words are likelier; the first where the second may be made up or cut short."""
    one, other = _words(first), _words(second)
    if any(segment.compression_ratio > REPETITIVE for segment in second):
        return first
    if max(len(one), len(other)) > LENGTH * min(len(one), len(other)):
        return first
    return second if _likelihood(other) > _likelihood(one) else first


def _words(heard: "Sequence[Segment]") -> list[float]:
    return [word.probability for segment in heard for word in segment.words or ()]


def _likelihood(probabilities: Sequence[float]) -> float:
    """Mean log probability; -inf without words."""
    if not probabilities:
        return -math.inf
    return sum(math.log(max(each, 1e-3)) for each in probabilities) / len(probabilities)
