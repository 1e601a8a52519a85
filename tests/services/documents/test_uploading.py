"""What may come in, for whom, and that nothing of a refused upload stays."""

from typing import Any

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.client import TherapistClient
from models.database import sessions
from models.document import Document, DocumentState
from models.user import Role
from services import clients, documents, encryption, jobs, vault
from services.adapters.errors import IntegrationError
from services.errors import AppError, Invalid, NotAllowed, NotFound
from tests.people import People, enrol
from tests.services.documents.papers import pdf, read, scan, send


def rows() -> list[Document]:
    with sessions()() as session:
        return list(session.scalars(select(Document).order_by(Document.id)))


def blobs() -> list[str]:
    return list(vault.blobs().list(""))


def test_several_files_are_stored_sealed_and_queued(people: People) -> None:
    nora = clients.create_client(people.alice, "Nora Feldt", language="de")
    stored = send(people.alice, ("Nora Feldt.pdf", pdf()), ("scan.png", scan()), client_id=nora)
    first, second = rows()
    assert [one.path for one in stored] == [first.path, second.path]
    assert sorted(blobs()) == sorted([first.path, second.path])
    assert "feldt" not in first.path.lower()
    assert encryption.unseal(first, "filename") == "Nora Feldt.pdf"
    assert (first.content_type, second.content_type) == ("application/pdf", "image/png")
    assert (first.pages, second.pages, first.state) == (2, 1, DocumentState.WAITING)
    assert (first.therapist_id, first.therapist_client_id) == (people.alice.user_id, nora)
    assert first.language == "de"
    assert b"".join(vault.blobs().read(first.path)) == pdf()
    queued = jobs.client().list_workflows(queue_name=jobs.DOCUMENTS)
    assert {one.workflow_id for one in queued} == {"document-1-1", "document-2-1"}


