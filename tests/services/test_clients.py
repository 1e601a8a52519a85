"""Clients: whose they are, what they are called, and their consent."""

from typing import Any

import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES
from sqlalchemy import event, select

from models.access_log import AccessLog
from models.client import Consent, SessionType, TherapistClient
from models.database import engine, sessions
from models.user import Role
from services import clients, users
from services.adapters.speech.languages import LANGUAGES
from services.contract import histories
from services.errors import Invalid, NotAllowed, NotFound
from tests.people import People
from tests.services.written import write_session


@pytest.fixture
def cast(sqlite_database: str) -> People:
    return People()


def names(found: list[clients.Client]) -> list[str]:
    return [client.name for client in found]


def test_each_sees_their_own_and_the_supervisor_those_of_the_supervised(people: People) -> None:
    clients.create_client(people.alice, "nora feldt")
    clients.create_client(people.alice, "  Adam   Brook ")
    clients.create_client(people.bob, "Mia Lund")
    assert names(clients.list_clients(people.alice)) == ["Adam Brook", "nora feldt"]
    assert names(clients.list_clients(people.bob)) == ["Mia Lund"]
    assert names(clients.list_clients(people.sam)) == ["Adam Brook", "nora feldt"]
    assert names(clients.list_clients(people.adam)) == ["Adam Brook", "Mia Lund", "nora feldt"]
    with pytest.raises(NotAllowed):
        clients.list_clients(people.dora)


def test_a_client_is_changed_counted_and_removed(people: People) -> None:
    ident = clients.create_client(
        people.alice, "Nora Feldt", session_type=SessionType.FAMILY, participants=3, language="de"
    )
    clients.change_client(
        people.alice,
        ident,
        name="Nora Feldt-Lund",
        session_type=SessionType.COUPLE,
        participants=None,
        language=None,
    )
    (client,) = clients.list_clients(people.alice)
    assert client == clients.Client(
        id=ident,
        name="Nora Feldt-Lund",
        therapist_id=people.alice.user_id,
        therapist="Alice",
        session_type=SessionType.COUPLE,
        participants=None,
        language=None,
        consent=Consent.MISSING,
        consent_at=None,
        consent_by=None,
        consent_method=None,
        sessions=0,
    )
    empty = clients.create_client(people.alice, "Adam Brook")
    write_session(people.alice, ident)
    write_session(people.alice, ident)
    assert {c.id: c.sessions for c in clients.list_clients(people.alice)} == {ident: 2, empty: 0}
    with pytest.raises(Invalid, match="kept by the retention policy"):
        clients.remove_client(people.alice, ident)
    clients.remove_client(people.alice, empty)
    assert [c.id for c in clients.list_clients(people.alice)] == [ident]
    with pytest.raises(NotFound):
        clients.record_consent(people.alice, empty, Consent.GIVEN, "in writing")


def test_consent_is_given_with_a_method_and_taken_back_without(cast: People) -> None:
    ident = clients.create_client(cast.alice, "Nora Feldt")
    with pytest.raises(Invalid, match="in writing, verbally"):
        clients.record_consent(cast.alice, ident, Consent.GIVEN, "")
    clients.record_consent(cast.alice, ident, Consent.GIVEN, "in writing")
    with sessions()() as session:
        row = session.get_one(TherapistClient, ident)
        assert (row.consent, row.consent_method) == (Consent.GIVEN, "in writing")
        assert row.consent_taken_by == cast.alice.user_id
        assert row.consent_at is not None
    clients.record_consent(cast.alice, ident, Consent.WITHDRAWN, "in writing")
    with sessions()() as session:
        row = session.get_one(TherapistClient, ident)
        assert (row.consent, row.consent_method) == (Consent.WITHDRAWN, None)
        details = session.scalars(
            select(AccessLog.detail).where(AccessLog.detail.like("consent=%"))
        ).all()
    assert details == ["consent=given", "consent=withdrawn"]


def test_whose_client_it_becomes(cast: People) -> None:
    with pytest.raises(NotAllowed, match="for yourself only"):
        clients.create_client(cast.alice, "Nora Feldt", therapist_id=cast.bob.user_id)
    ident = clients.create_client(cast.adam, "Nora Feldt", therapist_id=cast.bob.user_id)
    assert [client.id for client in clients.list_clients(cast.bob)] == [ident]
    for nobody in (None, cast.dora.user_id, 999):
        with pytest.raises(Invalid, match="Choose the therapist"):
            clients.create_client(cast.adam, "Mia Lund", therapist_id=nobody)
    users.disable(cast.adam, cast.bob.user_id)
    with pytest.raises(Invalid, match="Choose the therapist"):
        clients.create_client(cast.adam, "Mia Lund", therapist_id=cast.bob.user_id)


