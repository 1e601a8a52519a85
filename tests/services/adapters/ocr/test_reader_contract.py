"""What every document reader promises, run against every one that the wiring names."""

import io
import re
from collections.abc import Iterator

import pytest

from services.adapters.errors import DocumentRefused
from services.adapters.ocr import Box, DocumentReader, Opened, ReadPage
from services.adapters.ocr.azure_document_intelligence import AzureReader
from services.adapters.ocr.local import LocalReader
from services.adapters.wiring import OCR
from tests.servers.document_intelligence import KEY, Json, document_intelligence
from tests.services.adapters.ocr.answers import answer
from tests.services.adapters.ocr.documents import (
    EMPTY,
    LETTER,
    SCAN_DPI,
    TABLE,
    Said,
    Sheet,
    encoded,
    pdf,
    picture,
)

PDF, PNG = "application/pdf", "image/png"


@pytest.fixture(scope="module")
def kept() -> dict[bytes, list[Sheet]]:
    """Documents that the service is sent, and what it should see in them."""
    return {}


@pytest.fixture(params=sorted(OCR))
def reader(
    request: pytest.FixtureRequest, kept: dict[bytes, list[Sheet]]
) -> Iterator[DocumentReader]:
    if request.param == "local":
        yield LocalReader(pages=300, megapixels=60)
        return

    def analyse(model: str, content: bytes, query: dict[str, list[str]]) -> Json:
        assert query["stringIndexType"] == ["unicodeCodePoint"]
        if model == "prebuilt-layout":
            return answer(kept[content])
        made = answer(kept[content], unit="pixel", dpi=SCAN_DPI)
        for paragraph in made["paragraphs"]:
            paragraph.pop("role", None)  # the read model knows none
        return made

    with document_intelligence(analyse) as server:
        yield AzureReader(endpoint=server.endpoint, key=KEY, poll=0.01)


def parts(
    reader: DocumentReader, kept: dict[bytes, list[Sheet]], sheets: list[Sheet], form: str = PDF
) -> list[Opened | ReadPage | str]:
    if form == PDF:
        content = pdf(sheets)
    else:
        content = encoded(picture(sheets[0]), "PNG")
    kept[content] = sheets
    return list(reader.read(io.BytesIO(content), form))


def pages_of(said: list[Opened | ReadPage | str]) -> list[ReadPage]:
    return [part for part in said if isinstance(part, ReadPage)]


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("form", [PDF, PNG])
def test_text_comes_in_order_with_its_place(
    reader: DocumentReader, kept: dict[bytes, list[Sheet]], form: str
) -> None:
    said = parts(reader, kept, [LETTER], form)
    (opened,) = [part for part in said if isinstance(part, Opened)]
    assert opened == Opened(form, 1)
    (page,) = pages_of(said)
    assert said.index(opened) < said.index(page)
    assert re.sub(r"\s", "", page.text) == re.sub(
        r"\s", "", "".join(line.text for line in LETTER.lines)
    )
    if form == PDF:
        assert [line.role for line in page.lines] == [line.role for line in LETTER.lines]
    for line, meant in zip(page.lines, LETTER.lines, strict=True):
        assert overlap(line.box, meant.box), meant.text
        assert all(0 <= edge <= 1 for edge in line.box)
        assert line.box[0] < line.box[2]
        assert line.box[1] < line.box[3]
        assert 0.5 < line.confidence <= 1
    assert page.confidence is not None
    assert 0.9 < page.confidence <= 1
    assert (page.rotation, page.note) == (0, "")


def test_markdown_has_headings_and_paragraphs(
    reader: DocumentReader, kept: dict[bytes, list[Sheet]]
) -> None:
    (page,) = pages_of(parts(reader, kept, [LETTER]))
    assert page.markdown.startswith("# Referral for psychotherapy\n\n## Reason for referral\n\n")
    assert "in the evening.\nShe asks for weekly" in page.markdown


@pytest.mark.parametrize("form", [PDF, PNG])
def test_tables_are_tables(
    reader: DocumentReader, kept: dict[bytes, list[Sheet]], form: str
) -> None:
    (page,) = pages_of(parts(reader, kept, [TABLE], form))
    (table,) = page.tables
    assert table.rows == TABLE.table
    assert table.page == 1
    assert table.box
    assert overlap(table.box, (1 / 8.5, 2 / 11, 5.5 / 8.5, 3.2 / 11))
    assert "| Week | PHQ-9 | GAD-7 |\n| --- | --- | --- |\n| First | 14 | 11 |" in page.markdown


def test_pages_come_in_order_and_reading_goes_on_where_it_stopped(
    reader: DocumentReader, kept: dict[bytes, list[Sheet]]
) -> None:
    sheets = [Sheet((Said(f"This is sheet number {at}", 1, 1),)) for at in range(1, 5)]
    whole = pages_of(parts(reader, kept, sheets))
    assert [page.number for page in whole] == [1, 2, 3, 4]
    assert [page.text for page in whole] == [sheet.lines[0].text for sheet in sheets]
    content = next(content for content, meant in kept.items() if meant is sheets)
    rest = pages_of(list(reader.read(io.BytesIO(content), PDF, first_page=3)))
    assert rest == whole[2:]


def test_a_page_without_text_says_so(
    reader: DocumentReader, kept: dict[bytes, list[Sheet]]
) -> None:
    (page,) = pages_of(parts(reader, kept, [EMPTY]))
    assert (page.kind, page.lines, page.markdown) == ("empty", (), "")
    assert page.note == "No text was found on this page."
    assert page.confidence is None


def test_markup_that_a_page_says_is_no_markup(
    reader: DocumentReader, kept: dict[bytes, list[Sheet]]
) -> None:
    said = "<b>no</b> *stars* [link](x) # sign"
    (page,) = pages_of(parts(reader, kept, [Sheet((Said(said, 1, 1),))]))
    assert page.text == said
    assert page.markdown == r"\<b\>no\</b\> \*stars\* \[link\](x) # sign"


def test_damage_is_refused_with_a_sentence(reader: DocumentReader) -> None:
    with pytest.raises(DocumentRefused) as caught:
        list(reader.read(io.BytesIO(b"no document at all"), PDF))
    assert caught.value.code in ("corrupt-pdf", "unreadable")
    assert str(caught.value).endswith(".")
