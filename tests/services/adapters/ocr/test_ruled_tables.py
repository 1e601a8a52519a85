"""Tables with ruled lines, where the rules are a PDF's and where they are only seen."""

import io

import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

from services.adapters.ocr import ReadPage
from services.adapters.ocr.local import LocalReader
from tests.services.adapters.ocr.documents import TABLE, Sheet, encoded, pdf, picture

CROWDED = (("Taken", "Lithium carbonate 400 mg"), ("Stopped", "Quetiapine"), ("Next", "Bloods"))


def read(content: bytes, content_type: str = "application/pdf") -> ReadPage:
    reader = LocalReader(pages=300, megapixels=60)
    pages = [
        part
        for part in reader.read(io.BytesIO(content), content_type)
        if isinstance(part, ReadPage)
    ]
    assert len(pages) == 1
    return pages[0]


def crowded(wide: float, *, shaded: bool = False) -> bytes:
    """Its left column is hardly wider than what stands in it; `shaded`: a rectangle behind each text."""
    sheet = FPDF(unit="pt")
    sheet.add_page()
    sheet.set_font("Helvetica", size=12)
    sheet.c_margin = 1
    for at, row in enumerate(CROWDED):
        x = 72.0
        for cell, across in zip(row, (wide, 220), strict=True):
            if shaded:
                sheet.set_fill_color(220)
                sheet.rect(x + 5, 100 + 24 * at, across - 10, 24, style="F")
            sheet.set_xy(x, 100 + 24 * at)
            sheet.cell(across, 24, cell, border=1)
            x += across
    return bytes(sheet.output())


def test_what_stands_in_a_cell_is_said_once() -> None:
    said = read(pdf([TABLE])).markdown
    assert [said.count(word) for word in ("Scores", "Second", "PHQ-9", "12")] == [1, 1, 1, 1]


def test_neighbouring_cells_stay_apart_however_near_their_words_are() -> None:
    page = read(crowded(48))
    (table,) = page.tables
    assert table.rows == CROWDED
    assert [line.text for line in page.lines] == [cell for row in CROWDED for cell in row]


def test_shades_behind_text_are_no_cells() -> None:
    (table,) = read(crowded(80, shaded=True)).tables
    assert table.rows == CROWDED


def test_a_page_of_two_boxes_has_no_table() -> None:
    sheet = FPDF(unit="pt")
    sheet.add_page()
    sheet.set_font("Helvetica", size=12)
    for y in (100, 300):
        sheet.rect(72, y, 200, 100)
        sheet.text(80, y + 30, "A frame around a sentence of the letter")
    assert read(bytes(sheet.output())).tables == ()


def test_a_table_on_a_scan_that_lies_askew() -> None:
    askew = picture(TABLE).rotate(0.8, Image.Resampling.BICUBIC, fillcolor="white")
    page = read(encoded(askew, "PNG"), "image/png")
    (table,) = page.tables
    assert table.rows == TABLE.table
    assert page.markdown.count("Second") == 1


def test_lines_that_nearly_touch_across_a_rule_stay_apart() -> None:
    table = (("Sertraline 100 mg.", "Olanzapine 5 mg"), ("in the morning", "at night"))
    scan = picture(Sheet(table=table, table_at=(1.0, 1.0)), 200).crop((100, 100, 1100, 500))
    page = read(encoded(scan, "PNG"), "image/png")
    assert [each.rows for each in page.tables] == [table]
    assert [line.text for line in page.lines] == [cell for row in table for cell in row]


def turned(content: bytes, by: int) -> bytes:
    document = pypdfium2.PdfDocument(content)
    document[0].set_rotation(by)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.mark.parametrize("by", [90, 180, 270])
def test_text_that_lies_on_its_side_is_read_along_its_lines(by: int) -> None:
    upright, page = read(pdf([TABLE])), read(turned(pdf([TABLE]), by))
    assert page.text == upright.text
    assert [each.rows for each in page.tables] == [each.rows for each in upright.tables]
    assert (page.kind, page.rotation) == ("text", 360 - by)
    sideways = by != 180
    size = (upright.height, upright.width) if sideways else (upright.width, upright.height)
    assert (page.width, page.height) == size
    for line, before in zip(page.lines, upright.lines, strict=True):
        x, y = (before.box[0] + before.box[2]) / 2, (before.box[1] + before.box[3]) / 2
        x, y = {90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}[by]
        assert line.box[0] < x < line.box[2]
        assert line.box[1] < y < line.box[3]


def test_boxes_in_a_table_are_named_in_order_and_stay_boxes() -> None:
    sheet = FPDF(unit="pt")
    sheet.add_page()
    sheet.set_font("Helvetica", size=12)
    for at, asked in enumerate(("Do you sleep well?", "Do you eat well?", "Any allergies?")):
        sheet.set_xy(72, 100 + 24 * at)
        sheet.cell(200, 24, asked, border=1)
        sheet.cell(60, 24, "", border=1)
        x, y = 296, 106 + 24 * at
        sheet.rect(x, y, 11, 11)
        if at == 1:
            sheet.line(x, y, x + 11, y + 11)
            sheet.line(x, y + 11, x + 11, y)
    page = read(bytes(sheet.output()))
    assert [(one.name, one.value) for one in page.fields] == [
        ("Do you sleep well?", "[ ]"), ("Do you eat well?", "[x]"), ("Any allergies?", "[ ]"),
    ]  # fmt: skip
    assert "| Do you eat well? | [x] |" in page.markdown
