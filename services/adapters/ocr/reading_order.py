"""Reading order of pieces of text that lie on a page: rows, and columns where there are some.

Recognisers and PDF files give pieces in an order of their own, which interleaves columns. Prose in columns is cut
along its gutters, recursively (an XY-cut that lets headings cross); forms, receipts and tables, whose pieces are
short, are read row by row.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MIN_CHARACTERS = 18  # in the middling piece of a column of prose; shorter ones are a form's
MIN_PIECES = 5  # of a column
MAX_CROSSING = 0.30  # share of the pieces that may lie across a gutter
MIN_OVERLAP = 0.4  # of the heights of the two sides: else they are below, not beside each other
DEEPEST = 6
SPACE = 0.4  # of the height: the widest space between two words that a gutter is not narrower than
NEAR = 0.9  # ... between two pieces of one line, once the columns are cut

PointBox = tuple[float, float, float, float]  # left, top, right, bottom in points or pixels


@dataclass(frozen=True)
class Piece:
    """Text with its box in points or pixels, y downwards; `size` is the height of its letters' line."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    score: float = 1.0
    size: float = 0.0
    bold: bool = False
    role: str = "text"
    cell: int = -1  # of the page's ruled tables; pieces of two cells are never made one

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def in_reading_order(pieces: Sequence[Piece], *, fragments: bool = False) -> list[Piece]:
    """The same text in order, neighbours of a row made one piece. `fragments`: single words may be pieces, as in a
    PDF; a gutter is only seen once they are lines."""
    if fragments:
        pieces = [piece for row in _rows(pieces) for piece in _joined(row, SPACE)]
    return _split(list(pieces), 0)


def row_by_row(pieces: Sequence[Piece]) -> list[Piece]:
    """The same without looking for columns."""
    return [piece for row in _rows(pieces) for piece in _joined(row, NEAR)]


def levelled(piece: Piece, skew: float) -> Piece:
    """Where it would lie if its page were not turned by `skew` radians (clockwise, y downwards)."""
    x, y = _rotated((piece.left + piece.right) / 2, piece.middle, -skew)
    wide, high = (piece.right - piece.left) / 2, (piece.size or piece.height) / 2
    return replace(piece, left=x - wide, top=y - high, right=x + wide, bottom=y + high)


def tilted(piece: Piece, skew: float) -> Piece:
    """The other way: the upright box around a level piece whose page is turned by `skew` radians."""
    x, y = _rotated((piece.left + piece.right) / 2, piece.middle, skew)
    along, across = (piece.right - piece.left) / 2, piece.height / 2
    cos, sin = math.cos(skew), abs(math.sin(skew))
    wide, high = along * cos + across * sin, along * sin + across * cos
    return replace(piece, left=x - wide, top=y - high, right=x + wide, bottom=y + high)


def scaled(piece: Piece, across: float, down: float) -> Piece:
    return replace(
        piece,
        left=piece.left * across,
        top=piece.top * down,
        right=piece.right * across,
        bottom=piece.bottom * down,
        size=piece.size * down,
    )


def _rotated(x: float, y: float, angle: float) -> tuple[float, float]:
    cos, sin = math.cos(angle), math.sin(angle)
    return x * cos - y * sin, x * sin + y * cos


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces whose middles are level, from left to right; rows from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: each.middle):
        if rows:
            last = rows[-1]
            level = sum(each.middle for each in last) / len(last)
            if piece.middle - level < 0.5 * min(piece.height, last[-1].height):
                last.append(piece)
                continue
        rows.append([piece])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _joined(row: Sequence[Piece], gap: float) -> list[Piece]:
    made = [row[0]]
    for piece in row[1:]:
        last = made[-1]
        near = piece.left - last.right < gap * min(piece.height, last.height)
        near = near and last.cell == piece.cell
        if near and last.role == piece.role == "text" and _alike(last, piece):
            made[-1] = _one(last, piece)
        else:
            made.append(piece)
    return made


def _alike(one: Piece, other: Piece) -> bool:
    return max(one.height, other.height) < 2 * min(one.height, other.height) + 1e-6


