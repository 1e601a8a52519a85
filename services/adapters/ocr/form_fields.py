"""What was filled into a PDF's form, and what was typed onto its page: neither is in the text layer."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from services.adapters.ocr import Box, Field
from services.adapters.ocr.reading_order import Piece
from services.adapters.ocr.text_layer import PageSpace, readable

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

CHECKED, UNCHECKED = "[x]", "[ ]"
MOST = 2000  # annotations of one page that are looked at


def fields_of(
    document: "PdfDocument", page: "PdfPage", space: PageSpace, number: int
) -> list[Field]:
    """Every form field of the page, filled or not, in the file's order. Needs `document.init_forms()`."""
    from pypdfium2 import raw

    if not document.formenv:
        return []
    boxes = raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON
    silent = raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE
    found = []
    for note in _annotations(page, raw.FPDF_ANNOT_WIDGET):
        kind = raw.FPDFAnnot_GetFormFieldType(document.formenv, note)
        if kind in silent or kind < 0:
            continue
        name = _said(raw.FPDFAnnot_GetFormFieldAlternateName, document.formenv, note)
        name = name or _said(raw.FPDFAnnot_GetFormFieldName, document.formenv, note)
        if kind in boxes:
            checked = raw.FPDFAnnot_IsChecked(document.formenv, note)
            value = CHECKED if checked else UNCHECKED
            if kind == raw.FPDF_FORMFIELD_RADIOBUTTON:
                name = _choice(
                    name, _said(raw.FPDFAnnot_GetFormFieldExportValue, document.formenv, note)
                )
        else:
            value = _said(raw.FPDFAnnot_GetFormFieldValue, document.formenv, note)
        found.append(Field(number, name, value, _box(note, space)))
    return found


def typed_onto(page: "PdfPage", space: PageSpace) -> list[Piece]:
    """Text boxes that a person put onto the page with a PDF viewer."""
    from pypdfium2 import raw

    pieces = []
    for note in _annotations(page, raw.FPDF_ANNOT_FREETEXT):
        text = _said(raw.FPDFAnnot_GetStringValue, note, b"Contents")
        box = _points(note, space)
        if text and box:
            pieces.append(Piece(text, *box))
    return pieces


def _choice(name: str, value: str) -> str:
    return f"{name}: {value}" if value and value != "Off" else name


def _annotations(page: "PdfPage", subtype: int) -> Iterator[Any]:
    from pypdfium2 import raw

    for at in range(min(raw.FPDFPage_GetAnnotCount(page), MOST)):
        with _opened(page, at) as note:
            if note and raw.FPDFAnnot_GetSubtype(note) == subtype:
                yield note


@contextmanager
def _opened(page: "PdfPage", at: int) -> Iterator[Any]:
    from pypdfium2 import raw

    note = raw.FPDFPage_GetAnnot(page, at)
    try:
        yield note
    finally:
        if note:
            raw.FPDFPage_CloseAnnot(note)


def _said(ask: Callable[..., int], *of: Any) -> str:
    """A string from pdfium: asked for its length in bytes first, then for UTF-16 with a closing zero."""
    from pypdfium2 import raw

    length = ask(*of, None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    ask(*of, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return readable(buffer.raw[: length - 2].decode("utf-16-le", "replace"))


def _points(note: Any, space: PageSpace) -> tuple[float, float, float, float] | None:
    from pypdfium2 import raw

    rect = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(note, rect):
        return None
    return space.box(rect.left, rect.bottom, rect.right, rect.top)


def _box(note: Any, space: PageSpace) -> Box | None:
    points = _points(note, space)
    if points is None:
        return None
    left, top, right, bottom = points
    return (
        round(left / space.width, 5),
        round(top / space.height, 5),
        round(right / space.width, 5),
        round(bottom / space.height, 5),
    )
