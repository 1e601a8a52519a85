"""A real OpenID provider beside the product: the certified `oidc-provider` of npm, with one client."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.app_process import AppProcess, running
from tests.servers.npm_package import Absent, NpmPackage, stop, wait_for
from tests.servers.ports import free_port

PACKAGE = NpmPackage(
    "oidc-provider",
    "8.8.1",  # the newest for node 20
    proof="oidc-provider/lib/index.js",
    untested="signing in through a provider is not tested here",
)
CLIENT, SECRET = "verbatim", "a secret for tests only"
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
ROLES = "clinic-therapist=therapist,clinic-supervisor=supervisor,clinic-privacy=privacy_officer"


@dataclass
class WithProvider:
    app: AppProcess
    issuer: str


@pytest.fixture(scope="module")
def with_provider(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[WithProvider]:
    """The product with the provider as its identity provider; passwords work as well."""
    try:
        PACKAGE.install()
    except Absent as absent:
        pytest.skip(str(absent))
    port, provider_port = free_port(), free_port()
    origin, issuer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{provider_port}"
    process = subprocess.Popen(
        ["node", SCRIPT, PACKAGE.modules, str(provider_port), origin, CLIENT, SECRET],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(provider_port, process, "The OpenID provider")
        with running(
            tmp_path_factory.mktemp("oidc"),
            sqlite_template,
            PORT=str(port),
            VERBATIM_OIDC_ISSUER=issuer,
            VERBATIM_OIDC_CLIENT_ID=CLIENT,
            VERBATIM_OIDC_CLIENT_SECRET=SECRET,
            VERBATIM_OIDC_ROLES=ROLES,
            VERBATIM_OIDC_NAME="Clinic Nord",
        ) as app:
            yield WithProvider(app, issuer)
    finally:
        stop(process)
