"""What a reading stores, each in one short transaction as the user whose document it is.

A page is stored the moment it is read: a restart goes on at the next one. Every call names the attempt it
belongs to, and one that is not the present attempt any more changes nothing.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, delete, select

from models.document import Document, DocumentPage, DocumentState
from services import encryption
from services.access import Action, Actor, Work, acting
from services.adapters.ocr import Field, ReadLine, ReadPage, Table

KEPT = " The text that was read before is kept."


@dataclass(frozen=True, repr=False)  # a password must not be printed
class Job:
    path: str
    content_type: str
    reader: str | None
    language: str | None
    password: str | None
    operation: str | None
    first_page: int  # where to go on
    is_complete: bool  # every page is there already


def begin(actor: Actor, document_id: int, attempt: int) -> Job | None:
    """What there is to be read, and from where on; None when this attempt is over or another one began."""
    with acting(actor, Action.DOCUMENT_PROCESS) as work:
        document = _present(work, document_id, attempt)
        if document is None:
            return None
        document.state = DocumentState.READING
        document.pages_read = _pages(work, document, attempt)
        work.detail(f"attempt={attempt} page={document.pages_read + 1}")
        return Job(
            path=document.path,
            content_type=document.content_type,
            reader=document.reader,
            language=document.language,
            password=_opened(document, "password"),
            operation=_opened(document, "operation"),
            first_page=document.pages_read + 1,
            is_complete=document.pages is not None and document.pages_read >= document.pages > 0,
        )


def is_under_way(actor: Actor, document_id: int, attempt: int) -> bool:
    with acting(actor, Action.DOCUMENT_ADVANCE) as work:
        return _present(work, document_id, attempt) is not None


def set_pages(actor: Actor, document_id: int, attempt: int, pages: int) -> None:
    with acting(actor, Action.DOCUMENT_ADVANCE) as work:
        document = _present(work, document_id, attempt)
        if document is not None:
            document.pages = pages


def keep_operation(actor: Actor, document_id: int, attempt: int, token: str) -> None:
    """A cloud reader's continuation token: with it a restart does not pay for the same pages again."""
    with acting(actor, Action.DOCUMENT_ADVANCE) as work:
        document = _present(work, document_id, attempt)
        if document is not None:
            document.operation = encryption.seal(document, "operation", token)


def add_page(actor: Actor, document_id: int, attempt: int, page: ReadPage) -> bool:
    """Stores a page once; a page that is there already stays as it is. False when this attempt is over."""
    with acting(actor, Action.DOCUMENT_ADVANCE) as work:
        document = _present(work, document_id, attempt)
        if document is None or _is_there(work, document, page.number):
            return document is not None
        row = DocumentPage(
            document_id=document.id,
            attempt=attempt,
            number=page.number,
            confidence=page.confidence,
        )
        content = as_json(page)
        row.machine = encryption.seal_json(row, "machine", content)
        row.content = encryption.seal_json(row, "content", content)
        work.add(row)
        document.pages_read = _pages(work, document, attempt)
        return True


def finish(actor: Actor, document_id: int, attempt: int, reader: str) -> None:
    """Every page was read, some perhaps in vain: their notes say so. Pages of earlier attempts go.
    Where no page could be read at all, the attempt has failed."""
    with acting(actor, Action.DOCUMENT_PROCESS) as work:
        document = _present(work, document_id, attempt)
        if document is None:
            return
        rows = work.session.scalars(_of_attempt(document).order_by(DocumentPage.number))
        pages = [encryption.unseal_json(row, "content") for row in rows]
        failed = [page["note"] for page in pages if page["kind"] == "failed"]
        if not pages or len(failed) == len(pages):
            reason = failed[0] if failed else "No page of this file could be read."
            _give_up(work, document, "unreadable", reason)
            return
        work.session.execute(
            delete(DocumentPage).where(
                DocumentPage.document_id == document.id, DocumentPage.attempt != attempt
            )
        )
        document.pages, document.pages_read = len(pages), len(pages)
        document.confidence = mean_confidence(pages)
        document.reader = reader
        document.state, document.shown_attempt = DocumentState.READ, attempt
        document.password = document.operation = None
        document.revision += 1
        work.detail(f"attempt={attempt} pages={len(pages)} unread={len(failed)}")


