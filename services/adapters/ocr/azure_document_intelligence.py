"""Azure Document Intelligence, v4.0: the layout model for PDFs, the read model for pictures.

The service reads a document as a whole and is paid by the page, so its continuation token is given out before the
waiting begins: with it a restart takes up the same operation.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from services.adapters.errors import DocumentRefused, IntegrationError
from services.adapters.ocr import Opened, ReadPage
from services.adapters.ocr.azure_result import pages_of
from services.adapters.ocr.file_types import PDF

if TYPE_CHECKING:
    from azure.ai.documentintelligence import DocumentIntelligenceClient
    from azure.core.exceptions import HttpResponseError

POLL = 2.0  # seconds: the service asks not to be asked more often
PATIENCE = (
    15 * 60.0
)  # seconds for one document; the operation goes on and is taken up at the next try
RETRIES = 5  # of one request; the SDK waits as long as Retry-After says
RETRYABLE = {408, 429, 500, 502, 503, 504}
LARGE = {"InvalidContentLength", "InvalidContentDimensions"}
UNREADABLE = {"InvalidContent", "UnsupportedContent", "ContentSourceNotAccessible"}


class AzureReader:
    """`endpoint` as https://NAME.cognitiveservices.azure.com; without `key` it signs in with
    DefaultAzureCredential. The client is made at the first document."""

    name = "azure_document_intelligence"

    def __init__(
        self,
        *,
        endpoint: str | None,
        key: str | None,
        poll: float = POLL,
        patience: float = PATIENCE,
        retries: int = RETRIES,
    ) -> None:
        if not endpoint:  # never a default: documents must not leave for a server that nobody named
            raise ValueError(
                "set VERBATIM_DOCUMENT_INTELLIGENCE_ENDPOINT to the resource's address"
            )
        self._endpoint, self._key = endpoint, key
        self._poll, self._patience, self._retries = poll, patience, retries
        self._made: DocumentIntelligenceClient | None = None

    def read(
        self,
        content: IO[bytes],
        content_type: str,
        *,
        password: str | None = None,
        language: str | None = None,
        first_page: int = 1,
        operation: str | None = None,
    ) -> Iterator[Opened | ReadPage | str]:
        """The token comes first, then Opened with the pages that the service returned, which its plan may limit.
        It knows no passwords: give it an unlocked PDF."""
        with _translated():
            poller = self._resumed(operation) if operation else None
            if poller is None:
                poller = self._begun(content, content_type, language)
                yield poller.continuation_token()
            result = self._awaited(poller)
        pages = pages_of(result)
        yield Opened(content_type, len(pages))
        yield from (page for page in pages if page.number >= first_page)

    def _begun(self, content: IO[bytes], content_type: str, language: str | None) -> Any:
        """Key-value pairs are asked for too, where the resource's region knows them."""
        from azure.core.exceptions import HttpResponseError

        def begin(**options: Any) -> Any:
            content.seek(0)
            return self._client().begin_analyze_document(
                "prebuilt-layout" if content_type == PDF else "prebuilt-read",
                content,
                locale=language,
                string_index_type="unicodeCodePoint",  # how Python counts; the default is another
                **options,
            )

        if content_type != PDF:
            return begin()
        try:
            return begin(features=["keyValuePairs"])
        except HttpResponseError as error:
            if error.status_code == 400 and "InvalidParameter" in _codes(error):
                return begin()
            raise

    def _resumed(self, operation: str) -> Any | None:
        """None when the service has forgotten it: results are kept for a day."""
        from azure.core.exceptions import HttpResponseError

        try:
            poller = self._client().begin_analyze_document("", b"", continuation_token=operation)
            self._awaited(poller)
        except HttpResponseError as error:
            if error.status_code == 404:
                return None
            raise
        except ValueError:  # no token of this SDK
            return None
        return poller

    def _awaited(self, poller: Any) -> Any:
        """The result. `poller.result(timeout)` would give None, without a word, when the time is over."""
        until = time.monotonic() + self._patience
        while not poller.done():
            left = until - time.monotonic()
            if left <= 0:
                raise IntegrationError("Document Intelligence takes too long", retryable=True)
            poller.wait(min(left, 1.0))
        return poller.result()

    def _client(self) -> "DocumentIntelligenceClient":
        if self._made is None:
            from azure.ai.documentintelligence import DocumentIntelligenceClient
            from azure.core.credentials import AzureKeyCredential
            from azure.identity import DefaultAzureCredential

            credential = AzureKeyCredential(self._key) if self._key else DefaultAzureCredential()
            self._made = DocumentIntelligenceClient(
                self._endpoint,
                credential,
                polling_interval=self._poll,
                retry_total=self._retries,
                permit_redirects=False,  # a document would go to a server that nobody named
            )
        return self._made


@contextmanager
def _translated() -> Iterator[None]:
    """The SDK's errors as ours. Their own text may quote the service's, which names URLs and content."""
    from azure.core.exceptions import AzureError, HttpResponseError

    try:
        yield
    except HttpResponseError as error:
        raise _ours(error) from None
    except AzureError:
        raise IntegrationError(
            "Document Intelligence could not be reached", retryable=True
        ) from None
    except (ValueError, TypeError, AttributeError, KeyError):  # the SDK, on a page of some proxy
        raise IntegrationError(
            "what answers at the address of Document Intelligence is not it", retryable=False
        ) from None


def _ours(error: "HttpResponseError") -> IntegrationError:
    status, codes = error.status_code or 0, _codes(error)
    if codes & LARGE:
        return DocumentRefused(
            "too-large",
            "Document Intelligence takes no document of this size. Split it and send the parts.",
        )
    if codes & UNREADABLE:
        return DocumentRefused(
            "unreadable",
            "Document Intelligence cannot read this document: it is damaged or locked.",
        )
    if status in (401, 403):
        return IntegrationError(
            "Document Intelligence refuses the key or identity", retryable=False
        )
    if status == 404:
        return IntegrationError(
            "Document Intelligence has no such model or address", retryable=False
        )
    if status == 429:
        return IntegrationError("Document Intelligence is asked too often", retryable=True)
    if 200 <= status < 300:  # the operation itself failed
        return IntegrationError("Document Intelligence failed at this document", retryable=True)
    return IntegrationError(
        f"Document Intelligence answered {status}", retryable=status in RETRYABLE
    )


def _codes(error: "HttpResponseError") -> set[str]:
    """Every code in the error: the general one, the inner ones and those of details."""
    found: set[str] = set()
    waiting: list[Any] = [getattr(error, "error", None)]
    while waiting and len(found) < 50:
        part = waiting.pop()
        if isinstance(part, dict):
            code, inner, details = part.get("code"), part.get("innererror"), part.get("details")
        else:
            code = getattr(part, "code", None)
            inner, details = getattr(part, "innererror", None), getattr(part, "details", None)
        found |= {str(code)} if code else set()
        waiting += [inner] if inner else []
        waiting += list(details or [])
    return found
