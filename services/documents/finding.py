"""Where words stand on a page: across line ends, whatever the case, accents and dashes. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_QUERY = 200  # characters
AROUND = 60  # characters of an excerpt on each side
_MARKS = str.maketrans({"\N{SOFT HYPHEN}": "", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})


@dataclass(frozen=True)
class Found:
    lines: tuple[int, ...]  # positions of the lines that hold the words
    excerpt: str


def folded(text: str) -> str:
    """For comparing: compatibility forms, accents and case set aside, white space as one blank."""
    plain = unicodedata.normalize("NFKD", text.translate(_MARKS)).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def find(lines: Sequence[str], query: str) -> list[Found]:
    """Every place of `query`, in order. A word broken by a hyphen at a line's end is found as well."""
    wanted = folded(query)
    if not wanted:
        return []
    text, starts = "", []
    for line in lines:
        starts.append(len(text))
        plain = folded(line)
        is_broken = len(plain) > 1 and plain[-1] == "-" and plain[-2].isalpha()
        text += plain[:-1] if is_broken else plain + " "
    found, at = [], text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        held = [
            n
            for n, start in enumerate(starts)
            if start < end and at < (starts[n + 1] if n + 1 < len(starts) else len(text))
        ]
        found.append(Found(tuple(held), _excerpt([lines[n] for n in held], wanted)))
        at = text.find(wanted, end)
    return found


def _excerpt(lines: list[str], wanted: str) -> str:
    """The lines as they stand, shortened around the words where they are long."""
    whole = " ".join(" ".join(lines).split())
    if len(whole) <= len(wanted) + 2 * AROUND:
        return whole
    # folding may change lengths by a few characters: near enough for an excerpt
    at = max(folded(whole).find(wanted), 0)
    start, end = max(0, at - AROUND), min(len(whole), at + len(wanted) + AROUND)
    return ("… " if start else "") + whole[start:end].strip() + (" …" if end < len(whole) else "")
