"""What is drawn on a PDF page: its pictures, its paths, and the straight lines among them that can rule a table."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from services.adapters.ocr.reading_order import PointBox
from services.adapters.ocr.text_layer import PageSpace

if TYPE_CHECKING:
    from pypdfium2 import PdfMatrix, PdfObject, PdfPage

DEEPEST = 3  # forms inside forms that are looked into
THIN = 3.0  # points: a path no thicker is a rule, whether it is drawn as a line or as a rectangle
SHORTEST = 1.0  # points of a rule; dashes are joined
SLANT = 0.5  # points by which a line may rise or lean
MOST_PATHS = 20_000  # a drawing and not a table; it would take minutes
MOST_SHAPES = 1_500
PADDING = 15.0  # points between a table's cell and the shade behind its text
MOST_SEGMENTS = 200  # of one path


@dataclass
class Drawings:
    """In points from the page's upper left corner."""

    pictures: list[PointBox] = field(default_factory=list)  # inside the page
    paths: list[PointBox] = field(default_factory=list)
    rules: list[PointBox] = field(default_factory=list)  # without height, or without width

    def __bool__(self) -> bool:
        return bool(self.pictures or self.paths)


def drawings(page: "PdfPage", space: PageSpace) -> Drawings:
    """Rules are given only where there are few enough of them to be a table's."""
    from pypdfium2 import PdfiumError, raw

    found, places = Drawings(), _Places()
    shapes: list[tuple[PointBox, list[PointBox]]] = []  # with their sides
    kinds = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH]
    for thing in page.get_objects(filter=kinds, max_depth=DEEPEST):
        try:
            box = places.bounds(thing, space)
        except PdfiumError:
            continue
        left, top, right, bottom = box
        if thing.type == raw.FPDF_PAGEOBJ_PATH:
            found.paths.append(box)
            wide, high = right - left, bottom - top
            if len(found.paths) > MOST_PATHS or max(wide, high) < SHORTEST:
                continue
            if min(wide, high) <= THIN:
                found.rules.append(_along(box))
            else:
                shapes.append((box, _sides(thing, places.matrix(thing), space)))
            continue
        left, right = max(left, 0.0), min(right, space.width)
        top, bottom = max(top, 0.0), min(bottom, space.height)
        if right > left and bottom > top:
            found.pictures.append((left, top, right, bottom))
    found.rules += _outermost([(box, sides) for box, sides in shapes if sides])
    if len(found.paths) > MOST_PATHS:
        found.rules.clear()
    return found


class _Places:
    """Of objects that lie in forms, which have coordinates of their own."""

    def __init__(self) -> None:
        # By the form's id; the form is kept, or its id would be another's.
        self._known: dict[int, tuple[PdfObject, PdfMatrix]] = {}

    def bounds(self, thing: "PdfObject", space: PageSpace) -> PointBox:
        box = thing.get_bounds()
        if thing.container:
            box = self._of(thing.container).on_rect(*box)
        return space.box(*box)

    def matrix(self, path: "PdfObject") -> "PdfMatrix":
        own = path.get_matrix()
        return own.multiply(self._of(path.container)) if path.container else own

    def _of(self, form: "PdfObject") -> "PdfMatrix":
        known = self._known.get(id(form))
        if known is None:
            known = self._known[id(form)] = form, self.matrix(form)
        return known[1]


def _along(box: PointBox) -> PointBox:
    """A thin box as the line in its middle."""
    left, top, right, bottom = box
    if right - left > bottom - top:
        return left, (top + bottom) / 2, right, (top + bottom) / 2
    return (left + right) / 2, top, (left + right) / 2, bottom


def _outermost(shapes: list[tuple[PointBox, list[PointBox]]]) -> Iterator[PointBox]:
    """The sides of the shapes without those that lie just inside another one: shades behind text and double borders,
    which would make narrow cells that are empty."""
    import numpy as np

    if not 1 < len(shapes) <= MOST_SHAPES:
        yield from chain.from_iterable(sides for _, sides in shapes)
        return
    x0, y0, x1, y1 = np.array([box for box, _ in shapes]).T
    # From each side of the second to the first that lies inside it.
    gaps = np.stack([x0[:, None] - x0, y0[:, None] - y0, x1 - x1[:, None], y1 - y1[:, None]])
    inside = np.all((gaps > -SLANT) & (gaps < PADDING), axis=0) & np.any(gaps > SLANT, axis=0)
    for at in np.flatnonzero(~inside.any(axis=1)):
        yield from shapes[at][1]


def _sides(path: "PdfObject", matrix: "PdfMatrix", space: PageSpace) -> list[PointBox]:
    """The straight sides of what the path encloses, those that run across or down."""
    from pypdfium2 import raw

    count = raw.FPDFPath_CountSegments(path)
    if not 2 < count <= MOST_SEGMENTS:  # two are a line that leans
        return []
    segment_at, point_of = raw.FPDFPath_GetPathSegment, raw.FPDFPathSegment_GetPoint
    kind_of, closes = raw.FPDFPathSegment_GetType, raw.FPDFPathSegment_GetClose
    x, y, handle = ctypes.c_float(), ctypes.c_float(), path.raw
    moves, draws, on_page = raw.FPDF_SEGMENT_MOVETO, raw.FPDF_SEGMENT_LINETO, space.point
    start = last = (0.0, 0.0)
    sides = []
    for at in range(count):
        segment = segment_at(handle, at)
        point_of(segment, x, y)
        here = on_page(*matrix.on_point(x.value, y.value))
        kind = kind_of(segment)
        if kind == moves:
            start = here
        elif kind == draws:
            sides.append(_straight(last, here))
        if closes(segment):
            sides.append(_straight(here, start))
        last = here
    return [side for side in sides if side]


def _straight(one: tuple[float, float], other: tuple[float, float]) -> PointBox | None:
    (x0, y0), (x1, y1) = one, other
    wide, high = abs(x1 - x0), abs(y1 - y0)
    if high <= SLANT and wide >= SHORTEST:
        return min(x0, x1), (y0 + y1) / 2, max(x0, x1), (y0 + y1) / 2
    if wide <= SLANT and high >= SHORTEST:
        return (x0 + x1) / 2, min(y0, y1), (x0 + x1) / 2, max(y0, y1)
    return None
