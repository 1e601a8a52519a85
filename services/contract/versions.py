"""What tells one state of a row from another: the ETag of an answer, compared when the row is changed."""

import hashlib

from models.sealed import Ciphertext
from services.errors import Stale


def of(*values: object) -> str:
    """A strong entity tag, quotes included. Ciphertext counts as stored: it differs after every writing."""
    parts = [value.stored if isinstance(value, Ciphertext) else repr(value) for value in values]
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def require(if_match: str | None, version: str) -> None:
    """`if_match` is the header as sent (RFC 9110, 13.1.1). Raises Stale when the row is another by now."""
    if if_match is None or if_match.strip() == "*":
        return
    if version not in [tag.strip() for tag in if_match.split(",")]:
        raise Stale(
            "It was changed since you read it, so nothing of yours was stored. "
            "Read it again, then change it."
        )