def _one(left: Piece, right: Piece) -> Piece:
    gap = right.left - left.right
    space = "" if gap < 0.08 * left.height or left.text.endswith(" ") else " "
    counts = max(len(left.text), 1), max(len(right.text), 1)
    share = counts[0] / sum(counts)
    return Piece(
        left.text + space + right.text.lstrip(),
        min(left.left, right.left),
        min(left.top, right.top),
        max(left.right, right.right),
        max(left.bottom, right.bottom),
        left.score * share + right.score * (1 - share),
        max(left.size, right.size),
        left.bold and right.bold,
        left.role,
        left.cell,
    )


def _split(pieces: list[Piece], depth: int) -> list[Piece]:
    gutter = _gutter(pieces) if depth < DEEPEST else None
    if gutter is None:
        return row_by_row(pieces)
    x, margin = gutter
    crossing = sorted(_across(pieces, x, margin), key=lambda each: each.top)
    left = [piece for piece in pieces if piece.right <= x + margin]
    right = [piece for piece in pieces if piece.left >= x - margin and piece.right > x + margin]
    made: list[Piece] = []
    above = -math.inf
    for heading in [*crossing, None]:
        below = heading.middle if heading else math.inf
        for side in (left, right):
            made += _split([each for each in side if above <= each.middle < below], depth + 1)
        if heading:
            made.append(heading)
        above = below
    return made


def _gutter(pieces: list[Piece]) -> tuple[float, float] | None:
    """Where to cut, and how far a piece may reach over it; None when this is not prose in columns."""
    import numpy as np

    if len(pieces) < 2 * MIN_PIECES:
        return None
    height = statistics.median(each.height for each in pieces)
    margin = 0.15 * height
    boxes = np.array([[p.left, p.right, p.top, p.bottom, len(p.text)] for p in pieces], float).T
    lefts, rights = boxes[:2]
    start, wide = lefts.min(), rights.max() - lefts.min()
    places = np.arange(start + 0.12 * wide, start + 0.88 * wide, max(height / 6, wide / 400, 1e-6))
    over = (lefts[:, None] < places - margin) & (rights[:, None] > places + margin)
    crossings = over.sum(axis=0)
    sides = rights[:, None] <= places + margin, lefts[:, None] >= places - margin
    smaller = np.minimum(*(side.sum(axis=0) for side in sides))
    short = (boxes[4] < MIN_CHARACTERS).astype(int)
    likely = (crossings <= MAX_CROSSING * len(pieces)) & (smaller >= MIN_PIECES)
    for side in sides:
        # More than half of them short: that tells most places apart from columns of prose at once.
        likely &= short @ side <= side.sum(axis=0) / 2
    for at in np.lexsort((-smaller, crossings)):
        if likely[at] and _are_columns(boxes, float(places[at]), margin):
            return float(places[at]), margin
    return None


def _are_columns(boxes: "npt.NDArray[np.float64]", x: float, margin: float) -> bool:
    """Whether the sides, which have pieces enough, are columns of prose. `boxes`: of each piece left, right, top,
    bottom and number of characters, as five rows."""
    sides = boxes[:, boxes[1] <= x + margin], boxes[:, boxes[0] >= x - margin]
    if any(_mostly_short(side[4]) for side in sides):
        return False
    tops, bottoms = [side[2].min() for side in sides], [side[3].max() for side in sides]
    shared = min(bottoms) - max(tops)
    shorter = min(bottom - top for top, bottom in zip(tops, bottoms, strict=True))
    return bool(shared >= MIN_OVERLAP * shorter)


def _mostly_short(characters: "npt.NDArray[np.float64]") -> bool:
    """By their median, which numpy's own function takes ten times as long for."""
    ordered: list[float] = sorted(characters.tolist())
    count = len(ordered)
    return ordered[(count - 1) // 2] + ordered[count // 2] < 2 * MIN_CHARACTERS


def _across(pieces: list[Piece], x: float, margin: float) -> list[Piece]:
    return [each for each in pieces if each.left < x - margin and each.right > x + margin]
