"""A deleted document is hidden, can come back for 30 days, and is read again where that was interrupted."""

import datetime as dt

import pytest
from sqlalchemy import update

from models.base import now
from models.database import sessions
from models.document import Document, DocumentState
from services import clients, documents, jobs
from services.access import Actor
from services.errors import NotAllowed, NotFound
from services.retention.deleting import GRACE
from tests.people import People
from tests.services.documents.papers import pdf, read, send, send_and_read


def state_of(actor: Actor, ident: int) -> DocumentState:
    return documents.read_document(actor, ident).progress.state


def test_it_comes_back_as_it_was(people: People) -> None:
    alice = people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    ident = send_and_read(alice, "Letter of Nora.pdf", pdf(), client_id=nora)
    documents.delete_document(alice, ident)
    assert documents.list_documents(alice).total == 0
    [hidden] = documents.deleted_documents(alice)
    assert (hidden.document_id, hidden.name, hidden.client) == (
        ident, "Letter of Nora.pdf", "Nora Feldt",
    )  # fmt: skip
    assert now() + GRACE - dt.timedelta(minutes=5) < hidden.purged_after <= now() + GRACE
    documents.restore_document(alice, ident)
    assert documents.deleted_documents(alice) == []
    assert state_of(alice, ident) is DocumentState.READ
    assert "Sertraline" in documents.read_text(alice, ident)


def test_what_was_being_read_is_read_anew(people: People) -> None:
    alice = people.alice
    [stored] = send(alice, ("letter.pdf", pdf()))
    ident = stored.document_id
    documents.delete_document(alice, ident)
    with pytest.raises(NotFound):
        read(ident)  # the job that was waiting
    documents.restore_document(alice, ident)
    queued = jobs.client().list_workflows(queue_name=jobs.DOCUMENTS)
    assert {one.workflow_id for one in queued} == {f"document-{ident}-1", f"document-{ident}-2"}
    read(ident, 2)
    assert state_of(alice, ident) is DocumentState.READ


def test_after_thirty_days_it_does_not_come_back(people: People) -> None:
    ident = send_and_read(people.alice, "letter.pdf", pdf(pages=1))
    documents.delete_document(people.alice, ident)
    with sessions()() as session, session.begin():
        session.execute(update(Document).values(deleted_at=now() - GRACE))
    assert documents.deleted_documents(people.alice) == []
    with pytest.raises(NotFound):
        documents.restore_document(people.alice, ident)


def test_only_their_therapist_sees_and_restores_it(people: People) -> None:
    ident = send_and_read(people.alice, "letter.pdf", pdf(pages=1))
    with pytest.raises(NotFound):
        documents.restore_document(people.alice, ident)  # it is not deleted
    documents.delete_document(people.alice, ident)
    assert documents.deleted_documents(people.bob) == []
    with pytest.raises(NotFound):
        documents.restore_document(people.bob, ident)
    for other in (people.sam, people.dora, people.adam):
        with pytest.raises(NotAllowed):
            documents.deleted_documents(other)
        with pytest.raises(NotAllowed):
            documents.restore_document(other, ident)