def test_the_same_name_twice_on_one_day_keeps_both(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    one, other = send(alice, ("intake_form.pdf", pdf()), ("intake_form.pdf", pdf(pages=1)))
    assert one.path.endswith("/intake_form.pdf")
    assert other.path != one.path
    assert b"".join(vault.blobs().read(one.path)) == pdf()
    assert b"".join(vault.blobs().read(other.path)) == pdf(pages=1)


def test_a_locked_pdf_is_stored_and_asks_for_its_password(sqlite_people: People) -> None:
    send(sqlite_people.alice, ("letter.pdf", pdf(password="marigold")))
    [row] = rows()
    assert (row.state, row.attempt) == (DocumentState.LOCKED, 0)
    assert jobs.client().list_workflows(queue_name=jobs.DOCUMENTS) == []


BAD = {
    "not what it is called": ("letter.pdf", b"<html>" + bytes(500)),
    "a picture called pdf": ("letter.pdf", scan()),
    "svg": ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "empty": ("letter.pdf", b""),
    "damaged": ("letter.pdf", b"%PDF-1.7 and nothing else"),
    "no name": ("", pdf()),
}


@pytest.mark.parametrize("case", BAD)
def test_one_bad_file_refuses_the_whole_upload(sqlite_people: People, case: str) -> None:
    with pytest.raises(Invalid) as refused:
        send(sqlite_people.alice, ("letter.pdf", pdf()), BAD[case])
    assert refused.value.message.endswith(".")
    assert (rows(), blobs()) == ([], [])


def test_fields_that_cannot_be_used(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    for wrong in (
        {"role": "Doctor"},
        {"feature": "../x"},
        {"feature": ""},
        {"language": "klingon-and-more"},
        {"password": ""},
        {"password": "x" * 128},
    ):
        with pytest.raises(Invalid):
            send(alice, ("letter.pdf", pdf()), **wrong)
    with pytest.raises(Invalid):
        send(alice)
    assert (rows(), blobs()) == ([], [])


def test_a_therapist_adds_their_own_and_their_clients_alone(people: People) -> None:
    alice, bob = people.alice, people.bob
    nora = clients.create_client(alice, "Nora Feldt")
    clara = enrol("clara", Role.CLIENT)
    with sessions()() as session, session.begin():
        session.get_one(TherapistClient, nora).client_user_id = clara.user_id
    send(alice, ("letter.pdf", pdf()), user_id=clara.user_id, role="User")
    assert rows()[-1].therapist_client_id == nora
    refused: list[dict[str, object]] = [
        {"user_id": alice.user_id},
        {"user_id": clara.user_id, "role": "User"},
        {"user_id": bob.user_id, "client_id": nora},
    ]
    before = blobs()
    for given in refused:
        with pytest.raises(NotFound):
            send(bob, ("letter.pdf", pdf()), **given)
    assert blobs() == before
    with sessions()() as session:
        log = session.scalars(select(AccessLog).where(AccessLog.actor_id == bob.user_id))
        assert [row.outcome for row in log] == ["refused"] * len(refused)


def test_a_client_sends_in_their_own_and_their_therapist_reads_it(people: People) -> None:
    nora = clients.create_client(people.alice, "Nora Feldt")
    clara = enrol("clara", Role.CLIENT)
    with sessions()() as session, session.begin():
        session.get_one(TherapistClient, nora).client_user_id = clara.user_id
    [stored] = send(clara, ("scan.png", scan()), role="User", feature="intake-forms")
    assert stored.path.startswith(f"intake-forms/User/{clara.user_id}/")
    for actor in (clara, people.alice, people.sam):
        [seen] = documents.list_documents(actor).documents
        assert seen.document_id == stored.document_id
    assert documents.list_documents(people.bob).documents == []
    assert documents.list_documents(clara).documents[0].client is None
    for given in ({"role": "Therapist"}, {"role": "User", "user_id": people.alice.user_id}):
        with pytest.raises(NotFound):
            send(clara, ("scan.png", scan()), **given)


def test_others_add_nothing(sqlite_people: People) -> None:
    for name in ("sam", "dora", "adam"):
        with pytest.raises(NotAllowed):
            send(getattr(sqlite_people, name), ("letter.pdf", pdf()))
    assert (rows(), blobs()) == ([], [])


def test_what_cannot_be_entered_is_taken_back(
    sqlite_people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.documents import queueing

    def fails(*_: object) -> None:
        raise AppError("no queue")

    monkeypatch.setattr(queueing, "read", fails)
    with pytest.raises(AppError, match="no queue"):
        send(sqlite_people.alice, ("letter.pdf", pdf()), ("scan.png", scan()))
    assert (rows(), blobs()) == ([], [])


class Broken(IntegrationError):
    def __init__(self) -> None:
        super().__init__("the storage does not answer", retryable=True)


def test_a_storage_that_fails_at_the_second_file_keeps_nothing_of_the_first(
    sqlite_people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, calls = vault.blobs().put, []

    def fails_at_the_second(path: str, *rest: Any) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise Broken
        put(path, *rest)

    monkeypatch.setattr(vault.blobs(), "put", fails_at_the_second)
    with pytest.raises(Broken):
        send(sqlite_people.alice, ("letter.pdf", pdf()), ("scan.png", scan()))
    assert len(calls) == 2
    assert (rows(), blobs()) == ([], [])


def is_client(client_id: int, user_id: int) -> None:
    with sessions()() as session, session.begin():
        session.get_one(TherapistClient, client_id).client_user_id = user_id


def test_of_two_records_of_one_person_the_therapist_says_which(people: People) -> None:
    clara = enrol("clara", Role.CLIENT)
    alone, couple = (clients.create_client(people.alice, name) for name in ("Clara", "Clara, Ben"))
    for record in (alone, couple):
        is_client(record, clara.user_id)
    theirs: dict[str, Any] = {"user_id": clara.user_id, "role": "User"}
    with pytest.raises(Invalid, match="therapist_clientid"):
        send(people.alice, ("letter.pdf", pdf()), **theirs)
    assert (rows(), blobs()) == ([], [])
    send(people.alice, ("letter.pdf", pdf()), **theirs, client_id=alone)
    [row] = rows()
    assert (row.therapist_id, row.therapist_client_id) == (people.alice.user_id, alone)


def test_a_client_of_two_therapists_sends_to_the_one_who_took_them_on_last(people: People) -> None:
    clara = enrol("clara", Role.CLIENT)
    former = clients.create_client(people.alice, "Clara Winter")
    present = clients.create_client(people.bob, "Clara Winter")
    for record in (former, present):
        is_client(record, clara.user_id)
    send(clara, ("letter.pdf", pdf()), role="User")
    send(clara, ("letter.pdf", pdf()), role="User", client_id=former)
    assert [row.therapist_client_id for row in rows()] == [present, former]
    for actor in (people.alice, people.bob):
        assert documents.list_documents(actor).total == 1


def test_a_locked_file_that_comes_with_its_password_is_read(people: People) -> None:
    alice = people.alice
    [stored] = send(
        alice, ("letter.pdf", pdf(password="marigold")), language="en", password="marigold"
    )
    assert rows()[0].state is DocumentState.WAITING
    read(stored.document_id)
    [row] = rows()
    assert (row.state, row.password) == (DocumentState.READ, None)
    assert "Sertraline" in documents.read_text(alice, stored.document_id)
