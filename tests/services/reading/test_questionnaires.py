"""Filled questionnaires are recognised when every answer is sure, and not at all otherwise."""

import io
from collections.abc import Callable, Sequence

import pytest
from PIL import Image, ImageDraw, ImageFont

from models.treatment import MeasureKind
from services.adapters.ocr import ReadPage
from services.adapters.ocr.local import LocalReader
from services.reading.questionnaires import Questionnaire, recognise
from services.treatment.scales import ANSWERS, GAD7, PHQ9, Scale
from tests.services.adapters.ocr.documents import Said, Sheet, encoded, pdf, stream, written

ITEMS = (2, 1, 3, 0, 2, 1, 1, 0, 0)
COLUMNS = (5.2, 5.9, 6.6, 7.3)  # inches


def read(content: bytes, content_type: str = "application/pdf") -> list[ReadPage]:
    parts = LocalReader(pages=9, megapixels=60).read(io.BytesIO(content), content_type)
    return [part for part in parts if isinstance(part, ReadPage)]


def lines_of(scale: Scale) -> list[Said]:
    """The wording, cut to what fits before the answers."""
    made = [Said(f"{scale.name} questionnaire", 0.6, 0.6, 16)]
    for at, item in enumerate(scale.items):
        cut = item[:52].rsplit(" ", 1)[0] if len(item) > 52 else item
        made.append(Said(f"{at + 1}. {cut}", 0.6, 2 + 0.6 * at, 10))
        if cut != item:
            made.append(Said(item[len(cut) + 1 :][:52], 0.75, 2.2 + 0.6 * at, 10))
    return made


def with_figures(scale: Scale, items: Sequence[int | None], total: int | None = None) -> bytes:
    said = lines_of(scale)
    said += [
        Said(str(item), 5.5, 2 + 0.6 * at, 10) for at, item in enumerate(items) if item is not None
    ]
    if total is not None:
        said.append(Said(f"Total score: {total}", 0.6, 8.5, 10))
    return pdf([Sheet(tuple(said))])


def with_marks(scale: Scale, items: Sequence[int]) -> bytes:
    """A mark in a column under the words of the answers."""
    said = lines_of(scale)
    for x, answer in zip(COLUMNS, ANSWERS, strict=True):
        said.append(Said(answer, x - len(answer) * 0.013, 1.5, 4))
    said += [Said("X", COLUMNS[item] - 0.04, 2 + 0.6 * at, 10) for at, item in enumerate(items)]
    return pdf([Sheet(tuple(said))])


def with_fields(scale: Scale, items: Sequence[int]) -> bytes:
    """Four boxes of a form for each item."""
    labels, widgets = b"", []
    for line in lines_of(scale):
        text = line.text.replace("(", "").replace(")", "").encode()
        y = 792 - (line.y + line.size / 72 * 0.8) * 72
        labels += b"BT /F1 %d Tf 1 0 0 1 %d %d Tm (%s) Tj ET " % (line.size, line.x * 72, y, text)
    for at, item in enumerate(items):
        for column, x in enumerate(COLUMNS):
            state = b"/Yes" if column == item else b"/Off"
            y = 792 - (2 + 0.6 * at) * 72 - 12
            widgets.append(
                b"<</Type /Annot /Subtype /Widget /FT /Btn /F 4 /T (q%d.%d) /V %s /AS %s "
                b"/Rect [%d %d %d %d] /AP <</N <</Yes 6 0 R /Off 6 0 R>>>>>>"
                % (at, column, state, state, x * 72, y, x * 72 + 12, y + 12)
            )
    kids = b" ".join(b"%d 0 R" % (7 + at) for at in range(len(widgets)))
    return written(
        [
            b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [%s]>>>>" % kids,
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [%s] "
            b"/Resources <</Font <</F1 5 0 R>>>>>>" % kids,
            stream(labels),
            b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 12 12]"),
            *widgets,
        ]
    )


def with_drawn_boxes(scale: Scale, items: Sequence[int]) -> bytes:
    """As scanned: printed boxes, ticked by hand."""
    dpi = 150
    page = Image.new("RGB", (round(8.5 * dpi), 11 * dpi), "white")
    pen = ImageDraw.Draw(page)
    for line in lines_of(scale):
        pen.text(
            (line.x * dpi, line.y * dpi),
            line.text,
            "black",
            ImageFont.load_default(line.size / 72 * dpi),
        )
    for at, item in enumerate(items):
        for column, across in enumerate(COLUMNS):
            x, y = across * dpi, (2 + 0.6 * at) * dpi
            pen.rectangle((x, y, x + 26, y + 26), outline="black", width=2)
            if column == item:
                pen.line((x + 3, y + 3, x + 23, y + 23), "blue", 3)
                pen.line((x + 23, y + 3, x + 3, y + 23), "blue", 3)
    return encoded(page, "PNG")


@pytest.mark.parametrize("made", [with_figures, with_marks, with_fields])
def test_phq9(made: Callable[[Scale, Sequence[int]], bytes]) -> None:
    found = recognise(read(made(PHQ9, ITEMS)))
    assert found is not None
    assert (found.kind, found.items, found.total) == (MeasureKind.PHQ9, ITEMS, 10)
    assert 0.9 <= found.confidence <= 1
    assert found.page == 1


def test_gad7_as_a_scan() -> None:
    found = recognise(read(with_drawn_boxes(GAD7, ITEMS[:7]), "image/png"))
    assert found == Questionnaire(MeasureKind.GAD7, ITEMS[:7], 10, 0.95, 1)


def test_it_may_be_on_a_later_page() -> None:
    pages = read(pdf([Sheet((Said("A letter before it", 1, 1),))])) + read(
        with_figures(GAD7, (1,) * 7)
    )
    found = recognise(pages)
    assert found is not None
    assert (found.kind, found.total) == (MeasureKind.GAD7, 7)


def test_the_total_on_the_form_has_to_be_the_sum() -> None:
    assert recognise(read(with_figures(PHQ9, ITEMS, 10))) is not None
    assert recognise(read(with_figures(PHQ9, ITEMS, 11))) is None


@pytest.mark.parametrize(
    "content",
    [
        with_figures(PHQ9, (*ITEMS[:8], None)),  # an answer is missing
        with_fields(PHQ9, (*ITEMS[:8], 7)),  # no box of a row is ticked
        pdf([Sheet(tuple(lines_of(PHQ9)))]),  # not filled in
        pdf([Sheet(tuple(lines_of(PHQ9)[:7]))]),  # half of it
        pdf([Sheet((Said("PHQ-9: 14, GAD-7: 11", 1, 1),))]),  # a letter about it
    ],
    ids=["missing", "unticked", "empty", "half", "letter"],
)
def test_what_is_not_sure_is_not_offered(content: bytes) -> None:
    assert recognise(read(content)) is None


def test_printed_figures_to_be_circled_say_nothing() -> None:
    said = lines_of(GAD7)
    for at in range(7):
        said += [Said(str(c), x, 2 + 0.6 * at, 10) for c, x in enumerate(COLUMNS)]
    assert recognise(read(pdf([Sheet(tuple(said))]))) is None


def test_two_ticks_in_a_row_are_no_answer() -> None:
    (page,) = read(with_fields(GAD7, (1,) * 7))
    fields = list(page.fields)
    fields[0] = type(fields[0])(1, fields[0].name, "[x]", fields[0].box)
    twice = ReadPage(1, page.width, page.height, "text", 0, page.lines, (), tuple(fields))
    assert recognise([page]) is not None
    assert recognise([twice]) is None
