"""Reading documents where a malicious one can do no harm: in a process that is bounded and can be killed.

Nothing here knows users or rows. The document goes to the process in memory, never as a file.
"""

import io
import logging
import os
from collections.abc import Iterator
from typing import IO

from pydantic import TypeAdapter

from config import settings
from services.adapters import wiring
from services.adapters.errors import DocumentRefused, IntegrationError, PasswordNeeded
from services.adapters.ocr import Opened, ReadPage
from services.adapters.ocr.file_types import HEAD, PDF, content_type_of
from services.reading import process, wire

__all__ = ["inspect", "read", "render"]

log = logging.getLogger("verbatim.reading")

OPEN_SECONDS = 5.0  # to open a document
PAGE_SECONDS = 120.0  # for one page: OCR of dense print takes a sixth of it on a machine under load
LOSSES = 3  # pages in a row that killed a process, after which the rest is not tried

_PAGE = TypeAdapter(ReadPage)
_OPENED = TypeAdapter(Opened)


def inspect(content: IO[bytes], name: str) -> Opened:
    """Type by the bytes, which the name's extension has to agree with, and pages; within the limits of the settings.

    Raises DocumentRefused, whose message is for the sender; PasswordNeeded for a PDF that is locked, which may be
    stored all the same (its type is then application/pdf).
    """
    content.seek(0)
    content_type = content_type_of(content.read(HEAD), name)
    most = settings().max_document_mb
    if content.seek(0, os.SEEK_END) > most * 1_000_000:
        raise DocumentRefused(
            "too-large", f"The file is larger than {most} MB. Split it and send the parts."
        )
    with process.in_memory(content) as file:
        return _opened(file, content_type, None)


def read(
    content: IO[bytes],
    content_type: str,
    *,
    password: str | None = None,
    language: str | None = None,
    reader: str | None = None,
    first_page: int = 1,
    operation: str | None = None,
) -> Iterator[Opened | ReadPage | str]:
    """Opened first, then pages in order from `first_page` on, each as soon as it is read; a page that cannot be
    read comes as kind "failed" with a note. A `str` is a continuation token: keep it, and give it back as
    `operation` after a restart. `reader` is a name of wiring.OCR; the chosen one when left out.

    Raises DocumentRefused, PasswordNeeded or IntegrationError. Closing the generator ends the work at once.
    """
    chosen = reader or settings().ocr
    with process.in_memory(content) as file:
        if chosen == "local":
            yield from _read_here(file, content_type, password, language, first_page)
        else:
            yield from _read_there(
                file, content_type, password, language, chosen, first_page, operation
            )


def render(
    content: IO[bytes], content_type: str, page: int, width: int, *, password: str | None = None
) -> bytes:
    """Page 1, 2, ... as a JPEG of `width` pixels, turned as it is looked at. Raises DocumentRefused (also when there
    is no such page) or PasswordNeeded."""
    with process.in_memory(content) as file:
        request = _request("render", content_type, password) | {"page": page, "width": width}
        return _bytes(file, request, PAGE_SECONDS)


def close() -> None:
    """Ends the processes that wait for more to read."""
    process.close()


def _read_here(
    file: int, content_type: str, password: str | None, language: str | None, first_page: int
) -> Iterator[Opened | ReadPage]:
    """Local reader in a process of its own; another process takes over after so many pages, and after each page
    that cost one its life."""
    opened: Opened | None = None
    page, losses = first_page, 0
    while opened is None or page <= opened.pages:
        request = _request("read", content_type, password)
        request |= {"language": language, "first_page": page, "at_most": process.WORK}
        try:
            for part in _asked(file, request, PAGE_SECONDS, heavy=True):
                if isinstance(part, bytes) or part["kind"] not in ("opened", "page"):
                    continue
                if part["kind"] == "page":
                    losses, page = 0, page + 1
                    yield _PAGE.validate_python(part["value"])
                elif opened is None:
                    opened = _OPENED.validate_python(part["value"])
                    yield opened
            if page == request["first_page"]:
                return  # nothing came: the document has no such page
        except process.Lost as lost:
            if opened is None:
                raise _unreadable() from None
            losses += 1
            log.warning("reading.page_lost", extra={"f": {"page": page, "slow": lost.slow}})
            note = "took too long to read" if lost.slow else "could not be read"
            yield _failed(page, f"This page {note} and was left out.")
            page += 1
            if losses == LOSSES:
                break
    for left in range(page, opened.pages + 1):
        yield _failed(left, "Not tried: the pages before it could not be read.")


