"""Documents of our own for the readers: drawn from a description, which is also what a reader should find in them."""

import io
import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

WIDE, HIGH = 8.5, 11.0  # inches
SCAN_DPI = 150


@dataclass(frozen=True)
class Said:
    """A line of text with its upper left corner in inches and its size in points."""

    text: str
    x: float
    y: float
    size: float = 12
    role: str = "text"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """About where it lies, as shares of the page."""
        wide = len(self.text) * self.size * 0.5 / 72
        return (
            self.x / WIDE,
            self.y / HIGH,
            (self.x + wide) / WIDE,
            (self.y + self.size / 72) / HIGH,
        )


@dataclass(frozen=True)
class Sheet:
    """One page. A table's rows are drawn with rules, from `table_at` on."""

    lines: tuple[Said, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    table_at: tuple[float, float] = (1.0, 5.0)
    fields: tuple[tuple[str, str], ...] = field(default=())


LETTER = Sheet(
    (
        Said("Referral for psychotherapy", 1.0, 1.0, 22, "title"),
        Said("Reason for referral", 1.0, 1.8, 16, "heading"),
        Said("Mrs Amber has slept badly since the spring and worries in the evening.", 1.0, 2.3),
        Said("She asks for weekly sessions and prefers the early morning.", 1.0, 2.55),
        Said("Medication", 1.0, 3.2, 16, "heading"),
        Said("Sertraline 50 mg once a day, taken since the fourth of May.", 1.0, 3.7),
        Said("2", 4.2, 10.5, 10, "page-number"),
    )
)
TABLE = Sheet(
    (Said("Scores of the last three weeks", 1.0, 1.0, 18, "title"),),
    (("Week", "PHQ-9", "GAD-7"), ("First", "14", "11"), ("Second", "12", "9"), ("Third", "9", "8")),
    (1.0, 2.0),
)
EMPTY = Sheet()


def pdf(sheets: Sequence[Sheet], *, password: str | None = None, owner: str | None = None) -> bytes:
    """With a text layer."""
    document = FPDF(unit="in", format=(WIDE, HIGH))
    document.set_auto_page_break(False)
    if password or owner:
        document.set_encryption(owner_password=owner or "owner", user_password=password)
    for sheet in sheets:
        document.add_page()
        for line in sheet.lines:
            document.set_font("Helvetica", size=line.size)
            document.text(line.x, line.y + line.size / 72 * 0.8, line.text)
        document.set_font("Helvetica", size=12)
        x, y = sheet.table_at
        for row in sheet.table:
            document.set_xy(x, y)
            for cell in row:
                document.cell(1.5, 0.3, cell, border=1)
            y += 0.3
    return bytes(document.output())


def picture(sheet: Sheet, dpi: int = SCAN_DPI) -> Image.Image:
    """As a scanner would see it, without its faults."""
    page = Image.new("RGB", (round(WIDE * dpi), round(HIGH * dpi)), "white")
    pen = ImageDraw.Draw(page)
    for line in sheet.lines:
        font = ImageFont.load_default(line.size / 72 * dpi)
        pen.text((line.x * dpi, line.y * dpi), line.text, "black", font)
    font, (x, y) = ImageFont.load_default(12 / 72 * dpi), sheet.table_at
    for at, row in enumerate(sheet.table):
        for across, cell in enumerate(row):
            left, top = (x + 1.5 * across) * dpi, (y + 0.3 * at) * dpi
            pen.rectangle((left, top, left + 1.5 * dpi, top + 0.3 * dpi), outline="black", width=2)
            pen.text((left + 8, top + 8), cell, "black", font)
    return page


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def scanned_pdf(*images: Image.Image) -> bytes:
    """A PDF of pictures only."""
    first, *rest = images
    return encoded(first, "PDF", save_all=True, append_images=rest, resolution=SCAN_DPI)


def written(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"trailer\n<</Root 1 0 R /Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (more, len(content), content)


def form(values: Sequence[tuple[str, str]], ticks: Sequence[tuple[str, bool]]) -> bytes:
    """An AcroForm: text fields with their values, then boxes; their labels are the page's text. The values are in
    the fields only, not in the page's own text, as most programs leave it."""
    labels, widgets, y = b"BT /F1 12 Tf ", [], 700
    for name, value in values:
        labels += b"1 0 0 1 72 %d Tm (%s) Tj " % (y, name.encode())
        widgets.append(
            b"<</Type /Annot /Subtype /Widget /FT /Tx /F 4 /T (%s) /V (%s) /Rect [220 %d 500 %d] /DA (/F1 12 Tf 0 g)>>"
            % (name.encode(), value.encode(), y - 4, y + 14)
        )
        y -= 30
    for name, ticked in ticks:
        labels += b"1 0 0 1 100 %d Tm (%s) Tj " % (y, name.encode())
        state = b"/Yes" if ticked else b"/Off"
        widgets.append(
            b"<</Type /Annot /Subtype /Widget /FT /Btn /F 4 /T (%s) /V %s /AS %s /Rect [72 %d 86 %d] "
            b"/AP <</N <</Yes 6 0 R /Off 6 0 R>>>>>>" % (name.encode(), state, state, y - 2, y + 12)
        )
        y -= 30
    first = 7
    kids = b" ".join(b"%d 0 R" % number for number in range(first, first + len(widgets)))
    return written(
        [
            b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [%s] /DR <</Font <</F1 5 0 R>>>>>>>>"
            % kids,
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [%s] "
            b"/Resources <</Font <</F1 5 0 R>>>>>>" % kids,
            stream(labels + b"ET"),
            b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 14 14]"),
            *widgets,
        ]
    )


def with_endless_page(before: int, after: int) -> bytes:
    """One page among others draws a form that draws ten forms, each of which draws ten, and so on: a small file that
    takes years to read."""
    count = before + 1 + after
    kids = b" ".join(b"%d 0 R" % (4 + at) for at in range(count))
    contents, forms = 4 + count, 5 + 2 * count
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [%s] /Count %d>>" % (kids, count),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    ]
    for at in range(count):
        objects.append(
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources <</Font <</F1 3 0 R>> /XObject <</X0 %d 0 R>>>>>>" % (contents + at, forms)
        )
    for at in range(count):
        text = b"BT /F1 12 Tf 72 700 Td (This is page %d of a document.) Tj ET" % (at + 1)
        objects.append(stream(text + (b" /X0 Do" if at == before else b"")))
    objects += [b"null"] * (forms - len(objects) - 1)
    for depth in range(1, 12):
        objects.append(
            stream(
                b"/X0 Do " * 10,
                b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources <</XObject <</X0 %d 0 R>>>>"
                % (forms + depth),
            )
        )
    objects.append(
        stream(
            b"BT /F1 1 Tf 72 600 Td (x) Tj ET",
            b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources <</Font <</F1 3 0 R>>>>",
        )
    )
    return written(objects)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large, with hardly a byte of picture."""

    def chunk(name: bytes, body: bytes) -> bytes:
        sum_ = zlib.crc32(name + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + name + body + sum_

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([1, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def noise(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)


def words_of(lines: Sequence[Said]) -> Iterator[str]:
    for line in lines:
        yield from line.text.split()
