"""Whether model files on disk are the ones that set-up verified: size and time first, the digest when they differ."""

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Any

from services.adapters.errors import WeightsMissing

log = logging.getLogger(__name__)

SEAL = "verified.json"  # in each model's folder: file name -> size, mtime_ns, sha256


def seal(folder: Path, names: tuple[str, ...]) -> None:
    """Record the files as they are now; set-up does so after it checked them."""
    entries = {name: _entry(folder / name) for name in names}
    pending = folder / (SEAL + ".part")
    pending.write_text(json.dumps(entries, indent=1))
    os.replace(pending, folder / SEAL)


def check(folder: Path, names: tuple[str, ...], *, thorough: bool = False) -> None:
    """Raises WeightsMissing unless the files are there and, in a sealed folder, unaltered.

    A folder without a seal is one that the operator named: only presence is checked.
    `thorough` reads every byte, otherwise only files whose size or time changed.
    """
    absent = [name for name in names if not (folder / name).is_file()]
    if absent:
        raise WeightsMissing(
            f"The model in {folder} is not complete: {', '.join(absent)} is missing. "
            "Run `python -m commands.weights`."
        )
    entries = _read(folder)
    if entries is None:
        return
    touched = False
    for name in names:
        known, stat = entries.get(name), (folder / name).stat()
        if known and (known["size"], known["mtime_ns"]) == (stat.st_size, stat.st_mtime_ns):
            if not thorough:
                continue
        elif known:
            touched = True
        if not known or _entry(folder / name)["sha256"] != known["sha256"]:
            raise WeightsMissing(
                f"{name} in {folder} was altered since set-up verified it. Delete the folder and run "
                "`python -m commands.weights`."
            )
    if touched:  # copied or restored: same bytes, another time
        try:
            seal(folder, names)
        except OSError:
            log.info("weights.seal_not_renewed")


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        entries: dict[str, Any] = json.loads((folder / SEAL).read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise WeightsMissing(
            f"{SEAL} in {folder} is damaged. Delete the folder and run `python -m commands.weights`."
        ) from error
    return entries


def _entry(path: Path) -> dict[str, Any]:
    stat = path.stat()
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": sha256}
