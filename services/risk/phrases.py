"""The lexicon of risk as patterns, read once. lexicon/README.md has the small language of its phrases."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("lexicon")
CATEGORIES = ("suicide", "self-harm", "harm-to-others", "abuse", "neglect", "means")
HARMLESS = "harmless"  # figures of speech, of which the other phrases see no word
# What may stand between two words: anything but a word or the end of a sentence, and a hesitation.
BETWEEN = r"[^\w.?!;]+(?:(?:um|uh|er|erm|ah)[^\w.?!;]+)?"
_GAPS = {"..": 4, "...": 8}  # words
_WORD = re.compile(r"[\w'&]+")
_HEAD = 3  # letters that a word is looked up by


@dataclass(frozen=True)
class Phrase:
    category: str
    written: str
    pattern: re.Pattern[str]
    keys: tuple[str, ...]  # words of which the text must have one; a star stands for any ending
    also: tuple[
        frozenset[str], ...
    ]  # words of which it must have one as well, the rest of the phrase


@dataclass(frozen=True)
class Hit:
    category: str
    start: int  # characters
    end: int
    written: str = ""  # the phrase of the lexicon


def phrases() -> tuple[Phrase, ...]:
    """All that speak of risk, file by file. Raises ValueError naming the line that cannot be read."""
    return tuple(one for one in _known() if one.category != HARMLESS)


@cache
def _known() -> tuple[Phrase, ...]:
    """The harmless ones, then those of risk."""
    classes = {name: words.split() for name, words in _read("classes").items()}
    found = []
    for category in (HARMLESS, *CATEGORIES):
        for group in _read(category.replace("-", "_"))["group"]:
            for line in group["phrases"].strip().splitlines():
                found.append(_phrase(category, line, classes))
    return tuple(found)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _phrase(category: str, line: str, classes: dict[str, list[str]]) -> Phrase:
    pattern = ""
    keys: tuple[str, ...] = ()
    must: list[frozenset[str]] = []
    for token in re.findall(r"\[[^\]]*\]|\S+", line):
        if token in _GAPS:
            pattern += rf"(?:{BETWEEN}[\w'&-]+){{0,{_GAPS[token]}}}?"
            continue
        try:
            words = list(_alternatives(token.strip("[]"), classes))
        except KeyError as missing:
            raise ValueError(f"{category}: no class {missing} in “{line}”") from None
        one = f"(?:{'|'.join(_spelled(word) for word in words)})"
        lead = BETWEEN if pattern else ""
        if token.startswith("["):
            pattern += f"(?:{lead}{one})?"
            continue
        pattern += lead + one
        one_of = frozenset(_key(word) for word in words)
        must.append(one_of)
        keys = _better(keys, tuple(sorted(one_of)), classes["common"])
    if not keys:
        raise ValueError(f"{category}: nothing that must be said in “{line}”")
    also = tuple(
        one for one in must if one != frozenset(keys) and not any(key.endswith("*") for key in one)
    )
    return Phrase(category, line, re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])"), keys, also)


def _alternatives(token: str, classes: dict[str, list[str]]) -> Iterator[str]:
    for part in token.split("|"):
        if part.startswith("<"):
            yield from classes[part.strip("<>")]
        else:
            yield part


def _spelled(word: str) -> str:
    escaped = (
        re.escape(word.rstrip("*")).replace("'", "'?").replace("_", BETWEEN).replace(r"\-", "[- ]?")
    )
    return escaped + (r"[\w']*" if word.endswith("*") else "")


def _key(word: str) -> str:
    """The longest word of an alternative without its apostrophe; with a star, only its beginning."""
    longest = max(word.split("_"), key=len).replace("'", "")
    return f"{longest.split('-')[0]}*" if "-" in longest else longest


def _better(one: tuple[str, ...], other: tuple[str, ...], common: list[str]) -> tuple[str, ...]:
    """The keys that fewer texts have."""
    frequent = {word.replace("'", "") for word in common}

    def cost(keys: tuple[str, ...]) -> float:
        return sum(30.0 if key in frequent else 1.0 for key in keys) if keys else float("inf")

    return min(one, other, key=cost)


@cache
def _index() -> tuple[dict[str, list[int]], dict[str, list[tuple[str, int]]]]:
    """Whole keys, and keys with a star by their first letters, with the numbers of their phrases."""
    whole: dict[str, list[int]] = {}
    starred: dict[str, list[tuple[str, int]]] = {}
    for number, phrase in enumerate(_known()):
        for key in phrase.keys:
            if key.endswith("*"):
                starred.setdefault(key[:_HEAD].rstrip("*"), []).append((key.rstrip("*"), number))
            else:
                whole.setdefault(key, []).append(number)
    return whole, starred


@lru_cache(maxsize=50_000)
def _numbers(word: str) -> frozenset[int]:
    """The phrases that a word of the text may belong to."""
    whole, starred = _index()
    plain = word.replace("'", "")
    heads = {plain[:size] for size in range(1, _HEAD + 1)}
    begun = (one for head in heads for one in starred.get(head, ()))
    return frozenset(
        (*whole.get(plain, ()), *(number for key, number in begun if plain.startswith(key)))
    )


def hits(text: str) -> list[Hit]:
    """The first place of every category in a text, in order. `text` is lower case with straight apostrophes."""
    words = set(_WORD.findall(text))
    plain = {word.replace("'", "") for word in words}
    possible = {number for word in words for number in _numbers(word)}
    found: dict[str, Hit] = {}
    known = _known()
    for number in sorted(possible):  # the harmless ones first
        phrase = known[number]
        if any(plain.isdisjoint(one) for one in phrase.also):
            continue
        category = phrase.category
        if category == HARMLESS:
            text = phrase.pattern.sub(_hidden, text)
            continue
        match = phrase.pattern.search(text)
        if match and (category not in found or match.start() < found[category].start):
            found[category] = Hit(category, match.start(), match.end(), phrase.written)
    return sorted(found.values(), key=lambda hit: (hit.start, CATEGORIES.index(hit.category)))


def _hidden(match: re.Match[str]) -> str:
    """As many words, as long, that nobody looks for."""
    return re.sub(r"\w", "_", match.group())
