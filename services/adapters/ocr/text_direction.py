"""Pages whose own text lies on its side or on its head, as a wide table bound into an upright report: which way to
turn them to read them, and where what was read stands on the page as it is looked at."""

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from services.adapters.ocr import Box, ReadPage
from services.adapters.ocr.text_layer import PageSpace

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

SAMPLE = 200  # letters that are looked at
MOST = 0.6  # share of them that lie the same way
FEWEST = 16  # letters; of fewer nothing is concluded


def turn_to_read(page: "PdfPage", textpage: "PdfTextPage") -> int:
    """Degrees clockwise by which the page has to be turned: 0, 90, 180 or 270."""
    from pypdfium2 import raw

    space, matrix, ways = PageSpace.of(page), raw.FS_MATRIX(), Counter[int]()
    a, b, _, d, e, _ = space.turn
    count = textpage.count_chars()
    for at in range(0, count, max(count // SAMPLE, 1)):
        is_generated = raw.FPDFText_IsGenerated(textpage.raw, at) == 1
        if is_generated or not raw.FPDFText_GetMatrix(textpage.raw, at, matrix):
            continue
        across, down = a * matrix.a + b * matrix.b, d * matrix.a + e * matrix.b
        if abs(across) >= abs(down):
            ways[0 if across >= 0 else 180] += 1
        else:
            ways[270 if down > 0 else 90] += 1
    if ways.total() < FEWEST:
        return 0
    [(way, letters)] = ways.most_common(1)
    return way if letters > MOST * ways.total() else 0


def as_given(read: ReadPage, turn: int) -> ReadPage:
    """What was read of a page turned by `turn`, with its places on the page as it is looked at."""
    width, height = (read.height, read.width) if turn in (90, 270) else (read.width, read.height)
    return replace(
        read,
        width=width,
        height=height,
        rotation=(turn + read.rotation) % 360,
        lines=tuple(replace(one, box=_back(one.box, turn)) for one in read.lines),
        tables=tuple(replace(one, box=one.box and _back(one.box, turn)) for one in read.tables),
        fields=tuple(replace(one, box=one.box and _back(one.box, turn)) for one in read.fields),
    )


def _back(box: Box, turn: int) -> Box:
    left, top, right, bottom = box
    if turn == 90:
        box = top, 1 - right, bottom, 1 - left
    elif turn == 180:
        box = 1 - right, 1 - bottom, 1 - left, 1 - top
    elif turn == 270:
        box = 1 - bottom, left, 1 - top, right
    x0, y0, x1, y1 = (round(one, 5) for one in box)
    return x0, y0, x1, y1
