"""A quotation is verbatim, or it is not in quotation marks.

Compared without case, punctuation, hesitations ("um") and half words said twice ("I-I"), numbers as digits. "…" and
[brackets] leave something out; the pieces must follow each other. It may run over cited lines of one speaker that
another's back-channel cut in two.
"""

import re
from collections.abc import Iterator, Sequence

from services.grounding import vocabulary, words
from services.grounding.findings import Claim, Finding, amber, red, shortened
from services.grounding.session import Line, clock
from services.grounding.speakers import claimed_roles

_LEFT_OUT = re.compile(r"…|\.\.\.|\[[^\]]*\]")
SCARE_QUOTE = 2  # words: a name for a thing rather than a quotation


def check(claim: Claim) -> Iterator[Finding]:
    for quote in claim.quotes:
        pieces = _pieces(quote)
        if not pieces:
            continue
        named = shortened(quote)
        holders = [lines for lines in _runs(claim.passage.lines) if _holds(quote, lines)]
        if holders:
            yield from _by_the_wrong_person(claim, quote, holders)
            continue
        place = _elsewhere(pieces, claim.session.lines)
        if place is None:
            yield red(
                "quote-not-verbatim", f"“{named}” is not word for word in the passage it cites."
            )
        elif len(pieces) == 1 and len(pieces[0]) <= SCARE_QUOTE:
            yield amber("quote-elsewhere", f"“{named}” is not in the passage it cites.")
        else:
            where = clock(place.start)
            yield red(
                "quote-elsewhere",
                f"“{named}” is not in the passage it cites. It is said at {where}.",
            )


def _by_the_wrong_person(
    claim: Claim, quote: str, holders: list[Sequence[Line]]
) -> Iterator[Finding]:
    claimed = claimed_roles(claim)
    said_by = {line.role for lines in holders for line in lines}
    if len(claimed) == 1 and None not in said_by and not claimed & said_by:
        who = " and ".join(sorted(str(role) for role in said_by))
        yield red("other-speaker", f"“{shortened(quote)}” was said by the {who}.")


def _pieces(quote: str, *, digits: bool = True) -> list[list[str]]:
    parts = _LEFT_OUT.split(quote)
    return [spoken for part in parts if (spoken := _spoken(part, digits=digits))]


def _spoken(text: str, *, digits: bool = True) -> list[str]:
    """The words of a text without hesitations and stutters."""
    spelled = words.spelled(text)
    said = words.tokens(words.in_digits(spelled) if digits else spelled)
    fillers = vocabulary.words("fillers")
    kept = [word for word in said if word not in fillers]
    return [
        word for position, word in enumerate(kept) if position == 0 or kept[position - 1] != word
    ]


def _runs(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Each speaker's lines, joined; and all of them in order, for a passage read as one."""
    for speaker in dict.fromkeys(line.speaker for line in lines):
        yield [line for line in lines if line.speaker == speaker]


def _holds(quote: str, lines: Sequence[Line]) -> bool:
    """As written, or with numbers as digits: a quotation may end in the middle of "two hundred"."""
    return any(
        _follows(
            _pieces(quote, digits=digits),
            _spoken(" ".join(line.text for line in lines), digits=digits),
        )
        for digits in (False, True)
    )


def _follows(pieces: list[list[str]], said: list[str]) -> bool:
    start = 0
    for piece in pieces:
        found = _find(piece, said, start)
        if found is None:
            return False
        start = found + len(piece)
    return True


def _find(piece: list[str], said: list[str], start: int) -> int | None:
    size = len(piece)
    for position in range(start, len(said) - size + 1):
        if said[position : position + size] == piece:
            return position
    return None


def _elsewhere(pieces: list[list[str]], lines: Sequence[Line]) -> Line | None:
    """The first line of the session that holds the longest piece."""
    longest = max(pieces, key=len)
    for line in lines:
        if longest[0] in line.tokens or not longest[0].isalpha():
            said = _spoken(line.text)
            if len(said) >= len(longest) and _find(longest, said, 0) is not None:
                return line
    return None
