"""Key-encryption keys in Azure Key Vault: data keys wrapped with RSA-OAEP-256.

Unwrapping is a request to the vault, so data keys are kept in memory for a few minutes. A wrapped
key is not signed: who may write to the blob store and read the public key can plant a blob of their
own making. The digest in the database is what tells such a blob from the real one.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_bytes
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from services.adapters.errors import IntegrationError, KeysUnusable

if TYPE_CHECKING:
    from azure.keyvault.keys.crypto import CryptographyClient

ClientFactory = Callable[[str], "CryptographyClient"]
KEPT_SECONDS = 300  # a data key in memory, and how soon a new version of the vault's key is noticed
KEPT_KEYS = 1024
RETRYABLE = {408, 429, 500, 502, 503, 504}


class AzureKeyVaultKeys:
    """`key_id` is `https://VAULT/keys/NAME`, with `/VERSION` to hold on to one version. Rights
    needed: get, wrapKey and unwrapKey. `client_for` makes the client of a key id; by default it
    signs in with DefaultAzureCredential."""

    def __init__(self, key_id: str, client_for: ClientFactory | None = None) -> None:
        self._key_id = key_id.rstrip("/")
        self._name = _name_of(self._key_id)
        self._client_for = client_for or _default_factory()
        self._clients: dict[str, tuple[float, CryptographyClient]] = {}
        self._unwrapped: OrderedDict[tuple[str, bytes], tuple[float, bytes]] = OrderedDict()
        self._lock = Lock()

    def active_key_id(self) -> str:
        return self._wrap(token_bytes(32))[0]  # local, once the public key was fetched

    def wrap(self, data_key: bytes) -> tuple[str, bytes]:
        wrapped = self._wrap(data_key)
        self._keep(wrapped, data_key)
        return wrapped

    def _wrap(self, data_key: bytes) -> tuple[str, bytes]:
        from azure.keyvault.keys.crypto import KeyWrapAlgorithm

        with _translated():
            result = self._client(self._key_id).wrap_key(KeyWrapAlgorithm.rsa_oaep_256, data_key)
        used = result.key_id or ""
        if urlsplit(used).path.count("/") != 3:  # happens when the right to get the key is missing
            raise KeysUnusable(
                "the vault did not say which version of the key it used: "
                "give the right to get the key, or set the key id with its version"
            )
        return used, result.encrypted_key

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        from azure.keyvault.keys.crypto import KeyWrapAlgorithm

        # The id stands in the data: a vault that it names must not be asked, or signed in to.
        if _name_of(key_id) != self._name:
            raise KeysUnusable("data was encrypted with a key that is not the one in the settings")
        if kept := self._kept((key_id, wrapped)):
            return kept
        with _translated():
            client = self._client(key_id)
            data_key: bytes = client.unwrap_key(KeyWrapAlgorithm.rsa_oaep_256, wrapped).key
        self._keep((key_id, wrapped), data_key)
        return data_key

    def _client(self, key_id: str) -> "CryptographyClient":
        with self._lock:
            made, client = self._clients.get(key_id, (0.0, None))
            if client is None or time.monotonic() - made > KEPT_SECONDS:
                client = self._client_for(key_id)
                self._clients[key_id] = (time.monotonic(), client)
            return client

    def _kept(self, key: tuple[str, bytes]) -> bytes | None:
        with self._lock:
            since, data_key = self._unwrapped.get(key, (0.0, b""))
            if data_key and time.monotonic() - since <= KEPT_SECONDS:
                return data_key
            self._unwrapped.pop(key, None)
            return None

    def _keep(self, key: tuple[str, bytes], data_key: bytes) -> None:
        with self._lock:
            self._unwrapped[key] = (time.monotonic(), data_key)
            while len(self._unwrapped) > KEPT_KEYS:
                self._unwrapped.popitem(last=False)


def _name_of(key_id: str) -> tuple[str, str]:
    """(host, name of the key), whatever the version. Raises KeysUnusable."""
    parts = urlsplit(key_id)
    path = parts.path.split("/")
    if parts.scheme != "https" or not parts.netloc or len(path) not in (3, 4) or path[1] != "keys":
        raise KeysUnusable("a key id of Azure Key Vault looks like https://VAULT/keys/NAME")
    return parts.netloc.lower(), path[2].lower()


def _default_factory() -> ClientFactory:
    from azure.identity import DefaultAzureCredential
    from azure.keyvault.keys.crypto import CryptographyClient

    credential = DefaultAzureCredential()
    return lambda key_id: CryptographyClient(key_id, credential)


@contextmanager
def _translated() -> Iterator[None]:
    """The SDK's errors as ours. Their own text would carry the vault's address and more."""
    from azure.core.exceptions import AzureError, HttpResponseError

    try:
        yield
    except HttpResponseError as error:
        status = error.status_code or 0
        if status == 400:
            raise KeysUnusable("a wrapped data key was altered") from None
        if status in (401, 403):
            raise IntegrationError(
                "the key vault refused: give the rights get, wrapKey and unwrapKey", retryable=False
            ) from None
        if status == 404:
            raise KeysUnusable("the key vault has no such key or version") from None
        raise IntegrationError(
            f"the key vault answered {status}", retryable=not status or status in RETRYABLE
        ) from None
    except AzureError:
        raise IntegrationError("the key vault could not be reached", retryable=True) from None
    except ValueError:  # of the SDK's local unwrapping
        raise KeysUnusable("a wrapped data key was altered") from None
