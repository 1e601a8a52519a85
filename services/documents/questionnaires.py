"""A score that a document seems to hold: offered to a person, never taken by itself."""

import datetime as dt

from models.client import TherapistClient
from models.document import Document, DocumentState
from models.treatment import MeasureKind, Measurement
from services import encryption, treatment
from services.access import Action, Actor, acting
from services.documents import processing
from services.documents.text import rows_of
from services.errors import Conflict
from services.reading.questionnaires import Questionnaire, recognise

MOST_PAGES = 10  # a questionnaire comes by itself or with a few pages, not in a book


def offered(actor: Actor, document_id: int) -> Questionnaire | None:
    """The filled PHQ-9 or GAD-7 of this document, as people corrected its text; None when there is none, when it
    is not sure, when the document is about no client, or when its score was taken before."""
    with acting(actor, Action.DOCUMENT_READ) as work:
        document = work.get(Document, document_id)
        is_short = document.pages is not None and document.pages <= MOST_PAGES
        if document.state is not DocumentState.READ or document.therapist_client_id is None:
            return None
        stored = rows_of(work, document) if is_short else []
        pages = [processing.from_json(encryption.unseal_json(row, "content")) for row in stored]
        taken = set(
            work.session.scalars(
                work.visible(Measurement)
                .where(Measurement.document_id == document_id)
                .with_only_columns(Measurement.kind)
            )
        )
        work.detail("questionnaire")
    found = recognise(pages)
    return None if found is None or found.kind in taken else found


def confirm(
    actor: Actor, document_id: int, kind: MeasureKind, items: tuple[int, ...], taken_on: dt.date
) -> int:
    """Keeps the score that a person confirmed, with the document it came from; the measurement's id.
    Raises Conflict for a document about no client, and as `treatment.add_measurement` does."""
    with acting(actor, Action.TREATMENT_CHANGE) as work:
        client_id = work.get(Document, document_id).therapist_client_id
        if client_id is None:
            raise Conflict("This document is about no client, so its score belongs to nobody.")
        work.get(TherapistClient, client_id)
    return treatment.add_measurement(
        actor, client_id, kind, taken_on, items=items, document_id=document_id
    )
