"""Malicious and broken files: each refused or read as it should, with a sentence, soon, in bounded memory.

Some are of our own making; the others are read where VERBATIM_EVAL_DIR has them, with what their manifest expects.
"""

import io
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services import reading
from services.adapters.errors import DocumentRefused, PasswordNeeded
from services.adapters.ocr import Opened, ReadPage
from services.reading.process import ReadingProcess
from tests.conftest import Configure
from tests.services.adapters.ocr.documents import LETTER, encoded, noise, pdf, picture, png_of

ROOT = Path(__file__).parents[3]
HOSTILE = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-docs"
SOON = 5.0  # seconds on a machine that does nothing else
MEMORY = 1_200_000  # kB: what the process has ever had in memory
DENSE = {
    "ocrmypdf_jbig2_baddevicen.pdf",
    "ocrmypdf_enormous.pdf",
    "ocrmypdf_hugemono.pdf",
}  # read by OCR, whole

OURS: dict[str, tuple[bytes, str]] = {
    "empty.pdf": (b"", "empty-file"),
    "page.html.pdf": (b"<html><script>alert(1)</script></html>%PDF-1.7", "unrecognised-content"),
    "noise.pdf": (b"%PDF-1.7\n" + noise(20_000, 1), "corrupt-pdf"),
    "half.pdf": (pdf([LETTER])[:400], "corrupt-pdf"),
    "noise.png": (b"\x89PNG\r\n\x1a\n" + noise(20_000, 2), "corrupt-image"),
    "noise.jpg": (b"\xff\xd8\xff" + noise(20_000, 3), "corrupt-image"),
    "noise.tiff": (b"II*\0" + noise(20_000, 4), "corrupt-image"),
    "noise.bmp": (b"BM" + noise(20_000, 5), "corrupt-image"),
    "bomb.png": (png_of(65_500, 65_500), "image-too-large"),
    "locked.pdf": (pdf([LETTER], password="x"), "encrypted-pdf"),
    "photo.png": (encoded(picture(LETTER, 30), "JPEG"), "extension-mismatch"),
}


@pytest.fixture(autouse=True)
def _settled(configure: Configure) -> Iterator[None]:
    configure()
    yield
    reading.close()


@pytest.fixture
def most(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The most memory of each process that was asked, in kB."""
    peaks: list[int] = []
    ask = ReadingProcess.ask

    def noted(self: ReadingProcess, *given: Any) -> Any:
        yield from ask(self, *given)
        status = Path(f"/proc/{self.pid}/status").read_text()
        peaks.append(int(re.search(r"VmHWM:\s+(\d+)", status)[1]))  # type: ignore[index]

    monkeypatch.setattr(ReadingProcess, "ask", noted)
    return peaks


def taken(content: bytes, name: str) -> tuple[str, list[ReadPage]]:
    """The code of the refusal, or the pages."""
    refusal = None
    try:
        opened = reading.inspect(io.BytesIO(content), name)
        parts = list(reading.read(io.BytesIO(content), opened.content_type, reader="local"))
    except DocumentRefused as refused:
        refusal = refused
    if refusal:
        assert re.fullmatch(r"[A-Z].+\.", str(refusal))
        return refusal.code, []
    assert parts[0] == opened
    pages = [part for part in parts if isinstance(part, ReadPage)]
    assert [page.number for page in pages] == list(range(1, opened.pages + 1))
    assert all(page.lines or page.note for page in pages)
    return "", pages


@pytest.mark.parametrize("name", OURS)
def test_ours(name: str, most: list[int]) -> None:
    content, code = OURS[name]
    began = time.monotonic()
    assert taken(content, name)[0] == code
    _soon(began)
    assert all(peak < MEMORY for peak in most)


def _manifest() -> list[dict[str, str]]:
    path = HOSTILE / "manifest.json"
    entries = json.loads(path.read_text()) if path.is_file() else []
    return [entry for entry in entries if entry["path"].startswith("hostile/")]


@pytest.mark.parametrize("entry", _manifest(), ids=lambda entry: entry["path"].rpartition("/")[2])
def test_theirs(entry: dict[str, str], most: list[int]) -> None:
    path, expected = HOSTILE / entry["path"], entry.get("expect", "")
    began = time.monotonic()
    code, pages = taken(path.read_bytes(), path.name)
    if path.name not in DENSE:
        _soon(began)
    assert all(peak < MEMORY for peak in most)
    if refusal := re.match(r"reject (\w+)", expected):
        if refusal[1] == "too_many_pages":  # ours are 300
            assert [page.kind for page in pages] == ["text"] * 300
            return
        assert code == refusal[1].replace("_", "-")
    elif expected.startswith("reject"):
        assert code == "unrecognised-content"
    elif found := re.match(r"text (\d+) pages", expected):
        assert [page.kind for page in pages] == ["text"] * int(found[1])
    elif "no text" in expected:  # hardly any: a line on a page of forty feet
        assert len(pages) == 1
        assert "tiny amount of text" in pages[0].text
    elif "reference" in entry:
        assert "This is a lot of 12 point text" in pages[0].text
    elif expected:
        assert code == ""
        assert len(pages) == 1


def test_their_locked_document_opens_with_its_password() -> None:
    path = HOSTILE / "hostile" / "encrypted_aes256_userpw.pdf"
    if not path.is_file():
        pytest.skip(f"no evaluation documents in {HOSTILE}")
    with path.open("rb") as content:
        with pytest.raises(PasswordNeeded):
            reading.inspect(content, path.name)
        parts = list(reading.read(content, "application/pdf", password="secret", reader="local"))
    assert isinstance(parts[0], Opened)
    assert parts[0].pages == 3


def _soon(began: float) -> None:
    """Others may have the machine: then there is as much more time."""
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert time.monotonic() - began < SOON * busy
