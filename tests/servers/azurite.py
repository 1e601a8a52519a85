"""Azurite, Microsoft's emulator of Azure Blob Storage, on a free loopback port for the length of a test session."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.servers.npm_package import Absent, NpmPackage, stop, wait_for
from tests.servers.ports import free_port

PACKAGE = NpmPackage(
    "azurite",
    "3.35.0",  # the newest for node 20; later ones want node 22
    proof="azurite/dist/src/blob/main.js",
    untested="Azure Blob is not tested here",
)
ACCOUNT = "devstoreaccount1"
# The one key that every Azurite has; published in Microsoft's documentation.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


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
        PACKAGE.install()
    except Absent as absent:
        pytest.skip(str(absent))
    port = free_port()
    # skipApiVersionCheck: the SDK speaks a newer version of the protocol than this Azurite knows
    process = subprocess.Popen(
        [
            *("node", str(PACKAGE.modules / PACKAGE.proof)),
            *("--blobHost", "127.0.0.1", "--blobPort", str(port)),
            *("--location", str(tmp_path_factory.mktemp("azurite"))),
            *("--silent", "--disableTelemetry", "--skipApiVersionCheck"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process, "Azurite")
        yield connection_string(port)
    finally:
        stop(process)
