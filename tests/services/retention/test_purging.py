"""The purge by age and policy: interrupted, of documents, of people who changed their role; and who may not."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from models.base import now
from models.database import reading, sessions
from models.document import Document, DocumentRole
from models.retention import AudioKept, PurgedKind
from models.user import Role, User
from services import clients, encryption, retention, vault
from services import sessions as session_list
from services.access import Actor, Via
from services.adapters.errors import BlobMissing
from services.errors import NotAllowed, NotFound
from services.processing import stored
from services.processing.housekeeping import keep_house
from services.retention import purging
from tests.people import People
from tests.services.retention.kept import age, purges, set_policy, with_sound
from tests.services.written import write_session


@pytest.fixture
def client_id(people: People) -> int:
    return clients.create_client(people.alice, "Nora Feldt")


def test_old_records_go_by_the_policy(people: People, client_id: int) -> None:
    old, young = write_session(people.alice, client_id), write_session(people.alice, client_id)
    age(old, 3651)
    set_policy(people, AudioKept.DAYS, 36_000, records=3650)
    assert keep_house() == 1
    assert purges() == [(PurgedKind.SESSION, old, "records:3650")]
    assert session_list.read_session(people.alice, young).recording_id == young


def test_a_purge_that_was_interrupted_is_finished(people: People, client_id: int) -> None:
    ident = with_sound(people.alice, client_id)
    set_policy(people, AudioKept.DAYS, 0)
    worker = replace(people.alice, via=Via.WORKER, sign_in_id=None)
    [due] = purging.due(worker)
    vault.blobs().delete(due.paths[0])  # killed after the first blob
    with pytest.raises(BlobMissing):
        vault.blobs().stat(due.paths[0])
    assert keep_house() == 1
    assert purges()[0][1] == ident
    assert list(vault.blobs().list("")) == []


def test_only_a_worker_purges(people: People) -> None:
    with pytest.raises(NotAllowed):
        purging.due(people.alice)


def test_the_worker_does_nothing_to_a_purged_session(people: People, client_id: int) -> None:
    ident = write_session(people.alice, client_id)
    retention.delete_session(people.alice, ident)
    with pytest.raises(NotFound):
        stored.utterances(replace(people.alice, via=Via.WORKER), ident)


def test_documents_end_by_age_too(people: People, client_id: int) -> None:
    old, young = (_document(people.alice, client_id, days) for days in (3651, 10))
    set_policy(people, AudioKept.DAYS, 36_000, records=3650)
    assert keep_house() == 1
    assert purges() == [(PurgedKind.DOCUMENT, old, "records:3650")]
    with reading() as session:
        assert session.scalars(select(Document.id)).all() == [young]


def _document(alice: Actor, client_id: int, days: int) -> int:
    path = f"letters/Therapist/1/2026-11-24/letter-{days}.pdf"
    vault.blobs().put(path, iter([b"%PDF"]), "application/pdf")
    with sessions()() as session, session.begin():
        row = Document(
            user_id=alice.user_id, therapist_id=alice.user_id, therapist_client_id=client_id,
            role=DocumentRole.THERAPIST, feature="letters", path=path, size=4, sha256="0" * 64,
            content_type="application/pdf", created_at=now() - dt.timedelta(days=days),
        )  # fmt: skip
        row.filename = encryption.seal(row, "filename", "letter.pdf")
        session.add(row)
        session.flush()
        return row.id


def test_rows_of_whoever_is_no_therapist_any_more_are_purged_as_well(
    people: People, client_id: int
) -> None:
    ident = with_sound(people.alice, client_id)
    set_policy(people, AudioKept.DAYS, 0)
    with sessions()() as session, session.begin():
        session.get_one(User, people.alice.user_id).role = Role.SUPERVISOR
    assert keep_house() == 1
    assert purges() == [(PurgedKind.AUDIO, ident, "audio:0")]
