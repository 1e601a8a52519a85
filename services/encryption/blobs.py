"""Sealed blobs over any blob store.

    header, 1024 bytes: VSB1 | nonce prefix, 7 | length of key id, 2 | length of wrapped key, 2
                        | key id | wrapped data key | zeros
    then STREAM segments (see `segments`), additional data: VSB1 | nonce prefix | path

Each blob has a data key of its own, wrapped by the key provider. The header has one size, so the
plain size follows from the stored size, and exchanging the wrapped key moves no byte of the body.
The path is bound, the wrapped key is not: rotation rewrites the header only, a blob moved to
another path is refused. A cut tail shows when the last segment is read, not before; what was read
until then is authentic.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from secrets import token_bytes

from services.adapters.blob import BlobStat, BlobStore
from services.adapters.errors import KeysUnusable
from services.adapters.keys import KeyProvider
from services.encryption import segments
from services.encryption.errors import SealBroken
from services.encryption.reader import SegmentReader
from services.encryption.segments import PREFIX, SEALED, SEGMENT, BrokenSegment, SegmentCipher

MAGIC = b"VSB1"
HEADER = 1024
FIXED = len(MAGIC) + PREFIX  # what the segments are bound to, with the path
LENGTHS = FIXED + 4


@dataclass(frozen=True)
class Header:
    prefix: bytes
    key_id: str
    wrapped: bytes

    def pack(self) -> bytes:
        key_id = self.key_id.encode()
        lengths = len(key_id).to_bytes(2) + len(self.wrapped).to_bytes(2)
        packed = MAGIC + self.prefix + lengths + key_id + self.wrapped
        if len(packed) > HEADER:
            raise KeysUnusable("the key provider's ids or wrapped keys do not fit the header")
        return packed.ljust(HEADER, b"\0")

    @classmethod
    def parse(cls, raw: bytes, path: str) -> "Header":
        key_id_end = LENGTHS + int.from_bytes(raw[FIXED : FIXED + 2])
        end = key_id_end + int.from_bytes(raw[FIXED + 2 : LENGTHS])
        key_id = raw[LENGTHS:key_id_end]
        sound = len(raw) == HEADER and raw.startswith(MAGIC) and end <= HEADER
        if not sound or not key_id.isascii() or any(raw[end:]):
            raise SealBroken("blob", path)
        return cls(raw[len(MAGIC) : FIXED], key_id.decode(), raw[key_id_end:end])


class SealedBlob:
    """One blob opened for reading: its data key unwrapped, its plain size known."""

    def __init__(self, store: BlobStore, path: str, size: int, cipher: SegmentCipher) -> None:
        self._store, self._path, self.size, self._cipher = store, path, size, cipher

    def segments(self, first: int, end: int) -> Iterator[bytes]:
        """Plain segments [first, end). Raises SealBroken, BlobMissing."""
        total = segments.count(self.size)
        stored = self._store.read(self._path, HEADER + first * SEALED, HEADER + end * SEALED)
        sealed = segments.parts(stored, SEALED)
        for number in range(first, min(end, total)):
            try:
                yield self._cipher.unseal(number, next(sealed, b""), last=number == total - 1)
            except BrokenSegment:
                raise SealBroken("blob", self._path) from None

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Plain bytes [start, end), a segment at a time; what lies past the end yields nothing.
        Raises SealBroken, BlobMissing."""
        end = self.size if end is None else min(end, self.size)
        if start >= end and self.size:
            return
        first = start // SEGMENT
        for number, plain in enumerate(self.segments(first, segments.count(end)), first):
            piece = plain[max(0, start - number * SEGMENT) : end - number * SEGMENT]
            if piece:
                yield piece


class SealedBlobs:
    """A blob store that is given plain bytes and stores sealed ones. Errors: as the store's and the
    key provider's, and SealBroken."""

    def __init__(self, store: BlobStore, keys: KeyProvider) -> None:
        self._store, self._keys = store, keys

    def put(self, path: str, pieces: Iterable[bytes], content_type: str) -> int:
        """Seals and stores, streaming. The plain size in bytes."""
        key, prefix = token_bytes(32), token_bytes(PREFIX)
        header = Header(prefix, *self._keys.wrap(key)).pack()
        size = 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                size += len(piece)
                yield piece

        def sealed() -> Iterator[bytes]:
            yield header
            yield from _cipher(key, prefix, path).seal(counted())

        self._store.put(path, sealed(), content_type)
        return size

    def stat(self, path: str) -> BlobStat:
        """Plain size and content type; reads nothing of the blob itself."""
        stored = self._store.stat(path)
        size = segments.plain_size(stored.size - HEADER)
        if size is None:
            raise SealBroken("blob", path)
        return BlobStat(size, stored.content_type)

    def open(self, path: str) -> SealedBlob:
        """For several reads of one blob: the header is fetched once."""
        size = self.stat(path).size
        header = self._header(path)
        try:
            key = self._keys.unwrap(header.key_id, header.wrapped)
        except KeysUnusable as error:
            raise SealBroken("blob", path, str(error)) from error
        return SealedBlob(self._store, path, size, _cipher(key, header.prefix, path))

    def read(self, path: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Plain bytes [start, end), at most 64 KiB at a time. Opens the blob at the call."""
        return self.open(path).read(start, end)

    def reader(self, paths: Sequence[str]) -> io.RawIOBase:
        """The blobs one after the other as one seekable file, for a decoder. Each is opened when it
        is first touched; memory stays about 3 MiB."""
        return SegmentReader(
            [self.stat(path).size for path in paths], lambda index: self.open(paths[index])
        )

    def key_id(self, path: str) -> str:
        """The key-encryption key that the blob's data key is wrapped under."""
        return self._header(path).key_id

    def rewrap(self, path: str) -> bool:
        """Wraps the data key under the active key-encryption key; the body is not touched. False if
        it already was. Interrupted, the old header stands."""
        header = self._header(path)
        if header.key_id == self._keys.active_key_id():
            return False
        key = self._keys.unwrap(header.key_id, header.wrapped)
        self._store.replace_head(path, Header(header.prefix, *self._keys.wrap(key)).pack())
        return True

    def list(self, prefix: str) -> Iterator[str]:
        """Paths that begin with `prefix`, sorted."""
        return self._store.list(prefix)

    def delete(self, path: str) -> None:
        """Raises BlobMissing."""
        self._store.delete(path)

    def _header(self, path: str) -> Header:
        return Header.parse(b"".join(self._store.read(path, 0, HEADER)), path)


def _cipher(key: bytes, prefix: bytes, path: str) -> SegmentCipher:
    return SegmentCipher(key, prefix, MAGIC + prefix + path.encode())
