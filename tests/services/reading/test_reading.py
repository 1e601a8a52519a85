"""The reading process: what it is given and not given, and that it can hang, die and be replaced."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services import reading
from services.adapters.errors import DocumentRefused, IntegrationError, PasswordNeeded
from services.adapters.ocr import Opened, ReadPage, line_reader
from services.reading import process
from services.reading.process import ReadingProcess
from tests.conftest import Configure
from tests.servers.document_intelligence import KEY, Json, document_intelligence
from tests.services.adapters.ocr.answers import answer
from tests.services.adapters.ocr.documents import (
    EMPTY,
    LETTER,
    Said,
    Sheet,
    encoded,
    pdf,
    picture,
    with_endless_page,
)

PDF = "application/pdf"
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _settled(configure: Configure) -> Iterator[None]:
    configure()
    yield
    reading.close()


@pytest.fixture
def born(monkeypatch: pytest.MonkeyPatch) -> list[ReadingProcess]:
    """Every process that was started."""
    made: list[ReadingProcess] = []
    start = ReadingProcess.__init__

    def noted(self: ReadingProcess) -> None:
        start(self)
        made.append(self)

    monkeypatch.setattr(ReadingProcess, "__init__", noted)
    return made


def read(content: bytes, content_type: str = PDF, **options: object) -> list[ReadPage]:
    parts = list(reading.read(io.BytesIO(content), content_type, **options))  # type: ignore[arg-type]
    assert isinstance(parts[0], Opened)
    return [part for part in parts[1:] if isinstance(part, ReadPage)]


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_inspect_knows_type_and_pages() -> None:
    opened = reading.inspect(io.BytesIO(pdf([LETTER, EMPTY])), "Überweisung.PDF")
    assert opened == Opened(PDF, 2)
    photo = encoded(picture(LETTER, 50), "JPEG")
    assert reading.inspect(io.BytesIO(photo), "photo.jpeg") == Opened("image/jpeg", 1)


def test_limits_are_the_settings(configure: Configure) -> None:
    configure(VERBATIM_MAX_DOCUMENT_PAGES="1", VERBATIM_MAX_DOCUMENT_MEGAPIXELS="1")
    with pytest.raises(DocumentRefused, match="2 pages and at most 1") as caught:
        reading.inspect(io.BytesIO(pdf([LETTER, EMPTY])), "a.pdf")
    assert caught.value.code == "too-many-pages"
    with pytest.raises(DocumentRefused, match="more than 1 megapixels"):
        reading.inspect(io.BytesIO(encoded(picture(EMPTY, 150), "PNG")), "a.png")
    configure(VERBATIM_MAX_DOCUMENT_MB="1")
    with pytest.raises(DocumentRefused, match="larger than 1 MB"):
        reading.inspect(io.BytesIO(b"%PDF-" + bytes(1_000_001)), "a.pdf")


def test_one_process_serves_many_uploads(born: list[ReadingProcess]) -> None:
    for _ in range(5):
        reading.inspect(io.BytesIO(pdf([EMPTY])), "a.pdf")
        with pytest.raises(DocumentRefused):
            reading.inspect(io.BytesIO(b"%PDF-1.4 nothing more"), "a.pdf")
    assert len(born) == 1


def test_the_process_is_bounded_and_knows_nothing(
    born: list[ReadingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERBATIM_SPEECH_API_KEY", "sk-secret")
    reading.inspect(io.BytesIO(pdf([EMPTY])), "a.pdf")
    about = Path(f"/proc/{born[0].pid}")
    said = about.joinpath("limits").read_text().splitlines()
    limits = {line[:25].strip(): line.split()[-3] for line in said}
    assert limits["Max file size"] == "0"
    assert limits["Max core file size"] == "0"
    assert limits["Max data size"] == str(2 << 30)
    environment = about.joinpath("environ").read_bytes()
    assert b"VERBATIM" not in environment
    assert b"DATABASE" not in environment
    assert b"sk-secret" not in environment


def test_a_page_that_never_ends_costs_only_itself(
    born: list[ReadingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE_SECONDS", 2.0)
    pages = read(with_endless_page(1, 1))
    assert [page.kind for page in pages] == ["text", "failed", "text"]
    assert [page.number for page in pages] == [1, 2, 3]
    assert pages[1].note == "This page took too long to read and was left out."
    assert pages[2].text == "This is page 3 of a document."
    assert len(born) == 2
    assert not born[0].alive


def test_a_process_that_dies_costs_only_its_page(born: list[ReadingProcess]) -> None:
    parts = reading.read(io.BytesIO(with_endless_page(1, 1)), PDF)
    assert next(parts) == Opened(PDF, 3)
    first = next(parts)
    assert isinstance(first, ReadPage)
    os.kill(born[0].pid, signal.SIGKILL)  # it is at the page that never ends
    pages = [first, *(part for part in parts if isinstance(part, ReadPage))]
    assert [page.kind for page in pages] == ["text", "failed", "text"]
    assert pages[1].note == "This page could not be read and was left out."


def test_after_some_deaths_the_rest_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE_SECONDS", 1.0)
    monkeypatch.setattr(reading, "LOSSES", 1)
    pages = read(with_endless_page(0, 3))
    assert [page.kind for page in pages] == ["failed"] * 4
    assert pages[3].note == "Not tried: the pages before it could not be read."


def test_what_cannot_even_be_opened_in_time_is_refused(
    born: list[ReadingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.inspect(io.BytesIO(pdf([EMPTY])), "a.pdf")
    os.kill(born[0].pid, signal.SIGSTOP)
    monkeypatch.setattr(reading, "OPEN_SECONDS", 0.5)
    with pytest.raises(DocumentRefused) as caught:
        reading.inspect(io.BytesIO(pdf([EMPTY])), "a.pdf")
    assert caught.value.code == "unreadable"
    assert not born[0].alive


def test_an_idle_process_that_ended_is_replaced(born: list[ReadingProcess]) -> None:
    reading.inspect(io.BytesIO(pdf([EMPTY])), "a.pdf")
    os.kill(born[0].pid, signal.SIGKILL)
    assert reading.inspect(io.BytesIO(pdf([EMPTY])), "a.pdf").pages == 1
    assert len(born) == 2


def test_who_stops_listening_stops_the_work(born: list[ReadingProcess]) -> None:
    parts = reading.read(io.BytesIO(with_endless_page(1, 1)), PDF)
    next(parts)
    parts.close()  # type: ignore[attr-defined]
    assert not born[0].alive


def test_long_documents_change_processes(
    born: list[ReadingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "WORK", 4)
    sheets = [Sheet((Said(f"Sheet number {at} of ten", 1, 1),)) for at in range(1, 11)]
    pages = read(pdf(sheets))
    assert [page.text for page in pages] == [sheet.lines[0].text for sheet in sheets]
    assert len(born) == 3
    assert [page.number for page in read(pdf(sheets), first_page=9)] == [9, 10]
    assert read(pdf(sheets), first_page=11) == []


def test_locked_documents_ask_for_the_password() -> None:
    content = pdf([LETTER], password="Sonnenblume")
    with pytest.raises(PasswordNeeded):
        reading.inspect(io.BytesIO(content), "a.pdf")
    for wrong in (None, "", "sonnenblume"):
        with pytest.raises(PasswordNeeded):
            read(content, password=wrong)
    (page,) = read(content, password="Sonnenblume")
    assert "Mrs Amber" in page.text
    assert (
        reading.render(io.BytesIO(content), PDF, 1, 100, password="Sonnenblume")[:2] == b"\xff\xd8"
    )


def test_a_document_that_only_its_owner_may_change_can_be_read() -> None:
    (page,) = read(pdf([LETTER], owner="owner"))
    assert "Mrs Amber" in page.text


def test_a_service_outside_is_sent_what_is_unlocked_and_its_gaps_are_seen(
    configure: Configure,
) -> None:
    received = []

    def analyse(model: str, content: bytes, query: dict[str, list[str]]) -> Json:
        received.append(content)
        return answer([LETTER])  # of two pages, as a free plan does

    with document_intelligence(analyse, polls=0) as server:
        configure(
            VERBATIM_OCR="azure_document_intelligence",
            VERBATIM_DOCUMENT_INTELLIGENCE_ENDPOINT=server.endpoint,
            VERBATIM_DOCUMENT_INTELLIGENCE_KEY=KEY,
        )
        content = pdf([LETTER, LETTER], password="Sonnenblume")
        parts = list(reading.read(io.BytesIO(content), PDF, password="Sonnenblume"))
        with pytest.raises(DocumentRefused):
            list(reading.read(io.BytesIO(b"%PDF-nothing"), PDF))
        assert server.count("POST") == 1
    assert parts[0] == Opened(PDF, 2)
    assert isinstance(parts[1], str)
    first, second = parts[2:]
    assert isinstance(first, ReadPage)
    assert isinstance(second, ReadPage)
    assert (first.number, first.kind) == (1, "ocr")
    assert (second.number, second.kind) == (2, "failed")
    assert "returned nothing for this page" in second.note
    assert reading.inspect(io.BytesIO(received[0]), "a.pdf") == Opened(PDF, 2)  # asks for nothing


def test_pages_are_rendered_as_they_are_looked_at() -> None:
    from PIL import Image

    for content, kind in ((pdf([LETTER]), PDF), (encoded(picture(LETTER), "PNG"), "image/png")):
        with Image.open(io.BytesIO(reading.render(io.BytesIO(content), kind, 1, 850))) as shown:
            assert (shown.format, shown.width) == ("JPEG", 850)
            assert abs(shown.height - 1100) <= 1
        with pytest.raises(DocumentRefused) as caught:
            reading.render(io.BytesIO(content), kind, 2, 850)
        assert caught.value.code == "no-such-page"


def test_the_process_ends_with_its_parent() -> None:
    script = (
        "import time; from services.reading.process import ReadingProcess; "
        "child = ReadingProcess(); print(child.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout
        child = Path(f"/proc/{int(parent.stdout.readline())}")
        assert child.exists()
        parent.kill()

    def gone() -> bool:
        try:
            return child.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    eventually(gone)


def test_the_process_reads_lines_with_the_model_of_the_weights_folder(
    configure: Configure, tmp_path: Path
) -> None:
    scan = encoded(picture(LETTER), "PNG")
    (tmp_path / line_reader.FOLDER).mkdir()
    if not line_reader._multiplies_bytes():
        pytest.skip("this processor has no instruction for sums of bytes: the full model reads")
    configure(VERBATIM_WEIGHTS_DIR=str(tmp_path))
    with pytest.raises(IntegrationError, match=r"line-reader\.onnx is missing"):
        read(scan, "image/png")
