"""Boxes to tick that are only drawn, on a scan or by a PDF's lines: where they are and whether something is in them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from services.adapters.ocr import Box, Field, ReadLine
from services.adapters.ocr.reading_order import Piece, PointBox

if TYPE_CHECKING:
    from PIL.Image import Image

TICKED, EMPTY = "[x]", "[ ]"
DPI = 200  # at which pages are looked at
SMALL, LARGE = 0.09, 0.3  # inches: sides of a box, inside
SQUARE = 0.75  # its shorter side by its longer one, at least
FULL = 0.8  # share of its rectangle that its inside takes, at least
AROUND = 7.0  # points around a box that are looked at with it
INK = 0.07  # share of its inside from which on it is ticked; a speck of dust stays below
MARKS = frozenset("xX×✓✔✗✘vV√")
OUTLINES = frozenset("[]口□ ")  # what a recogniser may take an empty box for


def drawn_boxes(
    picture: "Image",
    dpi: float = DPI,
    *,
    begins: tuple[int, int] = (0, 0),
    size: tuple[int, int] | None = None,
) -> list[tuple[Box, bool]]:
    """Boxes as shares of the page, and whether each is ticked. The picture is a page at `dpi`, or that part of one of
    this `size` which `begins` there, in pixels."""
    import cv2
    import numpy as np

    grey = np.asarray(picture.convert("L"))
    size = size or (picture.width, picture.height)
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    side = max(round(SMALL * dpi), 5)
    # Straight lines of a box's length stay; letters and the strokes of a tick go.
    lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, side), np.uint8))
    lines |= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((side, 1), np.uint8))
    lines = cv2.dilate(lines, np.ones((2, 2), np.uint8))
    contours, tree = cv2.findContours(lines, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour, (_, _, _, parent) in zip(
        contours, tree[0] if tree is not None else (), strict=True
    ):
        left, top, wide, high = cv2.boundingRect(contour)
        if parent < 0 or not _box_sized(wide, high, dpi):
            continue
        if cv2.contourArea(contour) < FULL * (wide - 1) * (high - 1):
            continue
        edge = max(round(0.15 * min(wide, high)), 2)
        inside = ink[top + edge : top + high - edge, left + edge : left + wide - edge]
        ticked = bool(inside.size) and float((inside > 0).mean()) > INK
        found.append((_shares(begins[0] + left, begins[1] + top, wide, high, size), ticked))
    # Contours come from the lowest up. Boxes that are not quite level are of one row all the same.
    return sorted(found, key=lambda box: (round(box[0][1] * size[1] / side), box[0][0]))


def region_of_boxes(drawn: Sequence[PointBox], size: tuple[float, float]) -> Box | None:
    """Where these drawings, in points on a page of this width and height, can be boxes to tick, so that it is worth
    looking at that part of the page as a picture."""
    sized = [box for box in drawn if _box_sized(box[2] - box[0], box[3] - box[1], 72)]
    if not sized:
        return None
    left, top = min(box[0] for box in sized), min(box[1] for box in sized)
    right, bottom = max(box[2] for box in sized), max(box[3] for box in sized)
    width, height = size
    region = (
        max((left - AROUND) / width, 0),
        max((top - AROUND) / height, 0),
        min((right + AROUND) / width, 1),
        min((bottom + AROUND) / height, 1),
    )
    return region if region[0] < region[2] and region[1] < region[3] else None


def as_fields(
    boxes: Sequence[tuple[Box, bool]], pieces: Sequence[Piece], size: tuple[float, float], page: int
) -> tuple[list[Field], list[Piece]]:
    """The boxes as fields, called by the text beside them, and `pieces` in the same order with a sign beside each
    box's text. What is part of a letter or has a word inside is no box to tick."""
    width, height = size
    kept, signs = list(pieces), []
    for box, ticked in boxes:
        left, top, right, bottom = box
        sign = Piece(
            TICKED if ticked else EMPTY,
            left * width,
            top * height,
            right * width,
            bottom * height,
            role="field",
        )
        over = [piece for piece in kept if _covers(piece, sign)]
        if any(not _is_sign(piece) and not _at_edge(piece, sign) for piece in over):
            continue
        kept = [piece for piece in kept if piece not in over]
        kept += [_without_sign(piece) for piece in over if not _is_sign(piece)]
        signs.append((box, sign))
    lines = [_line(piece, size) for piece in kept]
    fields, placed = [], [[piece] for piece in kept]
    for box, sign in signs:
        at = _neighbour(box, lines)
        fields.append(Field(page, _named(lines[at]) if at is not None else "", sign.text, box))
        if at is None:
            placed.append([sign])
        else:
            placed[at].insert(0 if sign.left < kept[at].left else len(placed[at]), sign)
    return fields, [piece for row in placed for piece in row]


