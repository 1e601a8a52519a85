"""The queue: DBOS Transact on the product's own database. Its tables hold ids only, encrypted on top.

`enqueue` runs inside the transaction of the domain write: either both happen or neither. The domain row
(`Recording.state`, `stage`, `attempt`) stays the truth for people; the queue only executes.
"""

import pickle
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from config import settings
from models.database import build_engine, reading, sessions
from models.document import Document
from models.note import ProcessNote
from models.recording import LivePiece, Recording
from models.user import Role, User
from services import encryption
from services.access import Actor, Via
from services.errors import NotFound

if TYPE_CHECKING:
    from dbos import DBOSClient, Serializer

QUEUE = "speech"
DOCUMENTS = "documents"  # of its own: a letter must not wait for four hours of sound
APPLICATION = "verbatim"
# Pinned: by default it is a hash of the source, and jobs queued before a release would be left for ever.
APPLICATION_VERSION = "1"
# DBOS priorities: a session that has ended goes before one that still runs, captions come after all of these.
FIRST, LATER, LAST = 1, 10, 20


@cache
def serializer() -> "Serializer":
    """Encrypts what DBOS stores: ids today, and whatever an exception may carry tomorrow."""
    from dbos import Serializer

    class Sealed(Serializer):
        def serialize(self, data: Any) -> str:
            return encryption.seal_bytes(pickle.dumps(data), "queue")

        def deserialize(self, serialized_data: str) -> Any:
            # Authenticated before it is unpickled: only this product can have written it.
            return pickle.loads(encryption.unseal_bytes(serialized_data, "queue"))

    return Sealed()


@cache
def engine() -> Engine:
    """The queue's own: it begins its transactions by itself."""
    return build_engine(settings().database, begin_immediate=False)


@cache
def client() -> "DBOSClient":
    from dbos import DBOSClient

    return DBOSClient(
        system_database_url=settings().database,
        system_database_engine=engine(),
        serializer=serializer(),
        application_name=APPLICATION,
    )


def enqueue(
    session: Session,
    workflow: str,
    workflow_id: str,
    *ids: int,
    priority: int,
    queue: str = QUEUE,
) -> None:
    """Queues `workflow(*ids)` with the caller's transaction; the same workflow id again is one workflow."""
    client().enqueue_in_transaction(
        session,
        {
            "queue_name": queue,
            "workflow_name": workflow,
            "workflow_id": workflow_id,
            "app_version": APPLICATION_VERSION,
            "priority": priority,
        },
        *ids,
    )


def owner(recording_id: int) -> Actor:
    """The worker acts as the therapist whose recording it is. Raises NotFound."""
    with sessions()() as session:
        found = session.execute(
            select(User.id, User.name)
            .join(Recording, Recording.therapist_id == User.id)
            .where(Recording.id == recording_id, Recording.deleted_at.is_(None))
        ).first()
    if found is None:
        raise NotFound("This recording was removed.")
    return Actor(found.id, found.name, Role.THERAPIST, Via.WORKER)


def live_recordings() -> dict[int, tuple[Actor, int]]:
    """Recordings of which pieces are kept for captions: whose they are, and the position of the last piece. Waits
    for no writer."""
    with reading() as session:
        rows = session.execute(
            select(LivePiece.recording_id, User.id, User.name, func.max(LivePiece.position))
            .join(User, User.id == LivePiece.therapist_id)
            .group_by(LivePiece.recording_id, User.id, User.name)
        )
        return {
            recording_id: (Actor(user_id, name, Role.THERAPIST, Via.WORKER), newest)
            for recording_id, user_id, name, newest in rows
        }


def document_owner(document_id: int) -> Actor:
    """The worker reads as the therapist whose document it is, or as the client who sent it. Raises NotFound."""
    with sessions()() as session:
        found = session.execute(
            select(User.id, User.name, User.role)
            .join(Document, User.id == func.coalesce(Document.therapist_id, Document.user_id))
            .where(Document.id == document_id, Document.deleted_at.is_(None))
        ).first()
    if found is None:
        raise NotFound("This document was removed.")
    return Actor(found.id, found.name, found.role, Via.WORKER)


def owners() -> list[Actor]:
    """Everyone whose records the worker keeps in order, whatever their role is today."""
    mine = select(Recording.therapist_id).union(
        select(func.coalesce(Document.therapist_id, Document.user_id)),
        select(ProcessNote.author_id),
    )
    with sessions()() as session:
        rows = session.execute(
            select(User.id, User.name).where(User.id.in_(mine.subquery().select()))
        )
        return [Actor(row.id, row.name, Role.THERAPIST, Via.WORKER) for row in rows]
