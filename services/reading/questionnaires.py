"""A filled PHQ-9 or GAD-7 among the pages that were read: its answers, to be offered for confirmation.

An answer is a box that is ticked among the four of its row, a mark in the column of its answer, or the one figure that
stands in its row. When an item or an answer is not found, or the total written on the form is another, there is no
result: a score that may be wrong is not offered. A figure that was circled by hand cannot be told from the others.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from models.treatment import MeasureKind
from services.adapters.ocr import Box, ReadLine, ReadPage
from services.treatment.scales import ANSWERS, GAD7, PHQ9, WORST, Scale

ALIKE = 0.8  # of an item's wording, letter by letter
SHORTEST = 12  # letters of a line that can be told to be an item
MARKED = 0.9  # how sure a mark is that a recogniser saw in a column
DRAWN = 0.95  # ... and a box that is only drawn
NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[a-i])\s*[.):]?\s+", re.IGNORECASE)
FIGURE = re.compile(r"(?<![\w.])([0-3])(?![\w.])")
TOTAL = re.compile(r"\b(?:total|sum)\b\D{0,20}(\d{1,2})\s*$", re.IGNORECASE)
MARKS = frozenset({"x", "X", "×", "✓", "✔", "✗", "✘", "v", "V", "√", "[x]"})


@dataclass(frozen=True)
class Questionnaire:
    kind: MeasureKind
    items: tuple[int, ...]  # 0 to 3 each
    total: int
    confidence: float  # of its least sure answer, 0 to 1
    page: int


@dataclass(frozen=True)
class _Row:
    """An item of the form: its wording's line and the strip of the page down to the next item, as shares."""

    line: ReadLine
    top: float
    bottom: float

    def holds(self, box: Box) -> bool:
        return self.top <= (box[1] + box[3]) / 2 < self.bottom


def recognise(pages: Sequence[ReadPage]) -> Questionnaire | None:
    """The first that is complete; None when there is none or it is not sure."""
    for page in pages:
        for scale in (PHQ9, GAD7):
            rows = _rows(page, scale)
            if rows and (found := _scored(page, scale, rows)):
                return found
    return None


def _scored(page: ReadPage, scale: Scale, rows: Sequence[_Row]) -> Questionnaire | None:
    columns = _columns(page, rows)
    answers = [_answer(page, row, columns) for row in rows]
    known = [answer for answer in answers if answer is not None]
    if len(known) < len(rows):
        return None
    items = tuple(item for item, _ in known)
    written = _total(page, rows)
    if written is not None and written != sum(items):
        return None
    return Questionnaire(scale.kind, items, sum(items), min(sure for _, sure in known), page.number)


