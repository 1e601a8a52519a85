"""What the openai SDK raises, as ours. Its own texts may carry the server's, which may quote what was said; pydantic's
carry what the model answered: neither is ever passed on."""

import email.utils
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from services.adapters.errors import Declined, IntegrationError, UnreadableAnswer

if TYPE_CHECKING:
    from openai import APIStatusError

RETRYABLE = {408, 409, 425, 429}  # and all from 500
TOO_LONG = {"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"}
TOO_LONG_WORDS = ("context length", "context size", "context window", "maximum context")
# What the SDK lets through of an answer that is not what the protocol says: ValidationError and JSONDecodeError are
# ValueErrors; a page of a proxy is a string without choices; an empty object has None for them.
UNREADABLE = (ValueError, AttributeError, TypeError, LookupError)


class TooLong(IntegrationError):
    """The part did not fit the model, or its answer did not: a shorter part may."""

    def __init__(self) -> None:
        super().__init__("the session does not fit the language model", retryable=False)


def told(error: Exception) -> IntegrationError:
    """The failure, by the class and the code of the error alone."""
    import openai

    if isinstance(error, IntegrationError):
        return error
    if isinstance(error, openai.APITimeoutError):
        return late()
    if isinstance(error, openai.APIConnectionError):
        return IntegrationError("the language model could not be reached", retryable=True)
    if isinstance(error, openai.LengthFinishReasonError):
        return TooLong()
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return Declined()
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    if isinstance(error, openai.APIResponseValidationError) or not isinstance(
        error, openai.OpenAIError
    ):
        return UnreadableAnswer()
    return IntegrationError("the language model's client failed", retryable=False)


def late() -> IntegrationError:
    return IntegrationError("the language model did not answer in time", retryable=True)


def wait_asked(error: Exception) -> float | None:
    """Seconds that the server asks to wait, where it does."""
    response = getattr(error, "response", None)
    headers: Mapping[str, str] = getattr(response, "headers", {})
    try:
        if "retry-after-ms" in headers:
            return max(float(headers["retry-after-ms"]) / 1000, 0.0)
        given = headers.get("retry-after", "")
        if given.replace(".", "", 1).isdigit():
            return float(given)
        return max(email.utils.parsedate_to_datetime(given).timestamp() - time.time(), 0.0)
    except ValueError:  # no time, or none that can be read
        return None


def _of_status(error: "APIStatusError") -> IntegrationError:
    status, code = error.status_code, str(error.code or "")
    if status in (401, 403):
        return IntegrationError("the language model's server refuses the key", retryable=False)
    if status == 404:
        return IntegrationError("there is no such language model or address", retryable=False)
    if code == "insufficient_quota":  # comes as 429, but waiting does not help
        return IntegrationError(
            "the account at the language model's server has no credit left", retryable=False
        )
    if status in (400, 413, 422):
        return _of_refused(error, code)
    return IntegrationError(
        f"the language model's server answered {status}",
        retryable=status in RETRYABLE or status >= 500,
    )


def _of_refused(error: "APIStatusError", code: str) -> IntegrationError:
    said = error.message.casefold()  # looked at, never passed on
    if code in ("content_filter", "content_policy_violation"):
        return Declined()
    if error.status_code == 413 or code in TOO_LONG or any(word in said for word in TOO_LONG_WORDS):
        return TooLong()
    return IntegrationError(
        f"the language model's server does not take the request ({error.status_code})",
        retryable=False,
    )
