"""What Document Intelligence v4.0 returns, in the shape that every reader gives."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from services.adapters.ocr import Box, Field, ReadLine, ReadPage, Table
from services.adapters.ocr.lines import confidence_of
from services.adapters.ocr.local import NO_TEXT
from services.adapters.ocr.markdown import markdown_of
from services.adapters.ocr.tick_boxes import beside

if TYPE_CHECKING:
    from azure.ai.documentintelligence.models import (
        AnalyzeResult,
        DocumentLine,
        DocumentPage,
        DocumentTable,
    )

ROLES = {
    "title": "title",
    "sectionHeading": "heading",
    "pageHeader": "header",
    "pageFooter": "footer",
    "pageNumber": "page-number",
}
MARKS = {"selected": "[x]", "unselected": "[ ]"}
POINTS = 72  # to the inch


def pages_of(result: "AnalyzeResult") -> list[ReadPage]:
    sizes = {page.page_number: (page.width or 1.0, page.height or 1.0) for page in result.pages}
    tables: defaultdict[int, list[Table]] = defaultdict(list)
    for table in result.tables or []:
        made = _table(table, sizes)
        tables[made.page].append(made)
    fields: defaultdict[int, list[Field]] = defaultdict(list)
    for pair in result.key_value_pairs or []:
        field = _field(pair, sizes)
        fields[field.page].append(field)
    roles = sorted(
        (span.offset, span.offset + span.length, ROLES[paragraph.role])
        for paragraph in result.paragraphs or []
        if paragraph.role in ROLES
        for span in paragraph.spans
    )
    return [
        _page(page, roles, tuple(tables[page.page_number]), fields[page.page_number])
        for page in sorted(result.pages, key=lambda page: page.page_number)
    ]


def _page(
    page: "DocumentPage",
    roles: Sequence[tuple[int, int, str]],
    tables: tuple[Table, ...],
    fields: list[Field],
) -> ReadPage:
    width, height = page.width or 1.0, page.height or 1.0
    scale = POINTS if page.unit == "inch" else 1
    lines = tuple(
        ReadLine(
            _marked(line.content),
            _box(line.polygon, width, height),
            _confidence(line, page),
            _role(line, roles),
        )
        for line in sorted(page.lines or [], key=_offset)
    )
    fields = [*fields, *_ticks(page, lines)]
    return ReadPage(
        page.page_number,
        width * scale,
        height * scale,
        "ocr" if lines else "empty",
        -round((page.angle or 0) / 90) * 90 % 360,
        lines,
        tables,
        tuple(fields),
        markdown_of(lines, tables, fields),
        "" if lines else NO_TEXT,
        confidence_of(lines),
    )


def _offset(line: "DocumentLine") -> int:
    return min((span.offset for span in line.spans), default=0)


def _role(line: "DocumentLine", roles: Sequence[tuple[int, int, str]]) -> str:
    at = _offset(line)
    return next((role for start, end, role in roles if start <= at < end), "text")


def _confidence(line: "DocumentLine", page: "DocumentPage") -> float:
    """Of its words, which are found by their place in the content."""
    spans = [(span.offset, span.offset + span.length) for span in line.spans]
    sure = [
        word.confidence
        for word in page.words or []
        if any(start <= word.span.offset < end for start, end in spans)
    ]
    return round(sum(sure) / len(sure), 4) if sure else 1.0


def _ticks(page: "DocumentPage", lines: Sequence[ReadLine]) -> list[Field]:
    """Boxes that are ticked or not, called by the text beside them."""
    width, height = page.width or 1.0, page.height or 1.0
    made = []
    for mark in page.selection_marks or []:
        box = _box(mark.polygon, width, height)
        value = MARKS.get(mark.state, "[ ]")
        made.append(
            Field(page.page_number, beside(box, lines), value, box, round(mark.confidence, 4))
        )
    return made


def _table(table: "DocumentTable", sizes: dict[int, tuple[float, float]]) -> Table:
    rows = [[""] * table.column_count for _ in range(table.row_count)]
    for cell in table.cells:
        rows[cell.row_index][cell.column_index] = _marked(cell.content)
    page, box = _place(table.bounding_regions, sizes)
    return Table(page, box, tuple(tuple(row) for row in rows))


def _field(pair: Any, sizes: dict[int, tuple[float, float]]) -> Field:
    page, box = _place(
        (pair.value.bounding_regions if pair.value else None) or pair.key.bounding_regions, sizes
    )
    value = _marked(pair.value.content) if pair.value else ""
    return Field(
        page, _marked(pair.key.content).rstrip(": "), value, box, round(pair.confidence or 0.0, 4)
    )


def _place(
    regions: Sequence[Any] | None, sizes: dict[int, tuple[float, float]]
) -> tuple[int, Box | None]:
    if not regions:
        return min(sizes, default=1), None
    first = regions[0]
    return first.page_number, _box(first.polygon, *sizes.get(first.page_number, (1.0, 1.0)))


def _marked(content: str) -> str:
    """The service writes its selection marks as words into the content."""
    for state, sign in MARKS.items():
        content = content.replace(f":{state}:", sign)
    return " ".join(content.split())


def _box(polygon: Sequence[float] | None, width: float, height: float) -> Box:
    """The upright box around x1, y1, x2, y2, ..."""
    if not polygon:
        return (0.0, 0.0, 0.0, 0.0)
    across = [min(max(x / width, 0.0), 1.0) for x in polygon[0::2]]
    down = [min(max(y / height, 0.0), 1.0) for y in polygon[1::2]]
    return (
        round(min(across), 5),
        round(min(down), 5),
        round(max(across), 5),
        round(max(down), 5),
    )
