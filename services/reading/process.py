"""Reading processes: started when asked for, used again, killed when one takes too long.

A light one opens and renders; a reading one holds the OCR models and is not shared with the light work, so that
an upload is never made to wait for somebody's three hundred pages.
"""

import atexit
import fcntl
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config import settings
from services.adapters.errors import IntegrationError
from services.reading import wire

log = logging.getLogger("verbatim.reading")

ROOT = Path(__file__).parents[2]
WORK = 40  # pages after which a reading process is replaced: what libraries leak stays small
KEPT = 2  # idle processes of each sort; each ends by itself after a minute
STARTING = 5.0  # seconds for a new process to come up, on a busy machine
AT_ONCE = 2  # reading processes of one Python process: each takes a core and a gigabyte
IN_MEMORY = 4  # documents of one Python process that are looked at: each is in memory as a whole
KEEP = 1 << 30  # bytes of freed memory that a process does not hand back to the system
PATIENCE = 60.0  # seconds to wait for one's turn; opening takes a few, a page of a reading two minutes at most


class Lost(Exception):
    """The process died or was killed while it worked on this."""

    def __init__(self, *, slow: bool) -> None:
        super().__init__("killed because it took too long" if slow else "died")
        self.slow = slow


class ReadingProcess:
    """One child. Not for two threads at once."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        weights = settings().weights_dir.resolve()
        with theirs:
            self._child: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, "-B", "-m", "services.reading.child", str(weights)],
                cwd=ROOT,
                env=_environment(),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self.work = 0  # pages
        self.used = False  # before what it is asked now

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def ask(
        self, request: wire.Message, content: int, seconds: float
    ) -> Iterator[wire.Message | bytes]:
        """The answers up to the one that ends them, each within `seconds`. Raises Lost; the process is then dead."""
        patience = seconds if self.used else seconds + STARTING
        try:
            wire.send(self._line, request, content)
            while True:
                answer, _ = wire.receive(self._line, patience)
                patience = seconds
                if answer["kind"] == "bytes":
                    yield wire.receive_bytes(self._line, seconds)[0]
                    continue
                yield answer
                if answer["kind"] not in ("opened", "page"):
                    return
                self.work += answer["kind"] == "page"
        except wire.TooSlow:
            self.kill()
            raise Lost(slow=True) from None
        except (wire.Ended, KeyError):
            self.kill()
            raise Lost(slow=False) from None

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()
        self._line.close()


def _environment() -> dict[str, str]:
    """All that a child is given; nothing of ours, which holds addresses and secrets.

    The models ask for the same megabytes for each line anew. By itself glibc gives them back to the system each time,
    and the system clears them page by page when they are asked for again: a tenth of the reading of a line.
    """
    return {
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "2",
        "MALLOC_MMAP_THRESHOLD_": str(KEEP),
        "MALLOC_TRIM_THRESHOLD_": str(KEEP),
    }


_lock = threading.Lock()
_idle: dict[bool, list[ReadingProcess]] = {True: [], False: []}
_reading = threading.BoundedSemaphore(AT_ONCE)
_room = threading.BoundedSemaphore(IN_MEMORY)


@contextmanager
def borrowed(*, heavy: bool) -> Iterator[ReadingProcess]:
    """A process to ask: an idle one or a new one. It goes back when the block ended well and its last answer was
    taken; else it is killed, since what it is in the middle of is nobody's any more."""
    if heavy:
        _reading.acquire()
    try:
        process = _taken(heavy)
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        _put_back(process, heavy)
    finally:
        if heavy:
            _reading.release()


@atexit.register
def close() -> None:
    """Ends the idle processes."""
    with _lock:
        processes = [process for kept in _idle.values() for process in kept]
        for kept in _idle.values():
            kept.clear()
    for process in processes:
        process.kill()


def _taken(heavy: bool) -> ReadingProcess:
    with _lock:
        while _idle[heavy]:
            process = _idle[heavy].pop()
            if process.alive:
                return process
            process.kill()
    return ReadingProcess()


def _put_back(process: ReadingProcess, heavy: bool) -> None:
    with _lock:
        if process.alive and process.work < WORK and len(_idle[heavy]) < KEPT:
            process.used = True
            _idle[heavy].append(process)
            return
    process.kill()


@contextmanager
def in_memory(content: IO[bytes]) -> Iterator[int]:
    """The whole of `content` in memory of its own as a file descriptor: never on a disk, and nobody that is given
    it can change it. At most IN_MEMORY at once; the others wait, and after PATIENCE raise IntegrationError."""
    if not _room.acquire(timeout=PATIENCE):
        raise IntegrationError("too many documents are open at this moment", retryable=True)
    file = -1
    try:
        file = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        content.seek(0)
        while piece := content.read(1 << 20):
            view = memoryview(piece)
            while view:
                view = view[os.write(file, view) :]
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW)
        yield file
    finally:
        if file >= 0:
            os.close(file)
        _room.release()
