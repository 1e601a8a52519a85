"""A transcript written as one string ("Speaker 1: ... Speaker 2: ...") back into utterances.

Words that stayed keep their times and their utterance, so that evidence and the player still find them; words
that are new lie between their neighbours, as in `services.corrections`.
"""

import difflib
import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services import corrections
from services.corrections import Speaker, Utterance

UNNAMED = r"Speaker \d{1,3}"
SMALL = 400  # words of one stretch that are compared with care; a longer one is spread evenly


@dataclass(frozen=True)
class _Word:
    text: str
    speaker: str  # a key
    turn: int


def rewritten(
    text: str, utterances: list[Utterance], speakers: list[Speaker], duration: float
) -> tuple[list[Utterance], list[Speaker]]:
    """Utterances that say `text`, and the speakers with those that it names first. `duration` is in seconds."""
    if " ".join(text.split()) == corrections.as_text(utterances, speakers):
        return utterances, speakers
    spoken, speakers = _spoken(text, speakers)
    heard = [(word, at) for at, each in enumerate(utterances) for word in _timed(each)]
    words, owners = _aligned(heard, [word.text for word in spoken], duration)
    made: list[Utterance] = []
    unused = {utterance["id"]: utterance for utterance in utterances}
    free = max(unused, default=-1) + 1
    places = list(range(len(spoken)))
    for (_, owner), group in groupby(places, key=lambda n: (spoken[n].turn, owners[n])):
        numbers = list(group)
        old = unused.pop(utterances[owner]["id"], None) if owner is not None else None
        ident = old["id"] if old else free
        free += 0 if old else 1
        made.append(_utterance(ident, old, spoken[numbers[0]].speaker, [words[n] for n in numbers]))
    return made, speakers


def _spoken(text: str, speakers: list[Speaker]) -> tuple[list[_Word], list[Speaker]]:
    """Every word with its speaker. What stands before the first label is the first speaker's."""
    keys = {speaker["name"]: speaker["key"] for speaker in speakers}
    names = sorted(map(re.escape, keys), key=len, reverse=True)
    label = re.compile(rf"(?:^|(?<=\s))({'|'.join([*names, UNNAMED])}):(?=\s|$)")
    speakers = list(speakers)
    parts = label.split(text)
    named = list(zip(parts[1::2], parts[2::2], strict=True))
    if parts[0].strip():
        named.insert(0, (speakers[0]["name"] if speakers else "Speaker 1", parts[0]))
    words: list[_Word] = []
    for turn, (name, said) in enumerate(named):
        if name not in keys:
            number = max((int(s["key"][1:]) for s in speakers), default=0) + 1
            keys[name] = f"S{number}"
            speakers.append({"key": keys[name], "name": name})
        words += [_Word(word, keys[name], turn) for word in said.split()]
    return words, speakers


def _timed(utterance: Utterance) -> list[list[Any]]:
    """Its words; one without word times is spread over its length."""
    if utterance["words"]:
        words: list[list[Any]] = utterance["words"]
        return words
    return corrections.realign([], utterance["text"].split(), utterance["start"], utterance["end"])


def _aligned(
    heard: list[tuple[list[Any], int]], texts: list[str], duration: float
) -> tuple[list[list[Any]], list[int | None]]:
    """Times for every word, and the number of the utterance that it stood in or replaces words of."""
    old = [word for word, _ in heard]
    matcher = difflib.SequenceMatcher(
        None,
        [corrections.plain(word[0]) for word in old],
        [corrections.plain(text) for text in texts],
    )
    words: list[list[Any]] = []
    owners: list[int | None] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            words += [[text, *was[1:]] for text, was in zip(texts[c:d], old[a:b], strict=True)]
            owners += [owner for _, owner in heard[a:b]]
            continue
        if c == d:
            continue
        near = (
            heard[a - 1][1]
            if a == b and a > 0
            else heard[min(a, len(heard) - 1)][1]
            if heard
            else None
        )
        opens = old[a][1] if b > a else old[a - 1][2] if a > 0 else 0.0
        closes = old[b - 1][2] if b > a else old[a][1] if a < len(old) else duration
        stretch = old[a:b] if b - a < SMALL and d - c < SMALL else []
        words += corrections.realign(stretch, texts[c:d], min(opens, closes), closes)
        owners += [near] * (d - c)
    return words, owners


def _utterance(
    ident: int, old: Utterance | None, speaker: str, words: list[list[Any]]
) -> Utterance:
    text = " ".join(word[0] for word in words)
    if old is not None and old["text"] == text:
        return {**old, "speaker": speaker}
    made = {
        **(old or {}),
        "id": ident,
        "speaker": speaker,
        "start": words[0][1],
        "end": max(words[-1][2], words[0][1]),
        "text": text,
        "words": words,
        "corrected": True,
    }
    return made
