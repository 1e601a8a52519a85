"""Browser tests: the system's Chromium, driven by playwright, and a server on loopback for each of them."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import PATIENCE
from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]

Serve = Callable[..., str]


class Watch:
    """What a page must not do: break the policy, throw, or ask another host."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.complaints: list[str] = []
        context.on("page", self._follow)
        context.on("request", lambda request: self._asked(request.url, address))

    def _follow(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", lambda said: self._said(said.text))

    def _said(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.complaints.append(text)

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            self.complaints.append(f"asked another host: {url}")


@contextmanager
def served(app: str, folder: Path, **environment: str) -> Iterator[str]:
    """The ASGI app `module:name` of a folder on a free port; its address once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--app-dir", str(folder), "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile("w+") as said:  # a pipe that nobody reads would stop the server
        process = subprocess.Popen(
            [*command, "--log-level", "warning", "--no-access-log"],
            cwd=ROOT,  # .streamlit/config.toml is found from here
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        try:
            _wait(address, process, said)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(
    address: str, process: subprocess.Popen[bytes], said: IO[str], seconds: float = 90
) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            said.seek(0)
            pytest.fail(f"The server stopped before it answered:\n{said.read()[-2000:]}")
        try:
            with urllib.request.urlopen(address + "/", timeout=2):
                return
        except urllib.error.HTTPError:
            return  # it answers; what, is for the test
        except OSError:
            time.sleep(0.1)
    pytest.fail("The server did not answer in time.")


@pytest.fixture(scope="session")
def stage() -> Iterator[str]:
    """The components on a bare page, under the product's content policy."""
    with served("stage_app:app", Path(__file__).parent / "stage") as address:
        yield address


@pytest.fixture
def page(chromium: Browser, stage: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh browser page on the stage. It must keep the policy, throw nothing, stay on this host."""
    options = getattr(request, "param", {})
    size = {"width": options.get("width", 1440), "height": options.get("height", 900)}
    context = chromium.new_context(
        viewport=size, color_scheme=options.get("theme", "light"), base_url=stage
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, stage)
    yield context.new_page()
    context.close()
    assert watch.complaints == []
