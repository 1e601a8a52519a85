"""Documents as people see them: one row each, with its client, state and what is left to do."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func

from models.client import TherapistClient
from models.document import Document, DocumentRole, DocumentState
from services import encryption, referenced
from services.access import Action, Actor, Work, acting
from services.retention import owners

PAGE = 50
UNDER_WAY = (DocumentState.WAITING, DocumentState.READING)


@dataclass(frozen=True)
class Progress:
    document_id: int
    state: DocumentState
    pages: int | None
    pages_read: int
    error: str | None

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


@dataclass(frozen=True)
class DocumentSummary:
    document_id: int
    name: str  # as its sender called it
    path: str
    feature: str
    role: DocumentRole
    client_id: int | None
    client: str | None
    added_at: dt.datetime
    added_by: str
    is_own: bool  # of the actor's own client, or added by the actor
    progress: Progress
    confidence: float | None
    content_type: str
    size: int  # bytes
    reader: str | None
    language: str | None
    has_text: bool  # pages that can be read, perhaps of an earlier attempt
    revision: int


@dataclass(frozen=True)
class DocumentList:
    documents: list[DocumentSummary]
    total: int


def list_documents(
    actor: Actor, *, page: int = 0, client_id: int | None = None, feature: str | None = None
) -> DocumentList:
    """Documents that the actor may see, newest first, PAGE at a time."""
    with acting(actor, Action.DOCUMENT_LIST) as work:
        wanted = work.visible(Document)
        if client_id is not None:
            wanted = wanted.where(Document.therapist_client_id == client_id)
        if feature is not None:
            wanted = wanted.where(Document.feature == feature)
        total = work.session.scalar(
            wanted.with_only_columns(func.count(), maintain_column_froms=True)
        )
        newest = wanted.order_by(Document.created_at.desc(), Document.id.desc())
        rows = work.rows(newest.limit(PAGE).offset(max(page, 0) * PAGE))
        return DocumentList(_described(work, rows), total or 0)


def read_document(actor: Actor, document_id: int) -> DocumentSummary:
    """One document, without its text. Raises NotFound."""
    with acting(actor, Action.DOCUMENT_READ) as work:
        return _described(work, [work.get(Document, document_id)])[0]


def features(actor: Actor) -> list[str]:
    """Features that occur among the documents that the actor may see."""
    with acting(actor, Action.DOCUMENT_WATCH) as work:
        seen = work.visible(Document).with_only_columns(Document.feature).distinct()
        return sorted(work.session.scalars(seen))


def watch(actor: Actor, document_ids: list[int]) -> list[Progress]:
    """State and progress of documents; opens nothing that is sealed and leaves no log row."""
    with acting(actor, Action.DOCUMENT_WATCH) as work:
        rows = work.rows(work.visible(Document).where(Document.id.in_(document_ids)))
        return [_progress(row) for row in rows]


def _progress(row: Document) -> Progress:
    return Progress(row.id, row.state, row.pages, row.pages_read, row.error_text)


def _described(work: Work, rows: list[Document]) -> list[DocumentSummary]:
    clients = _clients(work, {row.therapist_client_id for row in rows})
    people = referenced.names(work, {row.user_id for row in rows})
    return [
        DocumentSummary(
            document_id=row.id,
            name=encryption.unseal(row, "filename"),
            path=row.path,
            feature=row.feature,
            role=row.role,
            client_id=row.therapist_client_id,
            client=clients.get(row.therapist_client_id or 0),
            added_at=row.created_at,
            added_by=people[row.user_id],
            is_own=owners.is_own(work, row),
            progress=_progress(row),
            confidence=row.confidence,
            content_type=row.content_type,
            size=row.size,
            reader=row.reader,
            language=row.language,
            has_text=row.shown_attempt > 0 or row.pages_read > 0,
            revision=row.revision,
        )
        for row in rows
    ]


def _clients(work: Work, ids: set[int | None]) -> dict[int, str]:
    """Names of clients. A client who looks at their own documents gets none: they know who they are."""
    if not ids - {None}:
        return {}
    found = work.session.scalars(
        work.visible(TherapistClient).where(TherapistClient.id.in_(ids - {None}))
    )
    return {row.id: encryption.unseal(row, "name") for row in found}
