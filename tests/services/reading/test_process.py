"""The memory of a reading process."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import reading
from services.reading import process
from tests.services.adapters.ocr.documents import LETTER, encoded, picture

PAGE = encoded(picture(LETTER), "PNG")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    reading.close()
    yield
    reading.close()


def faults() -> int:
    """How often the system had to find the idle reading process a page of memory."""
    (child,) = process._idle[True]
    return int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[7])


def read() -> None:
    list(reading.read(io.BytesIO(PAGE), "image/png", reader="local"))


def test_memory_is_kept_for_the_next_page() -> None:
    read()
    read()
    before = faults()
    read()
    assert faults() - before < 5_000
