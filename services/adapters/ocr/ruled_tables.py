"""Tables with ruled lines on PDF pages, by pdfplumber; opened only when a page has lines enough to be one."""

import logging
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

from services.adapters.ocr import Box, Table
from services.adapters.ocr.text_layer import readable

if TYPE_CHECKING:
    from pdfplumber import PDF

RENEWED = 25  # pages after which the file is opened anew: pdfminer keeps what it has parsed
SHORTEST = 8  # points of a rule
MOST_PATHS = 20_000  # a drawing, not a table; it would take minutes


class TableFinder:
    """Of one PDF. What pdfplumber cannot parse has no tables: its text is read by others."""

    def __init__(self, content: IO[bytes], password: str | None) -> None:
        self._content, self._password = content, password
        self._open: PDF | None = None
        self._asked = 0

    def tables(self, number: int, paths: Sequence[tuple[float, float]]) -> tuple[Table, ...]:
        """Those of page `number` (from 1), on which paths of these widths and heights in points are drawn."""
        if len(paths) > MOST_PATHS or not _could_be_table(paths):
            return ()
        try:
            page = self._file().pages[number - 1]
            try:
                found = [_table(number, page, table) for table in page.find_tables()]
            finally:
                page.close()
        except Exception:  # noqa: BLE001 - pdfminer raises whatever a broken file makes it run into
            self.close()
            return ()
        return tuple(table for table in found if table)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None

    def _file(self) -> "PDF":
        import pdfplumber

        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it quotes what it parses
        self._asked += 1
        if self._open is not None and self._asked % RENEWED == 0:
            self.close()
        if self._open is None:
            self._open = pdfplumber.open(self._content, password=self._password)
        return self._open


def _could_be_table(paths: Sequence[tuple[float, float]]) -> bool:
    """Parsing the page anew costs more than all the rest: only where rules run both ways."""
    across = sum(wide > SHORTEST for wide, _ in paths)
    down = sum(high > SHORTEST for _, high in paths)
    return across >= 3 and down >= 2


def _table(number: int, page: Any, table: Any) -> Table | None:
    """None when it is a frame and not a table: fewer than two rows or columns, or hardly a word."""
    rows = tuple(tuple(readable(cell or "") for cell in row) for row in table.extract() if any(row))
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return None
    filled = sum(bool(cell) for row in rows for cell in row)
    if filled < 3:
        return None
    return Table(number, _box(page, table.bbox), rows)


def _box(page: Any, bbox: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = bbox
    x0, y0, x1, y1 = page.bbox
    wide, high = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    return (
        min(max((left - x0) / wide, 0.0), 1.0),
        min(max((top - y0) / high, 0.0), 1.0),
        min(max((right - x0) / wide, 0.0), 1.0),
        min(max((bottom - y0) / high, 0.0), 1.0),
    )
