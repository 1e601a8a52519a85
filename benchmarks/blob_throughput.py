"""`python -m benchmarks.blob_throughput`: what sealing and crash safety cost, beside a plain file.

Raw: one file written under its own name and fsync'd, read back in 1 MiB pieces. The variants take
turns within one run, so that a busy disk hits all alike. Prints a table of medians.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from services.adapters.blob.local import LocalBlobStore
from services.adapters.keys.file import FileKeys
from services.encryption import SealedBlobs

MIB = 1024 * 1024
LARGE = 64  # pieces of 1 MiB
ROUNDS = 5
SMALL = 20_000  # bytes
SMALL_SECONDS = 1.0  # a round of small puts


class Raw:
    """The least that a durable file takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def put(self, path: str, pieces: Iterable[bytes], content_type: str) -> None:
        with open(self.folder / path, "xb", buffering=0) as file:
            for piece in pieces:
                file.write(piece)
            os.fsync(file.fileno())

    def read(self, path: str) -> Iterable[bytes]:
        with open(self.folder / path, "rb", buffering=0) as file:
            while piece := file.read(MIB):
                yield piece

    def delete(self, path: str) -> None:
        (self.folder / path).unlink()


Store = Raw | LocalBlobStore | SealedBlobs


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def drain(pieces: Iterable[bytes]) -> int:
    return sum(len(piece) for piece in pieces)


def large(stores: dict[str, Store]) -> tuple[dict[str, float], dict[str, float]]:
    """Median MiB/s of put and of get."""
    data = [os.urandom(MIB) for _ in range(LARGE)]
    puts: dict[str, list[float]] = {name: [] for name in stores}
    gets: dict[str, list[float]] = {name: [] for name in stores}
    for _ in range(ROUNDS):
        for name, store in stores.items():
            puts[name].append(LARGE / seconds(lambda s=store: s.put("large", data, "audio/wav")))
            gets[name].append(LARGE / seconds(lambda s=store: drain(s.read("large"))))
            store.delete("large")
    return _medians(puts), _medians(gets)


def small(stores: dict[str, Store]) -> dict[str, float]:
    """Median puts a second, one after the other."""
    data = [os.urandom(SMALL)]
    rates: dict[str, list[float]] = {name: [] for name in stores}
    for turn in range(ROUNDS):
        for name, store in stores.items():
            count, start = 0, time.perf_counter()
            while (spent := time.perf_counter() - start) < SMALL_SECONDS:
                store.put(f"small-{turn}-{count}", data, "audio/wav")
                count += 1
            rates[name].append(count / spent)
    return _medians(rates)


def _medians(values: dict[str, list[float]]) -> dict[str, float]:
    return {name: median(each) for name, each in values.items()}


def row(title: str, unit: str, measured: dict[str, float]) -> str:
    raw = measured["raw"]
    cells = [f"{value:,.0f} ({value / raw:.2f})" for value in measured.values()]
    return f"| {title}, {unit} | {' | '.join(cells)} |"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = FileKeys.make(folder / "keys.json")
        stores: dict[str, Store] = {
            "raw": Raw(folder / "raw"),
            "local store": LocalBlobStore(folder / "local"),
            "sealed local store": SealedBlobs(LocalBlobStore(folder / "sealed"), keys),
        }
        puts, gets = large(stores)
        smalls = small(stores)
    print(f"Medians of {ROUNDS} rounds; in brackets the ratio to raw.\n")
    print(f"| | {' | '.join(stores)} |\n|---|---|---|---|")
    print(row("put 64 MiB", "MiB/s", puts))
    print(row("get 64 MiB", "MiB/s", gets))
    print(row("put 20 kB", "puts/s", smalls))


if __name__ == "__main__":
    main()
