"""A model behind chat completions: OpenAI, Azure OpenAI (its v1 address) and any server that speaks the same protocol:
vLLM, Ollama, llama.cpp. Asked for answers of one form.

Chat completions rather than responses: compatible servers enforce a schema there or nowhere. The SDK's own tries are
switched off: its time-out is one of each read, and it obeys Retry-After past any deadline; here one deadline holds
around all tries of a request, whatever the server does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel

from services.adapters.errors import Busy, Declined, IntegrationError, UnreadableAnswer
from services.adapters.llm.failures import UNREADABLE, late, told, wait_asked

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import CompletionUsage

Form = TypeVar("Form", bound=BaseModel)
Made = TypeVar("Made")

OPENAI = "https://api.openai.com/v1"
AZURE_SCOPE = "https://cognitiveservices.azure.com/.default"
OPENAIS = (
    "openai.com",
    "openai.azure.com",
)  # unless told not to; others may not know the field
CONNECT = 10.0  # seconds
TRIES = 3  # of a request that may succeed later
READINGS = 2  # tries for an answer that can be read
FIRST_PAUSE = 0.5  # seconds; doubled each time
MOST_ANSWER = 16_000  # tokens; of a small context a third


@dataclass
class Use:
    """What answers have cost so far, and who gave them."""

    model: str
    tokens_in: int = 0
    tokens_out: int = 0

    def add(self, usage: "CompletionUsage | None") -> None:
        if usage is not None:
            self.tokens_in += usage.prompt_tokens or 0
            self.tokens_out += usage.completion_tokens or 0


class ChatModel:
    """`base_url` ends where the protocol's own path begins; None is OpenAI's own. `context_tokens` is what fits into
    one request with its answer, `timeout` seconds for one request, all tries together. With `azure_sign_in` a token of
    Entra ID takes the key's place."""

    def __init__(
        self,
        *,
        model: str | None,
        base_url: str | None,
        api_key: str | None,
        azure_sign_in: bool = False,
        context_tokens: int = 100_000,
        timeout: float = 120.0,
    ) -> None:
        if not model:
            raise ValueError("set VERBATIM_LLM_MODEL to the model that is to draft")
        if not base_url and not api_key:
            raise ValueError("set VERBATIM_LLM_API_KEY, or VERBATIM_LLM_BASE_URL to another server")
        self.name, self._base_url, self._api_key = model, base_url or OPENAI, api_key
        self._token = _azure_token() if azure_sign_in else None
        self.answer_tokens = min(MOST_ANSWER, context_tokens // 3)
        self.context_tokens, self._timeout = context_tokens, timeout

    @property
    def is_openai(self) -> bool:
        """Whether the makers run it, who keep to a schema and are told to keep nothing else."""
        return (urlsplit(self._base_url).hostname or "").endswith(OPENAIS)

    def connected(self) -> "AsyncOpenAI":
        """A client, to be used as an asynchronous context."""
        from openai import AsyncOpenAI, DefaultAsyncHttpx2Client, Timeout

        return AsyncOpenAI(
            base_url=self._base_url,
            # Without a key none is sent; given nothing, the SDK looks for those of the machine.
            api_key=self._token or self._api_key or "none",
            timeout=Timeout(self._timeout, connect=CONNECT),
            max_retries=0,
            # A redirect would carry what was said to a server that nobody named.
            http_client=DefaultAsyncHttpx2Client(follow_redirects=False),
        )

    async def answer(
        self, client: "AsyncOpenAI", messages: list[dict[str, str]], form: type[Form], use: Use
    ) -> Form:
        """Raises IntegrationError: TooLong, Busy, Declined and UnreadableAnswer among others."""
        try:
            async with asyncio.timeout(self._timeout) as deadline:
                ends = deadline.when() or 0.0
                return await _tries(lambda: self._ask(client, messages, form, use), ends)
        except TimeoutError:
            raise late() from None

    async def _ask(
        self, client: "AsyncOpenAI", asked: list[dict[str, str]], form: type[Form], use: Use
    ) -> Form:
        from openai import LengthFinishReasonError, omit

        messages: Any = asked
        try:
            completion = await client.chat.completions.parse(
                model=self.name,
                messages=messages,
                response_format=form,
                max_completion_tokens=self.answer_tokens,
                store=False if self.is_openai else omit,
                extra_headers={} if self._api_key or self._token else {"Authorization": omit},
            )
        except LengthFinishReasonError as error:
            use.add(error.completion.usage)
            raise
        use.add(completion.usage)
        # Some servers name the file they run, with the folders it lies in.
        use.model = (completion.model or use.model).rpartition("/")[2]
        message = completion.choices[0].message
        if message.refusal:
            raise Declined
        if message.parsed is None:
            raise UnreadableAnswer
        return message.parsed


def waited(work: Coroutine[Any, Any, Made]) -> Made:
    """Runs it in a thread of its own: whoever calls may have an event loop running in this one."""
    with ThreadPoolExecutor(1, "model") as thread:
        return thread.submit(asyncio.run, work).result()


async def _tries(ask: Callable[[], Awaitable[Made]], ends: float) -> Made:
    """Asks again where that can help and the deadline leaves time for it."""
    import openai

    clock = asyncio.get_running_loop().time
    unreadable = 0
    for attempt in range(TRIES):
        wait: float | None = None
        try:
            return await ask()
        except (openai.OpenAIError, IntegrationError, *UNREADABLE) as error:
            failure, wait = told(error), wait_asked(error)
        unreadable += isinstance(failure, UnreadableAnswer)
        again = failure.retryable or 0 < unreadable < READINGS
        if not again or attempt + 1 == TRIES:
            raise failure
        pause = FIRST_PAUSE * 2**attempt if failure.retryable else 0.0
        pause = pause if wait is None else wait
        if clock() + pause >= ends:
            raise Busy(pause) if wait is not None else failure
        await asyncio.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _azure_token() -> Callable[[], Awaitable[str]]:
    """Entra ID's token for the model, kept and renewed by azure-identity; asked for at every try."""
    from azure.core.exceptions import AzureError
    from azure.identity import DefaultAzureCredential, get_bearer_token_provider

    provider = get_bearer_token_provider(DefaultAzureCredential(), AZURE_SCOPE)

    async def token() -> str:
        try:
            return str(await asyncio.to_thread(provider))
        except AzureError:
            raise IntegrationError(
                "signing in to Azure for the language model failed", retryable=True
            ) from None

    return token
