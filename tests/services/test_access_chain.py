"""The access log's chain: the database refuses changes, and what its owner changes all the same is found."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError

from models.access_log import AccessLog, LogHead
from models.database import engine, reading, sessions
from services import access_chain
from services.access_chain import Break, Head
from tests.people import People

ROWS = 6  # in chain 0


@pytest.fixture
def log(database: str) -> None:
    """Rows of one actor whose chain is 0 on both databases, and three of others."""
    for n in range(ROWS):
        append(0, f"row-{n}")
    for actor in (1, 2, 3):
        append(actor, "other")


def append(actor_id: int, detail: str) -> None:
    with sessions()() as session, session.begin():
        entry = AccessLog(
            actor_id=actor_id, actor_name="Alice", actor_role="therapist", via="dashboard",
            action="session:read", outcome="done", subject_type="recordings", subject_ids="7",
            client_id=3, detail=detail, request_id="r",
        )  # fmt: skip
        access_chain.append(session, entry)


def breaks(anchors: list[Head] | None = None) -> list[Break]:
    with reading() as session:
        return list(access_chain.verify(session, anchors))


def heads() -> list[Head]:
    with reading() as session:
        return access_chain.heads(session)


def last_seq() -> int:
    return heads()[0].seq


def as_owner(work: Callable[[Connection], None]) -> None:
    """What somebody can do who owns the database: triggers out of the way."""
    with engine().begin() as connection:
        if connection.dialect.name == "sqlite":
            triggers = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(triggers):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        work(connection)


def statements(*lines: str) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        for line in lines:
            connection.execute(text(line))

    return run


def test_an_untouched_log_holds(log: None) -> None:
    assert breaks() == []
    assert breaks(heads()) == []
    assert sum(head.seq for head in heads()) == ROWS + 3


def test_one_chain_on_sqlite_eight_on_postgresql(database: str) -> None:
    assert len(heads()) == (1 if database.startswith("sqlite") else 8)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_log SET actor_name = 'Bob' WHERE chain = 0 AND seq = 2",
        "DELETE FROM access_log WHERE chain = 0 AND seq = 2",
        "DELETE FROM access_log",
        "DELETE FROM log_heads WHERE chain = 0",
        "UPDATE log_heads SET seq = seq - 1 WHERE chain = 0",
        "UPDATE log_heads SET seq = seq + 5 WHERE chain = 0",
        "UPDATE log_heads SET chain = 99, seq = seq + 1 WHERE chain = 0",
    ],
)
def test_the_database_refuses_changes(log: None, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"append-only|permanent|moves by one"):
        with engine().begin() as connection:
            connection.execute(text(statement))
    assert breaks() == []


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_sqlite_refuses_replacing_a_row(sqlite_database: str, recursive: str) -> None:
    append(0, "row")
    columns = [column.name for column in AccessLog.__table__.columns]
    changed = ["'Bob'" if name == "actor_name" else name for name in columns]
    replace = (
        f"INSERT OR REPLACE INTO access_log ({', '.join(columns)}) "
        f"SELECT {', '.join(changed)} FROM access_log"
    )
    again = "INSERT OR REPLACE INTO log_heads (chain, seq, mac) SELECT chain, 0, mac FROM log_heads"
    for statement in (replace, again):
        with engine().connect() as connection:
            connection.connection.driver_connection.execute(
                f"PRAGMA recursive_triggers={recursive}"
            )
            with pytest.raises(DatabaseError, match=r"append-only|permanent"), connection.begin():
                connection.execute(text(statement))
            connection.invalidate()
    assert breaks() == []


def test_postgresql_refuses_emptying_the_table(log: None, database: str) -> None:
    if database.startswith("sqlite"):
        return  # no TRUNCATE there; DELETE is tried above
    for table in ("access_log", "log_heads"):
        with pytest.raises(DatabaseError, match="append-only"), engine().begin() as connection:
            connection.execute(text(f"TRUNCATE {table}"))


# --- the seven tamperings, by somebody who owns the database ---------------------------------------


def test_1_a_deleted_row_is_missed(log: None) -> None:
    as_owner(statements("DELETE FROM access_log WHERE chain = 0 AND seq = 3"))
    assert breaks()[0] == Break(0, 3, "missing")


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = 'Bob'", "actor_id = 8", "outcome = 'refused'", "action = 'session:list'",
        "subject_ids = '8'", "client_id = NULL", "detail = ''", "via = 'api'", "request_id = NULL",
        "actor_role = 'supervisor'", "subject_type = NULL", "mac = 'f'",
    ],
)  # fmt: skip
def test_2_a_changed_row_is_found(log: None, change: str) -> None:
    as_owner(statements(f"UPDATE access_log SET {change} WHERE chain = 0 AND seq = 3"))
    assert breaks()[0] == Break(0, 3, "changed")


def test_2_a_changed_time_is_found(log: None) -> None:
    with reading() as session:
        first, second = session.scalars(
            select(AccessLog.at).where(AccessLog.chain == 0).order_by(AccessLog.seq).limit(2)
        )
    assert first != second
    move = "UPDATE access_log SET at = (SELECT at FROM access_log WHERE chain = 0 AND seq = 1)"
    as_owner(statements(move + " WHERE chain = 0 AND seq = 2"))
    assert breaks()[0] == Break(0, 2, "changed")


def test_3_swapped_rows_are_found(log: None) -> None:
    as_owner(
        statements(
            "UPDATE access_log SET seq = 999 WHERE chain = 0 AND seq = 2",
            "UPDATE access_log SET seq = 2 WHERE chain = 0 AND seq = 3",
            "UPDATE access_log SET seq = 3 WHERE chain = 0 AND seq = 999",
        )
    )
    assert breaks()[0] == Break(0, 2, "changed")


def test_4_an_inserted_row_is_found(log: None) -> None:
    forge(insert_after=3)
    assert breaks()[0] == Break(0, 4, "changed")


def test_5_a_cut_tail_is_found_while_the_head_is_kept(log: None) -> None:
    end = last_seq()
    as_owner(statements(f"DELETE FROM access_log WHERE chain = 0 AND seq = {end}"))
    assert breaks() == [Break(0, end - 1, "head")]


def test_6_a_chain_computed_anew_without_the_key_is_found(log: None) -> None:
    forge(insert_after=0)
    assert breaks()[0] == Break(0, 1, "changed")


def test_7_a_tail_cut_with_its_head_shows_against_an_exported_head(log: None) -> None:
    exported = heads()
    end = last_seq()
    with reading() as session:
        mac = session.scalar(
            select(AccessLog.mac).where(AccessLog.chain == 0, AccessLog.seq == end - 1)
        )
    as_owner(
        statements(
            f"DELETE FROM access_log WHERE chain = 0 AND seq = {end}",
            f"UPDATE log_heads SET seq = {end - 1}, mac = '{mac}' WHERE chain = 0",
        )
    )
    assert breaks() == []  # without an anchor nobody can tell: that is what exports are for
    assert breaks(exported) == [Break(0, end, "missing")]
    append(0, "grown again")
    assert breaks(exported) == [Break(0, end, "changed")]


def forge(insert_after: int) -> None:
    """Inserts a row (after 0: changes the first) and chains everything behind it anew, with a key of the
    attacker's own."""

    def work(connection: Connection) -> None:
        with sessions()(bind=connection) as session:
            rows = list(
                session.scalars(
                    select(AccessLog).where(AccessLog.chain == 0).order_by(AccessLog.seq)
                )
            )
            head = session.get_one(LogHead, 0)
            if insert_after:
                for row in reversed(rows[insert_after:]):
                    row.seq += 1
                    session.flush()
                like = rows[insert_after - 1]
                columns = [c.name for c in AccessLog.__table__.columns if c.name != "id"]
                extra = AccessLog(**{name: getattr(like, name) for name in columns})
                extra.seq, extra.actor_name = insert_after + 1, "Bob"
                session.add(extra)
                rows.insert(insert_after, extra)
            else:
                rows[0].actor_name = "Bob"
            previous = rows[insert_after - 1].mac if insert_after else access_chain.ORIGIN
            for row in rows[insert_after:]:
                row.previous_mac = previous
                row.mac = previous = mac_with(b"the attacker's key", row)
            head.seq, head.mac = rows[-1].seq, rows[-1].mac
            session.flush()

    as_owner(work)


def mac_with(key: bytes, row: AccessLog) -> str:
    body = {name: getattr(row, name) for name in access_chain.BODY} | {"at": row.at.isoformat()}
    said = json.dumps([row.chain, row.seq, row.previous_mac, body], sort_keys=True, default=str)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def test_many_writers_make_one_unbroken_chain(people: People) -> None:
    failures = []

    def write(actor_id: int) -> None:
        try:
            for n in range(10):
                append(actor_id, f"row-{n}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(actor_id % 3,)) for actor_id in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(head.seq for head in heads()) == 60
    assert breaks() == []
