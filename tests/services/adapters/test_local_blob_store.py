"""What only the local store has: a folder that others can reach, and processes that are killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from services.adapters.blob.local import STALE_SECONDS, LocalBlobStore
from services.adapters.errors import BlobMissing, IntegrationError

ROOT = Path(__file__).resolve().parents[3]
KILLS = 10


def run(script: str, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_others_may_not_read_the_folder(tmp_path: Path) -> None:
    store = LocalBlobStore(tmp_path / "blobs")
    store.put("a/b/c", [b"1"], "audio/wav")
    for path in (tmp_path / "blobs").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", ["out/a", "in/out/a", "link"])
def test_a_link_leads_nowhere(tmp_path: Path, path: str) -> None:
    store = LocalBlobStore(tmp_path / "blobs")
    store.put("in/a", [b"1"], "audio/wav")
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(tmp_path / "blobs/in/a", outside / "a")
    (tmp_path / "blobs/out").symlink_to(outside)
    (tmp_path / "blobs/in/out").symlink_to(outside)
    (tmp_path / "blobs/link").symlink_to(outside / "a")
    for call in (store.stat, store.read, store.delete):
        if path != "link" or call != store.delete:  # deleting a link takes away the link only
            with pytest.raises(BlobMissing):
                call(path)
    with pytest.raises((ValueError, IntegrationError)):
        store.put(path, [b"2"], "audio/wav")
    assert list(store.list("")) == ["in/a"]
    assert [file.name for file in files(outside)] == ["a"]


def test_a_file_that_is_no_blob_is_an_error(tmp_path: Path) -> None:
    store = LocalBlobStore(tmp_path)
    for number, content in enumerate([b"", b"VLB", b"VLB1", b"RIFFxxxxWAVE"]):
        (tmp_path / str(number)).write_bytes(content)
        with pytest.raises(IntegrationError, match="not a blob"):
            store.stat(str(number))


def test_orphans_are_swept_and_writing_in_progress_is_not(tmp_path: Path) -> None:
    first = LocalBlobStore(tmp_path)
    old = time.time() - STALE_SECONDS - 5
    orphan, fresh = tmp_path / ".tmp/orphan", tmp_path / ".tmp/fresh"
    orphan.write_bytes(b"1")
    fresh.write_bytes(b"1")
    os.utime(orphan, (old, old))

    def slowly() -> "list[bytes]":
        yield b"1"
        (running,) = [path for path in (tmp_path / ".tmp").iterdir() if path.name not in known]
        os.utime(running, (old, old))
        LocalBlobStore(tmp_path)  # another process starts
        assert running.exists()
        yield b"2"

    known = {"orphan", "fresh"}
    first.put("a", slowly(), "audio/wav")
    assert b"".join(first.read("a")) == b"12"
    assert [path.name for path in (tmp_path / ".tmp").iterdir()] == ["fresh"]


WRITER = """
    import os, sys
    from pathlib import Path
    from services.adapters.blob.local import LocalBlobStore

    store = LocalBlobStore(Path(sys.argv[1]))
    number = 0
    while True:
        name = f"{sys.argv[2]}/{number}"
        store.put(name, [os.urandom(10_000) for _ in range(number % 7)], "audio/wav")
        os.write(1, f"{name}\\n".encode())
        number += 1
"""


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Real processes, killed at random moments: nothing acknowledged is lost, nothing is torn."""
    chosen = random.Random(9)
    acknowledged: list[str] = []
    for turn in range(KILLS):
        process = run(WRITER, str(tmp_path), str(turn))
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chosen.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL
        acknowledged += (first + rest).decode().split("\n")[:-1]
    store = LocalBlobStore(tmp_path)
    assert len(acknowledged) >= KILLS
    assert set(acknowledged) <= set(store.list(""))
    for path in store.list(""):
        size = sum(len(piece) for piece in store.read(path))
        assert size == store.stat(path).size == int(path.rpartition("/")[2]) % 7 * 10_000
    old = time.time() - STALE_SECONDS - 5
    for orphan in (tmp_path / ".tmp").iterdir():
        os.utime(orphan, (old, old))
    LocalBlobStore(tmp_path)
    assert list((tmp_path / ".tmp").iterdir()) == []


FILLER = """
    import sys
    from pathlib import Path
    from services.adapters.blob.local import LocalBlobStore
    from services.adapters.errors import StorageFull

    store = LocalBlobStore(Path(sys.argv[1]))
    store.put("small", [b"1" * 1000], "audio/wav")
    try:
        store.put("large", [b"2" * 65536] * 64, "audio/wav")
    except StorageFull:
        print("full")
    print(list(store.list("")), list((Path(sys.argv[1]) / ".tmp").iterdir()))
    store.put("small again", [b"1" * 1000], "audio/wav")
    print(b"".join(store.read("small")) == b"1" * 1000)
"""


def test_a_full_disk_stores_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    """A real file system of 2 MiB, mounted in a name space of the test's own."""
    command = 'mount -t tmpfs -o size=2m none "$1" && exec "$2" -c "$3" "$1"'
    unshare = ["unshare", "-rm", "sh", "-c", command, "sh", str(tmp_path), sys.executable]
    if shutil.which("unshare") is None or subprocess.run([*unshare, "1"], check=False).returncode:
        pytest.skip("this machine lets no test mount a file system of its own")
    result = subprocess.run(
        [*unshare, textwrap.dedent(FILLER)], cwd=ROOT, capture_output=True, check=True
    )
    assert result.stdout.decode().split("\n")[:-1] == ["full", "['small'] []", "True"]


def test_a_file_size_limit_counts_as_full(tmp_path: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))\n"
    result = subprocess.run(
        [sys.executable, "-c", limited + textwrap.dedent(FILLER), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert result.stdout.decode().split("\n")[:-1] == ["full", "['small'] []", "True"]


def test_no_message_carries_the_path(tmp_path: Path) -> None:
    store = LocalBlobStore(tmp_path)
    store.put("secret/a", [b"1"], "audio/wav")
    shutil.rmtree(tmp_path / ".tmp")
    with pytest.raises(IntegrationError) as raised:
        store.put("secret/b", [b"1"], "audio/wav")
    assert raised.value.retryable
    assert str(tmp_path) not in repr(raised.value)
    assert "secret" not in repr(raised.value)


def test_replacing_a_head_never_brings_back_what_was_deleted(tmp_path: Path) -> None:
    store = LocalBlobStore(tmp_path)
    for number in range(30):
        store.put("a", [b"1" * 300_000], "audio/wav")
        child = os.fork()
        if not child:
            try:
                store.replace_head("a", b"22")
            except IntegrationError:
                pass
            finally:
                os._exit(0)
        time.sleep(number * 0.0001)
        store.delete("a")
        os.waitpid(child, 0)
        with pytest.raises(BlobMissing):
            store.stat("a")
