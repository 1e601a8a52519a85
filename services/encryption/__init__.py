"""Encryption at rest. Nothing reaches the database, a blob store or a disk but through here.

Columns: `row.notes = seal(row, "notes", text)`, `unseal(row, "notes")`; `use_data_keys` once at
start-up. Blobs: `SealedBlobs(store, key_provider)`. Uploads on their way: `Spool`. What cannot be
decrypted raises `SealBroken`. AES-256-GCM throughout; the formats stand in `columns` and `blobs`.
"""

from services.encryption.blobs import SealedBlobs
from services.encryption.columns import (
    access_log_key,
    reseal,
    seal,
    seal_at,
    seal_bytes,
    seal_json,
    unseal,
    unseal_at,
    unseal_bytes,
    unseal_json,
    use_data_keys,
)
from services.encryption.data_keys import DataKeys, StoredKey
from services.encryption.errors import SealBroken
from services.encryption.spool import Spool

__all__ = [
    "DataKeys",
    "SealBroken",
    "SealedBlobs",
    "Spool",
    "StoredKey",
    "access_log_key",
    "reseal",
    "seal",
    "seal_at",
    "seal_bytes",
    "seal_json",
    "unseal",
    "unseal_at",
    "unseal_bytes",
    "unseal_json",
    "use_data_keys",
]