def _rows(page: ReadPage, scale: Scale) -> list[_Row]:
    """One for each item, from top to bottom; empty unless all are there."""
    found = [_line_of(item, page.lines) for item in scale.items]
    lines = [line for line in found if line is not None]
    tops = [line.box[1] for line in lines]
    if len(lines) < len(scale.items) or any(below <= above for above, below in pairwise(tops)):
        return []
    pitch = sorted(below - above for above, below in pairwise(tops))[len(tops) // 2 - 1]
    # An answer may stand a little above the wording's line.
    lift = 0.25 * pitch
    edges = [*(top - lift for top in tops), tops[-1] - lift + max(pitch, 2 * lift)]
    return [
        _Row(line, top, bottom) for line, (top, bottom) in zip(lines, pairwise(edges), strict=True)
    ]


def _line_of(item: str, lines: Sequence[ReadLine]) -> ReadLine | None:
    """The line that begins with the item's wording, which may go on in the lines below it."""
    wanted = _plain(item)
    best, likeness = None, ALIKE
    for line in lines:
        said = _plain(NUMBERED.sub("", line.text))[: len(wanted)]
        if len(said) < SHORTEST:
            continue
        ratio = SequenceMatcher(None, said, wanted[: len(said)], autojunk=False).ratio()
        if ratio >= likeness:
            best, likeness = line, ratio
    return best


def _plain(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _answer(page: ReadPage, row: _Row, columns: Sequence[float]) -> tuple[int, float] | None:
    """The answer and how sure it is."""
    boxes = sorted(
        (field for field in page.fields if field.box and row.holds(field.box)),
        key=lambda field: (field.box or (0.0,))[0],
    )
    ticks = [field for field in boxes if field.value in ("[x]", "[ ]")]
    if len(ticks) == WORST + 1:
        chosen = [at for at, field in enumerate(ticks) if field.value == "[x]"]
        sure = 1.0 if page.kind == "text" else DRAWN
        return (chosen[0], sure) if len(chosen) == 1 else None
    if ticks:
        return None
    figures = [field.value.strip() for field in boxes if FIGURE.fullmatch(field.value.strip())]
    if len(figures) == 1:
        return int(figures[0]), 1.0
    return _written(page, row, columns)


def _written(page: ReadPage, row: _Row, columns: Sequence[float]) -> tuple[int, float] | None:
    """A mark in a column, or else the one figure of the row."""
    marks, figures = [], []
    for line in page.lines:
        if not row.holds(line.box) or (line.role == "field" and line.text.startswith("[")):
            continue
        text = line.text.strip()
        if line is row.line:
            figures += [(int(figure), line.confidence) for figure in FIGURE.findall(_behind(text))]
        elif text in MARKS:
            marks.append(((line.box[0] + line.box[2]) / 2, line.confidence))
        elif line.box[0] > row.line.box[0] and not re.search(r"[A-Za-z]{2}", text):
            figures += [(int(figure), line.confidence) for figure in FIGURE.findall(text)]
    if len(marks) == 1 and columns:
        x, sure = marks[0]
        distance, at = min((abs(x - column), at) for at, column in enumerate(columns))
        width = (columns[-1] - columns[0]) / WORST
        return (at, round(min(sure, MARKED), 3)) if distance < 0.4 * width else None
    if not marks and len(figures) == 1:
        return figures[0]
    return None


def _behind(text: str) -> str:
    """What stands behind the wording of an item: the last of its line, if it is no word."""
    found = re.search(r"[A-Za-z][).,?]*\s+([\s\d]+)$", text)
    return found[1] if found else ""


def _columns(page: ReadPage, rows: Sequence[_Row]) -> list[float]:
    """Where the four answers stand, by the words above them or by figures that stand in a row; empty if unknown."""
    above = [line for line in page.lines if line.box[3] <= rows[0].line.box[1] + 0.005]
    by_words = [
        next((line for line in above if _plain(line.text) == _plain(answer)), None)
        for answer in ANSWERS
    ]
    headings = [line for line in by_words if line]
    if len(headings) == len(ANSWERS):
        return _rising([(line.box[0] + line.box[2]) / 2 for line in headings])
    return next(
        (
            columns
            for strip in (
                above,
                *([line for line in page.lines if row.holds(line.box)] for row in rows),
            )
            if (columns := _rising(list(_figure_places(strip))))
        ),
        [],
    )


def _figure_places(lines: Sequence[ReadLine]) -> Iterator[float]:
    for figure in "0123":
        line = next((line for line in lines if line.text.strip() == figure), None)
        if line:
            yield (line.box[0] + line.box[2]) / 2


def _rising(places: list[float]) -> list[float]:
    right = len(places) == WORST + 1 and all(one < two for one, two in pairwise(places))
    return places if right else []


def _total(page: ReadPage, rows: Sequence[_Row]) -> int | None:
    """What is written on the form as its total, below the items."""
    below = [line for line in page.lines if line.box[1] >= rows[-1].line.box[1]]
    for at, line in enumerate(below):
        if found := TOTAL.search(line.text):
            return int(found[1])
        if re.fullmatch(r"\W*(total|sum)( score)?\W*", line.text, re.IGNORECASE):
            beside = [
                other.text.strip()
                for other in below[at + 1 : at + 4]
                if re.fullmatch(r"\d{1,2}", other.text.strip())
                and abs(other.box[1] - line.box[1]) < 0.02
            ]
            if beside:
                return int(beside[0])
    return None
