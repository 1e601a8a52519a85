"""The word lists behind the rules, read once from vocabulary.toml."""

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("vocabulary.toml")


@cache
def words(name: str) -> frozenset[str]:
    """One list, lower case. Raises KeyError for a list that is not in the file."""
    listed: dict[str, str] = _read()["lists"]
    return frozenset(listed[name].split())


@cache
def phrases(name: str) -> tuple[str, ...]:
    """One list of phrases or patterns, in the file's order."""
    return tuple(_read()["phrases"][name])


@cache
def groups() -> tuple[tuple[str, ...], ...]:
    """Words and phrases of like meaning: lemmas, phrases with spaces."""
    return tuple(tuple(one.split(", ")) for one in _read()["groups"]["alike"])


@cache
def opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Pairs of words that reverse a statement without a word of negation."""
    pairs = (one.split(" | ") for one in _read()["groups"]["opposite"])
    return tuple(
        (frozenset(left.split(", ")), frozenset(right.split(", "))) for left, right in pairs
    )


@cache
def relations() -> tuple[tuple[str, ...], ...]:
    """Words that may name the same person, a line each; a word may be in several."""
    return tuple(tuple(one.split()) for one in _read()["groups"]["relations"])


@cache
def _read() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
