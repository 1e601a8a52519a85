"""The straight rules that are printed on a page which is a picture; they can rule a table."""

from typing import TYPE_CHECKING

from services.adapters.ocr.reading_order import PointBox
from services.adapters.ocr.ruled_tables import Grids, grids_of

if TYPE_CHECKING:
    from PIL.Image import Image

LONG = 0.3  # inches of a rule at least; no stroke of a letter is as long
THICK = 0.06  # inches at most
NEAR = 0.07  # inches within which rules are one, go on or cross; on a page that lies askew they miss each other


def grids_on(picture: "Image", dpi: float) -> Grids:
    """In pixels; `dpi` of the picture."""
    return grids_of(_rules_on(picture, dpi), NEAR * dpi)


def _rules_on(picture: "Image", dpi: float) -> list[PointBox]:
    """Without height, or without width."""
    import cv2
    import numpy as np

    grey = np.asarray(picture.convert("L"))
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    long, thick = max(round(LONG * dpi), 8), max(THICK * dpi, 4)
    rules: list[PointBox] = []
    for upright in (False, True):
        # As if all rules ran across. Made thicker first, as a thin one that slopes is a staircase of short ones.
        seen = cv2.dilate(ink.T.copy() if upright else ink, np.ones((3, 1), np.uint8))
        seen = cv2.morphologyEx(seen, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
        _, _, found, _ = cv2.connectedComponentsWithStats(seen)
        for left, top, wide, high, area in found[1:].tolist():
            if area > thick * wide:
                continue
            level = top + high / 2
            box = (left, level, left + wide, level)
            rules.append((box[1], box[0], box[3], box[2]) if upright else box)
    return rules
