"""The text that a PDF page carries itself: pieces with their boxes and the height of their letters."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.adapters.ocr.reading_order import Piece

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

FINE = 1_000_000  # steps across a page, for places in whole numbers
ENOUGH = 16  # characters that make a text page
GARBLED = 0.1  # share of characters without a meaning, from which on the text is not trusted
BOLD = 600  # of a font's weight
GAP = 0.8  # of the letters' height: a wider space is no space between words
LINE_ENDS = {0, 10, 13}
HYPHENS = {2, 0xAD, 0xFFFE}  # how pdfium gives a word's division at the end of a line


@dataclass(frozen=True)
class PageSpace:
    """A page's own coordinates as points from its upper left corner, as it is looked at: rotated, cropped."""

    page: "PdfPage"
    width: float  # points
    height: float

    @classmethod
    def of(cls, page: "PdfPage") -> "PageSpace":
        return cls(page, max(page.get_width(), 1.0), max(page.get_height(), 1.0))

    def box(
        self, left: float, bottom: float, right: float, top: float
    ) -> tuple[float, float, float, float]:
        """left, top, right, bottom in points."""
        (x0, y0), (x1, y1) = self._point(left, top), self._point(right, bottom)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        from pypdfium2 import raw

        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page, 0, 0, FINE, FINE, 0, x, y, across, down)
        return across.value / FINE * self.width, down.value / FINE * self.height


def text_pieces(page: "PdfPage", space: PageSpace) -> list[Piece]:
    """Runs of letters that follow each other on a line, with pdfium's own spaces between words; a wide gap ends one.
    Empty without a text layer."""
    textpage = page.get_textpage()
    try:
        return [piece for run in _runs(textpage) if (piece := _piece(run, textpage, space))]
    finally:
        textpage.close()


@dataclass
class _Run:
    """Letters with the box around them in the page's own coordinates."""

    first: int  # index of its first letter
    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float  # height of the letters' line
    last: tuple[float, float, float, float]  # box of its last letter

    def goes_on(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a letter there is the next of this line, in whichever direction the line is written."""
        across = max(box[0] - self.last[2], self.last[0] - box[2], 0.0)
        down = max(box[1] - self.last[3], self.last[1] - box[3], 0.0)
        beside = min(box[3], self.last[3]) - max(box[1], self.last[1])
        below = min(box[2], self.last[2]) - max(box[0], self.last[0])
        if down == 0 and beside > 0.4 * min(box[3] - box[1], self.last[3] - self.last[1]):
            return across < GAP * self.size
        return across == 0 and below > 0 and down < GAP * self.size

    def take(self, letter: str, box: tuple[float, float, float, float]) -> None:
        self.text += letter
        self.left, self.bottom = min(self.left, box[0]), min(self.bottom, box[1])
        self.right, self.top = max(self.right, box[2]), max(self.top, box[3])
        self.last = box


def _runs(textpage: "PdfTextPage") -> Iterator[_Run]:
    from pypdfium2 import raw

    handle, rect, run, gap = textpage.raw, raw.FS_RECTF(), None, ""
    for at in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, at)
        if code in LINE_ENDS:
            if run:
                yield run
            run, gap = None, ""
            continue
        letter = "-" if code in HYPHENS else chr(code)
        if letter.isspace():
            gap = " "
            continue
        if not raw.FPDFText_GetLooseCharBox(handle, at, rect):
            continue
        box = rect.left, rect.bottom, rect.right, rect.top
        if run and run.goes_on(box):
            run.take(gap + letter, box)
        else:
            if run:
                yield run
            run = _Run(at, letter, *box, size=max(box[3] - box[1], 1.0), last=box)
        gap = ""
    if run:
        yield run


def _piece(run: _Run, textpage: "PdfTextPage", space: PageSpace) -> Piece | None:
    from pypdfium2 import raw

    text = readable(run.text)
    if not text:
        return None
    bold = raw.FPDFText_GetFontWeight(textpage.raw, run.first) >= BOLD
    box = space.box(run.left, run.bottom, run.right, run.top)
    return Piece(text, *box, size=run.size, bold=bold)


# Boxes to tick as fonts of signs (Wingdings) and Unicode have them.
TICKS = str.maketrans(
    {sign: "[ ]" for sign in "\uf06f\uf071\uf072\uf0a8☐□❏❑❒"}
    | {sign: "[x]" for sign in "\uf0fd\uf0fe\uf052\uf053☑☒"}
)


def readable(text: str) -> str:
    """Without what is no text: controls and halves of surrogate pairs; boxes to tick as [x] and [ ]."""
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or not (ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF)
    )
    return " ".join("".join(kept).translate(TICKS).split())


def is_text_page(pieces: list[Piece], largest_picture: float) -> bool:
    """`largest_picture`: the share of the page that it covers. A scan with a line of stamped text is no text page,
    nor is one whose font says no letters."""
    text = "".join(piece.text for piece in pieces)
    if len(text) < ENOUGH:
        return False
    garbled = sum(character == "\ufffd" or "\ue000" <= character <= "\uf8ff" for character in text)
    return garbled < GARBLED * len(text) and not (largest_picture > 0.6 and len(text) < 100)


def drawings(
    page: "PdfPage", space: PageSpace
) -> tuple[list[tuple[float, float, float, float]], list[tuple[float, float]]]:
    """Boxes of the pictures on the page, and widths and heights of the paths drawn on it, in points."""
    from pypdfium2 import PdfiumError, raw

    boxes, paths = [], []
    kinds = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH]
    for thing in page.get_objects(filter=kinds, max_depth=3):
        try:
            left, top, right, bottom = space.box(*thing.get_bounds())
        except PdfiumError:
            continue
        if thing.type == raw.FPDF_PAGEOBJ_PATH:
            paths.append((right - left, bottom - top))
            continue
        left, right = max(left, 0.0), min(right, space.width)
        top, bottom = max(top, 0.0), min(bottom, space.height)
        if right > left and bottom > top:
            boxes.append((left, top, right, bottom))
    return boxes, paths
