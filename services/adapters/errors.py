"""What an adapter may raise. No vendor class, no PHI and no path of a person's file in any
message."""


class IntegrationError(Exception):
    """Something outside failed; `retryable` says whether the same call may succeed later."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class BlobMissing(IntegrationError):
    def __init__(self) -> None:
        super().__init__("no blob at that path", retryable=False)


class BlobExists(IntegrationError):
    def __init__(self) -> None:
        super().__init__("a blob is already stored at that path", retryable=False)


class StorageFull(IntegrationError):
    """The disk or account has no room; nothing was stored."""

    def __init__(self) -> None:
        super().__init__("the storage is full", retryable=True)


class AudioUnreadable(IntegrationError):
    """The bytes are not audio that can be decoded; the message is a sentence fit for the person who
    sent them."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


class WeightsMissing(IntegrationError):
    """Model weights are absent or altered; the message says which and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


class KeysUnusable(IntegrationError):
    """The key-encryption keys cannot be used as they are; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


class DocumentRefused(IntegrationError):
    """The bytes are not a document that may be stored or read; `code` for programs, the message a sentence fit
    for the person who sent them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, retryable=False)
        self.code = code


class PasswordNeeded(DocumentRefused):
    def __init__(self) -> None:
        super().__init__("encrypted-pdf", "This PDF is locked. Give its password to have it read.")


class Declined(IntegrationError):
    """A language model declined to write; nothing was drafted."""

    def __init__(self) -> None:
        super().__init__("the language model declined to write this", retryable=False)


class UnreadableAnswer(IntegrationError):
    """A language model answered nonsense, twice."""

    def __init__(self) -> None:
        super().__init__("the language model's answer could not be read", retryable=False)


class Busy(IntegrationError):
    """A service asks to be left alone for longer than this call may take; `seconds` says how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__("the service asks to wait before the next try", retryable=True)
        self.seconds = seconds
