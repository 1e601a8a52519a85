"""What was read is given out, corrected with the machine's version beside it, taken away as a table, and searched."""

import datetime as dt

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.base import now
from models.client_grant import ClientGrant
from models.database import sessions
from services import clients, documents
from services.errors import Invalid, NotAllowed, NotFound
from tests.people import People
from tests.services.documents.papers import LETTER, TABLE, pdf, send, send_and_read


def test_a_page_as_the_view_takes_it(sqlite_people: People) -> None:
    ident = send_and_read(sqlite_people.alice, "letter.pdf", pdf(table=True))
    first = documents.read_page(sqlite_people.alice, ident, 1)
    assert [line["text"] for line in first["lines"]] == list(LETTER)
    assert [line["id"] for line in first["lines"]] == [0, 1, 2, 3]
    assert not [line for line in first["lines"] if "machine" in line]
    second = documents.read_page(sqlite_people.alice, ident, 2)
    assert second["tables"][0]["rows"] == [list(row) for row in TABLE]
    assert documents.read_table(sqlite_people.alice, ident, 2, 0) == [list(row) for row in TABLE]
    for page, table in ((1, 0), (2, 1), (2, -1)):
        with pytest.raises(NotFound):
            documents.read_table(sqlite_people.alice, ident, page, table)


def test_a_correction_keeps_what_the_machine_read(people: People) -> None:
    alice = people.alice
    ident = send_and_read(alice, "letter.pdf", pdf())
    before = documents.read_document(alice, ident).revision
    assert documents.correct_line(alice, ident, 1, 1, " Re:  Nora Field ") == before + 1
    line = documents.read_page(alice, ident, 1)["lines"][1]
    assert (line["text"], line["machine"]) == ("Re: Nora Field", LETTER[1])
    assert "Re: Nora Field" in documents.read_text(alice, ident)
    assert documents.lines(alice, ident)[ident, 1, 1] == "Re: Nora Field"
    assert documents.restore_line(alice, ident, 1, 1) == before + 2
    assert "machine" not in documents.read_page(alice, ident, 1)["lines"][1]
    for page, number in ((1, 99), (1, -1), (9, 0)):
        with pytest.raises(NotFound):
            documents.correct_line(alice, ident, page, number, "x")
    for wrong in ("  ", "x" * 2001):
        with pytest.raises(Invalid):
            documents.correct_line(alice, ident, 1, 1, wrong)


def test_lines_are_named_as_evidence_names_them(sqlite_people: People) -> None:
    ident = send_and_read(sqlite_people.alice, "letter.pdf", pdf())
    found = documents.lines(sqlite_people.alice, ident)
    assert found[ident, 1, 3] == LETTER[3]
    assert {page for _, page, _ in found} == {1, 2}


def test_search_over_all_documents_of_a_client(people: People) -> None:
    alice = people.alice
    nora, jon = (clients.create_client(alice, name) for name in ("Nora Feldt", "Jon Ash"))
    first = send_and_read(alice, "letter.pdf", pdf(), client_id=nora)
    second = send_and_read(alice, "Nora 2.pdf", pdf(pages=1), client_id=nora)
    send_and_read(alice, "other.pdf", pdf(), client_id=jon)
    hits = documents.search(alice, nora, "SERTRALINE 50")
    assert [(hit.document_id, hit.page, hit.lines) for hit in hits] == [
        (second, 1, (3,)),
        (first, 1, (3,)),
    ]
    assert hits[0].name == "Nora 2.pdf"
    assert hits[0].excerpt == LETTER[3]
    documents.correct_line(alice, second, 1, 3, "Fluoxetine 20 mg")
    assert [hit.document_id for hit in documents.search(alice, nora, "sertraline")] == [first]
    assert len(documents.search(alice, nora, "autumn. Sertraline")) == 1  # over the end of a line
    assert documents.search(people.sam, nora, "fluoxetine")
    assert documents.search(alice, nora, "   ") == []
    with pytest.raises(Invalid):
        documents.search(alice, nora, "x" * 201)
    with pytest.raises(NotFound):
        documents.search(people.bob, nora, "fluoxetine")


def test_the_list_with_its_filters(people: People) -> None:
    alice = people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    about_nora = send_and_read(alice, "letter.pdf", pdf(), client_id=nora)
    [waiting] = send(alice, ("own.pdf", pdf()), feature="reports")
    listed = documents.list_documents(alice)
    assert [one.document_id for one in listed.documents] == [waiting.document_id, about_nora]
    assert [one.client for one in listed.documents] == [None, "Nora Feldt"]
    assert listed.total == 2
    assert documents.list_documents(alice, feature="reports").total == 1
    assert documents.list_documents(alice, client_id=nora).total == 1
    assert documents.features(alice) == ["letters", "reports"]
    assert documents.features(people.bob) == []
    documents.delete_document(alice, about_nora)
    assert documents.list_documents(alice, client_id=nora).total == 0
    with pytest.raises(NotFound):
        documents.read_page(alice, about_nora, 1)


def test_cover_sees_them_while_it_lasts(people: People) -> None:
    nora = clients.create_client(people.alice, "Nora Feldt")
    ident = send_and_read(people.alice, "letter.pdf", pdf(), client_id=nora)
    with sessions()() as session, session.begin():
        grant = ClientGrant(
            therapist_client_id=nora,
            user_id=people.bob.user_id,
            granted_by=people.adam.user_id,
            since=now() - dt.timedelta(hours=1),
        )
        session.add(grant)
        session.flush()
        grant_id = grant.id
    assert documents.read_text(people.bob, ident)
    own = send_and_read(people.bob, "cover.pdf", pdf(pages=1), client_id=nora)
    assert documents.read_text(people.alice, own)
    with sessions()() as session, session.begin():
        session.get_one(ClientGrant, grant_id).revoked_at = now()
    for gone in (ident, own):  # what was added meanwhile as well: it is about the client
        with pytest.raises(NotFound):
            documents.read_text(people.bob, gone)
    assert documents.list_documents(people.bob).total == 0


def test_who_may_and_what_the_log_says(people: People) -> None:
    ident = send_and_read(people.alice, "letter.pdf", pdf())
    assert documents.read_page(people.sam, ident, 1)["lines"]
    for change in (
        lambda actor: documents.correct_line(actor, ident, 1, 0, "x"),
        lambda actor: documents.delete_document(actor, ident),
        lambda actor: documents.read_again(actor, ident),
    ):
        with pytest.raises(NotAllowed):
            change(people.sam)
        with pytest.raises(NotFound):
            change(people.bob)
    with pytest.raises(NotAllowed):
        documents.read_page(people.dora, ident, 1)
    with sessions()() as session:
        reads = session.scalars(
            select(AccessLog).where(AccessLog.action == "document:read").order_by(AccessLog.id)
        ).all()
    assert [(row.actor_id, row.outcome, row.detail) for row in reads] == [
        (people.sam.user_id, "done", "page=1"),
        (people.dora.user_id, "refused", ""),
    ]
