"""The access log as a file: for the privacy officer alone, never a formula, never kept by a browser, logged."""

import csv
import datetime as dt
import io
import json

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.base import now
from models.client import TherapistClient
from models.database import sessions
from models.user import User
from services import access_chain, access_log, clients, users
from services.access import Action, acting
from tests.api.asking import asking
from tests.people import People

EVER = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00+01:00"}
ROUTES = [("/access-log/export", EVER), ("/access-log/heads", {})]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def logged(action: Action) -> list[tuple[str, str, str, str]]:
    with sessions()() as session:
        found = select(AccessLog).where(AccessLog.action == action).order_by(AccessLog.id)
        return [(r.actor_name, r.outcome, r.via, r.detail) for r in session.scalars(found)]


def test_every_entry_of_the_period_as_a_file_to_keep(sqlite_people: People) -> None:
    client_id = clients.create_client(sqlite_people.alice, "Nora Feldt")
    with asking(sqlite_people.dora) as client:
        answer = client.get("/access-log/export", params=EVER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="access-log-2020-01-01-to-2099-12-31.csv"'
    )
    assert answer.headers["cache-control"] == "no-store"
    (row,) = rows_of(answer.content)
    assert (row["actor"], row["action"], row["outcome"]) == ("Alice", "client:create", "done")
    assert (row["client_id"], row["subject"]) == (str(client_id), "therapist_clients")
    assert b"Nora" not in answer.content
    period = "2020-01-01T00:00:00+00:00/2099-12-31T23:00:00+00:00"
    assert logged(Action.ACCESS_LOG_EXPORT) == [("Dora", "done", "api", period)]


def test_only_the_period_its_end_not_included(sqlite_people: People) -> None:
    clients.create_client(sqlite_people.alice, "Nora Feldt")
    with sessions()() as session:
        at = session.scalars(select(AccessLog.at)).one()
    moment = dt.timedelta(microseconds=1)

    def found(since: dt.datetime, until: dt.datetime) -> int:
        params = {"since": since.isoformat(), "until": until.isoformat()}
        with asking(sqlite_people.dora) as client:
            return len(rows_of(client.get("/access-log/export", params=params).content))

    assert found(at, at + moment) == 1
    assert found(at - moment, at) == 0
    assert found(at + moment, at + 2 * moment) == 0


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "\rx", 'a","=1', "Zoë\n=1"]
)
def test_a_name_is_a_cell_and_no_formula(sqlite_people: People, name: str) -> None:
    with sessions()() as session, session.begin():
        session.get_one(User, sqlite_people.alice.user_id).name = name
    actor = sqlite_people.alice.__class__(**vars(sqlite_people.alice) | {"name": name})
    clients.create_client(actor, "Nora Feldt")
    with asking(sqlite_people.dora) as client:
        content = client.get("/access-log/export", params=EVER).content
    (row,) = rows_of(content)
    assert row["actor"] in (name, f"'{name}")
    assert not row["actor"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert set(row) == set(access_log.Entry.__dataclass_fields__)


def test_a_long_log_comes_in_pieces_and_whole(
    sqlite_people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.access_log.PIECE", 50)
    for _ in range(30):
        users.my_account(sqlite_people.alice)
    with asking(sqlite_people.dora) as client:
        with client.stream("GET", "/access-log/export", params=EVER) as answer:
            content = b"".join(answer.iter_bytes())
    assert "content-length" not in answer.headers
    assert [int(row["seq"]) for row in rows_of(content)] == list(range(1, 31))


def test_the_heads_are_what_the_check_takes_later(sqlite_people: People) -> None:
    clients.create_client(sqlite_people.alice, "Nora Feldt")
    with sessions()() as session:
        heads = access_chain.heads(session)
    with asking(sqlite_people.dora) as client:
        answer = client.get("/access-log/heads")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="access-log-heads-20')
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == [vars(head) for head in heads]
    assert access_log.verify(sqlite_people.dora, answer.text).breaks == []
    forged = answer.json()
    forged[0]["mac"] = "0" * 64
    assert access_log.verify(sqlite_people.dora, json.dumps(forged)).breaks
    assert logged(Action.ACCESS_LOG_EXPORT) == [("Dora", "done", "api", "heads")]


@pytest.mark.parametrize(("route", "params"), ROUTES)
def test_nobody_else_gets_it_and_each_try_is_in_the_log(
    sqlite_people: People, route: str, params: dict[str, str]
) -> None:
    others = ("alice", "bob", "sam", "adam")
    for name in others:
        with asking(getattr(sqlite_people, name)) as client:
            answer = client.get(route, params=params)
        assert answer.status_code == 403
        assert answer.json()["code"] == "not-allowed"
        assert "content-disposition" not in answer.headers
    found = logged(Action.ACCESS_LOG_EXPORT)
    assert [row[:3] for row in found] == [(n.capitalize(), "refused", "api") for n in others]


@pytest.mark.parametrize(("route", "params"), ROUTES)
def test_without_a_sign_in(sqlite_people: People, route: str, params: dict[str, str]) -> None:
    with asking(None) as client:
        assert client.get(route, params=params).status_code == 401
    with asking(sqlite_people.dora) as client:
        users.disable(sqlite_people.adam, sqlite_people.dora.user_id)
        assert client.get(route, params=params).status_code == 401
    assert logged(Action.ACCESS_LOG_EXPORT) == []


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 422),
        ({"since": EVER["since"]}, 422),
        ({"since": "yesterday", "until": "today"}, 422),
        ({"since": "2026-01-01T00:00:00", "until": "2026-01-02T00:00:00"}, 422),  # which zone?
        ({"since": EVER["until"], "until": EVER["since"]}, 400),
        ({"since": EVER["since"], "until": EVER["since"]}, 400),
    ],
)
def test_a_period_that_is_none(sqlite_people: People, params: dict[str, str], status: int) -> None:
    with asking(sqlite_people.dora) as client:
        answer = client.get("/access-log/export", params=params)
    assert answer.status_code == status
    assert logged(Action.ACCESS_LOG_EXPORT) == []


