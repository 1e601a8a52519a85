"""Lines of documents as passages worth quoting: paragraphs put together again, cut at sentences.

A document's lines end where its paper did. A line that is clearly shorter than the widest of its page, or that ends a
sentence, ends a paragraph; a label ("Sleep:", "How do you sleep?") goes with what stands below it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from services.adapters.llm import Line
from services.adapters.llm.turns import ENDED, MOST_WORDS, Passage, Turn, cut

LABEL = re.compile(r"[:?？：]\s*$")
SHORT = 0.7  # of the widest line of the page
LONGEST_LABEL = 12  # words; what asks at greater length is a text by itself


def passages(lines: Sequence[Line]) -> list[Passage]:
    """All that is written but headers, footers and page numbers, in order."""
    found: list[Passage] = []
    for number, paragraph in enumerate(_paragraphs(lines)):
        turn = Turn(paragraph)
        is_answer = _is_label(paragraph[0]) and len(turn.text.split()) <= MOST_WORDS
        made = cut(number, turn, at_sentences=not is_answer)
        found += [replace(one, page=paragraph[0].page) for one in made]
    return found


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    kept = [line for line in lines if not line.is_margin and line.text.strip()]
    for _, page in groupby(kept, key=lambda line: (line.name, line.page)):
        yield from _of_page(list(page))


def _of_page(lines: list[Line]) -> Iterator[list[Line]]:
    widest = max(len(line.text) for line in lines)
    paragraph: list[Line] = []
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        paragraph.append(line)
        if not _goes_on(line, after, widest):
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _goes_on(line: Line, after: Line | None, widest: int) -> bool:
    if _is_label(line):
        return True
    if after is None or _is_label(after) or ENDED.search(line.text):
        return False
    return len(line.text) >= SHORT * widest


def _is_label(line: Line) -> bool:
    return bool(LABEL.search(line.text)) and len(line.text.split()) <= LONGEST_LABEL