def _covers(piece: Piece, sign: Piece) -> bool:
    x = (sign.left + sign.right) / 2
    return piece.left <= x <= piece.right and piece.top <= sign.middle <= piece.bottom


def _is_sign(piece: Piece) -> bool:
    return set(piece.text) <= MARKS | OUTLINES


def _at_edge(piece: Piece, sign: Piece) -> bool:
    """A box before or behind a line, that the recogniser took in with it; a letter's inside is smaller."""
    reach = 1.2 * piece.height
    x = (sign.left + sign.right) / 2
    near = x < piece.left + reach or x > piece.right - reach
    return near and piece.role == "text" and sign.height >= 0.55 * piece.height


def _without_sign(piece: Piece) -> Piece:
    """A line without what its recogniser took the box at its edge for."""
    words = piece.text.lstrip("口□").split()
    for edge in (0, -1):
        if len(words) > 1 and set(words[edge]) <= MARKS | OUTLINES:
            words.pop(edge)
    return replace(piece, text=" ".join(words))


def beside(box: Box, lines: Sequence[ReadLine]) -> str:
    """What a box is called: the nearer text of its row, and the one before it when that ends with a colon. A line may
    reach over the box that stands at its edge."""
    at = _neighbour(box, lines)
    return "" if at is None else _named(lines[at])


def _named(line: ReadLine) -> str:
    return line.text.rstrip(": ")


def _neighbour(box: Box, lines: Sequence[ReadLine]) -> int | None:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    row = [
        (at, line)
        for at, line in enumerate(lines)
        if line.box[1] <= y <= line.box[3] and line.text not in (TICKED, EMPTY)
    ]
    before = [each for each in row if (each[1].box[0] + each[1].box[2]) / 2 < x]
    after = [each for each in row if (each[1].box[0] + each[1].box[2]) / 2 > x]
    left = max(before, key=lambda each: each[1].box[2], default=None)
    right = min(after, key=lambda each: each[1].box[0], default=None)
    if left and right and not left[1].text.endswith(":"):
        nearer = left if box[0] - left[1].box[2] < right[1].box[0] - box[2] else right
        return nearer[0]
    found = left or right
    return found[0] if found else None


def _box_sized(wide: float, high: float, dpi: float) -> bool:
    small, large = SMALL * dpi * 0.9, LARGE * dpi
    return (
        small <= wide <= large
        and small <= high <= large
        and (min(wide, high) >= SQUARE * max(wide, high))
    )


def _shares(left: int, top: int, wide: int, high: int, size: tuple[int, int]) -> Box:
    across, down = size
    return (
        round(left / across, 5),
        round(top / down, 5),
        round((left + wide) / across, 5),
        round((top + high) / down, 5),
    )


def _line(piece: Piece, size: tuple[float, float]) -> ReadLine:
    width, height = size
    box = piece.left / width, piece.top / height, piece.right / width, piece.bottom / height
    return ReadLine(piece.text, box, piece.score)
