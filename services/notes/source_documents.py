"""Documents of a session's client as sources of its notes, beside what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_

from models.document import Document, DocumentPage, DocumentState
from models.recording import Recording
from services import encryption
from services.access import Action, Actor, Work, acting
from services.documents.text import rows_of
from services.drafting.papers import Paper, PaperLine
from services.errors import Conflict, Invalid, NotFound
from services.notes import citing

MOST = 10  # documents that one draft may draw on
MOST_PAGES = (
    300  # of all of them: a model reads these in some five parts, of up to two minutes each
)
FAILED = "failed"  # kind of a page that could not be read


@dataclass(frozen=True)
class DraftSource:
    """A document that a draft may draw on."""

    document_id: int
    name: str  # as its sender called it
    feature: str
    pages: int


def sources(actor: Actor, recording_id: int) -> list[DraftSource]:
    """Documents of the session's client whose reading is over and brought something, newest first. Raises NotFound."""
    with acting(actor, Action.NOTE_DRAFT) as work:
        recording = work.get(Recording, recording_id)
        is_read = or_(
            Document.shown_attempt > 0,
            (Document.state == DocumentState.FAILED) & (Document.pages_read > 0),
        )
        wanted = citing.of_client(work, recording).where(is_read)
        rows = work.rows(wanted.order_by(Document.created_at.desc(), Document.id.desc()))
        work.detail("documents")
        return [
            DraftSource(
                row.id, encryption.unseal(row, "filename"), row.feature, row.pages or row.pages_read
            )
            for row in rows
        ]


def opened(work: Work, recording: Recording, document_ids: Iterable[int]) -> tuple[Paper, ...]:
    """The documents with their lines as they read now, in the order asked for. Raises NotFound for one that is not of
    the session's client, Conflict for one whose first reading goes on, Invalid for too many."""
    ids = list(dict.fromkeys(document_ids))
    if not ids:
        return ()
    if len(ids) > MOST:
        raise Invalid(f"A draft may draw on {MOST} documents. Choose fewer.")
    known = [ident for ident in ids if 0 <= ident < 1 << 31]  # no column of ours holds any other
    rows = work.rows(citing.of_client(work, recording).where(Document.id.in_(known)))
    found = {row.id: row for row in rows}
    work.detail("documents=" + ",".join(map(str, known)))
    if not work.actor.may(Action.DOCUMENT_READ) or set(found) != set(ids):
        raise NotFound(citing.GONE)
    pages = sum(row.pages or row.pages_read for row in rows)
    if pages > MOST_PAGES:
        raise Invalid(
            f"A draft may draw on {MOST_PAGES} pages, and these documents have {pages}. Choose fewer, "
            "or cite single lines from a document’s page."
        )
    return tuple(_paper(work, found[ident]) for ident in ids)


def _paper(work: Work, row: Document) -> Paper:
    if row.shown_attempt == 0 and row.state in (DocumentState.WAITING, DocumentState.READING):
        raise Conflict("A document is still being read. Draft again when that is done.")
    pages = [(one, encryption.unseal_json(one, "content")) for one in rows_of(work, row)]
    failed = sum(content.get("kind") == FAILED for _, content in pages)
    total = max(row.pages or 0, len(pages))
    return Paper(
        document_id=row.id,
        filename=encryption.unseal(row, "filename"),
        feature=row.feature,
        lines=tuple(line for one, content in pages for line in _lines(one, content)),
        pages=total,
        unread=failed + total - len(pages),
    )


def _lines(row: DocumentPage, content: dict[str, Any]) -> Iterable[PaperLine]:
    """A line that people corrected is sure."""
    machine = encryption.unseal_json(row, "machine")["lines"]
    for line, read in zip(content["lines"], machine, strict=True):
        sure = 1.0 if line["text"] != read["text"] else float(line["confidence"])
        yield PaperLine(row.number, line["id"], line["text"], line["role"], sure)
