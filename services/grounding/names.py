"""Names of people, places, days and drugs must have been said; a misheard spelling of a long one passes."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from services.grounding import vocabulary, words
from services.grounding.findings import Claim, Finding, amber, red
from services.grounding.session import Line, clock

_CAPITALISED = re.compile(r"(?<![\w’'-])([A-Z][\w’'-]*[\w]|[A-Z])(?=(?:['’]s)?\b)")
_STARTS_SENTENCE = re.compile(r"(?:^|(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)[.!?:]\s+|[“\"(]\s*)$")
WORDS_TOO = frozenset("will may march mark grace rose dawn hope faith iris".split())  # and names
NEAR = 6  # lines: a name said so near is whom "she" means
ALIKE = 0.8  # of the letters, in names of five letters and more
MORE_ALIKE = 0.85  # where two letters are missing: "call" and "calm" are no Callum


def check(claim: Claim) -> Iterator[Finding]:
    said = _said(claim.passage.lines)
    for name in dict.fromkeys((*_names(claim), *_drugs(claim))):
        if _is_among(name, said) or _is_alike(name, claim):
            continue
        near = _said(claim.session.near(claim.passage, NEAR))
        if _is_among(name, near):
            continue
        if claim.passage.tokens & vocabulary.words("pronouns") and _is_among(
            name, claim.session.tokens
        ):
            continue  # "she", of somebody who was named before
        place = next((one for one in claim.session.lines if _is_among(name, _said([one]))), None)
        if place is None:
            yield red("name-not-found", f"“{name}” was not said in this session.")
        else:
            where = clock(place.start)
            yield amber(
                "name-elsewhere", f"“{name}” is not in the passage it cites. It is said at {where}."
            )


def _names(claim: Claim) -> Iterator[str]:
    allowed = vocabulary.words("not_names") | claim.session.speakers_names
    text = claim.unquoted
    for match in _CAPITALISED.finditer(text):
        name = re.sub(r"['’]s$", "", match.group(1))
        lowered = name.lower().replace("’", "'")
        parts = re.split(r"[-']", lowered)
        if lowered in allowed or parts[0] in allowed:
            continue
        if _STARTS_SENTENCE.search(text[: match.start()]) and not _is_name(claim, lowered):
            continue
        yield name


def _is_name(claim: Claim, lowered: str) -> bool:
    """Of a word that is capitalised because it begins a sentence."""
    if lowered in vocabulary.words("given_names") | vocabulary.words("weekdays_and_months"):
        return lowered not in WORDS_TOO
    return lowered in claim.session.names


def _drugs(claim: Claim) -> Iterator[str]:
    endings = tuple(vocabulary.words("drug_endings"))
    for word in re.findall(r"[a-z]{6,}", claim.unquoted.lower()):
        if word.endswith(endings) and word not in vocabulary.words("not_drugs"):
            yield word


def _said(lines: Iterable[Line]) -> frozenset[str]:
    return frozenset(token for line in lines for token in line.tokens)


def _is_alike(name: str, claim: Claim) -> bool:
    """Said by another name: Ativan is lorazepam (vocabulary.toml: alike)."""
    lowered = name.lower()
    is_given = lowered in vocabulary.words("given_names")
    return not is_given and bool(words.groups(lowered) & claim.passage.keys)


def _is_among(name: str, said: frozenset[str]) -> bool:
    lowered = words.spelled(name)
    parts = [part for part in words.tokens(lowered) if part]
    return all(is_said(part, said) for part in parts)


def is_said(part: str, said: frozenset[str]) -> bool:
    """A word, or one of five letters and more as a recogniser may misspell it."""
    if part in said or f"{part}s" in said or part.rstrip("s") in said:
        return True
    if len(part) < 5:
        return False
    return any(
        len(token) >= 4
        and (apart := abs(len(token) - len(part))) <= 2
        and token[0] == part[0]
        and SequenceMatcher(None, part, token, autojunk=False).ratio()
        >= (MORE_ALIKE if apart == 2 else ALIKE)
        for token in said
    )
