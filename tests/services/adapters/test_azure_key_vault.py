"""What only Azure Key Vault has: ids that lie, versions, and a service that may not answer."""

import os

import pytest
from azure.core.credentials import AccessToken
from azure.keyvault.keys.crypto import CryptographyClient

from services.adapters.errors import IntegrationError, KeysUnusable
from services.adapters.keys import azure_key_vault
from services.adapters.keys.azure_key_vault import AzureKeyVaultKeys
from tests.servers.key_vault import LocalVault

DATA_KEY = bytes(range(32))


def test_an_id_that_names_another_vault_is_never_asked() -> None:
    vault = LocalVault("ours")
    keys = AzureKeyVaultKeys(vault.key_id, vault.client)
    _, wrapped = keys.wrap(DATA_KEY)
    made = vault.made
    for key_id in (
        "https://evil.example/keys/verbatim/1",
        "https://ours.vault.azure.net.evil.example/keys/verbatim/1",
        "https://ours.vault.azure.net@evil.example/keys/verbatim/1",
        "http://ours.vault.azure.net/keys/verbatim/1",
        "https://ours.vault.azure.net/keys/other/1",
        "https://ours.vault.azure.net/secrets/verbatim/1",
    ):
        with pytest.raises(KeysUnusable):
            keys.unwrap(key_id, wrapped)
    assert vault.made == made


@pytest.mark.parametrize(
    "key_id", ["", "verbatim", "https://ours.vault.azure.net", "https:///keys/a"]
)
def test_a_setting_that_is_no_key_id_stops_the_start(key_id: str) -> None:
    with pytest.raises(KeysUnusable, match="looks like"):
        AzureKeyVaultKeys(key_id)


def test_a_key_in_use_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = LocalVault("ours")
    keys = AzureKeyVaultKeys(vault.key_id, vault.client)
    key_id, wrapped = keys.wrap(DATA_KEY)
    made = vault.made
    assert keys.unwrap(key_id, wrapped) == DATA_KEY
    assert vault.made == made  # no client was needed
    monkeypatch.setattr(azure_key_vault, "KEPT_SECONDS", -1)
    assert keys.unwrap(key_id, wrapped) == DATA_KEY
    assert vault.made > made


def test_only_so_many_keys_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azure_key_vault, "KEPT_KEYS", 3)
    vault = LocalVault("ours")
    keys = AzureKeyVaultKeys(vault.key_id, vault.client)
    wrapped = [(data_key, *keys.wrap(data_key)) for data_key in (os.urandom(32) for _ in range(5))]
    assert len(keys._unwrapped) == 3
    assert all(keys.unwrap(key_id, data) == data_key for data_key, key_id, data in wrapped)


def test_a_wrap_without_a_version_is_refused() -> None:
    """As when the right to get the key is missing: later no one could say which version unwraps."""
    vault = LocalVault("ours")
    vault.versions = [vault.key_id]
    with pytest.raises(KeysUnusable, match="version"):
        AzureKeyVaultKeys(vault.key_id, vault.client).wrap(DATA_KEY)


def test_a_vault_that_does_not_answer_may_be_asked_again() -> None:
    class Credential:
        def get_token(self, *scopes: str, **options: object) -> AccessToken:
            raise AssertionError("no token is due before the vault has answered")

    def client(key_id: str) -> CryptographyClient:
        return CryptographyClient(key_id, Credential(), retry_total=0, connection_timeout=1)

    keys = AzureKeyVaultKeys("https://127.0.0.1:1/keys/verbatim", client)
    with pytest.raises(IntegrationError, match="reached") as raised:
        keys.wrap(DATA_KEY)
    assert raised.value.retryable