def test_too_long_a_period_is_a_sentence(
    sqlite_people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log, "MOST_EXPORTED", 1)
    clients.create_client(sqlite_people.alice, "Nora Feldt")
    clients.create_client(sqlite_people.alice, "Jon Ash")
    with asking(sqlite_people.dora) as client:
        answer = client.get("/access-log/export", params=EVER)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "Choose a shorter one" in answer.json()["detail"]


def test_nobody_who_writes_waits_for_an_export_or_a_check(people: People) -> None:
    """A log of a year takes seconds to read. On SQLite a writer would wait for all of them."""
    for action in (Action.ACCESS_LOG_EXPORT, Action.ACCESS_LOG_VERIFY):
        with acting(people.dora, action, at_length=True) as work:
            before = access_chain.heads(work.session)
            began = now()
            clients.create_client(people.alice, "Nora Feldt")
            assert now() - began < dt.timedelta(seconds=5)
            assert access_chain.heads(work.session) == before  # one moment, all through
        assert logged(action)[-1][:2] == ("Dora", "done")
    assert access_log.verify(people.dora).breaks == []


def test_a_list_of_several_clients_is_about_none_of_them(sqlite_people: People) -> None:
    first = clients.create_client(sqlite_people.alice, "Nora Feldt")
    clients.list_clients(sqlite_people.alice)
    clients.create_client(sqlite_people.alice, "Jon Ash")
    clients.list_clients(sqlite_people.alice)
    with acting(sqlite_people.alice, Action.CLIENT_LIST) as work:
        work.get(TherapistClient, first)
    with sessions()() as session:
        listed = select(AccessLog.client_id).where(AccessLog.action == Action.CLIENT_LIST)
        assert session.scalars(listed.order_by(AccessLog.id)).all() == [first, None, first]
