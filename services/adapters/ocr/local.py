"""Reading on this machine: a PDF's own text and form, or OCR of what is a picture; page by page, each as it needs.

Nothing leaves the machine and nothing is fetched. A malicious document can make the libraries below crash or hang:
services/reading runs this class in a process that bears it.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from services.adapters.errors import DocumentRefused
from services.adapters.ocr import Box, Field, Opened, ReadPage, Table
from services.adapters.ocr.file_types import PDF
from services.adapters.ocr.lines import confidence_of, lines_of
from services.adapters.ocr.markdown import markdown_of
from services.adapters.ocr.opening import frames_of, open_pdf, open_picture
from services.adapters.ocr.reading_order import Piece, PointBox, in_reading_order, scaled
from services.adapters.ocr.rendering import page_part, page_picture
from services.adapters.ocr.roles import with_roles
from services.adapters.ocr.ruled_tables import grids_of, in_cells, tables_of
from services.adapters.ocr.tick_boxes import DPI as TICK_DPI
from services.adapters.ocr.tick_boxes import as_fields, drawn_boxes, region_of_boxes

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

    from services.adapters.ocr.drawings import Drawings
    from services.adapters.ocr.text_layer import PageSpace

# What the model of rapidocr's wheel reads, as its own table says (PP-OCRv6 small), by ISO 639 codes.
LANGUAGES = frozenset(
    "af az bs ca cs cy da de en es et eu fi fr ga gl hr hu id is it ja ku la lb lt lv mi ms mt nl no oc pl pt qu rm "
    "ro sk sl sq sv sw tl tr uz vi zh".split()
)
UNKNOWN_LANGUAGE = "The reader on this machine does not know this language; the text may be wrong."
NO_TEXT = "No text was found on this page."
XFA = "This is an XFA form, which cannot be read. Print it to a new PDF and send that."
PICTURE = 0.06  # share of a page from which on a picture without text over it is looked into


class LocalReader:
    name = "local"

    def __init__(self, *, pages: int, megapixels: int) -> None:
        """The most pages of a document, the most megapixels of a picture."""
        self._pages, self._megapixels = pages, megapixels

    def read(
        self,
        content: IO[bytes],
        content_type: str,
        *,
        password: str | None = None,
        language: str | None = None,
        first_page: int = 1,
        operation: str | None = None,
    ) -> Iterator[Opened | ReadPage | str]:
        """As DocumentReader says; gives no continuation token, since `first_page` does the same."""
        unknown = language is not None and language.lower()[:2] not in LANGUAGES
        note = UNKNOWN_LANGUAGE if unknown else ""
        if content_type == PDF:
            yield from self._pdf(content, password, first_page, note)
        else:
            yield from self._picture(content, content_type, first_page, note)

    def _pdf(
        self, content: IO[bytes], password: str | None, first_page: int, note: str
    ) -> Iterator[Opened | ReadPage]:
        with open_pdf(content, password, self._pages) as document:
            document.init_forms()
            yield Opened(PDF, len(document))
            for number in range(first_page, len(document) + 1):
                yield _pdf_page(document, number, note)

    def _picture(
        self, content: IO[bytes], content_type: str, first_page: int, note: str
    ) -> Iterator[Opened | ReadPage]:
        from services.adapters.ocr.pictures import upright

        with open_picture(content, content_type, self._pages, self._megapixels) as picture:
            frames = frames_of(picture)
            yield Opened(content_type, frames)
            for number in range(first_page, frames + 1):
                try:
                    picture.seek(number - 1)
                    frame = upright(picture, self._megapixels)
                except DocumentRefused as refusal:
                    yield failed(number, str(refusal))
                    continue
                except Exception:  # noqa: BLE001 - decoders raise whatever a broken file makes them run into
                    yield failed(number, "This page is damaged and cannot be shown.")
                    continue
                # A scan rarely says how fine it is: a page is taken for eleven inches.
                yield _recognised(frame, max(frame.size) / 11, [], number, note)


def failed(number: int, note: str) -> ReadPage:
    return ReadPage(number, 0, 0, "failed", 0, (), note=note)


def _pdf_page(document: "PdfDocument", number: int, note: str) -> ReadPage:
    from pypdfium2 import PdfiumError

    from services.adapters.ocr.text_direction import as_given, turn_to_read

    try:
        page = document[number - 1]
    except PdfiumError:
        return failed(number, "This page is damaged and cannot be opened.")
    try:
        letters = page.get_textpage()  # which the page closes
        turn = turn_to_read(page, letters)
        if turn:
            page.set_rotation((page.get_rotation() + turn) % 360)
            letters = page.get_textpage()  # as pdfium orders them on the page as it is now
        read = _opened_page(document, page, letters, number, note)
        return as_given(read, turn) if turn else read
    except (PdfiumError, OSError, ValueError, ArithmeticError):
        return failed(number, "This page is damaged and cannot be read.")
    finally:
        page.close()


def _opened_page(
    document: "PdfDocument", page: "PdfPage", letters: "PdfTextPage", number: int, note: str
) -> ReadPage:
    from services.adapters.ocr.drawings import drawings
    from services.adapters.ocr.form_fields import fields_of, typed_onto
    from services.adapters.ocr.text_layer import PageSpace, is_text_page, text_pieces

    space = PageSpace.of(page)
    size = space.width, space.height
    fields = fields_of(document, page, space, number)
    drawn = drawings(page, space)
    grids = grids_of(drawn.rules)
    pieces = text_pieces(letters, space, grids)
    if not pieces and not drawn and not fields:
        return _empty(number, *size, fields, note or NO_TEXT)
    largest = max((_area(box) / (size[0] * size[1]) for box in drawn.pictures), default=0.0)
    if not is_text_page(pieces, largest):
        return _scanned(document, page, space, fields, number, note)
    pieces += typed_onto(page, space) + _filled_in(fields, space)
    pieces += _in_pictures(page, space, drawn.pictures, pieces)
    eyed = any(piece.score < 1 for piece in pieces)
    if not fields and (boxes := _boxes_on(page, drawn, size)):
        fields, pieces = as_fields(boxes, pieces, size, number)
    pieces = in_cells(pieces, grids)
    tables = tables_of(grids, pieces, size, number)
    ordered = with_roles(in_reading_order(pieces, fragments=True), space.height, exact=True)
    lines = lines_of(ordered, space.width, space.height)
    return ReadPage(
        number,
        space.width,
        space.height,
        "text",
        0,
        lines,
        tables,
        tuple(fields),
        markdown_of(lines, tables, fields),
        note if eyed else "",
        confidence_of(lines),
    )


def _boxes_on(
    page: "PdfPage", drawn: "Drawings", size: tuple[float, float]
) -> list[tuple[Box, bool]]:
    """Boxes to tick that are only drawn, looked for in the part of the page that may have some."""
    region = region_of_boxes([*drawn.paths, *drawn.pictures], size)
    if not region:
        return []
    part = page_part(page, region, dpi=TICK_DPI)
    return drawn_boxes(part.picture, TICK_DPI, begins=(part.left, part.top), size=part.size)


def _scanned(
    document: "PdfDocument",
    page: "PdfPage",
    space: "PageSpace",
    fields: list[Field],
    number: int,
    note: str,
) -> ReadPage:
    """OCR of the page as it looks, what is filled into its form included."""
    from pypdfium2 import raw

    picture = page_picture(page)
    read = _recognised(picture, picture.width / space.width * 72, fields, number, note)
    if read.kind == "empty" and document.get_formtype() == raw.FORMTYPE_XFA_FULL:
        read = replace(read, note=XFA)
    return replace(read, width=space.width, height=space.height)


def _recognised(
    picture: "Image", dpi: float, fields: list[Field], number: int, note: str
) -> ReadPage:
    """`fields` that the file gives, if any: boxes that are only drawn are then not looked for."""
    from services.adapters.ocr.recognition import recognise
    from services.adapters.ocr.scanned_rules import grids_on

    size = picture.width, picture.height
    with ThreadPoolExecutor(
        1, "look-for-drawn"
    ) as aside:  # finding lines leaves much of a second core free
        grids = aside.submit(grids_on, picture, dpi)
        boxes = aside.submit(drawn_boxes, picture, dpi)
        found = recognise(picture, grids.result)
    pieces, tables = list(found.pieces), tuple[Table, ...]()
    if not pieces:
        return _empty(number, *size, fields, note or NO_TEXT)
    if not found.rotation:
        if not fields:
            fields, pieces = as_fields(boxes.result(), pieces, size, number)
        tables = tables_of(grids.result(), in_cells(pieces, grids.result()), size, number)
    if found.rotation in (0, 180):
        pieces = with_roles(pieces, picture.height, exact=False)
    lines = lines_of(pieces, *size)
    return ReadPage(
        number,
        *size,
        "ocr",
        found.rotation,
        lines,
        tables,
        tuple(fields),
        markdown_of(lines, tables, fields),
        note,
        confidence_of(lines),
    )


def _empty(
    number: int, width: float, height: float, fields: Sequence[Field], note: str
) -> ReadPage:
    return ReadPage(number, width, height, "empty", 0, (), (), tuple(fields), "", note)


def _seen(page: "PdfPage", space: "PageSpace") -> list[Piece]:
    """What OCR makes of the page's picture, in points."""
    from services.adapters.ocr.recognition import recognise

    picture = page_picture(page)
    found = recognise(picture, lambda: grids_of(()))
    across, down = space.width / picture.width, space.height / picture.height
    return [scaled(piece, across, down) for piece in found.pieces]


