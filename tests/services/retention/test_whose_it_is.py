"""Who covers for a colleague ends nothing of the colleague's: no deleting, no restoring, no policy, no reopening."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.base import now
from models.database import reading
from models.retention import AudioKept
from services import clients, documents, grants, notes, retention, sessions
from services.access import Actor
from services.errors import Invalid, NotAllowed, NotFound
from services.retention import Reason
from tests.people import People
from tests.services.documents.papers import pdf, send_and_read
from tests.services.notes.noted import a_session, write_note


class Covered:
    """Alice's client with a session, a signed note and a letter; Bob covers."""

    def __init__(self, people: People) -> None:
        self.alice, self.bob = people.alice, people.bob
        self.client = clients.create_client(people.alice, "Nora Feldt")
        self.recording = a_session(people.alice, self.client)
        self.note = write_note(people.alice, self.recording)
        until = now() + dt.timedelta(days=7)
        grants.give(people.adam, self.client, people.bob.user_id, until)


@pytest.fixture
def case(people: People) -> Covered:
    return Covered(people)


def test_sessions_are_deleted_and_restored_by_their_own_therapist(case: Covered) -> None:
    with pytest.raises(NotAllowed, match="own therapist decides"):
        retention.delete_session(case.bob, case.recording)
    assert sessions.read_session(case.alice, case.recording)
    retention.delete_session(case.alice, case.recording)
    assert retention.deleted_sessions(case.bob) == []
    with pytest.raises(NotFound):
        retention.restore_session(case.bob, case.recording)
    retention.restore_session(case.alice, case.recording)
    assert sessions.read_session(case.bob, case.recording)


def test_what_bears_a_signature_needs_a_reason(case: Covered) -> None:
    assert not retention.bears_signature(case.alice, case.recording)
    notes.sign(case.alice, case.note, revision=1)
    assert retention.bears_signature(case.bob, case.recording)
    with pytest.raises(Invalid, match="Say why"):
        retention.delete_session(case.alice, case.recording)
    notes.reopen(case.alice, case.note, "A date.")
    with pytest.raises(Invalid, match="Say why"):  # what was signed stays so
        retention.delete_session(case.alice, case.recording)
    retention.delete_session(case.alice, case.recording, Reason.WRONG_CLIENT)
    with reading() as session:
        wanted = AccessLog.action == "session:delete", AccessLog.outcome == "done"
        [row] = session.scalars(select(AccessLog).where(*wanted))
    assert (row.detail, row.client_id) == ("reason=wrong_client", case.client)


def test_documents_too_but_for_those_that_one_added_oneself(case: Covered) -> None:
    letter = send_and_read(case.alice, "letter.pdf", pdf(pages=1), client_id=case.client)
    added = send_and_read(case.bob, "reply.pdf", pdf(pages=1), client_id=case.client)
    own = {one.document_id: one.is_own for one in documents.list_documents(case.bob).documents}
    assert own == {letter: False, added: True}
    with pytest.raises(NotAllowed):
        documents.delete_document(case.bob, letter)
    documents.delete_document(case.bob, added)
    documents.delete_document(case.alice, letter)
    assert [one.document_id for one in documents.deleted_documents(case.bob)] == [added]
    with pytest.raises(NotFound):
        documents.restore_document(case.bob, letter)
    documents.restore_document(case.bob, added)
    documents.restore_document(case.alice, letter)


def test_the_policy_is_set_by_the_own_therapist_or_an_administrator(
    case: Covered, people: People
) -> None:
    def change(actor: Actor) -> None:
        retention.change(
            actor,
            audio_kept=AudioKept.DAYS, audio_days=7, record_days=None, client_id=case.client,
        )  # fmt: skip

    refused: tuple[Callable[[], None], ...] = (
        lambda: change(case.bob),
        lambda: retention.follow_the_clinic(case.bob, case.client),
        lambda: clients.remove_client(case.bob, case.client),
    )
    for ask in refused:
        with pytest.raises(NotAllowed):
            ask()
    for may in (case.alice, people.adam):
        change(may)
        assert retention.of_client(case.bob, case.client).is_own
        retention.follow_the_clinic(may, case.client)


def test_a_note_is_reopened_by_its_therapist_or_whoever_signed_it(case: Covered) -> None:
    notes.sign(case.alice, case.note, revision=1)
    assert not notes.of_session(case.bob, case.recording)[0].can_reopen
    with pytest.raises(NotAllowed, match="colleague signed"):
        notes.reopen(case.bob, case.note, "Mine is better.")
    notes.add_addendum(case.bob, case.note, "She called on Friday.")
    revision = notes.reopen(case.alice, case.note, "A date.")
    notes.sign(case.bob, case.note, revision=revision)
    assert notes.of_session(case.bob, case.recording)[0].can_reopen
    notes.reopen(case.bob, case.note, "My own slip.")
    assert not notes.of_session(case.bob, case.recording)[0].can_reopen  # a draft
