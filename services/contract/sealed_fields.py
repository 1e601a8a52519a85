"""Encrypted fields as callers write them: what a GET returned, or plain text."""

import base64
import binascii
from typing import Any

from models.sealed import Ciphertext
from services import encryption
from services.encryption.columns import HEAD, VERSION
from services.errors import Invalid

TAG = 16  # bytes that AES-GCM adds
FOREIGN = (
    "{field} is ciphertext that does not belong to this row, or was changed on the way. Send what a "
    "GET of this row returned, or plain text."
)


def plain(row: Any, column: str, given: str) -> str:
    """The text that `given` stands for, to be sealed anew. Raises Invalid for ciphertext of another row."""
    if not _is_ours(given):
        return given
    try:
        return encryption.unseal_at(row.__tablename__, column, row.uid, Ciphertext(given))
    except encryption.SealBroken:
        raise Invalid(FOREIGN.format(field=column)) from None


def _is_ours(text: str) -> bool:
    """Whether it has the form of our ciphertext: taken for words, it would be stored sealed twice."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) >= HEAD + TAG and raw[0] == VERSION and raw[1:3] == b"\0\0"
