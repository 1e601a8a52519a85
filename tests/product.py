"""The whole product as processes of their own: started, killed without warning, started again."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.servers.ports import free_port

ROOT = Path(__file__).parents[1]


def _seeded() -> Path:
    """A data folder with the demo in it, never to be written to. Whichever process of a run asks first makes it, the
    others wait."""
    run = Path(os.environ["VERBATIM_TEST_RUN"])
    with (run / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = run / "demo"
        if not folder.exists():
            making = run / "demo.making"
            shutil.rmtree(making, ignore_errors=True)
            _seed(os.environ | {"VERBATIM_DATA_DIR": str(making), "VERBATIM_DEMO": "1"})
            making.rename(folder)
    return folder


def _seed(environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "commands.seed_demo"],
        env=environment | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


class Product:
    """`app.py` with its worker, on a data folder of its own, in demo mode."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._env = os.environ | {
            "VERBATIM_DATA_DIR": str(folder),
            "VERBATIM_DEMO": "1",
            "VERBATIM_WORKER_TTL": "2",
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        self._env.pop("VERBATIM_SUPERVISE_WORKER", None)
        self._env |= environment
        self._app: subprocess.Popen[bytes] | None = None
        self.log = folder.parent / "log.txt"

    def seed(self) -> None:
        """The demo's people and sessions. On SQLite they are made once a run of the tests and then copied."""
        if "DATABASE_URL" in self._env:
            _seed(self._env)
        else:
            shutil.copytree(_seeded(), self.folder, dirs_exist_ok=True)

    def start(self, *, within: float = 90.0) -> None:
        with self.log.open("ab") as log:
            self._app = subprocess.Popen(
                [sys.executable, ROOT / "app.py"], env=self._env, cwd=ROOT, stdout=log, stderr=log
            )
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError("the product did not start")

    def kill_app(self) -> None:
        """SIGKILL; its worker must not outlive it for long."""
        assert self._app is not None
        self._app.kill()
        self._app.wait()

    def kill_worker(self) -> bool:
        """SIGKILL to the worker alone. False when none is running just now."""
        pids = self.workers()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return bool(pids)

    @property
    def pid(self) -> int:
        """Of the app itself."""
        assert self._app is not None
        return self._app.pid

    def workers(self) -> list[int]:
        assert self._app is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self._app.pid)],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        return [int(line.split()[0]) for line in listed.splitlines() if "worker.py" in line]

    def stop(self) -> None:
        if self._app is not None and self._app.poll() is None:
            self._app.terminate()
            try:
                self._app.wait(15)
            except subprocess.TimeoutExpired:
                self._app.kill()
                self._app.wait()

    @contextmanager
    def sign_in(self, user_id: int = 1) -> Iterator[httpx.Client]:
        """A client signed in as a demo user; user 1 is a therapist with clients 1 to 4."""
        headers = {"origin": self.url}
        with httpx.Client(base_url=self.url, headers=headers, timeout=10) as client:
            answer = client.post("/auth/login", data={"demo": str(user_id), "next": "/"})
            assert answer.status_code in (200, 303), answer.status_code
            yield client

    def wait_until_done(
        self, client: httpx.Client, recording_id: int, *, within: float = 180
    ) -> None:
        """Until a recording can be read and heard."""
        session = f"/api/v1/sessions/{recording_id}"
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            # The sound is made ready last.
            if client.head(f"{session}/audio").status_code == 200:
                assert client.get(f"{session}/transcript").status_code == 200
                return
            time.sleep(0.5)
        raise AssertionError(f"no transcript within {within:.0f} s")

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The services of this process on the product's database and files, as another process of it would be."""
        from tests.conftest import forget_settings

        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DATABASE_URL", raising=False)
            for name in ("VERBATIM_DATA_DIR", "DATABASE_URL"):
                if name in self._env:
                    patch.setenv(name, self._env[name])
            forget_settings()
            from services.vault import open_vault

            open_vault()
            try:
                yield
            finally:
                forget_settings()
