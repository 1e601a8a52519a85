"""The real worker on the real queue: it reads what was sent in, and survives being killed in the middle."""

import time

from models.document import DocumentState
from services import documents
from services.access import Actor
from services.documents import Progress
from tests.people import People
from tests.services.documents.papers import LETTER, pdf, send
from tests.services.processing.working import worker

ENDED = (DocumentState.READ, DocumentState.FAILED)


def until(
    actor: Actor, ident: int, *states: DocumentState, pages: int = 0, within: float = 120.0
) -> Progress:
    """Until the document is in one of the states and so many pages were read."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        (progress,) = documents.watch(actor, [ident])
        if progress.state in states and progress.pages_read >= pages:
            return progress
        time.sleep(0.05)
    raise AssertionError(f"not finished within {within:.0f} s: {progress}")


def test_a_document_is_read_by_the_worker(people: People) -> None:
    [stored] = send(people.alice, ("letter.pdf", pdf()))
    with worker():
        done = until(people.alice, stored.document_id, *ENDED)
    assert (done.state, done.pages_read, done.error) == (DocumentState.READ, 2, None)
    assert LETTER[3] in documents.read_text(people.alice, stored.document_id)


def test_a_killed_worker_costs_nothing_but_time(people: People) -> None:
    [stored] = send(people.alice, ("letter.pdf", pdf(pages=250)))
    with worker() as first:
        until(people.alice, stored.document_id, DocumentState.READING, *ENDED, pages=3)
        first.kill()
        first.wait()
    (left,) = documents.watch(people.alice, [stored.document_id])
    assert (left.state, left.pages) == (DocumentState.READING, 250)
    with worker():
        done = until(people.alice, stored.document_id, *ENDED)
    assert (done.state, done.pages_read) == (DocumentState.READ, 250)
    text = documents.read_text(people.alice, stored.document_id)
    assert [text.count(f"Marker {n}\n") for n in range(2, 250)] == [1] * 248
