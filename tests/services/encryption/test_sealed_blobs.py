"""Sealed blobs: what comes back, and every way in which stored bytes may be tampered with."""

import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.adapters.blob import BlobStat
from services.adapters.blob.local import LocalBlobStore
from services.adapters.errors import BlobExists, BlobMissing
from services.adapters.keys.file import FileKeys
from services.encryption import SealBroken, SealedBlobs
from services.encryption.blobs import HEADER
from services.encryption.segments import SEALED, SEGMENT, TAG

ROOT = Path(__file__).resolve().parents[3]
PATH = "1/2/2026-11-24/a.webm"
SIZES = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 1_000_003]


class House:
    """A store, its keys, and the bytes as an attacker with the disk sees them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = LocalBlobStore(folder / "blobs")
        self.keys = FileKeys.make(folder / "keys.json")
        self.blobs = SealedBlobs(self.store, self.keys)

    def put(self, size: int, path: str = PATH) -> bytes:
        data = random.Random(size).randbytes(size)
        assert self.blobs.put(path, pieces_of(data), "audio/webm") == size
        return data

    def read(self, path: str = PATH, start: int = 0, end: int | None = None) -> bytes:
        return b"".join(self.blobs.read(path, start, end))

    def raw(self, path: str = PATH) -> bytes:
        return b"".join(self.store.read(path))

    def plant(self, raw: bytes, path: str = PATH) -> None:
        if path in list(self.store.list(path)):
            self.store.delete(path)
        self.store.put(path, [raw], "audio/webm")


def pieces_of(data: bytes) -> Iterator[bytes]:
    sizes = random.Random(len(data))
    start = 0
    while start < len(data):
        size = sizes.choice([1, 100, 4096, 100_000])
        yield data[start : start + size]
        start += size


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, bytes]:
    house = House(tmp_path_factory.mktemp("house"))
    return house, house.put(5 * SEGMENT + 321)


@pytest.mark.parametrize("size", SIZES)
def test_comes_back_and_its_size_is_known(house: House, size: int) -> None:
    data = house.put(size)
    assert house.read() == data
    assert house.blobs.stat(PATH) == BlobStat(size, "audio/webm")
    assert house.blobs.open(PATH).size == size
    segments = max(1, -(-size // SEGMENT))
    assert house.store.stat(PATH).size == HEADER + size + segments * TAG
    chosen = random.Random(size)
    for _ in range(30):
        start, end = sorted(chosen.choices(range(size + 1), k=2))
        assert house.read(PATH, start, end) == data[start:end]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 6 * SEGMENT), st.integers(0, 6 * SEGMENT), st.booleans())
def test_any_range(
    furnished: tuple[House, bytes], start: int, length: int, to_the_end: bool
) -> None:
    house, data = furnished
    end = None if to_the_end else start + length
    pieces = list(house.blobs.read(PATH, start, end))
    assert b"".join(pieces) == data[start:end]
    assert all(pieces)


def test_the_store_never_sees_what_was_said(house: House) -> None:
    words = b"what was said in this hour " * 10_000
    house.blobs.put(PATH, [words], "audio/webm")
    for file in house.folder.rglob("*"):
        assert not file.is_file() or b"said" not in file.read_bytes()
    house.blobs.put("1/2/other", [words], "audio/webm")
    ours, other = house.raw(), house.raw("1/2/other")
    assert ours[HEADER : HEADER + 64] != other[HEADER : HEADER + 64]


def test_errors_of_the_store_pass_through(house: House) -> None:
    house.put(10)
    with pytest.raises(BlobExists):
        house.put(10)
    with pytest.raises(BlobMissing):
        house.blobs.read("nothing")
    house.blobs.delete(PATH)
    with pytest.raises(BlobMissing):
        house.blobs.stat(PATH)
    assert list(house.blobs.list("")) == []


def flip(raw: bytes, position: int) -> bytes:
    return raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]


def body(*segments: int) -> "slice":
    first = segments[0]
    return slice(HEADER + first * SEALED, HEADER + (first + 1) * SEALED)


def attacks(raw: bytes) -> dict[str, bytes]:
    """Three whole segments and a short one: what an attacker may make of them."""
    zero, one, two, last = (raw[body(n)] for n in range(4))
    head = raw[:HEADER]
    key_id = head.index(b"file-")
    return {
        "bit of first segment": flip(raw, HEADER),
        "bit in the middle": flip(raw, HEADER + SEALED + 99),
        "bit of a tag": flip(raw, HEADER + SEALED - 1),
        "bit of last byte": flip(raw, len(raw) - 1),
        "tail dropped": raw[:-1],
        "tail dropped to its tag": raw[: HEADER + 3 * SEALED + TAG],
        "tail dropped below a tag": raw[: HEADER + 3 * SEALED + 5],
        "cut at a boundary": raw[: HEADER + 3 * SEALED],
        "cut to one segment": raw[: HEADER + SEALED],
        "cut to the header": raw[:HEADER],
        "cut in the header": raw[: HEADER // 2],
        "empty": b"",
        "segments swapped": head + one + zero + two + last,
        "segment repeated": head + zero + zero + two + last,
        "segment dropped": head + zero + two + last,
        "last segment repeated": raw + last,
        "bytes added": raw + b"\0",
        "empty segment added": raw + bytes(TAG),
        "magic changed": b"VSB2" + raw[4:],
        "nonce prefix changed": flip(raw, 4),
        "lengths changed": flip(raw, 12),
        "lengths too large": raw[:11] + b"\xff\xff\xff\xff" + raw[15:],
        "key id changed": flip(raw, key_id + 7),
        "key id not ASCII": raw[:key_id] + b"\xff" + raw[key_id + 1 :],
        "wrapped key changed": flip(raw, key_id + 20),
        "padding changed": flip(raw, HEADER - 1),
    }


@pytest.mark.parametrize("name", attacks(b"file-".center(HEADER) + bytes(4 * SEALED)))
def test_an_attack_on_the_stored_bytes_is_refused(
    house: House, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    data = house.put(3 * SEGMENT + 100)
    house.plant(attacks(house.raw())[name])
    seen = b""
    with pytest.raises(SealBroken) as raised:  # noqa: PT012  # what came before the break counts
        for piece in house.blobs.read(PATH):
            seen += piece
    assert data.startswith(seen)  # nothing false was ever handed over
    assert PATH not in raised.value.message
    (record,) = caplog.records
    assert record.__dict__["f"]["place"] == PATH


def test_a_blob_copied_to_another_path_is_refused(house: House) -> None:
    house.put(1000)
    house.plant(house.raw(), "1/3/2026-11-24/a.webm")
    with pytest.raises(SealBroken):
        house.read("1/3/2026-11-24/a.webm")


def test_a_header_of_another_blob_is_refused(house: House) -> None:
    house.put(1000)
    house.put(1000, "other")
    house.plant(house.raw("other")[:HEADER] + house.raw()[HEADER:])
    with pytest.raises(SealBroken):
        house.read()


def test_without_its_key_a_blob_is_refused(house: House) -> None:
    house.put(1000)
    (house.folder / "keys.json").unlink()
    stranger = SealedBlobs(house.store, FileKeys.make(house.folder / "keys.json"))
    with pytest.raises(SealBroken) as raised:
        stranger.read(PATH)
    assert "key" in str(raised.value.__cause__)


def test_rotation_rewrites_the_header_only(house: House) -> None:
    data = house.put(2 * SEGMENT + 5)
    before = house.raw()
    opened = house.blobs.open(PATH)
    assert house.blobs.rewrap(PATH) is False
    old = house.blobs.key_id(PATH)
    new = house.keys.add_active_key()
    assert house.blobs.rewrap(PATH) is True
    assert (old, new) != (new, old)
    assert house.blobs.key_id(PATH) == new
    assert house.raw()[HEADER:] == before[HEADER:]
    assert house.raw()[:HEADER] != before[:HEADER]
    assert house.read() == data
    assert b"".join(opened.read()) == data  # whoever was reading reads on
    assert house.blobs.rewrap(PATH) is False
    # The old key is needed no more.
    file = house.folder / "keys.json"
    kept = json.loads(file.read_text())
    del kept["keys"][old]
    file.write_text(json.dumps(kept))
    assert b"".join(SealedBlobs(house.store, FileKeys(file)).read(PATH)) == data


def test_on_azure_too(azurite_connection_string: str, tmp_path: Path) -> None:
    from azure.storage.blob import ContainerClient

    from services.adapters.blob.azure import AzureBlobStore

    name = uuid.uuid4().hex
    with ContainerClient.from_connection_string(azurite_connection_string, name) as container:
        container.create_container()
    keys = FileKeys.make(tmp_path / "keys.json")
    blobs = SealedBlobs(AzureBlobStore(name, connection_string=azurite_connection_string), keys)
    data = random.Random(5).randbytes(5_000_000)
    blobs.put(PATH, pieces_of(data), "audio/webm")
    assert blobs.stat(PATH) == BlobStat(len(data), "audio/webm")
    assert b"".join(blobs.read(PATH)) == data
    assert b"".join(blobs.read(PATH, 4_190_000, 4_200_000)) == data[4_190_000:4_200_000]
    keys.add_active_key()
    assert blobs.rewrap(PATH)
    assert b"".join(blobs.read(PATH)) == data


STREAM = """
import os, resource, sys
from pathlib import Path
from services.adapters.blob.local import LocalBlobStore
from services.adapters.keys.file import FileKeys
from services.encryption import SealedBlobs, Spool