def test_an_administrator_says_which_account_is_a_clients(cast: People) -> None:
    ident = clients.create_client(cast.alice, "Nora Feldt")
    nora = users.create_user(cast.adam, "nora@post.example", "Nora", Role.CLIENT).account.id
    recording_id = write_session(cast.alice, ident)
    assert histories.search(cast.alice, nora, ident) == []
    clients.set_account(cast.adam, ident, nora)
    assert clients.list_clients(cast.alice)[0].user_id == nora
    found = histories.search(cast.alice, nora, ident)
    assert [row.therapist_client_id for row in found] == [ident], recording_id
    for actor, user_id, error in (
        (cast.alice, nora, NotAllowed),
        (cast.adam, cast.bob.user_id, Invalid),
        (cast.adam, 999, NotFound),
    ):
        with pytest.raises(error):
            clients.set_account(actor, ident, user_id)
    clients.set_account(cast.adam, ident, None)
    assert histories.search(cast.alice, nora, ident) == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": " \n "}, "1 to 120"),
    "a long name": ({"name": "n" * 121}, "1 to 120"),
    "nobody": ({"participants": 0}, "Between 1 and 12"),
    "a crowd": ({"participants": 13}, "Between 1 and 12"),
    "a language by name": ({"language": "German"}, "by its code"),
    "a language that no model knows": ({"language": "zz"}, "by its code"),
    "a region": ({"language": "en-GB"}, "by its code"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_refused_on_creation_and_on_change(cast: People, case: str) -> None:
    wrong, words = WRONG[case]
    with pytest.raises(Invalid, match=words):
        clients.create_client(cast.alice, **{"name": "Nora Feldt", **wrong})
    ident = clients.create_client(cast.alice, "Nora Feldt")
    fields = {"name": "N", "session_type": SessionType.GROUP, "participants": 2, "language": "de"}
    with pytest.raises(Invalid, match=words):
        clients.change_client(cast.alice, ident, **{**fields, **wrong})
    (kept,) = clients.list_clients(cast.alice)
    assert (kept.name, kept.session_type) == ("Nora Feldt", SessionType.INDIVIDUAL)


def test_a_strangers_client_is_not_found(cast: People) -> None:
    ident = clients.create_client(cast.alice, "Nora Feldt")
    for attempt in (
        lambda: clients.remove_client(cast.bob, ident),
        lambda: clients.record_consent(cast.bob, ident, Consent.GIVEN, "verbally"),
    ):
        with pytest.raises(NotFound, match="not yours to see"):
            attempt()
    with pytest.raises(NotAllowed):
        clients.remove_client(cast.sam, ident)


def test_names_are_sealed(cast: People) -> None:
    ident = clients.create_client(cast.alice, "Nora Feldt")
    with engine().connect() as connection:
        stored = connection.exec_driver_sql(
            "SELECT name FROM therapist_clients WHERE id = ?", (ident,)
        ).scalar_one()
    assert "Nora" not in stored


def test_a_long_list_takes_as_many_queries_as_a_short_one(cast: People) -> None:
    def queries() -> int:
        seen: list[str] = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine(), "before_cursor_execute", note)
        clients.list_clients(cast.alice)
        event.remove(engine(), "before_cursor_execute", note)
        return len(seen)

    clients.create_client(cast.alice, "Nora Feldt")
    one = queries()
    for number in range(20):
        clients.create_client(cast.alice, f"Client {number}")
    assert queries() == one


def test_the_languages_are_the_recognisers() -> None:
    assert frozenset(_LANGUAGE_CODES) == LANGUAGES


def test_choices_are_the_same_clients_without_the_counting(people: People) -> None:
    for name in ("Zoe", "anna", "Milan"):
        clients.create_client(people.alice, name)
    choices = clients.choices(people.alice)
    assert [choice.name for choice in choices] == ["anna", "Milan", "Zoe"]
    listed = clients.list_clients(people.alice)
    assert [choice.id for choice in choices] == [client.id for client in listed]
    assert clients.choices(people.bob) == []
