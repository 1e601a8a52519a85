"""The process that opens strangers' files: `python -m services.reading.child WEIGHTS`, its socket as standard input.

It is started without the product's environment, so it knows no key and no address; it cannot write a file, has
bounded memory, and ends when the product at the other end of the socket does.
"""

import io
import os
import resource
import select
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from services.adapters.errors import DocumentRefused, IntegrationError, PasswordNeeded
from services.adapters.ocr import Opened, rapid
from services.reading import wire

MEMORY = 2 << 30  # bytes of private memory; a page of dense print at full size takes half of it
IDLE = 60.0  # seconds without work after which the process ends by itself


def main() -> None:
    _bound()
    rapid.use_quick_model(Path(sys.argv[1]))
    line = socket.socket(fileno=0)
    threading.Thread(target=_end_with_the_other_end, name="end-with-parent", daemon=True).start()
    while True:
        try:
            request, files = wire.receive(line, IDLE)
        except (wire.Ended, wire.TooSlow):
            return
        with os.fdopen(files[0], "rb") as content:
            _answer(line, request, content)


def _answer(line: socket.socket, request: wire.Message, content: IO[bytes]) -> None:
    try:
        for part in _parts(request, content):
            if isinstance(part, bytes):
                wire.send(line, {"kind": "bytes"})
                wire.send_bytes(line, part)
            else:
                wire.send(line, part)
        wire.send(line, {"kind": "end"})
    except PasswordNeeded:
        wire.send(line, {"kind": "locked"})
    except DocumentRefused as error:
        wire.send(line, {"kind": "refused", "code": error.code, "words": str(error)})
    except IntegrationError as error:
        wire.send(line, {"kind": "failed", "words": str(error), "retryable": error.retryable})
    except wire.Ended:
        sys.exit()
    except Exception as error:  # noqa: BLE001 - whatever a library throws; its text may quote the document
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} at {os.path.basename(last.filename)}:{last.lineno}"
        wire.send(line, {"kind": "broken", "place": place})


def _parts(request: wire.Message, content: IO[bytes]) -> Iterator[wire.Message | bytes]:
    limits = {"pages": request["pages"], "megapixels": request["megapixels"]}
    content_type, password = request["content_type"], request["password"]
    if request["task"] == "read":
        yield from _read(request, content, limits)
    elif request["task"] == "open":
        from services.adapters.ocr.opening import count_pages

        count = count_pages(content, content_type, password=password, **limits)
        yield {"kind": "opened", "value": Opened(content_type, count)}
    elif request["task"] == "render":
        from services.adapters.ocr.rendering import render

        at = {"page": request["page"], "width": request["width"]}
        yield render(content, content_type, password=password, **at, **limits)
    elif request["task"] == "unlock":
        yield _unlocked(content, password, limits["pages"])


def _read(
    request: wire.Message, content: IO[bytes], limits: dict[str, int]
) -> Iterator[wire.Message]:
    from services.adapters.ocr.local import LocalReader

    parts = LocalReader(**limits).read(
        content,
        request["content_type"],
        password=request["password"],
        language=request["language"],
        first_page=request["first_page"],
    )
    for part in islice(parts, 1 + request["at_most"]):  # Opened, then pages
        if not isinstance(part, str):
            kind = "opened" if isinstance(part, Opened) else "page"
            yield {"kind": kind, "value": part}


def _unlocked(content: IO[bytes], password: str | None, pages: int) -> bytes:
    from pypdfium2 import raw

    from services.adapters.ocr.opening import open_pdf

    target = io.BytesIO()
    with open_pdf(content, password, pages) as document:
        document.save(target, flags=raw.FPDF_REMOVE_SECURITY)
    return target.getvalue()


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the document
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing of it reaches a disk
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _end_with_the_other_end() -> None:
    watch = select.poll()
    watch.register(0, 0)  # nothing asked for: only a hang-up wakes it
    watch.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
