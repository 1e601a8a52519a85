"""The reader on this machine, on documents of our own: forms, scans that lie in every way, pictures of every kind."""

import io
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from services.adapters.errors import WeightsMissing
from services.adapters.ocr import Opened, ReadPage, rapid
from services.adapters.ocr.local import LocalReader
from tests.services.adapters.ocr.documents import (
    LETTER,
    Said,
    Sheet,
    encoded,
    form,
    pdf,
    picture,
    scanned_pdf,
    written,
)

PDF = "application/pdf"
ROOT = Path(__file__).parents[4]
NOTE = Sheet(
    (
        Said("Breathing exercises twice a day", 0.3, 0.3, 14),
        Said("Keep a diary of the nights until May", 0.3, 0.7, 14),
        Said("Call the clinic when it gets worse", 0.3, 1.1, 14),
        Said("The next visit is on Thursday at ten", 0.3, 1.5, 14),
    )
)
TEXT = [line.text for line in NOTE.lines]


def slip(dpi: int = 150) -> Image.Image:
    """A small scan: quick to read."""
    return picture(NOTE, dpi).crop((0, 0, 4 * dpi, round(2.2 * dpi)))


def read(content: bytes, content_type: str = PDF, **options: object) -> list[ReadPage]:
    reader = LocalReader(pages=300, megapixels=60)
    parts = list(reader.read(io.BytesIO(content), content_type, **options))  # type: ignore[arg-type]
    assert isinstance(parts[0], Opened)
    return [part for part in parts[1:] if isinstance(part, ReadPage)]


def letters(page: ReadPage) -> str:
    return re.sub(r"\W", "", page.text).lower()


SPOKEN = re.sub(r"\W", "", "".join(TEXT)).lower()


def test_forms_give_fields_with_values_and_boxes() -> None:
    values = [("Name", "Rosalind Amber"), ("Born", "4 May 1980"), ("Telephone", "")]
    (page,) = read(form(values, [("Consent to record", True), ("Consent to share", False)]))
    assert [(field.name, field.value) for field in page.fields] == [
        *values,
        ("Consent to record", "[x]"),
        ("Consent to share", "[ ]"),
    ]
    assert page.text.splitlines() == [
        "Name", "Rosalind Amber", "Born", "4 May 1980", "Telephone",
        "[x]", "Consent to record", "[ ]", "Consent to share",
    ]  # fmt: skip
    name = page.fields[0]
    assert name.box == pytest.approx((220 / 612, 78 / 792, 500 / 612, 96 / 792), abs=0.01)
    assert "- **Consent to share:** [ ]" in page.markdown


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_scans_that_lie_on_a_side_or_head(turned: int) -> None:
    lying = slip().rotate(-turned, expand=True)  # Pillow turns against the clock
    (page,) = read(encoded(lying, "PNG"), "image/png")
    assert letters(page) == SPOKEN
    assert page.rotation == -turned % 360
    upright = [(0.3 + 0.5) / 4, (0.3 + 0.1) / 2.2]  # inside the first line
    where = {
        90: (1 - upright[1], upright[0]),
        180: (1 - upright[0], 1 - upright[1]),
        270: (upright[1], 1 - upright[0]),
    }[turned]
    left, top, right, bottom = page.lines[0].box
    assert left <= where[0] <= right
    assert top <= where[1] <= bottom


def test_a_skewed_scan_keeps_its_rows() -> None:
    sheet = Sheet(
        tuple(
            Said(text, x, 0.4 + 0.3 * row, 12)
            for row, pair in enumerate(
                [("Mood in the morning", "low"), ("Sleep in hours", "five"), ("Appetite", "good")]
            )
            for x, text in zip((0.4, 3.4), pair, strict=True)
        )
    )
    straight = picture(sheet, 150).crop((0, 0, 700, 260))
    (page,) = read(encoded(straight.rotate(-4, fillcolor="white"), "PNG"), "image/png")
    said = [re.sub(r"\W", "", line.text).lower() for line in page.lines]
    meant = [re.sub(r"\W", "", line.text).lower() for line in sheet.lines]
    assert said == meant


@pytest.mark.parametrize(
    ("form_", "content_type", "change"),
    [
        ("PNG", "image/png", lambda im: _transparent(im)),
        ("PNG", "image/png", lambda im: _sixteen_bits(im)),
        ("JPEG", "image/jpeg", lambda im: im.convert("CMYK")),
        ("TIFF", "image/tiff", lambda im: im.convert("1")),
        ("BMP", "image/bmp", lambda im: im.convert("L")),
    ],
    ids=["transparent", "16 bits", "cmyk", "bilevel", "bmp"],
)
def test_pictures_of_every_kind(form_: str, content_type: str, change: object) -> None:
    (page,) = read(encoded(change(slip()), form_), content_type)  # type: ignore[operator]
    assert letters(page) == SPOKEN
    assert page.kind == "ocr"


def _transparent(image: Image.Image) -> Image.Image:
    """Black letters on nothing, under which black lies."""
    made = Image.new("RGBA", image.size, (0, 0, 0, 0))
    made.putalpha(image.convert("L").point(lambda value: 255 - value))
    return made


def _sixteen_bits(image: Image.Image) -> Image.Image:
    import numpy as np

    return Image.fromarray(np.asarray(image.convert("L")).astype("uint16") * 257)


def test_a_camera_s_rotation_is_undone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise to be looked at
    lying = slip().rotate(90, expand=True)
    (page,) = read(encoded(lying, "JPEG", exif=exif, quality=95), "image/jpeg")
    assert letters(page) == SPOKEN
    assert page.rotation == 0
    assert page.width > page.height


