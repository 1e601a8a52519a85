"""What only the Azure store has: a service that refuses, loses answers, or changes under a
reader."""

import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from azure.core.exceptions import ServiceResponseError
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import ContainerClient, ExponentialRetry

from services.adapters.blob import PIECE
from services.adapters.blob.azure import BLOCK, AzureBlobStore
from services.adapters.errors import BlobExists, IntegrationError
from tests.servers.azurite import ACCOUNT, KEY, connection_string

AT_ONCE = {
    "retry_policy": ExponentialRetry(
        initial_backoff=0, increment_base=0, retry_total=2, random_jitter_range=0
    )
}


@pytest.fixture
def container(azurite_connection_string: str) -> Iterator[ContainerClient]:
    name = uuid.uuid4().hex
    with ContainerClient.from_connection_string(azurite_connection_string, name) as client:
        client.create_container()
        yield client


@pytest.fixture
def store(container: ContainerClient, azurite_connection_string: str) -> AzureBlobStore:
    return AzureBlobStore(
        container.container_name, connection_string=azurite_connection_string, options=AT_ONCE
    )


class LosesAnswers(RequestsTransport):
    """The real transport; the first answer to a request of that method is lost on the way back."""

    def __init__(self, method: str, marker: str) -> None:
        super().__init__()
        self.method, self.marker, self.lost = method, marker, 0

    def send(self, request: Any, **options: Any) -> Any:
        response = super().send(request, **options)
        if request.method == self.method and self.marker in request.url and not self.lost:
            self.lost += 1
            raise ServiceResponseError("lost")
        return response


@pytest.mark.parametrize(("size", "marker"), [(10, "/a"), (2 * BLOCK + 1, "comp=blocklist")])
def test_a_lost_answer_to_a_put_is_no_conflict(
    container: ContainerClient, azurite_connection_string: str, size: int, marker: str
) -> None:
    transport = LosesAnswers("PUT", marker)
    store = AzureBlobStore(
        container.container_name,
        connection_string=azurite_connection_string,
        options={**AT_ONCE, "transport": transport},
    )
    store.put("a", [b"1" * size], "audio/wav")
    assert transport.lost == 1
    assert store.stat("a").size == size
    with pytest.raises(BlobExists):
        store.put("a", [b"1" * size], "audio/wav")


def test_a_body_never_mixes_two_versions(store: AzureBlobStore) -> None:
    store.put("a", [b"1" * (3 * PIECE)], "audio/wav")
    reading = store.read("a")
    assert next(reading) == b"1" * PIECE
    store.replace_head("a", b"2")
    with pytest.raises(IntegrationError, match="changed") as raised:
        list(reading)
    assert raised.value.retryable


def test_the_content_type_of_a_staged_blob_is_the_services_own(
    store: AzureBlobStore, container: ContainerClient
) -> None:
    store.put("a", [b"1" * (BLOCK + 1)], "audio/ogg")
    settings = container.get_blob_client("a").get_blob_properties().content_settings
    assert settings.content_type == "audio/ogg"


def test_memory_stays_with_a_few_blocks(store: AzureBlobStore) -> None:
    import tracemalloc

    tracemalloc.start()
    try:
        store.put("a", (bytes(PIECE) for _ in range(64)), "audio/wav")
        assert sum(len(piece) for piece in store.read("a")) == 64 * PIECE
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * BLOCK


def test_refused_missing_and_unreachable_are_told_apart(azurite_connection_string: str) -> None:
    other_key = azurite_connection_string.replace(KEY, "QUJD" + KEY[4:])
    missing = uuid.uuid4().hex
    cases = [
        ("abc", other_key, "refused", False),
        (missing, azurite_connection_string, "container", False),
        ("abc", connection_string(1), "reached", True),
    ]
    for container, connection, text, retryable in cases:
        store = AzureBlobStore(container, connection_string=connection, options=AT_ONCE)
        calls = [partial(store.read, "p/q"), partial(store.put, "p/q", [b"1"], "audio/wav")]
        for call in calls:
            with pytest.raises(IntegrationError, match=text) as raised:
                call()
            assert raised.value.retryable is retryable
            assert ACCOUNT not in str(raised.value)
            assert "p/q" not in str(raised.value)


def test_one_way_to_sign_in_is_given() -> None:
    url = "https://clinic.blob.core.windows.net"
    AzureBlobStore("abc", account_url=url)  # asks for no token before the first call
    with pytest.raises(ValueError, match="one of the two"):
        AzureBlobStore("abc")
    with pytest.raises(ValueError, match="one of the two"):
        AzureBlobStore("abc", account_url=url, connection_string=connection_string(1))
