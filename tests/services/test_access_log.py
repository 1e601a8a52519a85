"""What the privacy officer does with the access log: read, filter, export, check."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from models.access_log import AccessLog
from models.base import now
from models.database import engine, sessions
from services import access_chain, access_log
from services.access import Action, Actor
from services.errors import Invalid, NotAllowed
from tests.people import People

EVER = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def write(
    actor: Actor | None = None,
    *,
    name: str = "Alice",
    action: Action = Action.SESSION_READ,
    outcome: str = "done",
    client_id: int | None = 3,
    detail: str = "",
) -> None:
    with sessions()() as session, session.begin():
        entry = AccessLog(
            actor_id=actor.user_id if actor else 0, actor_name=name, actor_role="therapist",
            via="dashboard", action=action, outcome=outcome, subject_type="recordings",
            subject_ids="7", client_id=client_id, detail=detail, request_id="r",
        )  # fmt: skip
        access_chain.append(session, entry)


def as_owner(work: Callable[[Connection], None]) -> None:
    """What somebody can do who owns the database: triggers out of the way."""
    with engine().begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in connection.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        work(connection)


def statement(line: str) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(text(line)) and None


def test_filters_each_by_itself_and_newest_first(people: People) -> None:
    write(detail="a")
    write(name="Bob_1", client_id=4, detail="b")
    write(action=Action.CLIENT_LIST, detail="c")
    write(outcome="refused", detail="d")
    middle = now()
    write(action=Action.RECORDING_ADD_CHUNK, detail="chatter")
    write(action=Action.RECORDING_ADD_CHUNK, outcome="refused", detail="e")

    def found(**wanted: object) -> str:
        page = access_log.list_entries(people.dora, **wanted)  # type: ignore[arg-type]
        details = [entry.detail for entry in page.entries if entry.actor != "Dora"]
        assert page.total == len(page.entries)
        return "".join(details)

    assert found() == "edcba"  # a refused part is no chatter
    assert found(with_chatter=True) == "echatterdcba"
    assert found(action="recording:add_chunk") == "echatter"
    assert found(person="bob_") == "b"
    assert found(person="%") == ""
    assert found(action="client:list") == "c"
    assert found(outcome="refused") == "ed"
    assert found(client_id=4) == "b"
    assert found(until=middle) == "dcba"
    assert found(since=middle) == "e"
    assert found(since=middle, outcome="done") == ""


def test_pages(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "PAGE", 2)
    for detail in "abcde":
        write(detail=detail)

    def page(number: int) -> list[str]:
        found = access_log.list_entries(people.dora, page=number, action="session:read")
        assert found.total == 5
        return [entry.detail for entry in found.entries]

    assert [page(n) for n in range(4)] == [["e", "d"], ["c", "b"], ["a"], []]
    assert page(-1) == ["e", "d"]


def test_nobody_else_reads_checks_or_exports_it_and_each_try_is_in_it(people: People) -> None:
    others = [actor for actor in people.everyone() if actor is not people.dora]
    for actor in others:
        for attempt in (
            lambda who: access_log.list_entries(who),
            lambda who: access_log.verify(who),
            lambda who: access_log.export(who, since=EVER, until=now()),
        ):
            with pytest.raises(NotAllowed):
                attempt(actor)
    page = access_log.list_entries(people.dora, outcome="refused")
    assert page.total == 3 * len(others)
    assert {entry.actor for entry in page.entries} == {"Alice", "Bob", "Sam", "Adam"}


def test_reading_the_log_is_in_the_log(people: People) -> None:
    access_log.list_entries(people.dora)
    page = access_log.list_entries(people.dora)
    assert [(e.actor, e.action, e.outcome) for e in page.entries] == [
        ("Dora", "access_log:read", "done")
    ]


def test_the_csv_has_every_row_once_in_order_and_no_formula(people: People) -> None:
    bad = ["=1+1", "+49", "-2", "@cmd", "\tx", "\rx", "plain"]
    for name in bad:
        write(name=name, detail="kept", action=Action.RECORDING_ADD_CHUNK)
    out = access_log.export(people.dora, since=EVER, until=now())
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [row["actor"] for row in rows] == [f"'{name}" for name in bad[:-1]] + ["plain"]
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert {(row["subject"], row["client_id"], row["detail"]) for row in rows} == {
        ("recordings", "3", "kept")
    }
    assert access_log.export(people.dora, since=EVER, until=EVER).count("\n") == 1


def test_too_long_a_period_is_refused(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "MOST_EXPORTED", 2)
    write()
    write()
    access_log.export(people.dora, since=EVER, until=now())
    with pytest.raises(Invalid, match="shorter"):
        access_log.export(people.dora, since=EVER, until=now())


def test_an_untouched_log_holds_against_its_anchors(people: People) -> None:
    for actor in people.everyone():
        write(actor)
    anchors = access_log.export(people.dora, since=EVER, until=now(), anchors_only=True)
    assert {"chain", "seq", "mac"} == set(json.loads(anchors)[0])
    write()
    check = access_log.verify(people.dora, anchors)
    assert check.breaks == []
    assert check.rows == 7  # six written here, and the export of the anchors
    assert check.rows == sum(head.seq for head in check.heads)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE access_log SET actor_name = 'Bob' WHERE detail = 'two'", "changed"),
        ("UPDATE access_log SET outcome = 'refused' WHERE detail = 'two'", "changed"),
        ("DELETE FROM access_log WHERE detail = 'two'", "missing"),
        ("DELETE FROM access_log WHERE detail = 'three'", "head"),
    ],
)
def test_tampering_is_found_and_named(people: People, change: str, reason: str) -> None:
    for detail in ("one", "two", "three"):
        write(people.alice, detail=detail)
    as_owner(statement(change))
    check = access_log.verify(people.dora)
    assert check.breaks[0].reason == reason
    assert access_log.list_entries(people.dora, action="access_log:verify").entries[0].detail == (
        f"breaks={len(check.breaks)}"
    )


def test_an_end_cut_with_its_head_shows_against_the_anchors_only(people: People) -> None:
    for detail in ("one", "two"):
        write(people.alice, detail=detail)
    with sessions()() as session:
        chain = access_chain.heads(session)
    alices = next(head.chain for head in chain if head.seq)
    anchors = access_log.export(people.dora, since=EVER, until=now(), anchors_only=True)

    def cut(connection: Connection) -> None:
        connection.execute(text(f"DELETE FROM access_log WHERE chain = {alices} AND seq > 1"))
        connection.execute(
            text(
                f"UPDATE log_heads SET seq = 1, mac = (SELECT mac FROM access_log "
                f"WHERE chain = {alices} AND seq = 1) WHERE chain = {alices}"
            )
        )

    as_owner(cut)
    assert access_log.verify(people.dora).breaks == []
    assert [found.chain for found in access_log.verify(people.dora, anchors).breaks] == [alices]


@pytest.mark.parametrize("anchors", ["{", "[1]", '{"chain": 0}', '[{"chain": "x"}]', "7"])
def test_what_are_no_anchors_is_said(sqlite_database: str, anchors: str) -> None:
    with pytest.raises(Invalid, match="not a file of chain heads"):
        access_log.verify(People().dora, anchors)