folder, total = Path(sys.argv[1]), 200 * 1024 * 1024
blobs = SealedBlobs(LocalBlobStore(folder / "blobs"), FileKeys.make(folder / "keys.json"))
blobs.put("warm", [bytes(100_000)], "audio/wav")
list(blobs.read("warm"))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
piece = os.urandom(1024 * 1024)
with Spool(folder, limit=total) as spool:
    for _ in range(200):
        spool.write(piece)
    assert blobs.put("a", spool.pieces(), "audio/wav") == total
assert sum(len(piece) for piece in blobs.read("a")) == total
with blobs.reader(["a", "warm"]) as reader:
    while reader.read(100_000):
        pass
print(peak() - before)
"""


def test_memory_is_flat_for_200_mb(tmp_path: Path) -> None:
    """Spooled, sealed, stored, read back and read through the decoder's reader, in its own
    process."""
    result = subprocess.run(
        [sys.executable, "-c", STREAM, str(tmp_path)], cwd=ROOT, capture_output=True, check=True
    )
    shutil.rmtree(tmp_path / "blobs")
    assert int(result.stdout) <= 16  # MB


def test_no_plaintext_reaches_a_disk_while_a_stream_breaks_off(house: House) -> None:
    secret = os.urandom(32)

    def broken() -> Iterator[bytes]:
        for _ in range(20_000):
            yield secret
        assert all(
            secret not in file.read_bytes() for file in house.folder.rglob("*") if file.is_file()
        )
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        house.blobs.put(PATH, broken(), "audio/webm")
    assert [file.name for file in house.folder.rglob("*") if file.is_file()] == ["keys.json"]
