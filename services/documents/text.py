"""What was read of a document, and its correction by people. The machine's version stays beside every change."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from models.client import TherapistClient
from models.document import Document, DocumentPage
from services import encryption
from services.access import Action, Actor, Work, acting
from services.documents.finding import LONGEST_QUERY, find
from services.documents.hits import Hit
from services.documents.listing import UNDER_WAY
from services.errors import Conflict, Invalid, NotFound

LONGEST_LINE = 2000  # characters
MOST_HITS = 200

Page = dict[str, Any]


def read_page(actor: Actor, document_id: int, page: int) -> Page:
    """One page as data: number, width, height, kind, rotation, note, confidence, lines (id, text, box, confidence,
    role, and `machine` where people corrected it), tables (id, box, rows), fields. Raises NotFound."""
    with acting(actor, Action.DOCUMENT_READ) as work:
        document = work.get(Document, document_id)
        work.detail(f"page={page}")
        return _opened(_row(work, document, page))


def read_text(actor: Actor, document_id: int) -> str:
    """All that was read, as people corrected it; pages apart by a blank line, field values after their page."""
    with acting(actor, Action.DOCUMENT_READ) as work:
        document = work.get(Document, document_id)
        return "\n\n".join(_text(_opened(row)) for row in rows_of(work, document))


def lines(actor: Actor, document_id: int) -> dict[tuple[int, int, int], str]:
    """Every line by (document, page, line), as a note's evidence names it."""
    with acting(actor, Action.DOCUMENT_READ) as work:
        document = work.get(Document, document_id)
        return {
            (document.id, row.number, line["id"]): line["text"]
            for row in rows_of(work, document)
            for line in _opened(row)["lines"]
        }


def read_table(actor: Actor, document_id: int, page: int, table: int) -> list[list[str]]:
    """The rows of one table, to be taken away. Raises NotFound."""
    with acting(actor, Action.DOCUMENT_READ) as work:
        document = work.get(Document, document_id)
        tables = _opened(_row(work, document, page))["tables"]
        if not 0 <= table < len(tables):
            raise NotFound("This page has no such table.")
        work.detail(f"export table={table} page={page}")
        rows: list[list[str]] = tables[table]["rows"]
        return rows


def correct_line(actor: Actor, document_id: int, page: int, line: int, text: str) -> int:
    """Replaces the words of a line; returns the document's revision. Raises NotFound, Invalid, and Conflict while the
    document is read again: the new reading would take the place of the correction."""
    words = " ".join(text.split())
    if not 0 < len(words) <= LONGEST_LINE:
        raise Invalid(f"A line has 1 to {LONGEST_LINE:,} characters. Nothing was changed.")
    return _change(actor, document_id, page, line, words)


def restore_line(actor: Actor, document_id: int, page: int, line: int) -> int:
    """Puts the machine's words back. Raises NotFound, Conflict."""
    return _change(actor, document_id, page, line, None)


def search(actor: Actor, client_id: int, query: str) -> list[Hit]:
    """Where the words stand in the documents of a client, newest document first, at most MOST_HITS places."""
    if len(query) > LONGEST_QUERY:
        raise Invalid(f"Search for at most {LONGEST_QUERY} characters.")
    with acting(actor, Action.DOCUMENT_SEARCH, at_length=True) as work:
        work.get(TherapistClient, client_id)
        documents = work.rows(
            work.visible(Document)
            .where(Document.therapist_client_id == client_id)
            .order_by(Document.created_at.desc(), Document.id.desc())
        )
        hits = (hit for document in documents for hit in _hits(work, document, query))
        return list(islice(hits, MOST_HITS))


def _hits(work: Work, document: Document, query: str) -> Iterator[Hit]:
    name = encryption.unseal(document, "filename")
    for row in rows_of(work, document):
        # from the raw content: what `_opened` adds is not looked at
        read = [line["text"] for line in encryption.unseal_json(row, "content")["lines"]]
        for found in find(read, query):
            yield Hit(document.id, name, row.number, found.lines, found.excerpt)


def _change(actor: Actor, document_id: int, page: int, line: int, words: str | None) -> int:
    with acting(actor, Action.DOCUMENT_CORRECT) as work:
        document = work.get(Document, document_id, lock=True)
        if document.state in UNDER_WAY and _shown(document) != document.attempt:
            raise Conflict("This document is being read again. Correct it when that is done.")
        row = _row(work, document, page)
        content = encryption.unseal_json(row, "content")
        if not 0 <= line < len(content["lines"]):
            raise NotFound("This page has no such line.")
        machine = encryption.unseal_json(row, "machine")["lines"][line]["text"]
        content["lines"][line]["text"] = machine if words is None else words
        row.content = encryption.seal_json(row, "content", content)
        document.revision += 1
        work.detail(f"page={page} line={line} revision={document.revision}")
        return document.revision


def _shown(document: Document) -> int:
    return document.shown_attempt or document.attempt


def rows_of(work: Work, document: Document) -> list[DocumentPage]:
    """The pages that are shown, in order."""
    return list(
        work.session.scalars(
            work.visible(DocumentPage)
            .where(
                DocumentPage.document_id == document.id,
                DocumentPage.attempt == _shown(document),
            )
            .order_by(DocumentPage.number)
        )
    )


def _row(work: Work, document: Document, page: int) -> DocumentPage:
    row = work.session.scalars(
        work.visible(DocumentPage).where(
            DocumentPage.document_id == document.id,
            DocumentPage.attempt == _shown(document),
            DocumentPage.number == page,
        )
    ).first()
    if row is None:
        raise NotFound("This page has not been read, or the document has no such page.")
    return row


def _opened(row: DocumentPage) -> Page:
    """The page as corrected, with the machine's words beside those that were changed."""
    content: Page = encryption.unseal_json(row, "content")
    heard = encryption.unseal_json(row, "machine")["lines"]
    for line, machine in zip(content["lines"], heard, strict=True):
        if line["text"] != machine["text"]:
            line["machine"] = machine["text"]
    return content


def _text(page: Page) -> str:
    said = [line["text"] for line in page["lines"]]
    filled = [f"{field['name']}: {field['value']}" for field in page["fields"] if field["value"]]
    return "\n".join(said + filled)
