"""python -m commands.read FILE [--reader NAME] [--language CODE] [--json]: the product's reading of one document."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from services import reading
from services.adapters.errors import DocumentRefused, IntegrationError
from services.adapters.ocr import ReadPage
from services.adapters.wiring import OCR

PASSWORD = "VERBATIM_DOCUMENT_PASSWORD"  # in the environment: arguments can be seen by others


def main(arguments: list[str] | None = None) -> int:
    """Prints the text, or only the JSON; 2 and one sentence on stderr when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m commands.read", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--reader", choices=sorted(OCR), help="the chosen one when left out")
    parser.add_argument("--language", help="ISO 639-1, such as en")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    try:
        with chosen.file.open("rb") as content:
            pages = _read(content, chosen.file.name, chosen.reader, chosen.language)
    except OSError as error:
        said = (error.strerror or "unknown reason").lower()
        print(f"Cannot read the file: {said}.", file=sys.stderr)
        return 2
    except IntegrationError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        reading.close()
    if chosen.json:
        print(json.dumps(_as_json(pages), ensure_ascii=False))
    else:
        _print(pages)
    return 0


def _read(
    content: IO[bytes], name: str, reader: str | None, language: str | None
) -> list[ReadPage]:
    password = os.environ.get(PASSWORD)
    try:
        content_type = reading.inspect(content, name).content_type
    except DocumentRefused as refused:
        if refused.code != "encrypted-pdf" or not password:
            raise
        content_type = "application/pdf"
    parts = reading.read(content, content_type, password=password, language=language, reader=reader)
    return [part for part in parts if isinstance(part, ReadPage)]


def _as_json(pages: list[ReadPage]) -> dict[str, Any]:
    return {
        "content": "\n\n".join(page.text for page in pages if page.lines),
        "pages": [
            {key: value for key, value in asdict(page).items() if key not in ("tables", "fields")}
            for page in pages
        ],
        "tables": [asdict(table) for page in pages for table in page.tables],
        "fields": [asdict(field) for page in pages for field in page.fields],
    }


def _print(pages: list[ReadPage]) -> None:
    print("\n\n".join(page.text for page in pages if page.lines))
    for page in pages:
        if page.note:
            print(f"Page {page.number}: {page.note}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
