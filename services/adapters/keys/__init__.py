"""Key-encryption keys: where the product's data keys are wrapped. Key material never leaves a
provider unwrapped other than as the data key that was asked for."""

from typing import Protocol


class KeyProvider(Protocol):
    def active_key_id(self) -> str:
        """The id of the key that `wrap` uses now. Raises IntegrationError."""

    def wrap(self, data_key: bytes) -> tuple[str, bytes]:
        """(key id, wrapped data key) under the active key-encryption key. Raises
        IntegrationError."""

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """The data key. Raises KeysUnusable for an unknown key id or a wrapped key that was
        altered, IntegrationError for a provider that does not answer."""
