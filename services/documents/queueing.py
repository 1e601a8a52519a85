"""Queues a reading of a document, with the transaction that asks for it."""

from models.document import Document, DocumentState
from services import jobs
from services.access import Work


def read(work: Work, document: Document) -> None:
    """A new attempt. Pages of the one before stay until this one's are there."""
    document.attempt += 1
    document.state = DocumentState.WAITING
    document.pages_read = 0
    document.operation = None
    document.error_code = document.error_text = None
    jobs.enqueue(
        work.session,
        "read_document",
        f"document-{document.id}-{document.attempt}",
        document.id,
        document.attempt,
        priority=jobs.FIRST,
        queue=jobs.DOCUMENTS,
    )
