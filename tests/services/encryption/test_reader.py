"""Several sealed blobs read as one file."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.adapters.blob.local import LocalBlobStore
from services.adapters.errors import BlobMissing
from services.adapters.keys.file import FileKeys
from services.encryption import SealBroken, SealedBlobs
from services.encryption.reader import AHEAD, KEPT, SegmentReader
from services.encryption.segments import SEGMENT

SIZES = [100, 0, SEGMENT, 0, 2 * SEGMENT + 7, 1, 40 * SEGMENT, 0]
DATA = [random.Random(n).randbytes(size) for n, size in enumerate(SIZES)]
PATHS = [f"1/2/chunk-{n}" for n in range(len(SIZES))]
WHOLE = b"".join(DATA)


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> SealedBlobs:
    folder = tmp_path_factory.mktemp("blobs")
    blobs = SealedBlobs(LocalBlobStore(folder / "blobs"), FileKeys.make(folder / "keys.json"))
    for path, data in zip(PATHS, DATA, strict=True):
        blobs.put(path, [data], "audio/webm")
    return blobs


def test_reads_one_after_the_other(blobs: SealedBlobs) -> None:
    with blobs.reader(PATHS) as reader:
        assert reader.readable()
        assert reader.seekable()
        assert reader.read() == WHOLE
        assert reader.read(1) == b""
        assert reader.seek(-5, io.SEEK_END) == len(WHOLE) - 5
        assert reader.read() == WHOLE[-5:]
        with pytest.raises(ValueError, match="negative"):
            reader.seek(-1)
    with blobs.reader([]) as reader:
        assert reader.read() == b""


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) + 10), st.integers(0, 100_000)), max_size=8))
def test_reads_as_a_file_does(blobs: SealedBlobs, reads: list[tuple[int, int]]) -> None:
    reader, expected = io.BufferedReader(blobs.reader(PATHS)), io.BytesIO(WHOLE)
    for position, length in reads:
        reader.seek(position)
        expected.seek(position)
        assert reader.read(length) == expected.read(length)
        assert reader.tell() == expected.tell()


def test_a_missing_or_broken_blob_is_said(blobs: SealedBlobs, tmp_path: Path) -> None:
    with pytest.raises(BlobMissing):
        blobs.reader([PATHS[0], "nothing"])
    store, keys = LocalBlobStore(tmp_path / "b"), FileKeys.make(tmp_path / "keys.json")
    own = SealedBlobs(store, keys)
    own.put("a", [b"1" * 100], "audio/wav")
    raw = b"".join(store.read("a"))
    store.put("b", [raw], "audio/wav")
    with own.reader(["a", "b"]) as reader:
        assert reader.read(100) == b"1" * 100
        with pytest.raises(SealBroken):
            reader.read(1)


class Counting:
    """A source that counts how it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def segments(self, first: int, end: int) -> Iterator[bytes]:
        self.asked.append((first, end))
        return (bytes([number]) * SEGMENT for number in range(first, end))


def test_reading_on_fetches_ahead_and_jumping_does_not() -> None:
    source = Counting()
    reader = SegmentReader([64 * SEGMENT], lambda _: source)
    while reader.read(32_768):
        pass
    assert source.asked == [(n, n + AHEAD) for n in range(0, 64, AHEAD)]
    assert len(reader._kept) == KEPT
    source.asked.clear()
    for number in (30, 10, 11, 5):
        reader.seek(number * SEGMENT)
        assert reader.read(1) == bytes([number])
    assert source.asked == [(30, 31), (10, 11), (11, 27), (5, 6)]
    source.asked.clear()
    reader.seek(10 * SEGMENT)
    reader.read(1)
    assert source.asked == []
