"""The text that a PDF page carries itself: pieces with their boxes and the height of their letters."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.adapters.ocr.reading_order import Piece, PointBox
from services.adapters.visible_text import visible

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

    from services.adapters.ocr.ruled_tables import Grids

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

    width: float  # points
    height: float
    # From the page's own coordinates to these: x = a x' + b y' + c, then the same for y.
    turn: tuple[float, float, float, float, float, float]

    @classmethod
    def of(cls, page: "PdfPage") -> "PageSpace":
        from pypdfium2 import raw

        width, height = max(page.get_width(), 1.0), max(page.get_height(), 1.0)
        far = max(width, height)

        def seen(x: float, y: float) -> tuple[float, float]:
            across, down = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(page, 0, 0, FINE, FINE, 0, x, y, across, down)
            return across.value / FINE * width, down.value / FINE * height

        (x0, y0), (x1, y1), (x2, y2) = seen(0, 0), seen(far, 0), seen(0, far)
        across, down = ((x1 - x0) / far, (x2 - x0) / far), ((y1 - y0) / far, (y2 - y0) / far)
        return cls(width, height, (*across, x0, *down, y0))

    def point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.turn
        return a * x + b * y + c, d * x + e * y + f

    def box(self, left: float, bottom: float, right: float, top: float) -> PointBox:
        (x0, y0), (x1, y1) = self.point(left, top), self.point(right, bottom)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def text_pieces(
    textpage: "PdfTextPage", space: PageSpace, grids: "Grids | None" = None
) -> list[Piece]:
    """Runs of letters that follow each other on a line, with pdfium's own spaces between words; a wide gap ends one,
    and so does the border of a table's cell. Empty without a text layer."""
    pieces = []
    for run in _runs(textpage):
        for part in _in_cells(run, space, grids) if grids and grids.found else [run]:
            if piece := _piece(part, textpage, space):
                pieces.append(piece)
    return pieces


@dataclass
class _Word:
    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass
class _Run:
    """Words in the page's own coordinates."""

    first: int  # index of its first letter
    size: float  # height of the letters' line
    last: tuple[float, float, float, float]  # box of its last letter
    words: list[_Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """left, bottom, right, top."""
        return (
            min(word.left for word in self.words),
            min(word.bottom for word in self.words),
            max(word.right for word in self.words),
            max(word.top for word in self.words),
        )

    def goes_on(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a letter there is the next of this line, in whichever direction the line is written."""
        left, bottom, right, top = box
        last_left, last_bottom, last_right, last_top = self.last
        if top == last_top and bottom == last_bottom < top:  # as most are
            return left - last_right < GAP * self.size > last_left - right
        beside = min(top, last_top) - max(bottom, last_bottom)
        if beside >= 0 and beside > 0.4 * min(top - bottom, last_top - last_bottom):
            return max(left - last_right, last_left - right) < GAP * self.size
        below = min(right, last_right) - max(left, last_left)
        return below > 0 and -beside < GAP * self.size

    def take(
        self, letter: str, box: tuple[float, float, float, float], *, begins_word: bool
    ) -> None:
        self.last = box
        if begins_word:
            self.words.append(_Word(letter, *box))
            return
        word = self.words[-1]
        word.text += letter
        left, bottom, right, top = box
        if left < word.left:  # a page has thousands of letters, and min() takes three times as long
            word.left = left
        if bottom < word.bottom:
            word.bottom = bottom
        if right > word.right:
            word.right = right
        if top > word.top:
            word.top = top


def _in_cells(run: _Run, space: PageSpace, grids: "Grids") -> list[_Run]:
    """The run in parts, each in one cell of a table or outside of them all."""
    over = grids.over(space.box(*run.box))
    if not over:
        return [run]
    parts: list[_Run] = []
    last: int | None = None
    for word in run.words:
        box = space.box(word.left, word.bottom, word.right, word.top)
        cell = grids.cell_at((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, over)
        if cell != last:
            parts.append(_Run(run.first, run.size, run.last))
        parts[-1].words.append(word)
        last = cell
    return parts


def _runs(textpage: "PdfTextPage") -> Iterator[_Run]:
    from pypdfium2 import raw

    unicode, loose_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    handle, rect, run, gap = textpage.raw, raw.FS_RECTF(), None, False
    for at in range(textpage.count_chars()):
        code = unicode(handle, at)
        if code in LINE_ENDS:
            if run:
                yield run
            run, gap = None, False
            continue
        letter = "-" if code in HYPHENS else chr(code)
        if letter.isspace():
            gap = True
            continue
        if not loose_box(handle, at, rect):
            continue
        box = rect.left, rect.bottom, rect.right, rect.top
        goes_on = run is not None and run.goes_on(box)
        if run and not goes_on:
            yield run
        if run is None or not goes_on:
            run = _Run(at, max(box[3] - box[1], 1.0), box)
        run.take(letter, box, begins_word=gap or not goes_on)
        gap = False
    if run:
        yield run


def _piece(run: _Run, textpage: "PdfTextPage", space: PageSpace) -> Piece | None:
    from pypdfium2 import raw

    text = readable(run.text)
    if not text:
        return None
    bold = raw.FPDFText_GetFontWeight(textpage.raw, run.first) >= BOLD
    return Piece(text, *space.box(*run.box), size=run.size, bold=bold)


# Boxes to tick as fonts of signs (Wingdings) and Unicode have them.
TICKS = str.maketrans(
    {sign: "[ ]" for sign in "\uf06f\uf071\uf072\uf0a8☐□❏❑❒"}
    | {sign: "[x]" for sign in "\uf0fd\uf0fe\uf052\uf053☑☒"}
)


def readable(text: str) -> str:
    """What of it is to be seen, boxes to tick as [x] and [ ]."""
    return visible(text if text.isascii() else text.translate(TICKS))


def is_text_page(pieces: list[Piece], largest_picture: float) -> bool:
    """`largest_picture`: the share of the page that it covers. A scan with a line of stamped text is no text page,
    nor is one whose font says no letters."""
    text = "".join(piece.text for piece in pieces)
    if len(text) < ENOUGH:
        return False
    garbled = sum(character == "\ufffd" or "\ue000" <= character <= "\uf8ff" for character in text)
    return garbled < GARBLED * len(text) and not (largest_picture > 0.6 and len(text) < 100)
