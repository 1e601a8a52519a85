"""Blobs as files of one folder, crash-safe.

A file is `VLB1 | length of content type, 1 byte | content type | bytes`. It is written under a
temporary name, fsync'd, linked to its own name only if nothing is there, and the folder fsync'd:
what `put` has returned from survives SIGKILL, and a power cut as far as the disk honours fsync.
Several processes may share the folder. Each folder on the way is opened without following links,
so that no link can lead out of the root.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from services.adapters.blob import PIECE, BlobStat
from services.adapters.blob.paths import (
    checked,
    checked_content_type,
    checked_prefix,
    checked_range,
)
from services.adapters.errors import BlobExists, BlobMissing, IntegrationError, StorageFull

MAGIC = b"VLB1"
TEMPORARY = ".tmp"
STALE_SECONDS = 60  # a temporary file this old that no process holds open is an orphan
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR}


class LocalBlobStore:
    def __init__(self, root: Path) -> None:
        self._root = Path(root).absolute()
        # Folders whose own entry is known to be on disk; another process may have made one and
        # died before its fsync, so each process syncs a folder's parent once.
        self._durable: set[tuple[str, ...]] = set()
        with _translated():
            (self._root / TEMPORARY).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()

    def put(self, path: str, pieces: Iterable[bytes], content_type: str) -> None:
        *folder, name = checked(path).split("/")
        head = _head(content_type)
        if self._exists(path):
            raise BlobExists
        with self._temporary() as (temporary, target):
            with _translated():
                _write(target, head)
            for piece in pieces:
                with _translated():
                    _write(target, piece)
            with _translated():
                os.fsync(target)
                with self._folder(folder, create=True) as parent:
                    _link(self._root / TEMPORARY / temporary, name, parent)

    def read(self, path: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        checked_range(start, end)
        self.stat(path)
        return self._pieces(path, start, end)

    def _pieces(self, path: str, start: int, end: int | None) -> Iterator[bytes]:
        with self._opened(path) as file:
            _, begin = _parse(file)
            file.seek(begin + start)
            left = (1 << 62) if end is None else end - start
            while left > 0:
                with _translated():
                    piece = file.read(min(PIECE, left))
                if not piece:
                    return
                left -= len(piece)
                yield piece

    def stat(self, path: str) -> BlobStat:
        with self._opened(path) as file, _translated():
            content_type, begin = _parse(file)
            return BlobStat(os.fstat(file.fileno()).st_size - begin, content_type)

    def list(self, prefix: str) -> Iterator[str]:
        return self._walk(checked_prefix(prefix), prefix)

    def _walk(self, folder: str, prefix: str) -> Iterator[str]:
        for name in self._entries(folder):
            path = f"{folder}/{name}" if folder else name
            if not name.endswith("/"):
                if path.startswith(prefix):
                    yield path
            elif path.startswith(prefix) or prefix.startswith(path):
                yield from self._walk(path[:-1], prefix)

    def _entries(self, folder: str) -> Sequence[str]:
        """Names of files, and of folders with a slash after: so they sort as whole paths do."""
        try:
            segments = folder.split("/") if folder else []
            with _translated(may_be_missing=True), self._folder(segments) as parent:
                with os.scandir(parent) as entries:
                    return sorted(
                        entry.name + ("/" if entry.is_dir(follow_symlinks=False) else "")
                        for entry in entries
                        if not entry.name.startswith(".") and not entry.is_symlink()
                    )
        except BlobMissing:
            return []

    def delete(self, path: str) -> None:
        *folder, name = checked(path).split("/")
        with _translated(may_be_missing=True), self._changing(), self._folder(folder) as parent:
            os.unlink(name, dir_fd=parent)
            os.fsync(parent)

    def replace_head(self, path: str, head: bytes) -> None:
        *folder, name = checked(path).split("/")
        with (
            self._opened(path) as source,
            self._temporary() as (temporary, target),
            _translated(may_be_missing=True),
        ):
            content_type, begin = _parse(source)
            before = os.fstat(source.fileno())
            if before.st_size - begin < len(head):
                raise ValueError("the blob is shorter than its new head")
            _write(target, _head(content_type) + head)
            source.seek(begin + len(head))
            while piece := source.read(PIECE):
                _write(target, piece)
            os.fsync(target)
            # Without the lock a blob deleted meanwhile would come back to life.
            with self._changing(), self._folder(folder) as parent:
                if not os.path.samestat(before, os.stat(name, dir_fd=parent)):
                    raise IntegrationError("the blob was changed meanwhile", retryable=True)
                os.replace(self._root / TEMPORARY / temporary, name, dst_dir_fd=parent)
                os.fsync(parent)

    def _exists(self, path: str) -> bool:
        try:
            self.stat(path)
        except BlobMissing:
            return False
        return True

    @contextmanager
    def _opened(self, path: str) -> Iterator[BinaryIO]:
        *folder, name = checked(path).split("/")
        with _translated(may_be_missing=True), self._folder(folder) as parent:
            opened = open(name, "rb", buffering=0, opener=partial(_open_in, parent))
        with opened:
            yield opened

    @contextmanager
    def _folder(self, segments: Sequence[str], *, create: bool = False) -> Iterator[int]:
        """A descriptor of the folder; with `create` it is made, and on disk, entry and all."""
        here = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for depth, segment in enumerate(segments, 1):
                known = tuple(segments[:depth])
                if create:
                    with suppress(FileExistsError):
                        os.mkdir(segment, 0o700, dir_fd=here)
                        self._durable.discard(known)
                inner = _enter(segment, here, create)
                if create and known not in self._durable:
                    os.fsync(here)
                    self._durable.add(known)
                os.close(here)
                here = inner
            yield here
        finally:
            os.close(here)

    @contextmanager
    def _temporary(self) -> Iterator[tuple[str, int]]:
        """Name and descriptor of a locked temporary file, gone afterwards unless it was renamed."""
        name = token_hex(16)
        path = self._root / TEMPORARY / name
        with _translated():
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield name, file
        finally:
            os.close(file)
            path.unlink(missing_ok=True)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One process at a time takes names away or exchanges what they stand for."""
        folder = os.open(self._root / TEMPORARY, FOLDER)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _sweep(self) -> None:
        """Takes away what a killed process left: old, and locked by no one."""
        for path in (self._root / TEMPORARY).iterdir():
            with suppress(FileNotFoundError, BlockingIOError):
                if time.time() - path.stat().st_mtime < STALE_SECONDS:
                    continue
                with path.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()


