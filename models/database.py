"""Engines. Only `services/access.py` and the few modules named in pyproject's import contract open sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from config import settings

# WAL lets pages read while the worker writes; FULL because an acknowledged chunk must survive a power cut;
# recursive_triggers because INSERT OR REPLACE would otherwise walk past the access log's delete trigger.
SQLITE_PRAGMAS = (
    "busy_timeout=10000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
)


def build_engine(url: str, *, begin_immediate: bool = True) -> Engine:
    """An engine with this product's durability. `begin_immediate=False` is for DBOS, which begins by itself."""
    options: dict[str, Any] = {"hide_parameters": True}
    if not url.startswith("sqlite"):
        options |= {
            "pool_size": 10,
            "max_overflow": 20,
            "pool_pre_ping": True,
            "pool_recycle": 1800,
        }
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, begin_immediate)
    return engine


def _prepare_sqlite(engine: Engine, begin_immediate: bool) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        # Without an explicit BEGIN IMMEDIATE, a read followed by a write in one transaction loses updates.
        connection.isolation_level = None if begin_immediate else "IMMEDIATE"
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    if begin_immediate:

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            reading = connection.get_execution_options().get("reading", False)
            connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@cache
def engine() -> Engine:
    return build_engine(settings().database)


@cache
def sessions() -> sessionmaker[Session]:
    return sessionmaker(engine(), expire_on_commit=False)


def take_snapshot(session: Session) -> None:
    """First in a transaction that only reads, for seconds maybe: it sees one moment, and holds no writer up."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    options = {"reading": True} if is_sqlite else {"isolation_level": "REPEATABLE READ"}
    session.connection(execution_options=options)


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads: on SQLite it waits for no writer and holds none up."""
    with sessions()() as session:
        session.connection(execution_options={"reading": True})
        yield session
