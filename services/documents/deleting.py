"""Deleting a document: it is hidden at once, can be restored for a while, and is then purged."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select

from models.base import now
from models.client import TherapistClient
from models.document import Document
from services import encryption
from services.access import Action, Actor, Work, acting
from services.documents import queueing
from services.documents.listing import UNDER_WAY
from services.errors import NotFound
from services.retention import owners
from services.retention.deleting import GRACE


@dataclass(frozen=True)
class DeletedDocument:
    document_id: int
    name: str  # as its sender called it
    client: str | None
    added_at: dt.datetime
    purged_after: dt.datetime


def delete_document(actor: Actor, document_id: int) -> None:
    """Hides a document and ends what is being read of it. Who covers may hide what they added themselves.
    Raises NotFound, NotAllowed."""
    with acting(actor, Action.DOCUMENT_DELETE) as work:
        document = work.get(Document, document_id, lock=True)
        owners.check(work, document)
        document.deleted_at = now()
        document.password = None


def restore_document(actor: Actor, document_id: int) -> None:
    """Brings back what was deleted within GRACE; what was being read then is read anew. Raises NotFound."""
    with acting(actor, Action.DOCUMENT_DELETE) as work:
        wanted = _hidden(work).where(Document.id == document_id).with_for_update()
        document = work.session.scalars(wanted).first()
        if document is None:
            work.about("documents", document_id)
            raise NotFound("No such deleted document, or it was purged.")
        work.saw(document)
        document.deleted_at = None
        if document.state in UNDER_WAY:
            queueing.read(work, document)
        work.detail("restored")


def deleted_documents(actor: Actor) -> list[DeletedDocument]:
    """What can still be restored, latest deletion first."""
    with acting(actor, Action.DOCUMENT_DELETE) as work:
        work.detail("deleted")
        rows = work.rows(_hidden(work).order_by(Document.deleted_at.desc(), Document.id.desc()))
        return [_described(work, row) for row in rows]


def _hidden(work: Work) -> Select[Document]:
    """What the actor may bring back: of their own clients, and what they added themselves."""
    me = work.actor.user_id
    return work.hidden(Document).where(
        Document.deleted_at > now() - GRACE,
        (Document.therapist_id == me) | (Document.user_id == me),
    )


def _described(work: Work, row: Document) -> DeletedDocument:
    client = work.session.get(TherapistClient, row.therapist_client_id or 0)
    assert row.deleted_at is not None
    return DeletedDocument(
        row.id,
        encryption.unseal(row, "filename"),
        encryption.unseal(client, "name") if client else None,
        row.created_at,
        row.deleted_at + GRACE,
    )
