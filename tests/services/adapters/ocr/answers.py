"""What Document Intelligence v4.0 answers for our own documents, made from the descriptions they are drawn from."""

from collections.abc import Sequence
from typing import Any

from tests.services.adapters.ocr.documents import HIGH, WIDE, Said, Sheet

ROLES = {"title": "title", "heading": "sectionHeading", "page-number": "pageNumber"}
SURE = 0.97

Json = dict[str, Any]


class _Content:
    """The content as it grows, and what points into it."""

    def __init__(self) -> None:
        self.text = ""
        self.paragraphs: list[Json] = []

    def line(
        self, said: Said, number: int, dpi: float, *, paragraph: bool
    ) -> tuple[Json, list[Json]]:
        """A line and its words."""
        polygon, offset = _polygon(said, dpi), len(self.text)
        span = {"offset": offset, "length": len(said.text)}
        words = [
            {
                "content": word,
                "polygon": polygon,
                "confidence": SURE,
                "span": {"offset": offset + said.text.index(word), "length": len(word)},
            }
            for word in said.text.split()
        ]
        if paragraph:
            role = {"role": ROLES[said.role]} if said.role in ROLES else {}
            region = {"pageNumber": number, "polygon": polygon}
            self.paragraphs.append(
                {"content": said.text, "spans": [span], "boundingRegions": [region], **role}
            )
        self.text += said.text + "\n"
        return {"content": said.text, "polygon": polygon, "spans": [span]}, words


def answer(
    sheets: Sequence[Sheet], *, unit: str = "inch", dpi: float = 1.0, angle: float = 0.0
) -> Json:
    """Offsets count code points of the content, as asked for with unicodeCodePoint."""
    content = _Content()
    pages: list[Json] = []
    tables: list[Json] = []
    for number, sheet in enumerate(sheets, 1):
        cells = _cells(sheet)
        said = [(line, True) for line in sheet.lines] + [(cell, False) for _, _, cell in cells]
        drawn = [content.line(each, number, dpi, paragraph=own) for each, own in said]
        tables += [_table(sheet, cells, number, dpi)] if sheet.table else []
        pages.append(
            {
                "pageNumber": number,
                "angle": angle,
                "width": WIDE * dpi,
                "height": HIGH * dpi,
                "unit": unit,
                "words": [word for _, words in drawn for word in words],
                "selectionMarks": [],
                "lines": [line for line, _ in drawn],
                "spans": [{"offset": 0, "length": len(content.text)}],
            }
        )
    return {
        "content": content.text,
        "pages": pages,
        "paragraphs": content.paragraphs,
        "tables": tables,
        "keyValuePairs": [
            _pair(name, value, number)
            for number, sheet in enumerate(sheets, 1)
            for name, value in sheet.fields
        ],
    }


def _cells(sheet: Sheet) -> list[tuple[int, int, Said]]:
    x, y = sheet.table_at
    return [
        (row, column, Said(text, x + 1.5 * column + 0.05, y + 0.3 * row + 0.06))
        for row, texts in enumerate(sheet.table)
        for column, text in enumerate(texts)
    ]


def _table(sheet: Sheet, cells: list[tuple[int, int, Said]], page: int, dpi: float) -> Json:
    x, y = sheet.table_at
    right, bottom = x + 1.5 * len(sheet.table[0]), y + 0.3 * len(sheet.table)
    polygon = [value * dpi for value in (x, y, right, y, right, bottom, x, bottom)]
    return {
        "rowCount": len(sheet.table),
        "columnCount": len(sheet.table[0]),
        "cells": [
            {
                "kind": "columnHeader" if row == 0 else "content",
                "rowIndex": row,
                "columnIndex": column,
                "content": said.text,
                "boundingRegions": [{"pageNumber": page, "polygon": _polygon(said, dpi)}],
                "spans": [],
            }
            for row, column, said in cells
        ],
        "boundingRegions": [{"pageNumber": page, "polygon": polygon}],
        "spans": [],
    }


def _pair(name: str, value: str, page: int) -> Json:
    polygon = [1.0, 1.0, 3.0, 1.0, 3.0, 1.2, 1.0, 1.2]
    regions = [{"pageNumber": page, "polygon": polygon}]
    return {
        "key": {"content": f"{name}:", "boundingRegions": regions, "spans": []},
        "value": {"content": value, "boundingRegions": regions, "spans": []},
        "confidence": 0.91,
    }


def _polygon(said: Said, dpi: float) -> list[float]:
    left, top, right, bottom = said.box
    left, right = left * WIDE * dpi, right * WIDE * dpi
    top, bottom = top * HIGH * dpi, bottom * HIGH * dpi
    return [left, top, right, top, right, bottom, left, bottom]
