"""Speech for which a recogniser has no words."""

from collections.abc import Sequence

from services.adapters.speech import Span, Word


def unheard(speech: Sequence[Span], words: Sequence[Word]) -> float:
    """Longest stretch of speech, in seconds, in which there is no word."""
    longest = 0.0
    for start, end in speech:
        at = start
        for word in words:
            if word.end > at and word.start < end:
                longest, at = max(longest, word.start - at), word.end
        longest = max(longest, end - at)
    return longest
