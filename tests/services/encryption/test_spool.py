"""The spool: what is written comes back, the limit holds, and no word of it touches a disk."""

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import textwrap
import wave
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.encryption import Spool
from services.encryption.segments import SEGMENT
from services.encryption.spool import IN_MEMORY
from services.errors import TooLarge

ROOT = Path(__file__).resolve().parents[3]
SIZES = [0, 1, SEGMENT, IN_MEMORY - 1, IN_MEMORY, IN_MEMORY + 1, IN_MEMORY + SEGMENT, 3_000_017]


def filled(folder: Path, data: bytes, piece: int = 50_000) -> Spool:
    spool = Spool(folder, limit=10_000_000)
    for start in range(0, len(data), piece):
        spool.write(data[start : start + piece])
    return spool


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [1_000, 65_536, 2_000_000])
def test_comes_back(tmp_path: Path, size: int, piece: int) -> None:
    data = random.Random(size).randbytes(size)
    with filled(tmp_path, data, piece) as spool:
        assert spool.size == size
        assert spool.sha256 == hashlib.sha256(data).hexdigest()
        assert b"".join(spool.pieces()) == data
        assert spool.reader().read() == data
        assert list(tmp_path.iterdir()) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1_500_000), st.integers(0, 200_000)), max_size=10))
def test_reads_as_a_file_does(
    tmp_path_factory: pytest.TempPathFactory, reads: list[tuple[int, int]]
) -> None:
    data = random.Random(1).randbytes(1_400_000)
    with filled(tmp_path_factory.getbasetemp(), data) as spool:
        reader, expected = io.BufferedReader(spool.reader()), io.BytesIO(data)
        for position, length in reads:
            assert reader.seek(position) == expected.seek(position)
            assert reader.read(length) == expected.read(length)
            assert reader.tell() == expected.tell()


def test_a_library_reads_from_it(tmp_path: Path) -> None:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(random.Random(2).randbytes(2_000_000))
    with filled(tmp_path, written.getvalue()) as spool:
        with wave.open(io.BufferedReader(spool.reader()), "rb") as file:
            assert file.getnframes() == 1_000_000


def test_the_limit_holds_to_the_byte(tmp_path: Path) -> None:
    with Spool(tmp_path, limit=2 * 1024 * 1024) as spool:
        spool.write(bytes(2 * 1024 * 1024))
        with pytest.raises(TooLarge, match="larger than 2 MB"):
            spool.write(b"1")
        assert spool.size == 2 * 1024 * 1024


def test_closed_is_closed(tmp_path: Path) -> None:
    spool = filled(tmp_path, bytes(2_000_000))
    reader = spool.reader()
    reader.read(10)
    spool.close()
    for call in (lambda: spool.write(b"1"), lambda: list(spool.pieces())):
        with pytest.raises(ValueError, match="closed"):
            call()
    with pytest.raises(ValueError, match="closed"):
        reader.read()
    reader.close()
    with pytest.raises(ValueError, match="closed"):
        reader.tell()


HOLDER = """
    import os, sys, time
    from pathlib import Path
    from services.encryption import Spool

    spool = Spool(Path(sys.argv[1]), limit=10**9)
    for _ in range(4_000):
        spool.write(b"what was said in this hour " * 40)
    os.write(1, b"held\\n")
    time.sleep(60)
"""


def test_no_word_on_the_disk_and_nothing_left_by_a_crash(tmp_path: Path) -> None:
    """Looks into the temporary file itself, through the process that holds it, then kills it."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert list(tmp_path.iterdir()) == []
        held = [
            link
            for link in Path(f"/proc/{process.pid}/fd").iterdir()
            if os.readlink(link).startswith(str(tmp_path))
        ]
        content = b"".join(link.read_bytes() for link in held)
        assert len(content) > 3_000_000
        assert b"said" not in content
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    script = """
        import resource, sys
        from pathlib import Path
        from services.adapters.errors import StorageFull
        from services.encryption import Spool
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**21, 2**21))
        with Spool(Path(sys.argv[1]), limit=10**9) as spool:
            try:
                for _ in range(100):
                    spool.write(bytes(65536))
            except StorageFull:
                print("full")
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert result.stdout == b"full\n"
