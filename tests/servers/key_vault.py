"""A key of Azure Key Vault without the vault: RSA keys made here, used by Azure's own client."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from azure.keyvault.keys.crypto import CryptographyClient

BITS = 2048


class LocalVault:
    """One key; each `add_version` makes a new current one, the older ones stay."""

    def __init__(self, name: str) -> None:
        self.key_id = f"https://{name}.vault.azure.net/keys/verbatim"
        self.versions: list[str] = []
        self.made = 0  # clients handed out
        self.add_version()

    def add_version(self) -> None:
        self.versions.append(f"{self.key_id}/{len(self.versions) + 1:032x}")

    def client(self, key_id: str) -> CryptographyClient:
        """For a key id with or without version."""
        from azure.keyvault.keys import JsonWebKey
        from azure.keyvault.keys.crypto import CryptographyClient

        self.made += 1
        version = self.versions[-1] if key_id == self.key_id else key_id
        numbers = _numbers(version)
        return CryptographyClient.from_jwk(
            JsonWebKey(kid=version, kty="RSA", key_ops=["wrapKey", "unwrapKey"], **numbers)
        )


@cache
def _numbers(version: str) -> dict[str, Any]:
    """One key per version id; making one takes a tenth of a second."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS).private_numbers()
    public = private.public_numbers
    values = {"n": public.n, "e": public.e, "d": private.d, "p": private.p, "q": private.q}
    values |= {"dp": private.dmp1, "dq": private.dmq1, "qi": private.iqmp}
    return {name: value.to_bytes(-(-value.bit_length() // 8)) for name, value in values.items()}