def test_the_frames_of_a_tiff_are_pages() -> None:
    content = encoded(
        slip(), "TIFF", save_all=True, append_images=[Image.new("RGB", (400, 300), "white"), slip()]
    )
    pages = read(content, "image/tiff")
    assert [(page.number, page.kind) for page in pages] == [(1, "ocr"), (2, "empty"), (3, "ocr")]
    assert [page.number for page in read(content, "image/tiff", first_page=3)] == [3]


def test_a_damaged_picture_is_a_failed_page_with_a_sentence() -> None:
    whole = encoded(slip(), "PNG")
    (page,) = read(whole[: len(whole) // 2], "image/png")
    assert (page.kind, page.note) == ("failed", "This page is damaged and cannot be shown.")


def test_mixed_documents_are_read_page_by_page() -> None:
    import pypdfium2

    text, scan = pypdfium2.PdfDocument(pdf([LETTER])), pypdfium2.PdfDocument(scanned_pdf(slip()))
    text.import_pages(scan)
    target = io.BytesIO()
    text.save(target)
    scan.close()
    text.close()
    first, second = read(target.getvalue())
    assert (first.kind, second.kind) == ("text", "ocr")
    assert first.text.startswith("Referral for psychotherapy")
    assert letters(second) == SPOKEN


def test_text_in_a_picture_on_a_text_page_is_read_too() -> None:
    from fpdf import FPDF

    document = FPDF(unit="in", format=(8.5, 11))
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.text(1, 1, "The slip that she brought along is pasted below.")
    document.image(slip(), x=1, y=2, w=6)
    (page,) = read(bytes(document.output()))
    assert page.kind == "text"
    assert page.lines[0].text == "The slip that she brought along is pasted below."
    assert letters(page).endswith(SPOKEN)
    assert page.lines[0].confidence == 1.0
    assert page.lines[1].confidence < 1.0
    assert page.confidence is not None
    assert page.confidence < 1.0


def test_columns_are_read_one_after_the_other() -> None:
    left = [f"left column line number {at} runs on" for at in range(12)]
    right = [f"right column line number {at} runs on" for at in range(12)]
    sheet = Sheet(
        (
            Said("A heading over both of the columns of this page", 1, 0.8, 14),
            *(
                Said(text, x, 1.3 + 0.2 * row, 10)
                for row, pair in enumerate(zip(left, right, strict=True))
                for x, text in zip((1.0, 4.4), pair, strict=True)
            ),
        )
    )
    (page,) = read(pdf([sheet]))
    assert [line.text for line in page.lines][1:] == left + right


def test_a_page_that_is_turned_by_the_file_has_its_boxes_where_they_are_seen() -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf([Sheet((Said("An upper left corner of it", 1, 1),))]))
    document[0].set_rotation(90)
    target = io.BytesIO()
    document.save(target)
    document.close()
    (page,) = read(target.getvalue())
    assert (page.width, page.height) == (792, 612)
    left, top, right, bottom = page.lines[0].box
    assert left > 0.85  # turned clockwise, the upper edge is on the right
    assert right < 0.93
    assert top < 0.13
    assert bottom > 0.3
    assert math.isclose(page.confidence or 0, 1.0)


def test_text_boxes_that_somebody_typed_onto_a_page() -> None:
    content = written(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [6 0 R] "
            b"/Resources <</Font <</F1 5 0 R>>>>>>",
            b"<</Length 58>>\nstream\nBT /F1 12 Tf 72 700 Td (Name of the person referred) Tj ET   \nendstream",
            b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            b"<</Type /Annot /Subtype /FreeText /F 4 /Rect [300 696 500 712] /Contents (Rosalind Amber) "
            b"/DA (/Helv 12 Tf)>>",
        ]
    )
    (page,) = read(content)
    assert page.text.splitlines() == ["Name of the person referred", "Rosalind Amber"]


def test_a_language_that_the_models_do_not_know_is_said() -> None:
    (page,) = read(encoded(slip(), "PNG"), "image/png", language="ru")
    assert "does not know this language" in page.note
    (page,) = read(pdf([LETTER]), language="ru")  # its text is its own
    assert page.note == ""


def test_a_second_frame_can_be_a_bomb() -> None:
    content = encoded(
        Image.new("1", (10, 10)),
        "TIFF",
        save_all=True,
        append_images=[Image.new("1", (2000, 2000))],
    )
    reader = LocalReader(pages=300, megapixels=1)
    parts = list(reader.read(io.BytesIO(content), "image/tiff"))
    pages = [part for part in parts if isinstance(part, ReadPage)]
    assert [page.kind for page in pages] == ["empty", "failed"]
    assert "more than 1 megapixels" in pages[1].note


def test_altered_models_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    rapid._engine.cache_clear()
    monkeypatch.setattr(rapid, "DETECTION", (rapid.DETECTION[0], "0" * 64))
    with pytest.raises(WeightsMissing, match="was altered"):
        read(encoded(slip(50), "PNG"), "image/png")


def test_nothing_is_fetched(tmp_path: Path) -> None:
    """The same in a network namespace in which there is no network."""
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not allow network namespaces")
    path = tmp_path / "scan.png"
    path.write_bytes(encoded(slip(), "PNG"))
    ran = subprocess.run(
        [unshare, "-rn", sys.executable, "-m", "commands.read", str(path), "--reader", "local"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "VERBATIM_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert TEXT[0] in ran.stdout
