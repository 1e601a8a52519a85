"""Where something stands in an utterance: its sentences by characters, and a character's second in the sound."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_SENTENCE = re.compile(r"[^.?!…]+[.?!…]*|[.?!…]+")


def sentences(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """First character and the one after the last, sentence by sentence, without a gap."""
    for match in _SENTENCE.finditer(text, start):
        yield match.span()


def time_at(utterance: Mapping[str, Any], offset: int) -> float:
    """Seconds at which the character `offset` of an utterance is spoken."""
    text, position = str(utterance["text"]), 0
    at = float(utterance.get("start") or 0.0)
    for word in utterance.get("words") or ():
        found = text.find(str(word[0]).strip(), position)
        if found < 0:
            continue
        if found > offset:
            break
        at, position = float(word[1]), found + len(str(word[0]).strip())
    return at
