"""Sealed columns: Base64(0x01 | data key id, 4 bytes | nonce, 12 bytes | AES-256-GCM ciphertext and
tag).

The additional data is `v1:table:column:row uid`, so ciphertext copied to another row or column is
refused. The nonce is random: make a new data key well before 2^32 values (NIST SP 800-38D, 8.3).
"""

import base64
import binascii
import json
import os
import uuid
from functools import lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.sealed import Ciphertext
from services.encryption.data_keys import DataKeys
from services.encryption.errors import SealBroken

VERSION = 1
NONCE = 12
HEAD = 1 + 4 + NONCE  # bytes before the ciphertext


class Sealable(Protocol):
    """A row with an identity made before insert: ciphertext is bound to it."""

    @property
    def uid(self) -> uuid.UUID: ...


_data_keys: DataKeys | None = None


def use_data_keys(keys: DataKeys) -> None:
    """Once a process, at start-up, after `keys.ensure()`."""
    global _data_keys
    _data_keys = keys


def seal(row: Sealable, column: str, text: str) -> Ciphertext:
    """`row.notes = seal(row, "notes", text)`. The row needs its uid, not to be stored yet."""
    return seal_at(_table(row, column), column, row.uid, text)


def unseal(row: Sealable, column: str) -> str:
    """The text of a sealed column. Raises SealBroken; ValueError for a column that is NULL."""
    value: Ciphertext | None = getattr(row, column)
    if value is None:
        raise ValueError(f"nothing is sealed in {column}")
    return unseal_at(_table(row, column), column, row.uid, value)


def seal_json(row: Sealable, column: str, value: Any) -> Ciphertext:
    """`value` is what `json` can write."""
    return seal(row, column, json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def unseal_json(row: Sealable, column: str) -> Any:
    """What `seal_json` was given. Raises as `unseal` does."""
    return json.loads(unseal(row, column))


def seal_at(table: str, column: str, uid: uuid.UUID, text: str) -> Ciphertext:
    """For code that has no row in hand: a bulk insert."""
    if not isinstance(uid, uuid.UUID):
        raise TypeError("give the row its uid before sealing: the ciphertext is bound to it")
    return Ciphertext(_seal(text.encode(), _place(table, column, uid)))


def unseal_at(table: str, column: str, uid: uuid.UUID, value: Ciphertext) -> str:
    """For code that has no row in hand: a list that selected columns. Raises SealBroken."""
    place = _place(table, column, uid)
    return _unseal(value.stored, place).decode()


def seal_bytes(data: bytes, context: str) -> str:
    """For what is no column; `context` says what it is for and must be given again to unseal."""
    return _seal(data, f"v{VERSION}:context:{context}")


def unseal_bytes(sealed: str, context: str) -> bytes:
    """Raises SealBroken."""
    return _unseal(sealed, f"v{VERSION}:context:{context}")


def reseal(row: Sealable, column: str) -> bool:
    """Seals the column again if it isn't under the active data key. True if it was changed. One row
    of a rotation: the caller commits in batches and repeats until none is left."""
    value: Ciphertext | None = getattr(row, column)
    if value is None or _key_id(value.stored) == _keys().active()[0]:
        return False
    setattr(row, column, seal(row, column, unseal(row, column)))
    return True


def access_log_key() -> bytes:
    """The HMAC key of the access log's chain, 32 bytes."""
    return _keys().access_log_key()


def _keys() -> DataKeys:
    if _data_keys is None:
        raise RuntimeError("no data keys in this process: call use_data_keys at start-up")
    return _data_keys


def _table(row: Sealable, column: str) -> str:
    if not hasattr(type(row), column):
        raise AttributeError(f"{type(row).__name__} has no column {column}")
    return str(row.__tablename__)  # type: ignore[attr-defined]  # SQLAlchemy's declarative name


def _place(table: str, column: str, uid: uuid.UUID) -> str:
    return f"v{VERSION}:{table}:{column}:{uid}"


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _seal(data: bytes, place: str) -> str:
    key_id, key = _keys().active()
    nonce = os.urandom(NONCE)
    sealed = _cipher(key).encrypt(nonce, data, place.encode())
    return base64.b64encode(bytes([VERSION]) + key_id.to_bytes(4) + nonce + sealed).decode()


def _key_id(stored: str) -> int:
    """0, which is no key, for what is no ciphertext of ours."""
    try:
        head = base64.b64decode(stored[:8], validate=True)
    except (binascii.Error, ValueError):
        return 0
    return int.from_bytes(head[1:5]) if len(head) >= 5 and head[0] == VERSION else 0


def _unseal(stored: str, place: str) -> bytes:
    try:
        key = _keys().key(_key_id(stored))
        raw = base64.b64decode(stored, validate=True)
        if key is not None and len(raw) >= HEAD:
            return _cipher(key).decrypt(raw[5:HEAD], raw[HEAD:], place.encode())
    except (InvalidTag, binascii.Error, ValueError):
        pass
    # Outside the except block: no chained cause keeps the ciphertext in a traceback's locals.
    raise SealBroken("column", place)
