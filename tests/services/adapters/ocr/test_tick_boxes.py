"""Boxes that are only drawn: found on scans and on PDF pages, with what is beside them."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFont

from services.adapters.ocr import Field, ReadPage
from services.adapters.ocr.local import LocalReader
from services.adapters.ocr.tick_boxes import drawn_boxes
from tests.services.adapters.ocr.documents import encoded

DPI = 150
ROWS = [
    ("Trouble sleeping", "cross"),
    ("Feeling tired", None),
    ("Poor appetite", "tick"),
    ("Moving slowly", None),
]


def sheet() -> Image.Image:
    page = Image.new("RGB", (5 * DPI, 11 * DPI), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(24)
    for row, (text, mark) in enumerate(ROWS):
        y = 100 + 80 * row
        pen.rectangle((60, y, 88, y + 28), outline="black", width=2)
        pen.text((110, y), text, "black", font)
        if mark == "cross":
            pen.line((62, y + 2, 86, y + 26), "black", 3)
            pen.line((62, y + 26, 86, y + 2), "black", 3)
        elif mark == "tick":  # reaches over its box, as by hand
            pen.line((64, y + 12, 74, y + 24), "navy", 4)
            pen.line((74, y + 24, 100, y - 12), "navy", 4)
    return page


def test_drawn_boxes_and_what_is_in_them() -> None:
    found = sorted(drawn_boxes(sheet(), DPI), key=lambda each: each[0][1])
    assert [ticked for _, ticked in found] == [mark is not None for _, mark in ROWS]
    for row, (box, _) in enumerate(found):
        assert box[0] * 5 * DPI == pytest.approx(62, abs=3)
        assert box[1] * 11 * DPI == pytest.approx(102 + 80 * row, abs=3)


def test_they_become_fields_named_by_their_rows() -> None:
    reader = LocalReader(pages=1, megapixels=60)
    parts = list(reader.read(io.BytesIO(encoded(sheet(), "PNG")), "image/png"))
    (page,) = [part for part in parts if isinstance(part, ReadPage)]
    found = sorted(page.fields, key=lambda field: field.box or (0, 0, 0, 0))
    found.sort(key=lambda field: (field.box or (0, 0))[1])
    assert [(field.name, field.value) for field in found] == [
        (text, "[x]" if mark else "[ ]") for text, mark in ROWS
    ]
    assert all(isinstance(field, Field) and field.page == 1 for field in found)


def test_large_letters_are_no_boxes() -> None:
    page = Image.new("RGB", (8 * DPI, 3 * DPI), "white")
    pen = ImageDraw.Draw(page)
    pen.text((40, 40), "DOOD B8 PROBE", "black", ImageFont.load_default(72))
    reader = LocalReader(pages=1, megapixels=60)
    parts = list(reader.read(io.BytesIO(encoded(page, "PNG")), "image/png"))
    (read,) = [part for part in parts if isinstance(part, ReadPage)]
    assert read.fields == ()