def _read_there(
    file: int,
    content_type: str,
    password: str | None,
    language: str | None,
    reader: str,
    first_page: int,
    operation: str | None,
) -> Iterator[Opened | ReadPage | str]:
    """A reader outside, after a look of our own: what it would refuse is not sent, and pages that it leaves out are
    noticed."""
    opened = _opened(file, content_type, password)
    yield opened
    with _sendable(file, content_type, password) as stream:
        page = first_page
        for part in wiring.document_reader(reader).read(
            stream, content_type, language=language, first_page=first_page, operation=operation
        ):
            if isinstance(part, Opened):
                continue
            yield part
            page = part.number + 1 if isinstance(part, ReadPage) else page
    for missing in range(page, opened.pages + 1):
        yield _failed(
            missing, "The service returned nothing for this page. Its plan may limit pages."
        )


def _sendable(file: int, content_type: str, password: str | None) -> IO[bytes]:
    """No service takes a password: a locked PDF is unlocked here, in memory."""
    if content_type == PDF and password:
        return io.BytesIO(_bytes(file, _request("unlock", content_type, password), PAGE_SECONDS))
    stream = os.fdopen(os.dup(file), "rb")
    stream.seek(0)
    return stream


def _opened(file: int, content_type: str, password: str | None) -> Opened:
    try:
        # To the last answer: only a process that has nothing more to say is used again.
        parts = list(_asked(file, _request("open", content_type, password), OPEN_SECONDS))
    except process.Lost:
        raise _unreadable() from None
    opened = next(part for part in parts if not isinstance(part, bytes))
    return _OPENED.validate_python(opened["value"])


def _bytes(file: int, request: wire.Message, seconds: float) -> bytes:
    try:
        parts = [part for part in _asked(file, request, seconds) if isinstance(part, bytes)]
    except process.Lost:
        parts = []
    if not parts:
        raise _unreadable()
    return parts[0]


def _request(task: str, content_type: str, password: str | None) -> wire.Message:
    chosen = settings()
    return {
        "task": task,
        "content_type": content_type,
        "password": password,
        "pages": chosen.max_document_pages,
        "megapixels": chosen.max_document_megapixels,
    }


def _asked(
    file: int, request: wire.Message, seconds: float, *, heavy: bool = False
) -> Iterator[wire.Message | bytes]:
    """The answers; the last, if it is a refusal, as an exception. Raises process.Lost."""
    last: wire.Message = {"kind": "end"}
    for _ in range(2):
        answered = used = False
        try:
            with process.borrowed(heavy=heavy) as child:
                used = child.used
                for part in child.ask(request, file, seconds):
                    answered = True
                    last = last if isinstance(part, bytes) else part
                    yield part
            break
        except process.Lost as lost:
            if lost.slow or answered or not used:
                raise
            # An idle process ends by itself; this one did in the moment it was asked.
    _raise_refusal(last)


def _raise_refusal(answer: wire.Message) -> None:
    kind = answer["kind"]
    if kind == "locked":
        raise PasswordNeeded
    if kind == "refused":
        raise DocumentRefused(str(answer["code"]), str(answer["words"]))
    if kind == "failed":
        raise IntegrationError(str(answer["words"]), retryable=bool(answer["retryable"]))
    if kind == "broken":
        log.error("reading.broken", extra={"f": {"place": str(answer["place"])}})
        raise _unreadable()


def _failed(number: int, note: str) -> ReadPage:
    return ReadPage(number, 0, 0, "failed", 0, (), note=note)


def _unreadable() -> DocumentRefused:
    return DocumentRefused(
        "unreadable", "The document cannot be read: it is damaged or not as its format says."
    )
