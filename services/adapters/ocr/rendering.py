"""One page as a picture for the eye: a PDF's page, or a frame of a picture as it is meant to be seen."""

import io
import math
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from services.adapters.errors import DocumentRefused
from services.adapters.ocr import Box
from services.adapters.ocr.file_types import PDF
from services.adapters.ocr.opening import frames_of, open_pdf, open_picture
from services.adapters.ocr.pictures import upright

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

WIDEST = 4000  # pixels
BUDGET = (
    25_000_000  # pixels of one rendered page: a page of 35,000 x 35,000 points is bounded by it
)
QUALITY = 85  # of the JPEG


def render(
    content: IO[bytes],
    content_type: str,
    *,
    page: int,
    width: int,
    password: str | None,
    pages: int,
    megapixels: int,
) -> bytes:
    """A JPEG of `width` pixels. Raises DocumentRefused, PasswordNeeded."""
    width = max(1, min(width, WIDEST))
    if content_type == PDF:
        with open_pdf(content, password, pages) as document:
            document.init_forms()
            _check(page, len(document))
            picture = page_picture(document[page - 1], width=width)
    else:
        with open_picture(content, content_type, pages, megapixels) as opened:
            _check(page, frames_of(opened))
            opened.seek(page - 1)
            picture = upright(opened, megapixels)
            height = max(1, round(picture.height * width / picture.width))
            picture = picture.resize((width, min(height, 4 * WIDEST)))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def page_picture(page: "PdfPage", *, width: int | None = None, dpi: int = 200) -> "Image":
    """The page in RGB with its form fields filled in, `width` pixels wide or at `dpi`; in both cases within BUDGET."""
    scale = _within_budget(page, width / max(page.get_width(), 1.0) if width else dpi / 72)
    bitmap = page.render(scale=scale, may_draw_forms=True)
    try:
        picture: Image = bitmap.to_pil()
        return picture.convert("RGB")
    finally:
        bitmap.close()


@dataclass(frozen=True)
class Part:
    """Of a page's picture, in pixels: where it begins, and the size of the whole."""

    picture: "Image"
    left: int
    top: int
    size: tuple[int, int]


def page_part(page: "PdfPage", region: Box, *, dpi: int) -> Part:
    """What `page_picture` shows in this region, in grey. Nothing else is drawn, which saves most of the time."""
    scale = _within_budget(page, dpi / 72)
    across, down = math.ceil(page.get_width() * scale), math.ceil(page.get_height() * scale)
    left, top = int(region[0] * across), int(region[1] * down)
    right, bottom = math.ceil(region[2] * across), math.ceil(region[3] * down)
    # Half a pixel less, as it is rounded up to whole ones.
    cut = [(pixels - 0.5) / scale for pixels in (left, down - bottom, across - right, top)]
    bitmap = page.render(scale=scale, crop=cut, may_draw_forms=True, grayscale=True)
    try:
        return Part(bitmap.to_pil().copy(), left, top, (across, down))
    finally:
        bitmap.close()


def _within_budget(page: "PdfPage", scale: float) -> float:
    points = max(page.get_width(), 1.0) * max(page.get_height(), 1.0)
    return float(min(scale, (BUDGET / points) ** 0.5))


def _check(page: int, pages: int) -> None:
    if not 1 <= page <= pages:
        raise DocumentRefused("no-such-page", "The document has no such page.")
