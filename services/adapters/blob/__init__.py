"""Blob stores: opaque bytes at a path. They never see plaintext: `services.encryption` seals
first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

PIECE = 1024 * 1024  # bytes; the most that one step of a read hands over


@dataclass(frozen=True)
class BlobStat:
    size: int  # bytes as stored
    content_type: str


class BlobStore(Protocol):
    """Every method raises ValueError for a path that breaks the rules of `blob.paths`, and an
    IntegrationError child for everything that can go wrong outside."""

    def put(self, path: str, pieces: Iterable[bytes], content_type: str) -> None:
        """Store durably or not at all, streaming. Raises BlobExists, StorageFull; what `pieces`
        raises passes through and nothing is stored."""

    def read(self, path: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes [start, end) in pieces of at most 1 MiB; a start past the end yields nothing.
        Raises BlobMissing, at the call and not at the first piece."""

    def stat(self, path: str) -> BlobStat:
        """Raises BlobMissing."""

    def list(self, prefix: str) -> Iterator[str]:
        """Paths that begin with `prefix`, sorted by code point."""

    def delete(self, path: str) -> None:
        """Raises BlobMissing."""

    def replace_head(self, path: str, head: bytes) -> None:
        """Exchange the first `len(head)` bytes, atomically; the rest and the content type stay.
        For key rotation. Raises BlobMissing, StorageFull; ValueError if the blob is shorter."""
