"""Reads a document to its end, or to where the last worker left off: what the queue's job does."""

import io

from config import settings
from services import reading, vault
from services.access import Actor
from services.adapters.errors import DocumentRefused, PasswordNeeded
from services.adapters.ocr import Opened
from services.documents import processing


def read_to_the_end(actor: Actor, document_id: int, attempt: int) -> None:
    """Page by page, each stored as soon as it is read. Idempotent. Raises IntegrationError when something
    outside failed: the pages read so far are safe, and the next call goes on behind them."""
    job = processing.begin(actor, document_id, attempt)
    if job is None:
        return
    reader = job.reader or settings().ocr
    if not job.is_complete:
        try:
            _read(actor, document_id, attempt, job, reader)
        except PasswordNeeded:
            processing.lock(actor, document_id, attempt)
            return
        except DocumentRefused as refused:
            processing.fail(actor, document_id, attempt, refused.code, str(refused))
            return
    processing.finish(actor, document_id, attempt, reader)


def _read(actor: Actor, document_id: int, attempt: int, job: processing.Job, reader: str) -> None:
    parts = reading.read(
        io.BufferedReader(vault.blobs().reader([job.path])),
        job.content_type,
        password=job.password,
        language=job.language,
        reader=reader,
        first_page=job.first_page,
        operation=job.operation,
    )
    for part in parts:
        if isinstance(part, Opened):
            processing.set_pages(actor, document_id, attempt, part.pages)
        elif isinstance(part, str):
            processing.keep_operation(actor, document_id, attempt, part)
        elif not processing.add_page(actor, document_id, attempt, part):
            return  # removed, or asked for anew: nobody waits for the rest
