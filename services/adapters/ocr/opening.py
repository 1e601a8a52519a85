"""Opening a PDF or a picture within the limits. Runs where a crash does no harm: in the reading process."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from services.adapters.errors import DocumentRefused, PasswordNeeded
from services.adapters.ocr.file_types import PDF

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF", "image/bmp": "BMP"}


def count_pages(
    content: IO[bytes], content_type: str, *, password: str | None, pages: int, megapixels: int
) -> int:
    """How many pages there are; opens and closes. Raises as `open_pdf` and `open_picture` do."""
    if content_type == PDF:
        with open_pdf(content, password, pages) as document:
            return len(document)
    with open_picture(content, content_type, pages, megapixels) as picture:
        return frames_of(picture)


@contextmanager
def open_pdf(content: IO[bytes], password: str | None, pages: int) -> Iterator["PdfDocument"]:
    """Raises PasswordNeeded, or DocumentRefused: corrupt-pdf or too-many-pages."""
    import pypdfium2
    from pypdfium2 import raw

    content.seek(0)
    try:
        document = pypdfium2.PdfDocument(content, password=password or None)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise PasswordNeeded from None
        raise _corrupt_pdf() from None
    with document:
        count = len(document)
        if not count:
            raise _corrupt_pdf()
        _within(count, pages)
        yield document


@contextmanager
def open_picture(
    content: IO[bytes], content_type: str, pages: int, megapixels: int
) -> Iterator["Image"]:
    """Only its header is read here. Raises DocumentRefused: corrupt-image, image-too-large or too-many-pages."""
    from PIL import Image

    # Pillow itself refuses at twice this limit only, and warns at once: the warning is the refusal.
    Image.MAX_IMAGE_PIXELS = megapixels * 1_000_000
    content.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(content, formats=[FORMATS[content_type]])
            with picture:
                _within(frames_of(picture), pages)
                check_size(picture, megapixels)
                yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(megapixels) from None
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError):
        raise DocumentRefused(
            "corrupt-image",
            "The picture is damaged and cannot be opened. Scan or export it again.",
        ) from None


def check_size(picture: "Image", megapixels: int) -> None:
    """Before a frame is unpacked: each page of a TIFF has a size of its own."""
    if picture.width * picture.height > megapixels * 1_000_000:
        raise _too_many_pixels(megapixels)


def frames_of(picture: "Image") -> int:
    return int(getattr(picture, "n_frames", 1))


def _within(count: int, pages: int) -> None:
    if count > pages:
        raise DocumentRefused(
            "too-many-pages",
            f"The document has {count} pages and at most {pages} are read. Split it and send the parts.",
        )


def _too_many_pixels(megapixels: int) -> DocumentRefused:
    return DocumentRefused(
        "image-too-large",
        f"The picture has more than {megapixels} megapixels. Scan it with a lower resolution.",
    )


def _corrupt_pdf() -> DocumentRefused:
    return DocumentRefused(
        "corrupt-pdf", "The PDF is damaged and cannot be opened. Export or scan it again."
    )
