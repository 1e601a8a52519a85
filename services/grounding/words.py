"""Words as the rules compare them: spelled alike, reduced to lemmas, and grouped by like meaning."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from services.grounding import vocabulary

_TYPOGRAPHIC = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": " - "}
)
_CONTRACTIONS = (
    (re.compile(r"\bcan't\b|\bcannot\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bain't\b"), "is not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\bgonna\b"), "going to"),
    (re.compile(r"\bwanna\b"), "want to"),
    (re.compile(r"\bgotta\b"), "got to"),
    (re.compile(r"\bdunno\b"), "do not know"),
    (re.compile(r"\b(kind|sort|lot)a\b"), r"\1 of"),
    (re.compile(r"'(?:m|re|ve|ll|d|s)\b"), ""),
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:[.,:]\d+)*")
_NUMBER_WORD = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|fou?rty|fifty"
    r"|sixty|seventy|eighty|ninety|hundred|thousand|million|second|third|fourth|fifth|\w+th)\b"
)


def spelled(text: str) -> str:
    """Lower case, plain quotation marks, English contractions written out."""
    text = text.translate(_TYPOGRAPHIC).lower()
    for pattern, written in _CONTRACTIONS:
        text = pattern.sub(written, text)
    return text


def in_digits(text: str) -> str:
    """English number words as digits ("twenty-five" → "25"); everything else as it was."""
    if not _NUMBER_WORD.search(text):
        return text
    from text_to_num import alpha2digit

    return str(alpha2digit(text, "en", threshold=0))


def is_number(word: str) -> bool:
    """Whether an English word is a number or an ordinal."""
    return _NUMBER_WORD.fullmatch(word) is not None


def tokens(text: str) -> list[str]:
    return _WORD.findall(text)


@dataclass(frozen=True)
class Content:
    """A word that carries meaning, and everything it may be matched by."""

    word: str
    keys: frozenset[str]


def contents(text: str, *, english: bool = True) -> tuple[Content, ...]:
    """The words of a text that carry meaning, in order; small words, digits and back-channels left out."""
    if not english:
        found = tokens(text.translate(_TYPOGRAPHIC).lower())
        return tuple(Content(one, frozenset((one[:6],))) for one in found if len(one) > 3)
    lemmas = [(word, lemma(word)) for word in tokens(spelled(text))]
    extra = _phrase_keys([one for _, one in lemmas])
    return tuple(
        Content(word, keys(base) | extra.get(position, frozenset()))
        for position, (word, base) in enumerate(lemmas)
        if carries_meaning(word, base)
    )


def carries_meaning(word: str, base: str) -> bool:
    small = vocabulary.words("small")
    return len(word) > 2 and word.isalpha() and word not in small and base not in small


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    from simplemma import lemmatize

    return _irregular().get(word) or str(lemmatize(word, lang="en")).lower()


@cache
def _irregular() -> dict[str, str]:
    """What the lemmatiser gets wrong for us: "worse" is bad, "better" is its own word."""
    return (
        {"worse": "worse", "better": "better", "left": "leave", "felt": "feel", "feeling": "feel"}
        | dict.fromkeys(("thinking", "thought", "thoughts"), "think")
        | {"smoking": "smoke", "rung": "ring", "rang": "ring"}
    )


@lru_cache(maxsize=50_000)
def keys(base: str) -> frozenset[str]:
    """A lemma's stem and the groups of like meaning that it is in."""
    return frozenset((stem(base),)) | groups(base)


def groups(base: str) -> frozenset[str]:
    """The groups of like meaning that a lemma is in."""
    return frozenset(_groups_of().get(base, ()))


@lru_cache(maxsize=50_000)
def stem(base: str) -> str:
    """Six letters of the lemma without its ending: "confident" and "confidence" are one."""
    for ending in (
        "fulness",
        "ness",
        "ment",
        "ation",
        "ingly",
        "ly",
        "ful",
        "ing",
        "ity",
        "ed",
        "y",
    ):
        if base.endswith(ending) and len(base) - len(ending) >= 4:
            base = base[: -len(ending)]
            break
    return base[:6]


@cache
def _groups_of() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for number, group in enumerate(vocabulary.groups()):
        for one in group:
            found.setdefault(one, []).append(f"={number}")
    return {one: tuple(numbers) for one, numbers in found.items()}


def _phrase_keys(lemmas: list[str]) -> dict[int, frozenset[str]]:
    """Where phrases of two or three words stand: their group's key, at each word that carries meaning."""
    known = _groups_of()
    found: dict[int, frozenset[str]] = {}
    for size in (2, 3):
        for start in range(len(lemmas) - size + 1):
            numbers = known.get(" ".join(lemmas[start : start + size]))
            if numbers:
                for position in range(start, start + size):
                    found[position] = found.get(position, frozenset()) | frozenset(numbers)
    return found


def phrase_keys(text: str) -> frozenset[str]:
    """The groups that phrases of a text belong to, also where all their words are small ("give up")."""
    found = _phrase_keys([lemma(word) for word in tokens(spelled(text))])
    return frozenset().union(*found.values()) if found else frozenset()
