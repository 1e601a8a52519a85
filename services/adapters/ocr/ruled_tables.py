"""Tables with ruled lines: the grids that rules make, by pdfplumber's own steps, filled with the text that stands in
their cells. Where rules and text come from, a PDF's objects or a picture, makes no difference here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from services.adapters.ocr import Box, Table
from services.adapters.ocr.reading_order import Piece, PointBox, row_by_row

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Boxes = npt.NDArray[np.float64]  # one row each: left, top, right, bottom

Grid = tuple[tuple[PointBox | None, ...], ...]  # rows of cells; None where there is none

NEAR = 3.0  # points within which rules are one, go on or cross: pdfplumber's own
LONG = 8.0  # points: of the rules that can be a table's sides
FILLED = 3  # cells, at least
MOST_PAIRS = 1_000_000  # of rules across and down that may cross
MOST_CROSSINGS = 4_000  # finding cells takes the square of it


@dataclass(frozen=True)
class Grids:
    """Those of one page, and all their cells. `Piece.cell` counts these."""

    found: tuple[Grid, ...]
    cells: "Boxes"

    def over(self, box: PointBox) -> list[int]:
        """The cells that this box lies in or reaches into."""
        left, top, right, bottom = box
        x0, y0, x1, y1 = self.cells.T
        over = (x0 < right) & (x1 > left) & (y0 < bottom) & (y1 > top)
        return [int(at) for at in over.nonzero()[0]]

    def cell_at(self, x: float, y: float, among: Sequence[int] | None = None) -> int:
        """The smallest cell there, as one may lie in another; -1 where there is none."""
        chosen = self.over((x, y, x, y)) if among is None else among
        here = []
        for at in chosen:
            x0, y0, x1, y1 = self.cells[at].tolist()
            if x0 <= x < x1 and y0 <= y < y1:
                here.append(((x1 - x0) * (y1 - y0), at))
        return min(here)[1] if here else -1


def grids_of(rules: Sequence[PointBox], near: float = NEAR) -> Grids:
    """Of lines without width or height; `near` in their unit."""
    import numpy as np

    found: list[Grid] = []
    if _could_be_table(rules, near):
        from pdfplumber import table

        edges = table.merge_edges([_edge(rule) for rule in rules], near, near, near, near)
        edges = [edge for edge in edges if max(edge["width"], edge["height"]) >= near]
        across = sum(edge["orientation"] == "h" for edge in edges)
        few = across * (len(edges) - across) <= MOST_PAIRS
        crossings = table.edges_to_intersections(edges, near, near) if few else {}
        if len(crossings) <= MOST_CROSSINGS:
            tables = table.cells_to_tables(table.intersections_to_cells(crossings))
            page: Any = None  # only asked for when text is extracted by it
            found = [_grid(table.Table(page, cells)) for cells in tables]
    found = [grid for grid in found if len(grid) > 1 and len(grid[0]) > 1]
    cells = [cell for cell in chain(*chain(*found)) if cell]
    return Grids(tuple(found), np.array(cells, float).reshape(-1, 4))


def in_cells(pieces: Sequence[Piece], grids: Grids) -> list[Piece]:
    """Each piece with the cell that its middle is in."""
    if not grids.found:
        return list(pieces)
    return [
        replace(piece, cell=grids.cell_at((piece.left + piece.right) / 2, piece.middle))
        for piece in pieces
    ]


def tables_of(
    grids: Grids, pieces: Sequence[Piece], size: tuple[float, float], page: int
) -> tuple[Table, ...]:
    """Filled with `pieces`, which are `in_cells`, on a page of this width and height. What has hardly a word in it is
    a frame and no table."""
    inside: dict[int, list[Piece]] = {}
    for piece in pieces:
        inside.setdefault(piece.cell, []).append(piece)
    made, at = [], 0
    for grid in grids.found:
        rows = []
        for row in grid:
            texts = []
            for cell in row:
                texts.append(_text(inside.get(at, ())) if cell else "")
                at += cell is not None
            rows.append(tuple(texts))
        rows = [row for row in rows if any(row)]
        if len(rows) > 1 and sum(map(bool, chain(*rows))) >= FILLED:
            made.append(Table(page, _box(grid, size), tuple(rows)))
    return tuple(made)


def _text(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in row_by_row(pieces))


def _could_be_table(rules: Sequence[PointBox], near: float) -> bool:
    long = near * LONG / NEAR
    across = sum(right - left > long for left, _, right, _ in rules)
    down = sum(bottom - top > long for _, top, _, bottom in rules)
    return across >= 2 and down >= 2


def _edge(rule: PointBox) -> dict[str, Any]:
    """As pdfplumber has it."""
    left, top, right, bottom = rule
    return {
        "object_type": "line",
        "orientation": "h" if right - left > bottom - top else "v",
        "x0": left,
        "x1": right,
        "top": top,
        "bottom": bottom,
        "width": right - left,
        "height": bottom - top,
    }


def _grid(found: Any) -> Grid:
    return tuple(tuple(row.cells) for row in found.rows)


def _box(grid: Grid, size: tuple[float, float]) -> Box:
    cells = [cell for cell in chain(*grid) if cell]
    left, top = min(cell[0] for cell in cells), min(cell[1] for cell in cells)
    right, bottom = max(cell[2] for cell in cells), max(cell[3] for cell in cells)

    def share(value: float, whole: float) -> float:
        return round(min(max(value / whole, 0.0), 1.0), 5)

    width, height = size
    return share(left, width), share(top, height), share(right, width), share(bottom, height)
