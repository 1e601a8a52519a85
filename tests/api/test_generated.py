"""Generated calls against the running product: no 5xx, nothing undocumented, no answer of another shape.

schemathesis makes them from our own OpenAPI document, and follows what one call returned into the next. The long
run makes 2,000 and more, with every check, on both databases.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services import api_tokens
from services.api_tokens import Scope
from tests.api.rows import write_rows
from tests.servers.app_process import AppProcess, running

CONFIG = Path(__file__).with_name("generated.toml")
UNHURRIED = {
    "VERBATIM_TOKEN_REQUESTS_PER_MINUTE": "1000000",
    "VERBATIM_TRANSCRIBE_WAIT": "0",
    "VERBATIM_SUPERVISE_WORKER": "1",  # what is uploaded is read, or refused, and nobody waits for ever
}
# Streams until its session ends, which nothing here does: tests/api/test_session_events.py.
LEFT_OUT = ("--exclude-path", "/sessions/{recording_id}/events")


def run(app: AppProcess, folder: Path, *options: str) -> str:
    """What schemathesis said; the test fails when it found anything."""
    secret = api_tokens.create(app.people.alice, "generated", Scope.WRITE, 1).secret
    command = [Path(sys.executable).with_name("st"), "--config-file", CONFIG, "run"]
    ran = subprocess.run(
        [
            *command,
            f"{app.address}/api/v1/openapi.json",
            *("-H", f"Authorization: Bearer {secret}"),
            *("--checks", "all", "--continue-on-failure", "--request-timeout", "120"),
            *LEFT_OUT,
            *options,
        ],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    return ran.stdout


def generated(said: str) -> int:
    found = re.search(r"(\d+) generated", said)
    assert found is not None, said[-2000:]
    return int(found.group(1))


@contextmanager
def product(folder: Path, template: Path, **environment: str) -> Iterator[AppProcess]:
    with running(folder, template, **UNHURRIED | environment) as app:
        write_rows(app.people)
        yield app


def test_some_generated_calls(tmp_path: Path, sqlite_template: Path) -> None:
    with product(tmp_path, sqlite_template) as app:
        said = run(app, tmp_path, "-n", "2", "--phases", "fuzzing,stateful", "--seed", "5")
        assert generated(said) > 50
        assert "error.unexpected" not in app.output()


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_thousand_generated_calls(
    kind: str, tmp_path: Path, sqlite_template: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        with product(tmp_path, sqlite_template) as app:
            said = run(app, tmp_path, "-n", "20")
            output = app.output()
    else:
        from tests.servers.postgres import database_on

        server = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("postgres_template")
        with (
            database_on(server, template) as url,
            product(tmp_path, sqlite_template, DATABASE_URL=url) as app,
        ):
            said = run(app, tmp_path, "-n", "20")
            output = app.output()
    assert generated(said) >= 2000
    assert "error.unexpected" not in output
