"""STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015): bytes in segments of 64 KiB, each
sealed with AES-256-GCM under nonce = prefix, 7 bytes | number, 4 bytes | 1 for the last segment,
else 0.

So no segment can be dropped, swapped, or cut off at the end unseen. One key seals one stream.
"""

from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SEGMENT = 64 * 1024  # bytes of plaintext
TAG = 16
SEALED = SEGMENT + TAG  # 2^32 of them make 256 TiB
PREFIX = 7


class BrokenSegment(Exception):
    """A segment that is not what was sealed at its place. Becomes SealBroken where the place is
    known."""


class SegmentCipher:
    def __init__(self, key: bytes, prefix: bytes, context: bytes) -> None:
        self._cipher, self._prefix, self._context = AESGCM(key), prefix, context

    def seal(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Sealed segments; at least one, since an empty stream has an empty last segment."""
        number, held = 0, memoryview(b"")
        for part in parts(pieces, SEGMENT):
            if held:  # the last one is known at the end only
                yield self._seal(number, held, last=False)
                number += 1
            held = part
        yield self._seal(number, held, last=True)

    def _seal(self, number: int, data: memoryview, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(number, last), data, self._context)

    def unseal(self, number: int, sealed: bytes | memoryview, *, last: bool) -> bytes:
        """Raises BrokenSegment."""
        try:
            return self._cipher.decrypt(self._nonce(number, last), sealed, self._context)
        except (InvalidTag, ValueError):
            pass
        raise BrokenSegment

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4) + bytes([last])


def count(plain: int) -> int:
    """Segments of a stream of so many plain bytes."""
    return max(1, -(-plain // SEGMENT))


def plain_size(sealed: int) -> int | None:
    """Plain bytes in a sealed stream of that length, None if no stream has it."""
    segments = -(-sealed // SEALED)
    if sealed < TAG or sealed - (segments - 1) * SEALED < TAG:
        return None
    return sealed - segments * TAG


def parts(pieces: Iterable[bytes], size: int) -> Iterator[memoryview]:
    """The same bytes cut to `size` each, the last one to what is left."""
    rest = bytearray()
    for piece in pieces:
        view = memoryview(bytes(piece))  # no copy, unless it is a buffer that its owner may refill
        if rest:
            missing = size - len(rest)
            rest += view[:missing]
            view = view[missing:]
            if len(rest) < size:
                continue
            yield memoryview(rest)
            rest = bytearray()
        whole = len(view) - len(view) % size
        for start in range(0, whole, size):
            yield view[start : start + size]
        rest += view[whole:]
    if rest:
        yield memoryview(rest)
