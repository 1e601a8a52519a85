"""The product itself as its own process: `python app.py` on a free loopback port, with a database of its own.

The test reads and writes the same database through the services, as a second process would.
"""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.people import PASSWORD, People
from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass
class AppProcess:
    address: str  # http://127.0.0.1:PORT
    people: People
    process: "subprocess.Popen[bytes]"
    said: Path  # what it wrote to stdout and stderr

    @property
    def cookie_name(self) -> str:
        return "verbatim"

    def sign_in(self, name: str) -> str:
        """The token of a new sign-in of alice, bob, sam, dora or adam."""
        from services import sign_in

        return sign_in.sign_in(f"{name}@clinic.example", PASSWORD, "127.0.0.1")

    def headers(self, token: str | None = None, **more: str) -> dict[str, str]:
        """Of a browser on our own page."""
        cookie = {"cookie": f"{self.cookie_name}={token}"} if token else {}
        return {"origin": self.address} | cookie | more

    def output(self) -> str:
        return self.said.read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="module")
def app_process(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[AppProcess]:
    """One process a test module."""
    with running(tmp_path_factory.mktemp("app"), sqlite_template) as process:
        yield process


@contextmanager
def running(folder: Path, template: Path, **environment: str) -> Iterator[AppProcess]:
    """`environment` comes on top of a plain SQLite set-up without worker and demo."""
    from tests.conftest import forget_settings

    data, port = folder / "data", int(environment.get("PORT") or free_port())
    data.mkdir()
    shutil.copy(template, data / "verbatim.db")
    variables = {
        "VERBATIM_DATA_DIR": str(data), "VERBATIM_SUPERVISE_WORKER": "0", "PORT": str(port),
    } | environment  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "VERBATIM_DEMO", "VERBATIM_PUBLIC_URL"):
            patch.delenv(name, raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        forget_settings()
        from services.vault import open_vault

        open_vault()
        people = People()
        try:
            with _started(folder / "said.txt") as process:
                address = f"http://127.0.0.1:{port}"
                _wait(address, process, folder / "said.txt")
                yield AppProcess(address, people, process, folder / "said.txt")
        finally:
            forget_settings()


@contextmanager
def _started(said: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            stdout=output,
            stderr=output,
            env=os.environ.copy(),
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(address: str, process: "subprocess.Popen[bytes]", said: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"The app ended before it answered:\n{said.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(address + "/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The app did not answer in {START_SECONDS} s.")