def _in_pictures(
    page: "PdfPage", space: "PageSpace", boxes: Sequence[PointBox], pieces: Sequence[Piece]
) -> list[Piece]:
    """What OCR sees in pictures that the file has no text over."""
    least = PICTURE * space.width * space.height
    silent = [box for box in boxes if _area(box) > least and not _written_on(box, pieces)]
    return _inside(_seen(page, space), silent) if silent else []


def _filled_in(fields: Sequence[Field], space: "PageSpace") -> list[Piece]:
    """Values where they stand on the page."""
    pieces = []
    for field in fields:
        if field.value and field.box:
            left, top, right, bottom = field.box
            box = left * space.width, top * space.height, right * space.width, bottom * space.height
            pieces.append(Piece(field.value, *box, role="field"))
    return pieces


def _area(box: PointBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _written_on(box: PointBox, pieces: Sequence[Piece]) -> bool:
    """Whether the file has text over this picture, as a scan has that was read before."""
    return sum(len(piece.text) for piece in _inside(pieces, [box])) >= 16


def _inside(pieces: Sequence[Piece], boxes: Sequence[PointBox]) -> list[Piece]:
    return [
        piece
        for piece in pieces
        if any(
            left <= (piece.left + piece.right) / 2 <= right and top <= piece.middle <= bottom
            for left, top, right, bottom in boxes
        )
    ]
