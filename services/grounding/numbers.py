"""Numbers, doses and times must have been said, and of the same thing."""

import re
from collections.abc import Iterator
from itertools import pairwise

from services.grounding import vocabulary, words
from services.grounding.findings import Claim, Finding, amber, red
from services.grounding.quantities import Quantity, quantities
from services.grounding.session import clock

THOUSAND = 1000


def check(claim: Claim) -> Iterator[Finding]:
    english = claim.session.english
    spoken = claim.passage.quantities
    for stated in quantities(claim.unquoted, english=english, with_scales=False):
        if not stated.is_exact:
            continue
        written = as_written(claim.text, stated)
        agreeing = [one for one in spoken if stated.agrees(one)]
        if not agreeing and (_counts_days(claim, stated) or _adds_up(claim, stated)):
            continue
        if not agreeing:
            yield _missing(claim, stated, written)
        elif _belongs_to_something_else(stated, agreeing, spoken):
            yield red(
                "number-of-something-else", f"“{written}” is not what the passage it cites counts."
            )
        elif _unit_has_another_number(stated, agreeing, spoken) and not _in_one_breath(
            claim, stated
        ):
            yield amber(
                "number-unclear", f"“{written}” may be another number in the passage it cites."
            )


def _counts_days(claim: Claim, stated: Quantity) -> bool:
    """ "On two days", of what was told of Monday and of Tuesday, or of Mondays."""
    spoken = {token.removesuffix("s") for token in claim.passage.tokens}
    days = {day.removesuffix("s") for day in vocabulary.words("weekdays_and_months")} & spoken
    return stated.family in ("days", "times") and len(days) >= stated.value >= 2


def _adds_up(claim: Claim, stated: Quantity) -> bool:
    """ "Five beers", of a beer and four more; "14,000", of eleven thousand that was fourteen before."""
    more = rf"(?<!\d){stated.value - 1:g} (?:more|others)\b"
    lines = (words.in_digits(words.spelled(line.text)) for line in claim.passage.lines)
    if stated.value >= 2 and any(re.search(more, text) for text in lines):
        return True
    spoken = claim.passage.quantities
    return any(one.value >= THOUSAND for one in spoken) and any(
        one.value * THOUSAND == stated.value and one.family is None for one in spoken
    )


def _missing(claim: Claim, stated: Quantity, written: str) -> Finding:
    for line in claim.session.lines:
        if any(_is_the_same(stated, one) for one in line.quantities):
            where = clock(line.start)
            return red(
                "number-elsewhere",
                f"“{written}” is not in the passage it cites. It is said at {where}.",
            )
    return red("number-not-found", f"“{written}” is not in the passage it cites.")


def _is_the_same(stated: Quantity, spoken: Quantity) -> bool:
    """Number and what it counts: a bare seven elsewhere is not "seven hours"."""
    same = (stated.family, stated.noun) == (spoken.family, spoken.noun) != (None, None)
    return same and stated.agrees(spoken)


def _belongs_to_something_else(
    stated: Quantity, agreeing: list[Quantity], spoken: tuple[Quantity, ...]
) -> bool:
    """ "Three sisters", where two sisters and three brothers were spoken of."""
    if stated.noun is None or any(one.noun in (None, stated.noun) for one in agreeing):
        return False
    return any(one.noun == stated.noun for one in spoken)


def _unit_has_another_number(
    stated: Quantity, agreeing: list[Quantity], spoken: tuple[Quantity, ...]
) -> bool:
    """ "Five days", where three days were spoken of and five of nothing in particular."""
    if stated.family is None or any(one.family == stated.family for one in agreeing):
        return False
    return any(one.family == stated.family and one.is_exact for one in spoken)


def _in_one_breath(claim: Claim, stated: Quantity) -> bool:
    """ "Ten minutes. Twenty sometimes.": a bare number beside another one with the unit counts the same."""
    return any(
        stated.agrees(one) and one.family is None and one.noun is None
        for line in claim.passage.lines
        for before, one in pairwise(line.quantities)
        if before.family == stated.family
    )


def as_written(text: str, stated: Quantity) -> str:
    """The statement's own spelling of a quantity, unit included."""
    pieces = text.split()
    for size in (1, 2, 3, 4, 5):
        for start in range(len(pieces) - size + 1):
            part = " ".join(pieces[start : start + size]).strip(' .,;:()“”"')
            if any(
                one.value == stated.value and (one.family, one.noun) == (stated.family, stated.noun)
                for one in quantities(part)
            ):
                return part
    return stated.text