@contextmanager
def _translated(*, may_be_missing: bool = False) -> Iterator[None]:
    """Operating system errors as ours. Their own text would carry the path."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from None
        if may_be_missing and error.errno in ABSENT:
            raise BlobMissing from None
        name = errno.errorcode.get(error.errno or 0, "unknown")
        raise IntegrationError(f"the storage folder failed: {name}", retryable=True) from None


def _open_in(parent: int, name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)


def _enter(segment: str, parent: int, create: bool) -> int:
    try:
        return os.open(segment, FOLDER, dir_fd=parent)
    except OSError as error:
        if create and error.errno in (errno.ENOTDIR, errno.ELOOP):
            raise ValueError("a file or a link stands where the blob path needs a folder") from None
        raise


def _link(temporary: Path, name: str, parent: int) -> None:
    try:
        os.link(temporary, name, dst_dir_fd=parent, follow_symlinks=False)
    except FileExistsError:
        raise BlobExists from None
    try:
        os.fsync(parent)
    except OSError:  # not durable, so not stored
        os.unlink(name, dir_fd=parent)
        raise


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _head(content_type: str) -> bytes:
    kept = checked_content_type(content_type).encode()
    return MAGIC + bytes([len(kept)]) + kept


def _parse(file: BinaryIO) -> tuple[str, int]:
    """Content type, and where the blob's own bytes begin."""
    start = file.read(len(MAGIC) + 1)
    if len(start) <= len(MAGIC) or not start.startswith(MAGIC):
        raise IntegrationError("a file in the storage folder is not a blob", retryable=False)
    kept = file.read(start[-1])
    return kept.decode("ascii", "replace"), len(start) + len(kept)
