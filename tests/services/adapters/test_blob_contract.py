"""What every blob store promises, run against every one that the wiring names."""

import os
import random
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.adapters.blob import PIECE, BlobStat, BlobStore
from services.adapters.blob.azure import AzureBlobStore
from services.adapters.blob.local import LocalBlobStore
from services.adapters.errors import BlobExists, BlobMissing
from services.adapters.wiring import BLOB_STORES

STAGED = 9 * 1024 * 1024 + 17  # more than two of Azure's blocks
AUDIO = "audio/webm;codecs=opus"


@pytest.fixture(params=sorted(BLOB_STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "local":
        return LocalBlobStore(tmp_path / "blobs")
    from azure.storage.blob import ContainerClient

    connection = request.getfixturevalue("azurite_connection_string")
    name = uuid.uuid4().hex
    with ContainerClient.from_connection_string(connection, name) as container:
        container.create_container()
    return AzureBlobStore(name, connection_string=connection)


def pieces_of(data: bytes, size: int = 100_000) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def stored(store: BlobStore, path: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(store.read(path, start, end))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, STAGED])
def test_comes_back_as_it_went_in(store: BlobStore, size: int) -> None:
    data = random.Random(size).randbytes(size)
    store.put("1/2/2026-11-24/a.webm", pieces_of(data), AUDIO)
    pieces = list(store.read("1/2/2026-11-24/a.webm"))
    assert b"".join(pieces) == data
    assert all(0 < len(piece) <= PIECE for piece in pieces)
    assert store.stat("1/2/2026-11-24/a.webm") == BlobStat(size, AUDIO)


def test_ranges(store: BlobStore) -> None:
    data = random.Random(1).randbytes(3 * PIECE + 5)
    store.put("a", pieces_of(data), "audio/wav")
    chosen = random.Random(2)
    bounds = [sorted(chosen.choices(range(len(data) + 1), k=2)) for _ in range(20)]
    bounds += [[0, 1], [len(data) - 1, len(data)], [PIECE, 2 * PIECE], [5, 5], [0, 0]]
    bounds += [[len(data) - 3, len(data) + 100]]
    for start, end in bounds:
        assert stored(store, "a", start, end) == data[start:end]
    assert stored(store, "a", PIECE - 1) == data[PIECE - 1 :]


@pytest.mark.parametrize("size", [0, 10])
def test_a_start_past_the_end_yields_nothing(store: BlobStore, size: int) -> None:
    store.put("a", [b"x" * size], "audio/wav")
    for start, end in [(size, None), (size + 1, None), (size + 1, size + 5), (1 << 40, None)]:
        assert stored(store, "a", start, end) == b""


def test_a_range_that_is_none_is_refused(store: BlobStore) -> None:
    store.put("a", [b"12345"], "audio/wav")
    for start, end in [(-1, None), (3, 2), (0, -1)]:
        with pytest.raises(ValueError, match="range"):
            store.read("a", start, end)


def test_what_is_missing_says_so_at_the_call(store: BlobStore) -> None:
    store.put("a/b", [b"1"], "audio/wav")
    for path in ("b", "a", "a/c", "a/b/c"):
        with pytest.raises(BlobMissing):
            store.read(path)
        with pytest.raises(BlobMissing):
            store.read(path, 0, 0)
        with pytest.raises(BlobMissing):
            store.stat(path)
        with pytest.raises(BlobMissing):
            store.delete(path)
        with pytest.raises(BlobMissing):
            store.replace_head(path, b"1")


@pytest.mark.parametrize("size", [3, STAGED])
def test_what_is_there_is_never_overwritten(store: BlobStore, size: int) -> None:
    store.put("a", [b"first"], "audio/wav")
    with pytest.raises(BlobExists):
        store.put("a", pieces_of(b"2" * size), "audio/ogg")
    assert stored(store, "a") == b"first"
    assert store.stat("a").content_type == "audio/wav"


@pytest.mark.parametrize("size", [1000, STAGED])
def test_of_two_at_once_one_wins_whole(store: BlobStore, size: int) -> None:
    def attempt(letter: bytes) -> bytes | None:
        try:
            store.put("a", pieces_of(letter * size), "audio/wav")
        except BlobExists:
            return None
        return letter

    with ThreadPoolExecutor(3) as pool:
        winners = [letter for letter in pool.map(attempt, [b"1", b"2", b"3"]) if letter]
    assert len(winners) == 1
    assert stored(store, "a") == winners[0] * size


@pytest.mark.parametrize("size", [1000, STAGED])
def test_a_stream_that_breaks_off_stores_nothing(store: BlobStore, size: int) -> None:
    def broken() -> Iterator[bytes]:
        yield from pieces_of(b"1" * size)
        raise ConnectionResetError("the browser went away")

    with pytest.raises(ConnectionResetError):
        store.put("a/b", broken(), "audio/wav")
    with pytest.raises(BlobMissing):
        store.stat("a/b")
    assert list(store.list("")) == []
    store.put("a/b", [b"2"], "audio/wav")
    assert stored(store, "a/b") == b"2"


def test_list_is_sorted_and_goes_by_prefix(store: BlobStore) -> None:
    paths = ["1/2/b", "1/2/a", "1/20/a", "1-x", "1/2-x", "10/z", "é/ü", "1/2/c/d", "2"]
    for path in paths:
        store.put(path, [b"1"], "audio/wav")
    for prefix in ("", "1", "1/", "1/2", "1/2/", "1/2/c/", "1/2/c/d", "é", "nothing/", "1/9"):
        assert list(store.list(prefix)) == sorted(p for p in paths if p.startswith(prefix))


def test_deleted_is_gone_and_may_come_again(store: BlobStore) -> None:
    store.put("a", [b"1"], "audio/wav")
    store.delete("a")
    with pytest.raises(BlobMissing):
        store.read("a")
    store.put("a", [b"2"], "audio/wav")
    assert stored(store, "a") == b"2"


@pytest.mark.parametrize("size", [2000, STAGED])
def test_a_head_is_exchanged_and_the_rest_stays(store: BlobStore, size: int) -> None:
    data = random.Random(3).randbytes(size)
    store.put("a", pieces_of(data), AUDIO)
    head = os.urandom(1024)
    for _ in range(2):
        store.replace_head("a", head)
        assert stored(store, "a") == head + data[1024:]
        assert store.stat("a") == BlobStat(size, AUDIO)
    with pytest.raises(ValueError, match="shorter"):
        store.replace_head("a", bytes(size + 1))
    assert list(store.list("")) == ["a"]


BAD_PATHS = [
    *("", "/", "/etc/passwd", "a//b", "a/", "../a", "a/../b", "a/..", "./a", "a/./b", ".tmp/a"),
    *(".hidden", "a/.b", "a\\b", "C:\\a", "a\0b", "a\nb", "a\r", "a\x7f", "a\u202eb", "a\u200bb"),
    *("a.", "a ", "a./b", "x" * 201, "é" * 101, "ab/" * 342 + "a", "a\udc80"),
]


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_bad_path_is_refused_by_every_method(store: BlobStore, path: str) -> None:
    calls = [
        lambda: store.put(path, [b"1"], "audio/wav"),
        lambda: store.read(path),
        lambda: store.stat(path),
        lambda: store.delete(path),
        lambda: store.replace_head(path, b"1"),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"path|segment") as raised:
            call()
        assert len(path) < 4 or path not in str(raised.value)


@pytest.mark.parametrize("prefix", ["../", "a/../", "/", ".tmp/", "a//b"])
def test_a_bad_prefix_is_refused_at_the_call(store: BlobStore, prefix: str) -> None:
    with pytest.raises(ValueError, match=r"path|segment"):
        store.list(prefix)


@pytest.mark.parametrize("content_type", ["", "audio/wav\r\nX: 1", "audio/ä", "a" * 201])
def test_a_bad_content_type_is_refused(store: BlobStore, content_type: str) -> None:
    with pytest.raises(ValueError, match="content type"):
        store.put("a", [b"1"], content_type)
    assert list(store.list("")) == []


def test_long_and_foreign_paths_are_kept(store: BlobStore) -> None:
    for path in ("漢字/ü ñ/ß & # ? %41 +.wav", "/".join(["x" * 200] * 5), "a:b/c'd\"e"):
        store.put(path, [b"1"], "audio/wav")
        assert stored(store, path) == b"1"
        assert path in list(store.list(""))
