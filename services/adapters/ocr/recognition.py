"""A page that is a picture: its lines found and read, the page turned upright, the lines put in reading order.

Pages that lie on their side are known by the shape of their lines, those on their head by how well a few of their
lines are read either way.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.adapters.ocr.rapid import find_lines, read_lines
from services.adapters.ocr.reading_order import Piece, in_reading_order, levelled, scaled, tilted
from services.adapters.ocr.ruled_tables import in_cells

if TYPE_CHECKING:
    from PIL.Image import Image

    from services.adapters.ocr.rapid import Corners, Pixels
    from services.adapters.ocr.ruled_tables import Grids

LYING = 0.6  # share of the lines' length in tall boxes: the page lies on its side
SAMPLE = 8  # lines that tell whether a page stands on its head
DOUBTFUL = 0.85  # mean confidence of the sample below which it is read upside down too
BETTER = 0.05  # by which that has to be better
SURE = 0.5  # confidence below which a line is taken for a stain
SMALLEST = 736  # pixels of the shorter side: smaller pictures are enlarged, by 3 at most
LONG = 5  # times as long as high: a line whose slope says how the page lies
LEVEL = math.radians(0.3)  # of skew that does not matter


@dataclass(frozen=True)
class Recognised:
    """Pieces in reading order, in pixels of the picture as it was given; `rotation` in degrees clockwise by which
    the page was turned to be read."""

    pieces: tuple[Piece, ...]
    rotation: int


@dataclass(frozen=True)
class _Line:
    corners: tuple[tuple[float, float], ...]  # from its upper left, clockwise
    text: str
    score: float


def recognise(picture: "Image", grids_on: Callable[[], "Grids"]) -> Recognised:
    """`grids_on`: gives those of the tables on the picture, once its lines are read; they keep lines of two cells apart
    unless the page has to be turned. Raises WeightsMissing."""
    import cv2
    import numpy as np

    larger = min(max(SMALLEST / max(min(picture.size), 1), 1.0), 3.0)
    if larger > 1:
        picture = picture.resize((round(picture.width * larger), round(picture.height * larger)))
    pixels: Pixels = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR)
    corners, rotation = find_lines(pixels), 0
    if _lying(corners):
        pixels, rotation = np.ascontiguousarray(np.rot90(pixels)), 270  # against the clock
        corners = find_lines(pixels)
    lines, on_its_head = _read(pixels, corners)
    rotation = (rotation + 180 * on_its_head) % 360
    lines = [line for line in lines if line.text and line.score >= SURE]
    grids = grids_on()
    grids = replace(grids, cells=grids.cells * larger)
    pieces = _placed(lines, rotation, picture.width, picture.height, grids)
    return Recognised(tuple(scaled(piece, 1 / larger, 1 / larger) for piece in pieces), rotation)


def _lying(lines: Sequence["Corners"]) -> bool:
    tall = total = 0.0
    for corners in lines:
        across, down = (corners.max(axis=0) - corners.min(axis=0)).tolist()
        total += max(across, down)
        tall += down if down > 1.5 * across else 0.0
    return tall > LYING * total


def _read(pixels: "Pixels", corners: Sequence["Corners"]) -> tuple[list[_Line], bool]:
    """The lines, and whether the page stands on its head; they are then where they lie on the page turned by 180
    degrees. The longest are read first and tell which."""
    import numpy as np

    longest = sorted(range(len(corners)), key=lambda at: -float(np.ptp(corners[at][:, 0])))
    sample, rest = longest[:SAMPLE], longest[SAMPLE:]
    read, on_its_head = read_lines(pixels, [corners[at] for at in sample]), False
    if sample and _confidence(read) < DOUBTFUL:
        turned = np.ascontiguousarray(np.rot90(pixels, 2))
        there = [_upside_down(each, turned) for each in corners]
        other = read_lines(turned, [there[at] for at in sample])
        if _confidence(other) > _confidence(read) + BETTER:
            pixels, corners, read, on_its_head = turned, there, other, True
    read += read_lines(pixels, [corners[at] for at in rest])
    said = dict(zip(longest, read, strict=True))
    return [_Line(_points(each), *said[at]) for at, each in enumerate(corners)], on_its_head


def _upside_down(corners: "Corners", pixels: "Pixels") -> "Corners":
    """The same line on the page turned by 180 degrees, which is as large."""
    import numpy as np

    height, width = pixels.shape[:2]
    return np.roll(np.array([width, height], "float32") - corners, 2, axis=0)


def _confidence(read: Sequence[tuple[str, float]]) -> float:
    letters = sum(len(text) for text, _ in read)
    return sum(score * len(text) for text, score in read) / max(letters, 1)


def _points(corners: "Corners") -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in corners)


def _placed(
    lines: Sequence[_Line], rotation: int, width: int, height: int, grids: "Grids"
) -> tuple[Piece, ...]:
    """In reading order, which is found on the page as it was turned, then where they are on the page as given."""
    skew = _skew(lines)
    pieces = [_piece(line) for line in lines]
    if not rotation:
        pieces = in_cells(pieces, grids)
    if abs(skew) < LEVEL:
        ordered = in_reading_order(pieces)
    else:
        level = [levelled(piece, skew) for piece in pieces]
        ordered = [tilted(piece, skew) for piece in in_reading_order(level)]
    return tuple(_turned(piece, rotation, width, height) for piece in ordered)


def _piece(line: _Line) -> Piece:
    xs, ys = zip(*line.corners, strict=True)
    size = math.dist(line.corners[0], line.corners[3])
    return Piece(line.text, min(xs), min(ys), max(xs), max(ys), line.score, size)


def _skew(lines: Sequence[_Line]) -> float:
    """Radians, clockwise positive: the middling slope of the long lines."""
    slopes = []
    for line in lines:
        (x0, y0), (x1, y1) = line.corners[0], line.corners[1]
        if x1 - x0 > LONG * math.dist(line.corners[0], line.corners[3]):
            slopes.append(math.atan2(y1 - y0, x1 - x0))
    return statistics.median(slopes) if len(slopes) >= 2 else 0.0


def _turned(piece: Piece, rotation: int, width: int, height: int) -> Piece:
    """From the page as it was turned to the page as given, which is `width` by `height`."""
    left, top, right, bottom = piece.left, piece.top, piece.right, piece.bottom
    if rotation == 90:
        left, top, right, bottom = top, height - right, bottom, height - left
    elif rotation == 180:
        left, top, right, bottom = width - right, height - bottom, width - left, height - top
    elif rotation == 270:
        left, top, right, bottom = width - bottom, left, width - top, right
    return replace(piece, left=left, top=top, right=right, bottom=bottom)
