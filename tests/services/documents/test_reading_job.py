"""Reading as a job: page by page, resumed where it stopped, failing in words, the old text kept until the new one is
there."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from config import settings
from models.database import sessions
from models.document import Document, DocumentPage, DocumentState
from services import documents, encryption, jobs, reading
from services.adapters.errors import DocumentRefused, IntegrationError
from services.adapters.ocr import Opened, ReadLine, ReadPage
from services.documents import processing
from services.errors import Conflict, Invalid, NotFound
from tests.people import People
from tests.services.documents.papers import LETTER, pdf, read, scan, send, send_and_read


def row(document_id: int) -> Document:
    with sessions()() as session:
        return session.get_one(Document, document_id)


def pages_of(document_id: int) -> list[tuple[int, int]]:
    with sessions()() as session:
        statement = select(DocumentPage.attempt, DocumentPage.number).where(
            DocumentPage.document_id == document_id
        )
        return sorted(tuple(found) for found in session.execute(statement))


def page(number: int, text: str = "words", kind: str = "text", note: str = "") -> ReadPage:
    lines = (ReadLine(text, (0.1, 0.1, 0.5, 0.2), 0.9),) if kind == "text" else ()
    return ReadPage(number, 595, 842, kind, 0, lines, note=note, confidence=0.9)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the next readings give out, in order; an exception is raised. The calls' arguments are kept in
    `answers[0]`, which is a list."""
    calls: list[dict[str, Any]] = []
    told: list[Any] = [calls]

    def scripted(_content: object, _type: str, **asked: Any) -> Iterator[Any]:
        calls.append(asked)
        for part in told.pop(1):
            if isinstance(part, Exception):
                raise part
            yield part

    monkeypatch.setattr(reading, "read", scripted)
    return told


def test_a_pdf_with_a_text_layer(people: People) -> None:
    ident = send_and_read(people.alice, "letter.pdf", pdf())
    found = documents.read_document(people.alice, ident)
    assert (found.progress.state, found.progress.pages) == (DocumentState.READ, 2)
    assert found.confidence == 1.0
    assert found.reader == "local"
    text = documents.read_text(people.alice, ident)
    assert all(line in text for line in LETTER)
    assert "Marker 2" in text


def test_a_scan(sqlite_people: People) -> None:
    ident = send_and_read(sqlite_people.alice, "scan.png", scan())
    found = documents.read_page(sqlite_people.alice, ident, 1)
    assert found["kind"] == "ocr"
    assert "Sertraline 50 mg" in documents.read_text(sqlite_people.alice, ident)
    for line in found["lines"]:
        left, top, right, bottom = line["box"]
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
    sure = documents.read_document(sqlite_people.alice, ident).confidence
    assert sure is not None
    assert 0.8 < sure <= 1


def test_a_restart_goes_on_at_the_next_page(people: People, answers: list[Any]) -> None:
    [stored] = send(people.alice, ("letter.pdf", pdf(pages=3)))
    lost = IntegrationError("the service is away", retryable=True)
    answers += [
        [Opened("application/pdf", 3), "token-1", page(1, "first"), lost],
        [Opened("application/pdf", 3), page(2, "second"), page(3, "third")],
    ]
    with pytest.raises(IntegrationError):
        read(stored.document_id)
    half = row(stored.document_id)
    assert (half.state, half.pages_read, half.pages) == (DocumentState.READING, 1, 3)
    assert encryption.unseal(half, "operation") == "token-1"
    read(stored.document_id)
    assert [call["first_page"] for call in answers[0]] == [1, 2]
    assert [call["operation"] for call in answers[0]] == [None, "token-1"]
    done = row(stored.document_id)
    assert (done.state, done.operation) == (DocumentState.READ, None)
    assert documents.read_text(people.alice, stored.document_id) == "first\n\nsecond\n\nthird"
    read(stored.document_id)  # once more is no more
    assert len(answers[0]) == 2


def test_a_restart_after_the_last_page_reads_nothing_again(
    sqlite_people: People, answers: list[Any]
) -> None:
    [stored] = send(sqlite_people.alice, ("letter.pdf", pdf(pages=1)))
    owner = jobs.document_owner(stored.document_id)
    assert processing.add_page(owner, stored.document_id, 1, page(1))
    assert processing.add_page(owner, stored.document_id, 1, page(1, "another worker's"))
    read(stored.document_id)
    assert answers[0] == []
    assert documents.read_text(sqlite_people.alice, stored.document_id) == "words"


def test_what_cannot_be_read_is_stored_and_says_why(
    sqlite_people: People, answers: list[Any]
) -> None:
    alice = sqlite_people.alice
    [refused] = send(alice, ("letter.pdf", pdf()))
    answers.append([Opened("application/pdf", 2), DocumentRefused("too-deep", "It is too deep.")])
    read(refused.document_id)
    found = documents.read_document(alice, refused.document_id)
    assert (found.progress.state, found.progress.error) == (DocumentState.FAILED, "It is too deep.")
    view = documents.view(alice, refused.document_id)
    assert b"".join(documents.content(view, 0, view.size)) == pdf()
    [blank] = send(alice, ("letter.pdf", pdf()))
    answers.append([page(1, kind="failed", note="Took too long."), page(2, kind="failed")])
    read(blank.document_id)
    assert row(blank.document_id).error_text == "Took too long."
    [partly] = send(alice, ("letter.pdf", pdf()))
    answers.append([page(1, "good"), page(2, kind="failed", note="Took too long.")])
    read(partly.document_id)
    assert row(partly.document_id).state is DocumentState.READ
    assert documents.read_page(alice, partly.document_id, 2)["note"] == "Took too long."