def fail(actor: Actor, document_id: int, attempt: int, code: str, text: str) -> None:
    """Says why, in words for the reader. The file stays, and so does what an earlier attempt read."""
    with acting(actor, Action.DOCUMENT_PROCESS) as work:
        document = _present(work, document_id, attempt)
        if document is not None:
            _give_up(work, document, code, text)


def lock(actor: Actor, document_id: int, attempt: int) -> None:
    """The file needs a password, or another one than was given."""
    with acting(actor, Action.DOCUMENT_PROCESS) as work:
        document = _present(work, document_id, attempt)
        if document is None:
            return
        was_given = document.password is not None
        document.password = None
        document.state = DocumentState.LOCKED
        document.error_code = "wrong-password" if was_given else None
        document.error_text = (
            "This password does not open the file. Try again." if was_given else None
        )
        work.detail("locked")


def as_json(page: ReadPage) -> dict[str, Any]:
    """A page as it is stored: lines and tables are numbered from 0 in reading order."""
    stored = asdict(page)
    for name in ("lines", "tables", "fields"):
        stored[name] = [{"id": number, **one} for number, one in enumerate(stored[name])]
    return stored


def from_json(stored: dict[str, Any]) -> ReadPage:
    """The page that `as_json` was given, with its text as it stands now."""
    known = {name: stored[name] for name in ReadPage.__dataclass_fields__ if name in stored}
    known["lines"] = tuple(ReadLine(**_without_id(one)) for one in stored["lines"])
    known["tables"] = tuple(
        Table(**_without_id(one) | {"rows": tuple(tuple(row) for row in one["rows"])})
        for one in stored["tables"]
    )
    known["fields"] = tuple(Field(**_without_id(one)) for one in stored["fields"])
    return ReadPage(**known)


def mean_confidence(pages: list[dict[str, Any]]) -> float | None:
    """Over words: a long line counts for more than a page number."""
    weighted = [
        (len(line["text"].split()), float(line["confidence"]))
        for page in pages
        for line in page["lines"]
    ]
    words = sum(count for count, _ in weighted)
    return sum(count * sure for count, sure in weighted) / words if words else None


def _without_id(stored: dict[str, Any]) -> dict[str, Any]:
    box = tuple(stored["box"]) if stored["box"] else None
    return {name: value for name, value in stored.items() if name != "id"} | {"box": box}


def _give_up(work: Work, document: Document, code: str, text: str) -> None:
    has_earlier = bool(document.shown_attempt) and document.shown_attempt != document.attempt
    if has_earlier:
        work.session.execute(
            delete(DocumentPage).where(
                DocumentPage.document_id == document.id,
                DocumentPage.attempt == document.attempt,
            )
        )
        document.pages_read = document.pages = _pages(work, document, document.shown_attempt)
    document.state = DocumentState.READ if has_earlier else DocumentState.FAILED
    document.error_code = code
    document.error_text = (text[:300] + (KEPT if has_earlier else ""))[:400]
    document.password = document.operation = None
    work.detail(f"failed={code}")


def _present(work: Work, document_id: int, attempt: int) -> Document | None:
    document = work.get(Document, document_id, lock=True)
    under_way = document.state in (DocumentState.WAITING, DocumentState.READING)
    return document if under_way and document.attempt == attempt else None


def _of_attempt(document: Document) -> Select[DocumentPage]:
    return select(DocumentPage).where(
        DocumentPage.document_id == document.id, DocumentPage.attempt == document.attempt
    )


def _pages(work: Work, document: Document, attempt: int) -> int:
    """Pages of an attempt that are there, from the first one on without a gap."""
    numbers = set(
        work.session.scalars(
            select(DocumentPage.number).where(
                DocumentPage.document_id == document.id, DocumentPage.attempt == attempt
            )
        )
    )
    return next(n for n in range(len(numbers) + 1) if n + 1 not in numbers)


def _is_there(work: Work, document: Document, number: int) -> bool:
    statement = _of_attempt(document).where(DocumentPage.number == number)
    return work.session.scalars(statement).first() is not None


def _opened(document: Document, column: str) -> str | None:
    return encryption.unseal(document, column) if getattr(document, column) is not None else None
