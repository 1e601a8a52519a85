"""Any server that speaks OpenAI's transcription protocol: in the clinic (vLLM, speaches, LocalAI) or OpenAI's own."""

import io
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.errors import IntegrationError
from services.adapters.speech import Recognition, Span
from services.adapters.speech.hallucination import believable
from services.adapters.speech.languages import code_of
from services.adapters.speech.packing import pack
from services.adapters.speech.verbose_answer import Answer, TimesMissing, segments_of

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

TIMEOUT = 180.0  # seconds; a passage of 30 s may take a small server longer than it lasts
CONNECT = 10.0
RETRYABLE = {408, 409, 425, 429}  # and all from 500
UNDETERMINED = "und"  # ISO 639-2


class OpenAICompatible:
    """SpeechRecogniser over the network; the client is made at the first passage.

    `base_url` ends where the protocol's own path begins, e.g. https://speech.clinic.example/v1. Without
    `api_key` no credential is sent. The SDK itself tries again `retries` times, with growing pauses.
    """

    def __init__(
        self,
        *,
        base_url: str | None,
        api_key: str | None,
        model: str,
        timeout: float = TIMEOUT,
        retries: int = 2,
    ) -> None:
        if not base_url:  # never a default: speech must not leave for a server that nobody named
            raise ValueError("set VERBATIM_SPEECH_BASE_URL to the transcription server's address")
        self._base_url, self._api_key, self._model_name = base_url, api_key, model
        self._timeout, self._retries = timeout, retries
        self._made: OpenAI | None = None
        self._lock = Lock()

    def recognise(
        self,
        samples: Samples,
        speech: Sequence[Span],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
        quick: bool = False,  # the protocol has no quicker way
        hurried: bool = False,
    ) -> Recognition:
        packed = pack(samples, speech)
        answer = self._ask(packed.samples, language, ", ".join(hotwords))
        try:
            segments = segments_of(answer, len(packed.samples) / SAMPLE_RATE)
        except TimesMissing:
            raise IntegrationError(
                "the transcription server sends no times with its words: it must know the "
                "response format verbose_json",
                retryable=False,
            ) from None
        words = [packed.placed(word) for segment in believable(segments) for word in segment.words]
        spoken = language or code_of(answer.language or "")
        # The protocol has no probability: a language that the server names is taken for certain.
        return Recognition(spoken or UNDETERMINED, 1.0 if spoken else 0.0, tuple(words))

    def close(self) -> None:
        """Ends the kept connections; the next passage makes new ones."""
        with self._lock:
            if self._made is not None:
                self._made.close()
            self._made = None

    def _ask(self, samples: Samples, language: str | None, vocabulary: str) -> Answer:
        from openai import omit

        with _translated():
            response = self._client().audio.transcriptions.with_raw_response.create(
                file=("passage.wav", _wav(samples), "audio/wav"),
                model=self._model_name,
                language=language or omit,
                prompt=vocabulary or omit,
                response_format="verbose_json",
                timestamp_granularities=["word", "segment"],
                temperature=0.0,
                extra_headers={} if self._api_key else {"Authorization": omit},
            )
            body = response.content
        try:
            return Answer.model_validate_json(body)
        except ValidationError:  # its text quotes the answer
            raise IntegrationError(
                "the transcription server's answer is not what the protocol says", retryable=False
            ) from None

    def _client(self) -> "OpenAI":
        with self._lock:
            if self._made is None:
                from openai import DefaultHttpxClient, OpenAI, Timeout

                self._made = OpenAI(
                    base_url=self._base_url,
                    api_key=self._api_key
                    or "none",  # never sent; without it the SDK looks for others
                    timeout=Timeout(self._timeout, connect=CONNECT),
                    max_retries=self._retries,
                    # A redirect would carry what was said to a server that nobody named.
                    http_client=DefaultHttpxClient(follow_redirects=False),
                )
            return self._made


def _wav(samples: Samples) -> bytes:
    """16-bit PCM: the one format that every server reads."""
    target = io.BytesIO()
    with wave.open(target, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return target.getvalue()


@contextmanager
def _translated() -> Iterator[None]:
    """The SDK's errors as ours. Their own text would carry the server's, which may quote what was said."""
    import openai

    try:
        yield
    except openai.APITimeoutError:
        raise IntegrationError(
            "the transcription server did not answer in time", retryable=True
        ) from None
    except openai.APIConnectionError:
        raise IntegrationError(
            "the transcription server could not be reached", retryable=True
        ) from None
    except openai.APIStatusError as error:
        raise _refusal(error) from None
    except openai.OpenAIError:
        raise IntegrationError("the transcription client failed", retryable=False) from None


def _refusal(error: "APIStatusError") -> IntegrationError:
    status = error.status_code
    if status in (401, 403):
        return IntegrationError("the transcription server refuses the API key", retryable=False)
    if status == 404:
        return IntegrationError(
            "the transcription server has no such model or address", retryable=False
        )
    if error.code == "insufficient_quota":  # comes as 429, but waiting does not help
        return IntegrationError(
            "the account at the transcription server has no credit left", retryable=False
        )
    return IntegrationError(
        f"the transcription server answered {status}",
        retryable=status in RETRYABLE or status >= 500,
    )