def test_the_old_text_stays_until_the_new_one_is_there(people: People, answers: list[Any]) -> None:
    alice = people.alice
    [stored] = send(alice, ("letter.pdf", pdf(pages=1)))
    ident = stored.document_id
    answers.append([page(1, "old")])
    read(ident)
    documents.read_again(alice, ident, reader="local", language="de")
    with pytest.raises(Conflict):
        documents.read_again(alice, ident)
    answers.append([page(1, "half"), IntegrationError("away", retryable=True)])
    with pytest.raises(IntegrationError):
        read(ident, 2)
    assert documents.read_text(alice, ident) == "old"
    processing.fail(jobs.document_owner(ident), ident, 2, "away", "It is away.")
    failed = documents.read_document(alice, ident)
    assert failed.progress.state is DocumentState.READ
    assert failed.progress.error == "It is away. The text that was read before is kept."
    assert (documents.read_text(alice, ident), pages_of(ident)) == ("old", [(1, 1)])
    documents.read_again(alice, ident, language="fr")
    answers.append([page(1, "new")])
    read(ident, 3)
    assert (documents.read_text(alice, ident), pages_of(ident)) == ("new", [(3, 1)])
    assert answers[0][-1]["language"] == "fr"
    assert documents.read_document(alice, ident).progress.error is None


def test_a_correction_that_a_new_reading_would_take_away_is_refused(
    people: People, answers: list[Any]
) -> None:
    alice = people.alice
    [stored] = send(alice, ("letter.pdf", pdf(pages=2)))
    ident = stored.document_id
    answers.append([page(1, "old"), IntegrationError("away", retryable=True)])
    with pytest.raises(IntegrationError):
        read(ident)
    documents.correct_line(alice, ident, 1, 0, "ours")  # the first reading goes on at page 2
    answers.append([page(2, "more")])
    read(ident)
    assert documents.read_text(alice, ident) == "ours\n\nmore"
    documents.read_again(alice, ident)
    with pytest.raises(Conflict):
        documents.correct_line(alice, ident, 1, 0, "lost")
    with pytest.raises(Conflict):
        documents.restore_line(alice, ident, 1, 0)
    assert documents.read_text(alice, ident) == "ours\n\nmore"


def test_an_attempt_that_was_overtaken_changes_nothing(
    sqlite_people: People, answers: list[Any]
) -> None:
    alice = sqlite_people.alice
    [stored] = send(alice, ("letter.pdf", pdf(pages=1)))
    ident, owner = stored.document_id, jobs.document_owner(stored.document_id)
    answers.append([page(1, "first")])
    read(ident)
    documents.read_again(alice, ident)
    assert processing.begin(owner, ident, 1) is None
    assert not processing.add_page(owner, ident, 1, page(2))
    processing.fail(owner, ident, 1, "x", "late")
    assert (row(ident).state, row(ident).error_text) == (DocumentState.WAITING, None)
    documents.delete_document(alice, ident)
    with pytest.raises(NotFound):
        processing.begin(owner, ident, 2)
    with pytest.raises(NotFound):
        jobs.document_owner(ident)


def test_a_locked_pdf_with_the_wrong_and_the_right_password(people: People) -> None:
    alice = people.alice
    [stored] = send(alice, ("letter.pdf", pdf(password="marigold")))
    ident = stored.document_id
    with pytest.raises(Conflict):
        documents.read_again(alice, ident)
    for wrong in ("", "x" * 128):
        with pytest.raises(Invalid):
            documents.unlock(alice, ident, wrong)
    documents.unlock(alice, ident, "geranium")
    read(ident, 1)
    refused = row(ident)
    assert (refused.state, refused.password) == (DocumentState.LOCKED, None)
    assert refused.error_text is not None
    assert "does not open" in refused.error_text
    documents.unlock(alice, ident, "marigold")
    assert row(ident).password is not None
    read(ident, 2)
    assert (row(ident).state, row(ident).password) == (DocumentState.READ, None)
    assert LETTER[0] in documents.read_text(alice, ident)
    with pytest.raises(Conflict):
        documents.page_image(alice, ident, 1)
    with pytest.raises(Conflict):
        documents.unlock(alice, ident, "marigold")


def test_nothing_readable_is_left_behind(sqlite_people: People) -> None:
    ident = send_and_read(sqlite_people.alice, "Nora Feldt.pdf", pdf())
    assert row(ident).state is DocumentState.READ
    with sessions()() as session:
        assert session.scalar(select(func.count()).select_from(DocumentPage)) == 2
    files = [path for path in settings().data_dir.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    for word in (b"Sertraline", b"Feldt", b"troubled"):
        assert word not in content
