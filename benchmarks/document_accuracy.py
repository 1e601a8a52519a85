"""How right is what is read of documents? The product's reading beside the bare libraries, and Tesseract, if any.

Word recall: the share of the reference's words, as often as they occur, that were read. Character error rate: edits
by the length of the reference, so reading order counts. Both after case folding, with spaces made one and quotes and
dashes made plain. Pages are read as the product does, in its reading
process. References: people's for the pictures, Azure's recorded output for PDFs, forms.

`python benchmarks/document_accuracy.py`
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from services import reading
from services.adapters.ocr import ReadPage
from services.adapters.ocr.file_types import HEAD, SIGNATURES

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-docs"
SETS = {  # name: how its paths begin, least word recall, most CER
    "pictures": (("images/", "hostile/text.bmp"), 0.97, 0.06),
    "text PDFs": (("azure/Invoice", "azure/sample-layout.pdf"), 0.99, None),
    "forms": (("azure/f1099msc", "azure/fw8ben"), 0.97, None),
    "scans": (("azure/f1099_scanned", "azure/DriverLicense"), None, None),
}
PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "—": "-", "–": "-", "‐": "-", "…": "..."}
)

Read = Callable[[Path], str]


def main() -> None:
    if not (EVAL / "manifest.json").is_file():
        sys.exit(f"No evaluation documents in {EVAL}: nothing measured.")
    entries = json.loads((EVAL / "manifest.json").read_text())
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n")
    print("| set | files | reader | word recall | CER | seconds a file | target | |")
    print("|---|---|---|---|---|---|---|---|")
    for name, (starts, recall, errors) in SETS.items():
        files = [
            (EVAL / entry["path"], (EVAL / entry["reference"]).read_text(encoding="utf-8"))
            for entry in entries
            if entry["path"].startswith(starts) and _counts(name, entry)
        ]
        _row(name, files, "product", _product, recall, errors)
        for other, read in _others(name).items():
            _row(name, files, other, read, None, None)
    reading.close()


def _counts(name: str, entry: dict[str, str]) -> bool:
    return "reference" in entry and (name != "pictures" or entry["reference_kind"] == "human")


def _row(
    name: str,
    files: list[tuple[Path, str]],
    reader: str,
    read: Read,
    recall: float | None,
    errors: float | None,
) -> None:
    recalls, rates, began = [], [], time.monotonic()
    for path, meant in files:
        said = read(path)
        recalls.append(_recall(meant, said))
        rates.append(_error_rate(meant, said))
        if "-v" in sys.argv:
            print(f"  {path.name} {recalls[-1]:.3f} {rates[-1]:.3f}", file=sys.stderr)
    took = (time.monotonic() - began) / len(files)
    got = sum(recalls) / len(recalls), sum(rates) / len(rates)
    wanted = [f"≥ {recall}"] if recall else []
    wanted += [f"CER ≤ {errors}"] if errors else []
    met = (recall is None or got[0] >= recall) and (errors is None or got[1] <= errors)
    verdict = ("met" if met else "MISSED") if wanted else ""
    print(
        f"| {name} | {len(files)} | {reader} | {got[0]:.3f} | {got[1]:.3f} | {took:.1f} "
        f"| {', '.join(wanted)} | {verdict} |",
        flush=True,
    )


def _words(text: str) -> list[str]:
    """Letters and figures only: where signs are set apart is no question of reading."""
    plain = text.translate(PLAIN).casefold()
    return re.findall(r"[^\W_]+", plain)


def _recall(meant: str, said: str) -> float:
    wanted, got = Counter(_words(meant)), Counter(_words(said))
    return (wanted & got).total() / max(wanted.total(), 1)


def _error_rate(meant: str, said: str) -> float:
    from rapidfuzz.distance import Levenshtein

    one, two = (" ".join(text.translate(PLAIN).casefold().split()) for text in (meant, said))
    return Levenshtein.distance(one, two) / max(len(one), 1)


def _product(path: Path) -> str:
    content = path.read_bytes()
    kind = next(kind for signature, kind in SIGNATURES if content[:HEAD].startswith(signature))
    parts = reading.read(io.BytesIO(content), kind, reader="local")
    return "\n".join(part.text for part in parts if isinstance(part, ReadPage))


def _others(name: str) -> dict[str, Read]:
    if name in ("text PDFs", "forms"):
        return {"pypdfium2": _pdfium, "pdfplumber": _pdfplumber}
    found: dict[str, Read] = {"rapidocr": _rapidocr}
    if shutil.which("tesseract"):
        found["tesseract"] = _tesseract
    return found


def _pdfium(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def _pdfplumber(path: Path) -> str:
    import pdfplumber

    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def _rapidocr(path: Path) -> str:
    """As it comes, with the options of its wheel."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})
    found = engine(str(path))
    return "\n".join(found.txts or ())


def _tesseract(path: Path) -> str:
    ran = subprocess.run(
        ["tesseract", str(path), "-", "--psm", "3"],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        check=False,
    )
    return ran.stdout


if __name__ == "__main__":
    main()
