"""Azurite, Microsoft's emulator of Azure Blob Storage: installed from npm into the cache folder of
the repository, started on a free loopback port for the length of a test session.

`python -m tests.servers.azurite` installs it ahead of the tests.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

VERSION = "3.35.0"  # the newest for node 20; later ones want node 22
FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "azurite"
MAIN = FOLDER / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACCOUNT = "devstoreaccount1"
# The one key that every Azurite has; published in Microsoft's documentation.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
INSTALL_SECONDS = 300
START_SECONDS = 30


class Absent(Exception):
    """Azurite can't be had here; the message says why."""


def install() -> None:
    """Raises Absent."""
    if shutil.which("node") is None:
        raise Absent("Azurite needs node, which is not installed: Azure Blob is not tested here")
    if MAIN.is_file():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise Absent(
            "Azurite comes with npm, which is not installed: Azure Blob is not tested here"
        )
    # Beside its place first: of two runs at once neither must see the other's half.
    making = FOLDER.with_name(f"azurite-{os.getpid()}")
    making.mkdir(parents=True)
    package = f"azurite@{VERSION}"
    quiet = ("--no-audit", "--no-fund", "--loglevel=error")
    try:
        result = subprocess.run(
            [npm, "install", "--prefix", str(making), "--save-exact", *quiet, package],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        if result.returncode == 0 and not MAIN.is_file():
            shutil.rmtree(FOLDER, ignore_errors=True)
            with suppress(OSError):  # another run was first
                making.rename(FOLDER)
    except subprocess.TimeoutExpired:
        raise Absent(
            f"npm did not fetch {package} in time: Azure Blob is not tested here"
        ) from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    if result.returncode or not MAIN.is_file():
        raise Absent(
            f"npm could not fetch {package}, offline perhaps: Azure Blob is not tested here"
        )


def connection_string(port: int) -> str:
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    return (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
        f"BlobEndpoint={endpoint};"
    )


@pytest.fixture(scope="session")
def azurite_connection_string(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of an empty emulator. Tests make containers of their own, named at random."""
    try:
        install()
    except Absent as absent:
        pytest.skip(str(absent))
    port = _free_port()
    # skipApiVersionCheck: the SDK speaks a newer version of the protocol than this Azurite knows
    process = subprocess.Popen(
        [
            *("node", str(MAIN), "--blobHost", "127.0.0.1", "--blobPort", str(port)),
            *("--location", str(tmp_path_factory.mktemp("azurite"))),
            *("--silent", "--disableTelemetry", "--skipApiVersionCheck"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield connection_string(port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"Azurite ended with code {process.returncode} as it started")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"Azurite did not answer within {START_SECONDS} s")


if __name__ == "__main__":
    try:
        install()
    except Absent as absent:
        raise SystemExit(str(absent)) from None
