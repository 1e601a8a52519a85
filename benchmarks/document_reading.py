"""How fast are documents read, and in how much memory? In the product's own reading process, page by page.

A scanned page: seconds by the clock, and of processor time, which other work on the machine does not change. The
slowest hostile file, read or refused. A text page: the middling page of each document, without and with ruled tables,
and the bare text of pypdfium2 beside it. Memory: the most that the reading process ever had, while one document of 300
text pages and one of scans went through it; the first and the last pages tell whether it grows. `--long` reads 300
scanned pages instead of 45.

`python benchmarks/document_reading.py [--long]`
"""

import io
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from services import reading
from services.adapters.errors import DocumentRefused
from services.adapters.ocr import ReadPage
from services.adapters.ocr.file_types import HEAD, SIGNATURES, content_type_of
from services.reading.process import ReadingProcess

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-docs"
SCANS = ("azure/f1099_scanned.jpg", "pdf/ocrmypdf_c02-22.pdf", "pdf/ocrmypdf_linn.pdf")
TEXTS = (
    "hostile/pages300.pdf",
    "azure/sample-layout.pdf",
    "azure/fw8ben_1.pdf",
    "azure/Invoice_1.pdf",
)
SCAN_SECONDS, TEXT_SECONDS, MEMORY, GROWTH = 3.0, 0.05, 1200, 100  # the targets; MB
HOSTILE_SECONDS = 5.0
TICKS = os.sysconf("SC_CLK_TCK")

born: list[ReadingProcess] = []


def main() -> None:
    if not (EVAL / "manifest.json").is_file():
        sys.exit(f"No evaluation documents in {EVAL}: nothing measured.")
    _note_processes()
    load = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    print(
        f"{load}\n\n| figure | document | product | beside it | target | |\n|---|---|---|---|---|---|"
    )
    _warm_up()
    for name in SCANS:
        _scan(EVAL / name)
    _hostile()
    for name in TEXTS:
        _text(EVAL / name)
    _memory("300 text pages", _pages(EVAL / "hostile/pages300.pdf"))
    _memory("scans", _scans(300 if "--long" in sys.argv else 45))
    reading.close()


def _note_processes() -> None:
    start = ReadingProcess.__init__

    def noted(self: ReadingProcess) -> None:
        start(self)
        born.append(self)

    ReadingProcess.__init__ = noted  # type: ignore[method-assign]


def _warm_up() -> None:
    """The models are loaded once in a process's life."""
    with (EVAL / "images/tess_phototest.tif").open("rb") as content:
        list(reading.read(content, "image/tiff", reader="local"))


def _pages(path: Path) -> Iterator[tuple[ReadPage, float]]:
    with path.open("rb") as content:
        yield from _timed(content)


def _timed(content: IO[bytes]) -> Iterator[tuple[ReadPage, float]]:
    """Pages, and the seconds that each took."""
    head = content.read(HEAD)
    kind = next(kind for signature, kind in SIGNATURES if head.startswith(signature))
    began = time.monotonic()
    for part in reading.read(content, kind, reader="local"):
        if isinstance(part, ReadPage):
            yield part, time.monotonic() - began
        began = time.monotonic()


def _scan(path: Path) -> None:
    before = _processor_seconds()
    took = [seconds for _, seconds in _pages(path)]
    processor = (_processor_seconds() - before) / len(took)
    seconds = statistics.mean(took)
    _row(
        "scanned page, s",
        path.name,
        seconds,
        f"{processor:.1f} s of processor time",
        f"≤ {SCAN_SECONDS:g}",
        seconds <= SCAN_SECONDS,
    )


def _hostile() -> None:
    took: dict[str, float] = {}
    for path in sorted((EVAL / "hostile").iterdir()):
        began = time.monotonic()
        with suppress(DocumentRefused), path.open("rb") as content:
            kind = content_type_of(content.read(HEAD), path.name)
            content.seek(0)
            list(reading.read(content, kind, reader="local"))
        took[path.name] = time.monotonic() - began
    slowest = max(took, key=lambda name: took[name])
    _row(
        f"slowest of {len(took)} hostile files, s",
        slowest,
        took[slowest],
        "",
        f"≤ {HOSTILE_SECONDS:g}",
        took[slowest] <= HOSTILE_SECONDS,
    )


def _text(path: Path) -> None:
    import pypdfium2

    runs = [list(_pages(path)) for _ in range(3)]
    pages = min(runs, key=lambda run: sum(seconds for _, seconds in run))
    middling = statistics.median(seconds for _, seconds in pages)
    tables = sum(len(page.tables) for page, _ in pages)
    began = time.monotonic()
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            page.get_textpage().get_text_range()
        bare = (time.monotonic() - began) / len(document)
    name = f"{path.name}, {tables} tables" if tables else path.name
    _row(
        "text page, ms",
        name,
        middling * 1000,
        f"{bare * 1000:.1f} pypdfium2",
        f"≤ {TEXT_SECONDS * 1000:g}",
        middling <= TEXT_SECONDS,
    )


def _memory(name: str, pages: Iterator[tuple[ReadPage, float]]) -> None:
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    most = 0
    for at, _ in enumerate(pages):
        child = born[-1]
        most = max(most, _megabytes(child, "VmHWM"))
        now = _megabytes(child, "VmRSS")
        if at % 40 == 8:  # warm
            first[child.pid] = now
        last[child.pid] = now
    grown = max((last[pid] - first[pid] for pid in first), default=0)
    _row("memory, MB", name, most, "", f"≤ {MEMORY}", most <= MEMORY)
    _row("growth of a process, MB", name, grown, "", f"≤ {GROWTH}", grown <= GROWTH)


def _scans(count: int) -> Iterator[tuple[ReadPage, float]]:
    """A TIFF of one book page, over and over."""
    import pypdfium2

    with pypdfium2.PdfDocument(EVAL / "pdf/ocrmypdf_c02-22.pdf") as document:
        page = document[0].render(scale=200 / 72).to_pil().convert("L")
    target = io.BytesIO()
    page.save(
        target, "TIFF", save_all=True, append_images=[page] * (count - 1), compression="tiff_lzw"
    )
    target.seek(0)
    yield from _timed(target)


def _megabytes(child: ReadingProcess, what: str) -> int:
    try:
        status = Path(f"/proc/{child.pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def _processor_seconds() -> float:
    fields = Path(f"/proc/{born[-1].pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _row(figure: str, name: str, value: float, beside: str, target: str, met: bool) -> None:
    verdict = "met" if met else "MISSED"
    print(f"| {figure} | {name} | {value:.1f} | {beside} | {target} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
