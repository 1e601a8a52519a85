"""Which files are taken, by their bytes and their names together."""

import pytest

from services.adapters.errors import DocumentRefused
from services.adapters.ocr.file_types import content_type_of

HEADS = {
    "a.pdf": (b"%PDF-1.7\n", "application/pdf"),
    "a.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    "a.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
    "a.JPEG": (b"\xff\xd8\xff\xe1", "image/jpeg"),
    "b.tif": (b"II*\0\x08", "image/tiff"),
    "b.TIFF": (b"MM\0*\0", "image/tiff"),
    "Brief an Frau Ö.bmp": (b"BM\x36", "image/bmp"),
    "..\\..\\a.pdf": (b"%PDF-1.7\n", "application/pdf"),
}


@pytest.mark.parametrize("name", HEADS)
def test_taken(name: str) -> None:
    head, content_type = HEADS[name]
    assert content_type_of(head, name) == content_type


@pytest.mark.parametrize(
    ("head", "name", "code"),
    [
        (b"", "a.pdf", "empty-file"),
        (b"%PDF-1.7", "a", "unsupported-extension"),
        (b"%PDF-1.7", ".pdf", "unsupported-extension"),
        (b"%PDF-1.7", "a.pdf.exe", "unsupported-extension"),
        (b"<svg xmlns=", "a.svg", "unsupported-extension"),
        (b"GIF89a", "Frau.gif", "unsupported-extension"),
        (b"<svg xmlns=", "a.png", "unrecognised-content"),
        (b"<!DOCTYPE html>%PDF-", "a.pdf", "unrecognised-content"),
        (b"\xef\xbb\xbf%PDF-1.7", "a.pdf", "unrecognised-content"),
        (b"\n%PDF-1.7", "a.pdf", "unrecognised-content"),
        (b"PK\x03\x04", "a.pdf", "unrecognised-content"),
        (b"\x89PNG\r\n\x1a\n", "a.pdf", "extension-mismatch"),
        (b"%PDF-1.7", "Frau.jpg", "extension-mismatch"),
    ],
)
def test_refused(head: bytes, name: str, code: str) -> None:
    with pytest.raises(DocumentRefused) as caught:
        content_type_of(head, name)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")
    assert "frau" not in str(caught.value).lower()  # names of files may name people
