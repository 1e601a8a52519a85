"""One readable stream per file out of a row of chunks, some of which continue the file before them."""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from services.adapters.audio.containers import HEADER_LIMIT, begins_container, needs_seeking, peek

PIECE = 1 << 16  # bytes


class JoinedChunks(io.RawIOBase):
    """Chunks of one file read as one; asks for the next chunk only when the last byte is consumed.

    Seekable only when the file cannot be read otherwise (an MP4 with its index at the end): a seekable
    stream makes FFmpeg look at the end first, and the end of a live stream has not arrived yet.
    """

    def __init__(self, first: BinaryIO, more: Iterator[BinaryIO]) -> None:
        self._chunks: list[tuple[int, BinaryIO]] = [(0, first)]  # (offset in the file, chunk)
        self._more = more
        self._end: int | None = None  # size of the file once its last chunk is known
        self._position = 0
        self._seekable = needs_seeking(peek(first, HEADER_LIMIT))

    def head(self, size: int) -> bytes:
        """The first bytes, before anything is read."""
        return peek(self._chunks[0][1], size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._seekable

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if not self._seekable:
            raise io.UnsupportedOperation("seek")
        if whence == io.SEEK_END:
            while self._next_chunk():
                pass
            offset += self._end or 0
        elif whence == io.SEEK_CUR:
            offset += self._position
        self._position = max(0, offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer at the end of a chunk; empty only at the end of the file."""
        while True:
            for start, chunk in reversed(self._chunks):
                if start <= self._position:
                    chunk.seek(self._position - start)
                    piece = chunk.read(size)
                    break
            if piece:
                self._position += len(piece)
                return piece
            if not self._next_chunk():
                return b""

    def _next_chunk(self) -> bool:
        if self._end is not None:
            return False
        start, chunk = self._chunks[-1]
        size = chunk.seek(0, io.SEEK_END)
        following = next(self._more, None)
        if following is None:
            self._end = start + size
            return False
        if self._seekable:
            self._chunks.append((start + size, following))
        else:
            self._chunks = [(start + size, following)]  # what was read is let go
        return True


def files_in(chunks: Iterable[BinaryIO]) -> Iterator[JoinedChunks]:
    """The files that the chunks hold, in order; what is unread of one is passed over for the next.

    Each chunk is seekable and stands at its first byte; the row itself may be live and block.
    """
    waiting: list[BinaryIO] = []
    row = iter(chunks)

    def continuations() -> Iterator[BinaryIO]:
        for chunk in row:
            if begins_container(chunk):
                waiting.append(chunk)
                return
            yield chunk

    first = next(row, None)
    while first is not None:
        more = continuations()
        yield JoinedChunks(first, more)
        for _ in more:  # the decoder stopped early: pass over what it left
            pass
        first = waiting.pop() if waiting else None


def pieces_of(stream: BinaryIO) -> Iterator[BinaryIO]:
    """A stream that cannot seek (one file, perhaps still growing) as a row of chunks."""
    while piece := stream.read(PIECE):
        yield io.BytesIO(piece)
