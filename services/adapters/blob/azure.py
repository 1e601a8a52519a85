"""Blobs in one Azure Blob Storage container, through azure-storage-blob.

The container must exist. Blobs of more than 4 MiB go up as staged blocks and become visible with
the commit, so a put that dies half-way stores nothing (the service drops uncommitted blocks after 7
days). Memory: about three blocks a put, about two pieces a read.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from services.adapters.blob import PIECE, BlobStat
from services.adapters.blob.paths import (
    checked,
    checked_content_type,
    checked_prefix,
    checked_range,
)
from services.adapters.errors import BlobExists, BlobMissing, IntegrationError, StorageFull

if TYPE_CHECKING:
    from azure.core.exceptions import AzureError
    from azure.storage.blob import BlobClient, BlobProperties, ContainerClient

BLOCK = 4 * 1024 * 1024  # bytes; 50,000 blocks a blob make 195 GiB
PUT_ID = "put_id"  # metadata: which call of `put` wrote the blob
RETRYABLE = {408, 429, 500, 502, 503, 504}


class AzureBlobStore:
    """Takes a connection string, or an account URL and then signs in with DefaultAzureCredential
    (managed identity, workload identity, developer sign-in). `options` go to ContainerClient."""

    def __init__(
        self,
        container: str,
        *,
        account_url: str | None = None,
        connection_string: str | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        if bool(account_url) == bool(connection_string):
            raise ValueError("give the account URL or the connection string, one of the two")
        self._container = _container(container, account_url, connection_string, options or {})

    def put(self, path: str, pieces: Iterable[bytes], content_type: str) -> None:
        from azure.storage.blob import ContentSettings

        client = self._container.get_blob_client(checked(path))
        settings = ContentSettings(content_type=checked_content_type(content_type))
        blocks = _blocks(pieces)
        first, second = next(blocks, b""), next(blocks, None)
        metadata = {PUT_ID: uuid.uuid4().hex}
        try:
            if second is None:
                _put_whole(client, first, settings, metadata)
            else:
                _put_staged(client, _all(first, second, blocks), settings, metadata)
        except BlobExists:
            # The SDK sends a request again when its answer was lost: then the blob is our own.
            if self._metadata(client).get(PUT_ID) != metadata[PUT_ID]:
                raise

    def read(self, path: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        checked_range(start, end)
        client = self._container.get_blob_client(checked(path))
        if start == end:
            self.stat(path)
            return iter(())
        try:
            with _translated():
                # Asks for the first piece now; the further ones carry If-Match with its etag.
                download = client.download_blob(start, None if end is None else end - start)
                return _pieces(download.chunks())
        except _OutOfRange:
            return iter(())

    def stat(self, path: str) -> BlobStat:
        with _translated():
            properties = self._container.get_blob_client(checked(path)).get_blob_properties()
        return BlobStat(properties.size, properties.content_settings.content_type or "")

    def list(self, prefix: str) -> Iterator[str]:
        checked_prefix(prefix)
        return self._names(prefix)

    def _names(self, prefix: str) -> Iterator[str]:
        with _translated():
            yield from self._container.list_blob_names(name_starts_with=prefix)

    def delete(self, path: str) -> None:
        with _translated():
            self._container.get_blob_client(checked(path)).delete_blob()

    def replace_head(self, path: str, head: bytes) -> None:
        """Sends at most one block again. Raises a retryable IntegrationError when the blob was
        changed meanwhile."""
        client = self._container.get_blob_client(checked(path))
        with _translated():
            properties = client.get_blob_properties()
            if properties.size < len(head):
                raise ValueError("the blob is shorter than its new head")
            _replace_head(client, properties, head)

    def _metadata(self, client: "BlobClient") -> dict[str, str]:
        with _translated():
            return dict(client.get_blob_properties().metadata or {})


class _OutOfRange(Exception):
    """A range that begins past the end of the blob."""


def _container(
    name: str, account_url: str | None, connection_string: str | None, options: Mapping[str, Any]
) -> "ContainerClient":
    from azure.storage.blob import ContainerClient, ExponentialRetry

    # By default the SDK holds 32 MiB a read, and waits 15 s before it tries again.
    kept: dict[str, Any] = {
        "max_single_get_size": PIECE,
        "max_chunk_get_size": PIECE,
        "retry_policy": ExponentialRetry(
            initial_backoff=1, increment_base=2, retry_total=3, random_jitter_range=1
        ),
        "connection_timeout": 5,
        "read_timeout": 60,
        **options,
    }
    if connection_string:
        return ContainerClient.from_connection_string(connection_string, name, **kept)
    from azure.identity import DefaultAzureCredential

    return ContainerClient(str(account_url), name, credential=DefaultAzureCredential(), **kept)


def _put_whole(client: "BlobClient", block: bytes, settings: Any, metadata: dict[str, str]) -> None:
    try:
        with _translated():
            client.upload_blob(block, overwrite=False, content_settings=settings, metadata=metadata)
    except BlobExists:
        if _exists(client):
            raise
        # Staged blocks of a put that died count as a blob here, but not for a commit.
        _put_staged(client, [block], settings, metadata)


def _put_staged(
    client: "BlobClient", blocks: Iterable[bytes], settings: Any, metadata: dict[str, str]
) -> None:
    from azure.core import MatchConditions

    ids: list[str] = []
    for number, block in enumerate(blocks):
        if not number and _exists(client):  # before gigabytes go up; the commit makes certain
            raise BlobExists
        ids.append(f"{metadata[PUT_ID]}-{number:06}")  # all ids of a blob have one length
        with _translated():
            client.stage_block(ids[-1], block, len(block))
    try:
        with _translated():
            client.commit_block_list(
                _listed(ids),
                content_settings=settings,
                metadata=metadata,
                match_condition=MatchConditions.IfMissing,
            )
    except IntegrationError:
        # Whoever commits first takes the staged blocks of all others with it.
        if _exists(client):
            raise BlobExists from None
        raise


def _replace_head(client: "BlobClient", properties: "BlobProperties", head: bytes) -> None:
    """The first block is sent again, the others are named again. Each commit needs the content
    type anew, it would fall back to application/octet-stream."""
    from azure.core import MatchConditions

    unchanged: dict[str, Any] = {
        "etag": properties.etag,
        "match_condition": MatchConditions.IfNotModified,
    }
    properties.content_settings.content_md5 = None  # of the old bytes
    kept: dict[str, Any] = {
        "content_settings": properties.content_settings,
        "metadata": dict(properties.metadata or {}),
    }
    committed = client.get_block_list("committed")[0]
    size = committed[0].size if committed else properties.size
    if size < len(head):
        raise ValueError("the first block of the blob is shorter than the new head")
    tail = b""
    if size > len(head):
        tail = client.download_blob(len(head), size - len(head), **unchanged).readall()
    if not committed:
        client.upload_blob(head + tail, overwrite=True, **kept, **unchanged)
        return
    first = f"{uuid.uuid4().hex}-{0:06}"
    client.stage_block(first, head + tail, size)
    ids = [first, *(str(block.id) for block in committed[1:])]
    client.commit_block_list(_listed(ids), **kept, **unchanged)


def _listed(ids: list[str]) -> "list[Any]":
    from azure.storage.blob import BlobBlock

    return [BlobBlock(block_id) for block_id in ids]


def _exists(client: "BlobClient") -> bool:
    with _translated():
        return bool(client.exists())


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= BLOCK:
            yield bytes(memoryview(waiting)[:BLOCK])
            del waiting[:BLOCK]
    if waiting:
        yield bytes(waiting)


def _all(first: bytes, second: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from others


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    with _translated():
        for piece in chunks:
            if piece:
                yield piece


@contextmanager
def _translated() -> Iterator[None]:
    """The SDK's errors as ours. Their own text would carry the URL."""
    from azure.core.exceptions import AzureError

    try:
        yield
    except AzureError as error:
        raise _ours(error) from None


def _ours(error: "AzureError") -> Exception:
    from azure.core.exceptions import HttpResponseError

    if not isinstance(error, HttpResponseError) or error.status_code is None:
        return IntegrationError("the blob storage could not be reached", retryable=True)
    code, status = str(getattr(error, "error_code", "") or ""), error.status_code
    if code in ("BlobNotFound", "ResourceNotFound"):
        return BlobMissing()
    if code == "BlobAlreadyExists":
        return BlobExists()
    if code == "InvalidRange" or status == 416:
        return _OutOfRange()
    if status == 507:
        return StorageFull()
    if status == 412:
        return IntegrationError("the blob was changed meanwhile", retryable=True)
    if status in (401, 403):
        return IntegrationError("the blob storage refused the credentials", retryable=False)
    if code == "ContainerNotFound":
        return IntegrationError("the container of the blob storage is missing", retryable=False)
    return IntegrationError(
        f"the blob storage answered {status} {code}".rstrip(), retryable=status in RETRYABLE
    )
