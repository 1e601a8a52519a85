"""What the queue runs for documents. The workflow takes ids and returns nothing; its steps are idempotent.

A step that fails for good returns what to tell the reader instead of raising: the queue stores and logs
exceptions, and a document's words must not be among them.
"""

import logging
import time
from collections.abc import Callable

from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError

from services import jobs
from services.access import Actor
from services.adapters.errors import IntegrationError
from services.documents import processing, reading_job
from services.errors import NotFound, describe

log = logging.getLogger("verbatim.worker")

Failure = tuple[str, str]  # code, sentence for the reader
RECOVERIES = 10  # workers that may die over one document before it is given up
PAUSES = (1.0, 4.0)  # seconds before the second and the third try of a step
CONCURRENCY = 2  # documents that one worker reads at once: a long one does not hold up a short one
GIVEN_UP = (
    "The worker stopped again and again while it read this file. The file is safe and can be viewed. "
    "Try again, or tell your administrator."
)


@DBOS.workflow(name="read_document", max_recovery_attempts=RECOVERIES)
def read_document(document_id: int, attempt: int) -> None:
    failure = _document_read(document_id, attempt)
    if failure:
        _document_failed(document_id, attempt, failure)


@DBOS.step()
def _document_read(document_id: int, attempt: int) -> Failure | None:
    return _tried(
        document_id, lambda actor: reading_job.read_to_the_end(actor, document_id, attempt)
    )


@DBOS.step()
def _document_failed(document_id: int, attempt: int, failure: Failure) -> Failure | None:
    return _tried(document_id, lambda actor: processing.fail(actor, document_id, attempt, *failure))


def give_up(workflow_id: str) -> None:
    """Says so where the queue has stopped a reading that killed its worker time after time."""
    _, document_id, attempt = workflow_id.split("-")
    try:
        actor = jobs.document_owner(int(document_id))
        if processing.is_under_way(actor, int(document_id), int(attempt)):
            processing.fail(actor, int(document_id), int(attempt), "given-up", GIVEN_UP)
    except NotFound:
        return


def _tried(document_id: int, work: Callable[[Actor], None]) -> Failure | None:
    """Runs the work as the document's owner, up to three times where that can help."""
    for pause in (*PAUSES, None):
        try:
            work(jobs.document_owner(document_id))
            return None
        except NotFound:
            return None  # removed meanwhile
        except Exception as error:  # one of the renderers
            described = describe(error)
            again = isinstance(error, IntegrationError) and error.retryable
            again = again or isinstance(error, SQLAlchemyError) or described.retryable
            if pause is None or not again:
                return described.code, described.text
            log.warning("step.tried_again", exc_info=error)
            time.sleep(pause)
    return None
