"""What goes wrong, in words for the reader. `describe` is the one renderer's input everywhere."""

import logging
import secrets
from dataclasses import dataclass

from services.adapters.errors import IntegrationError, KeysUnusable

log = logging.getLogger("verbatim.errors")


class AppError(Exception):
    """The message is for the reader: what happened, what is safe, what to do. Never PHI."""

    status = 500
    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(AppError):
    status, code = 400, "invalid"


class NotSignedIn(AppError):
    status, code = 401, "not-signed-in"


class NotAllowed(AppError):
    status, code = 403, "not-allowed"


class NotFound(AppError):
    """Absent, or not theirs: the two look alike so that a guess reveals nothing."""

    status, code = 404, "not-found"


class Conflict(AppError):
    status, code = 409, "conflict"


class Stale(AppError):
    """Somebody else changed it since it was read; nothing was changed."""

    status, code = 412, "stale"


class TooLarge(AppError):
    status, code = 413, "too-large"


class TooMany(AppError):
    """Asked too often; `retry_after` seconds to wait."""

    status, code = 429, "too-many"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(AppError):
    """Something outside failed for now; trying again later may help."""

    status, code = 503, "unavailable"


@dataclass(frozen=True)
class Described:
    text: str
    status: int
    code: str
    retryable: bool
    reference: str | None = None


def describe(error: BaseException) -> Described:
    """Any exception as words, status and whether to retry. What is unknown gets a reference that
    the log has too; the exception's own text is never shown."""
    if isinstance(error, AppError):
        return Described(error.message, error.status, error.code, error.status in (429, 503))
    reference = secrets.token_hex(3).upper()
    log.error("error.unexpected", extra={"f": {"reference": reference}}, exc_info=error)
    if isinstance(error, KeysUnusable):
        text = (
            "The encryption keys of this server cannot be used, so nothing new is stored until they are "
            "restored. What was confirmed before is safe; keep what you have recorded and tell your "
            f"administrator. Reference {reference}."
        )
        return Described(text, 503, "keys-unusable", True, reference)
    if isinstance(error, IntegrationError) and error.retryable:
        text = (
            f"A service this needs is not answering. Try again in a minute. Reference {reference}."
        )
        return Described(text, 503, "unavailable", True, reference)
    text = f"Something went wrong. What was saved before is safe. Reference {reference}."
    return Described(text, 500, "error", False, reference)
