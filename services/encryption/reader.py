"""A seekable file over segments that are decrypted as they are needed."""

import io
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Protocol

from services.encryption.segments import SEGMENT, count

AHEAD = 16  # segments fetched at once when reading on: 1 MiB
KEPT = 32  # decrypted segments in memory: 2 MiB
OPEN = 16  # sources kept open


class Source(Protocol):
    def segments(self, first: int, end: int) -> Iterator[bytes]:
        """Plain segments [first, end)."""


class SegmentReader(io.RawIOBase):
    """Sources one after the other. `sizes` are their plain sizes, `open_source` opens one of
    them."""

    def __init__(self, sizes: Sequence[int], open_source: Callable[[int], Source]) -> None:
        self._sizes = list(sizes)
        self._starts = [0, *accumulate(self._sizes)]
        self._open = lru_cache(maxsize=OPEN)(open_source)
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._position = 0
        self._expected = (0, 0)  # the segment that comes next when reading on

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        self._check_open()
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._check_open()
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._starts[-1]}[whence]
        if base + offset < 0:
            raise ValueError("a position is not negative")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fills as much as one segment gives; 0 at the end."""
        self._check_open()
        if self._position >= self._starts[-1] or not len(buffer):
            return 0
        index = bisect_right(self._starts, self._position) - 1  # skips empty sources
        number, offset = divmod(self._position - self._starts[index], SEGMENT)
        piece = self._segment(index, number)[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        self._kept.clear()
        self._open.cache_clear()
        super().close()

    def _segment(self, index: int, number: int) -> bytes:
        key = (index, number)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        total = count(self._sizes[index])
        wanted = AHEAD if key == self._expected or number == 0 else 1
        end = min(number + wanted, total)
        for fetched, plain in enumerate(self._open(index).segments(number, end), number):
            self._kept[index, fetched] = plain
        self._expected = (index, end) if end < total else (index + 1, 0)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("the file is closed")
