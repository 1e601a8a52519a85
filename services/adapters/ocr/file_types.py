"""What a file is: by its first bytes, and its name has to agree. Six signatures at offset 0, nothing guessed.

Kept small and strict on purpose: general sniffers take a page of HTML with a PDF behind it for a PDF.
"""

from pathlib import PurePosixPath

from services.adapters.errors import DocumentRefused

HEAD = 16  # bytes that decide
PDF = "application/pdf"

SIGNATURES = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"BM", "image/bmp"),
)
EXTENSIONS = {
    ".pdf": PDF,
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".bmp": "image/bmp",
}
SPOKEN = {
    PDF: "a PDF",
    "image/png": "a PNG picture",
    "image/jpeg": "a JPEG picture",
    "image/tiff": "a TIFF picture",
    "image/bmp": "a BMP picture",
}
READABLE = "PDF, PNG, JPEG, TIFF and BMP"


def content_type_of(head: bytes, name: str) -> str:
    """The type of a file that begins with `head` and is called `name`. Raises DocumentRefused: empty-file,
    unsupported-extension, unrecognised-content or extension-mismatch."""
    if not head:
        raise DocumentRefused("empty-file", "The file is empty. Choose another.")
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    promised = EXTENSIONS.get(extension)
    if promised is None:
        raise DocumentRefused(
            "unsupported-extension", f"Files of this kind are not read. {READABLE} are."
        )
    found = next((kind for signature, kind in SIGNATURES if head.startswith(signature)), None)
    if found is None:
        raise DocumentRefused(
            "unrecognised-content",
            f"The file is called {extension} but its content is not {SPOKEN[promised]}. "
            "Save it again from the program that made it.",
        )
    if found != promised:
        raise DocumentRefused(
            "extension-mismatch",
            f"The file is called {extension} but is {SPOKEN[found]}. Rename it and choose it again.",
        )
    return found
