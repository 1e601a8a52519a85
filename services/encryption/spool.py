"""A place for an upload until it is known to be sound: written once, then read as a file.

Up to 1 MiB stays in memory. Beyond that it goes to a temporary file that has no name in any folder
(it is gone with the process, however that ends), in segments sealed under a key that exists in
memory only.
"""

import errno
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.adapters.errors import IntegrationError, StorageFull
from services.encryption.reader import SegmentReader
from services.encryption.segments import SEALED, SEGMENT
from services.errors import TooLarge

MB = 1024 * 1024  # as browsers and the upload widget count
IN_MEMORY = MB
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Spool:
    """Use as a context manager: leaving it gives the space back. `folder` is where the temporary
    file lies; `limit` is in bytes."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._waiting = bytearray()  # not written yet; everything, while it is small
        self._written = 0  # segments in the file
        self._file: io.FileIO | None = None
        self._cipher = AESGCM(token_bytes(32))
        self._digest = hashlib.sha256()
        self._closed = False
        self.size = 0  # bytes

    def write(self, data: bytes) -> None:
        """Raises TooLarge beyond the limit, StorageFull, IntegrationError."""
        if self._closed:
            raise ValueError("the spool is closed")
        if self.size + len(data) > self._limit:
            raise TooLarge(
                f"This file is larger than {self._limit / MB:,.0f} MB, the most that is taken. "
                "Nothing of it was stored. Send it in parts, or in a compressed format."
            )
        self.size += len(data)
        self._digest.update(data)
        self._waiting += data
        if self._file is not None or len(self._waiting) > IN_MEMORY:
            self._write_out()

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of what was written so far."""
        return self._digest.hexdigest()

    def reader(self) -> io.RawIOBase:
        """A seekable file over what was written so far; several may be open at once."""
        return SegmentReader([self.size], lambda _: self)

    def pieces(self) -> Iterator[bytes]:
        """Everything from the start, for a put: at most 64 KiB at a time."""
        return self.segments(0, -(-self.size // SEGMENT))

    def segments(self, first: int, end: int) -> Iterator[bytes]:
        """Plain segments [first, end)."""
        if self._closed:
            raise ValueError("the spool is closed")
        for number in range(first, end):
            if number < self._written and self._file is not None:
                sealed = os.pread(self._file.fileno(), SEALED, number * SEALED)
                yield self._cipher.decrypt(_nonce(number), sealed, None)
            else:
                start = (number - self._written) * SEGMENT
                yield bytes(self._waiting[start : start + SEGMENT])

    def close(self) -> None:
        self._closed = True
        self._waiting.clear()
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write_out(self) -> None:
        """Seals the whole segments that wait; what is left of one stays in memory."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)
            offset = 0
            while len(self._waiting) - offset >= SEGMENT:
                plain = bytes(self._waiting[offset : offset + SEGMENT])
                sealed = self._cipher.encrypt(_nonce(self._written), plain, None)
                _write_at(self._file.fileno(), sealed, self._written * SEALED)
                self._written, offset = self._written + 1, offset + SEGMENT
            del self._waiting[:offset]
        except OSError as error:
            self.close()
            if error.errno in FULL:
                raise StorageFull from None
            name = errno.errorcode.get(error.errno or 0, "unknown")
            raise IntegrationError(f"the spool failed: {name}", retryable=True) from None


def _nonce(number: int) -> bytes:
    """Never twice: the key is this spool's own, and a segment is written once."""
    return number.to_bytes(12)


def _write_at(file: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(file, view, offset)
        view, offset = view[written:], offset + written
