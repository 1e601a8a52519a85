"""What cannot be decrypted."""

import logging

from services.errors import AppError

log = logging.getLogger("verbatim.encryption")


class SealBroken(AppError):
    """Ciphertext that was altered, cut short, moved to another place, or sealed under another key.

    Logged when it is made, because it is either a damaged store or an attack: `kind` and `place`
    (table, column and row, or a blob's path) are ids, never content."""

    code = "seal-broken"

    def __init__(self, kind: str, place: str, cause: str = "altered, cut or moved") -> None:
        super().__init__(
            "What is stored here can't be decrypted: it was changed, damaged, or written with "
            "another key. Nothing else is affected. Tell your administrator, who can look in the "
            "log and restore it from a backup."
        )
        fields = {"kind": kind, "place": place, "cause": cause}
        log.error("encryption.seal_broken", extra={"f": fields})
