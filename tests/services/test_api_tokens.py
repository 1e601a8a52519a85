"""Bearer tokens: shown once, kept as a hash, ended by time, by hand, and with their owner's sign-ins."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from models.access_log import AccessLog
from models.api import ApiToken
from models.base import now
from models.database import sessions
from services import api_tokens, bearer, clients, signed_in, users
from services.access import Actor, Via
from services.api_tokens import Scope
from services.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from tests.people import People


def token_of(actor: Actor, scope: Scope = Scope.WRITE, days: int = 30) -> str:
    return api_tokens.create(actor, "a script", scope, days).secret


def asks_with(secret: str) -> Actor:
    holder = bearer.lookup(secret)
    assert holder is not None
    return bearer.actor_of(holder)


def test_a_token_asks_in_its_owners_name(people: People) -> None:
    client_id = clients.create_client(people.alice, "Nora Feldt")
    actor = asks_with(token_of(people.alice))
    assert (actor.user_id, actor.role, actor.via) == (
        people.alice.user_id,
        people.alice.role,
        Via.API,
    )
    assert [client.id for client in clients.list_clients(actor)] == [client_id]


def test_only_its_hash_is_kept(people: People) -> None:
    made = api_tokens.create(people.alice, "a script", Scope.READ, 7)
    with sessions()() as session:
        (row,) = session.scalars(select(ApiToken))
        logged = session.scalars(select(AccessLog.detail)).all()
    stored = {str(value) for value in vars(row).values()}
    assert made.secret not in stored
    assert row.token_hash == signed_in.digest(made.secret)
    assert "made scope=read days=7" in logged
    assert made.secret not in repr(made)


def test_a_reading_token_changes_nothing(people: People) -> None:
    actor = asks_with(token_of(people.alice, Scope.READ))
    assert clients.list_clients(actor) == []
    with pytest.raises(NotAllowed, match="may only read"):
        clients.create_client(actor, "Nora Feldt")


def test_a_token_makes_no_other_and_changes_no_password(people: People) -> None:
    actor = asks_with(token_of(people.alice))
    with pytest.raises(NotAllowed):
        api_tokens.create(actor, "another", Scope.WRITE, 365)
    with pytest.raises(NotAllowed):
        users.change_my_password(actor, "copper lantern seven bridges", "quite another one here")


def test_a_revoked_token_is_none_from_that_moment(people: People) -> None:
    made = api_tokens.create(people.alice, "a script", Scope.WRITE, 30)
    actor = asks_with(made.secret)
    api_tokens.revoke(people.alice, made.token.id)
    assert bearer.lookup(made.secret) is None
    with pytest.raises(NotSignedIn):  # also for a request that had begun
        clients.list_clients(actor)


def test_an_expired_token_is_none(people: People) -> None:
    secret = token_of(people.alice, days=1)
    with sessions()() as session, session.begin():
        session.execute(update(ApiToken).values(expires_at=now() - dt.timedelta(seconds=1)))
    assert bearer.lookup(secret) is None


def test_tokens_end_when_an_administrator_signs_someone_out(people: People) -> None:
    secret = token_of(people.alice)
    users.end_sign_ins(people.adam, people.alice.user_id)
    assert bearer.lookup(secret) is None


def test_nobody_revokes_somebody_elses(people: People) -> None:
    made = api_tokens.create(people.alice, "a script", Scope.WRITE, 30)
    for other in (people.bob, people.sam, people.adam):
        assert api_tokens.list_tokens(other) == []
        with pytest.raises(NotFound):
            api_tokens.revoke(other, made.token.id)
    assert bearer.lookup(made.secret) is not None


def test_last_use_is_noted(people: People) -> None:
    secret = token_of(people.alice)
    assert api_tokens.list_tokens(people.alice)[0].last_used_at is None
    bearer.lookup(secret)
    used = api_tokens.list_tokens(people.alice)[0].last_used_at
    assert used is not None
    assert now() - used < dt.timedelta(seconds=30)


@pytest.mark.parametrize(
    "given", ["", "vbt_", "vbt_" + "x" * 43, "Bearer x", "x" * 10_000, "vbt_ü"]
)
def test_what_is_no_token(given: str, sqlite_people: People) -> None:
    assert bearer.lookup(given) is None


@pytest.mark.parametrize(("name", "days"), [("", 30), ("x" * 81, 30), ("a", 0), ("a", 366)])
def test_a_token_needs_a_name_and_an_end(name: str, days: int, sqlite_people: People) -> None:
    with pytest.raises(Invalid):
        api_tokens.create(sqlite_people.alice, name, Scope.READ, days)


def test_twenty_are_enough(sqlite_people: People) -> None:
    for number in range(api_tokens.AT_ONCE):
        made = api_tokens.create(sqlite_people.alice, f"script {number}", Scope.READ, 1)
    with pytest.raises(Conflict, match="Revoke one"):
        api_tokens.create(sqlite_people.alice, "one more", Scope.READ, 1)
    api_tokens.revoke(sqlite_people.alice, made.token.id)
    assert api_tokens.create(sqlite_people.alice, "one more", Scope.READ, 1)
