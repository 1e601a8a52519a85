"""Reading on this machine: a PDF's own text and form, or OCR of what is a picture; page by page, each as it needs.

Nothing leaves the machine and nothing is fetched. A malicious document can make the libraries below crash or hang:
services/reading runs this class in a process that bears it.
"""

from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING

from services.adapters.errors import DocumentRefused
from services.adapters.ocr import Field, Opened, ReadPage
from services.adapters.ocr.file_types import PDF
from services.adapters.ocr.lines import confidence_of, lines_of
from services.adapters.ocr.markdown import markdown_of
from services.adapters.ocr.opening import frames_of, open_pdf, open_picture
from services.adapters.ocr.reading_order import Piece, in_reading_order, scaled
from services.adapters.ocr.rendering import page_picture
from services.adapters.ocr.roles import with_roles
from services.adapters.ocr.tick_boxes import DPI as TICK_DPI
from services.adapters.ocr.tick_boxes import as_fields, could_be_boxes, drawn_boxes

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

    from services.adapters.ocr.ruled_tables import TableFinder
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

PointBox = tuple[float, float, float, float]


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
        from services.adapters.ocr.ruled_tables import TableFinder

        with open_pdf(content, password, self._pages) as document:
            document.init_forms()
            yield Opened(PDF, len(document))
            finder = TableFinder(content, password)
            try:
                for number in range(first_page, len(document) + 1):
                    yield _pdf_page(document, finder, number, note)
            finally:
                finder.close()

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
                yield _recognised(frame, number, note)


def failed(number: int, note: str) -> ReadPage:
    return ReadPage(number, 0, 0, "failed", 0, (), note=note)


def _pdf_page(document: "PdfDocument", finder: "TableFinder", number: int, note: str) -> ReadPage:
    from pypdfium2 import PdfiumError

    try:
        page = document[number - 1]
    except PdfiumError:
        return failed(number, "This page is damaged and cannot be opened.")
    try:
        return _opened_page(document, page, finder, number, note)
    except (PdfiumError, OSError, ValueError, ArithmeticError):
        return failed(number, "This page is damaged and cannot be read.")
    finally:
        page.close()


def _opened_page(
    document: "PdfDocument", page: "PdfPage", finder: "TableFinder", number: int, note: str
) -> ReadPage:
    from services.adapters.ocr.form_fields import fields_of, typed_onto
    from services.adapters.ocr.text_layer import PageSpace, drawings, is_text_page, text_pieces

    space = PageSpace.of(page)
    area = space.width * space.height
    fields = fields_of(document, page, space, number)
    pieces = text_pieces(page, space)
    boxes, paths = drawings(page, space)
    if not pieces and not boxes and not paths and not fields:
        return _page([], 0, space.width, space.height, fields, number, note)
    if not is_text_page(pieces, max((_area(box) / area for box in boxes), default=0.0)):
        return _scanned(document, page, space, fields, number, note)
    pieces += typed_onto(page, space)
    pieces += _filled_in(fields, space)
    pieces += _in_pictures(page, space, boxes, pieces)
    eyed = any(piece.score < 1 for piece in pieces)
    if not fields and could_be_boxes([*paths, *_sizes(boxes)]):
        picture = page_picture(page, dpi=TICK_DPI)
        size = space.width, space.height
        fields, pieces = as_fields(drawn_boxes(picture), pieces, size, number)
    tables = finder.tables(number, paths)
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

    pieces, rotation = _by_eye(page, space)
    if not pieces and document.get_formtype() == raw.FORMTYPE_XFA_FULL:
        note = XFA
    if pieces and not fields and not rotation:
        fields, pieces = as_fields(
            drawn_boxes(page_picture(page, dpi=TICK_DPI)),
            pieces,
            (space.width, space.height),
            number,
        )
    return _page(pieces, rotation, space.width, space.height, fields, number, note)


def _by_eye(page: "PdfPage", space: "PageSpace") -> tuple[list[Piece], int]:
    """What OCR makes of the page, in points."""
    from services.adapters.ocr.recognition import recognise

    picture = page_picture(page)
    found = recognise(picture)
    across, down = space.width / picture.width, space.height / picture.height
    return [scaled(piece, across, down) for piece in found.pieces], found.rotation


def _recognised(frame: "Image", number: int, note: str) -> ReadPage:
    from services.adapters.ocr.recognition import recognise

    found = recognise(frame)
    pieces = list(found.pieces)
    fields: list[Field] = []
    if pieces and not found.rotation:
        # A scan rarely says how fine it is: a page is taken for eleven inches.
        dpi = max(frame.size) / 11
        fields, pieces = as_fields(drawn_boxes(frame, dpi), pieces, frame.size, number)
    return _page(pieces, found.rotation, frame.width, frame.height, fields, number, note)


def _page(
    pieces: list[Piece],
    rotation: int,
    width: float,
    height: float,
    fields: list[Field],
    number: int,
    note: str,
) -> ReadPage:
    if not pieces:
        return ReadPage(
            number, width, height, "empty", 0, (), (), tuple(fields), "", note or NO_TEXT
        )
    upright = rotation in (0, 180)
    lines = lines_of(with_roles(pieces, height, exact=False) if upright else pieces, width, height)
    return ReadPage(
        number,
        width,
        height,
        "ocr",
        rotation,
        lines,
        (),
        tuple(fields),
        markdown_of(lines, (), fields),
        note,
        confidence_of(lines),
    )


def _in_pictures(
    page: "PdfPage", space: "PageSpace", boxes: Sequence[PointBox], pieces: Sequence[Piece]
) -> list[Piece]:
    """What OCR sees in pictures that the file has no text over."""
    least = PICTURE * space.width * space.height
    silent = [box for box in boxes if _area(box) > least and not _written_on(box, pieces)]
    return _inside(_by_eye(page, space)[0], silent) if silent else []


def _filled_in(fields: Sequence[Field], space: "PageSpace") -> list[Piece]:
    """Values where they stand on the page."""
    pieces = []
    for field in fields:
        if field.value and field.box:
            left, top, right, bottom = field.box
            box = left * space.width, top * space.height, right * space.width, bottom * space.height
            pieces.append(Piece(field.value, *box, role="field"))
    return pieces


def _sizes(boxes: Sequence[PointBox]) -> list[tuple[float, float]]:
    return [(right - left, bottom - top) for left, top, right, bottom in boxes]


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
