"""Long sessions in parts that fit a model, and the parts' drafts as one. Nothing is cut: every line is in a part."""

import re
from collections.abc import Callable, Iterable, Sequence

from services.adapters.llm import DraftedSection, DraftedStatement, Line

OVERLAP = (
    2  # lines of the part before that a part begins with, so that an answer keeps its question
)


def tokens(text: str) -> int:
    """An upper estimate that needs no tokenizer: a token for three bytes of UTF-8. English has about four letters
    a token; scripts of two and three bytes a letter come out at two thirds of a token and one token a letter."""
    return len(text.encode()) // 3 + 1


def split(lines: Sequence[Line], room: int, cost: Callable[[Line], int]) -> list[tuple[Line, ...]]:
    """Runs of lines whose costs fit the room; a line that does not fit by itself is a part by itself."""
    parts: list[tuple[Line, ...]] = []
    part: list[Line] = []
    used = fresh = 0
    for line in lines:
        price = cost(line)
        if part and fresh and used + price > room:
            parts.append(tuple(part))
            part = part[-OVERLAP:]
            used, fresh = sum(cost(one) for one in part), 0
            if used + price > room:
                part, used = [], 0
        part.append(line)
        used, fresh = used + price, fresh + 1
    if fresh:
        parts.append(tuple(part))
    assert {line.id for line in lines} == {line.id for one in parts for line in one}
    return parts


def halves(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """A part that proved too long, in two."""
    middle = len(lines) // 2
    return tuple(lines[:middle]), tuple(lines[middle:])


def merged(
    keys: Sequence[str], parts: Iterable[Sequence[DraftedSection]]
) -> tuple[DraftedSection, ...]:
    """The sections in the order asked for, their statements in the order of the parts, each said once."""
    found: dict[str, list[DraftedStatement]] = {key: [] for key in keys}
    seen: set[tuple[str, str]] = set()
    for sections in parts:
        for section in sections:
            for statement in section.statements:
                said = (section.key, _plain(statement.text))
                if said not in seen and section.key in found:
                    seen.add(said)
                    found[section.key].append(statement)
    return tuple(DraftedSection(key, tuple(found[key])) for key in keys)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
