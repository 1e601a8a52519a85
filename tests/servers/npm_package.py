"""Servers that come from npm: installed, pinned, into the cache folder of the repository."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

CACHE = Path(__file__).resolve().parents[2] / ".cache"
INSTALL_SECONDS = 300
START_SECONDS = 30


class Absent(Exception):
    """A package can't be had here; the message says why and what is not tested."""


@dataclass(frozen=True)
class NpmPackage:
    name: str
    version: str
    proof: str  # a file of the installed package
    untested: str  # what is not tested without it

    @property
    def folder(self) -> Path:
        return CACHE / self.name

    @property
    def modules(self) -> Path:
        return self.folder / "node_modules"

    def install(self) -> None:
        """Raises Absent."""
        if shutil.which("node") is None:
            raise Absent(f"{self.name} needs node, which is not installed: {self.untested}")
        if self._is_there():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise Absent(f"{self.name} comes with npm, which is not installed: {self.untested}")
        # Beside its place first: of two runs at once neither must see the other's half.
        making = CACHE / f"{self.name}-{os.getpid()}"
        making.mkdir(parents=True)
        try:
            code = self._fetch(npm, making)
            if code == 0 and not self._is_there():
                shutil.rmtree(self.folder, ignore_errors=True)
                with suppress(OSError):  # another run was first
                    making.rename(self.folder)
        except subprocess.TimeoutExpired:
            raise Absent(f"npm did not fetch {self.name} in time: {self.untested}") from None
        finally:
            shutil.rmtree(making, ignore_errors=True)
        if code or not self._is_there():
            raise Absent(f"npm could not fetch {self.name}, offline perhaps: {self.untested}")

    def _is_there(self) -> bool:
        return (self.modules / self.proof).is_file()

    def _fetch(self, npm: str, folder: Path) -> int:
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        package = f"{self.name}@{self.version}"
        return subprocess.run(
            [npm, "install", "--prefix", str(folder), "--save-exact", *quiet, package],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=INSTALL_SECONDS,
            check=False,
        ).returncode


def wait_for(port: int, process: "subprocess.Popen[bytes]", name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"{name} ended with code {process.returncode} as it started")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"{name} did not answer within {START_SECONDS} s")


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
