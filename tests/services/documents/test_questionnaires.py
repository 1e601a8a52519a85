"""A filled PHQ-9 is recognised, offered, and kept only when a person confirms it, once."""

import pytest

from models.base import now
from models.treatment import MeasureKind
from services import clients, documents, treatment
from services.documents import processing
from services.errors import Conflict, NotAllowed, NotFound
from services.treatment.scales import PHQ9
from tests.people import People
from tests.services.documents.papers import pdf, questionnaire, send_and_read
from tests.services.documents.test_reading_job import page

ANSWERS = (1, 2, 3, 2, 1, 2, 1, 0, 1)
FILLED = questionnaire(PHQ9.items, ANSWERS)


def test_it_is_offered_and_kept_only_on_a_word(people: People) -> None:
    alice = people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    ident = send_and_read(alice, "phq.pdf", FILLED, client_id=nora, feature="questionnaires")
    offer = documents.offered(alice, ident)
    assert offer is not None
    assert (offer.kind, offer.items, offer.total) == (MeasureKind.PHQ9, ANSWERS, 13)
    assert treatment.series(alice, nora).scores == ()
    today = now().date()
    with pytest.raises(NotAllowed):
        documents.confirm(people.sam, ident, offer.kind, offer.items, today)
    with pytest.raises(NotFound):
        documents.confirm(people.bob, ident, offer.kind, offer.items, today)
    documents.confirm(alice, ident, offer.kind, offer.items, today)
    [score] = treatment.series(alice, nora).scores
    assert (score.total, score.items, score.document_id) == (13, ANSWERS, ident)
    assert documents.offered(alice, ident) is None
    with pytest.raises(Conflict):
        documents.confirm(alice, ident, offer.kind, offer.items, today)


def test_nothing_is_offered_where_it_could_not_be_kept(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    about_nobody = send_and_read(alice, "phq.pdf", FILLED)
    letter = send_and_read(alice, "letter.pdf", pdf(), client_id=nora)
    assert documents.offered(alice, about_nobody) is None
    assert documents.offered(alice, letter) is None
    with pytest.raises(Conflict):
        documents.confirm(alice, about_nobody, MeasureKind.PHQ9, ANSWERS, now().date())


def test_a_page_survives_being_stored() -> None:
    before = page(3, "words")
    assert processing.from_json(processing.as_json(before)) == before
