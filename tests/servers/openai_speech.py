"""A transcription server that speaks OpenAI's protocol over real HTTP, for the real SDK: it parses the form, checks
the key, reads the audio and answers `verbose_json` as OpenAI fills it; or it fails in the way a test asks for."""

import io
import json
import re
import threading
import wave
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import numpy as np
import python_multipart

KEY, MODEL = "sk-test-51a7", "whisper-1"
NAMES = {"en": "english", "de": "german"}  # what OpenAI calls the languages spoken here

Verbose = dict[str, Any]
Transcribe = Callable[[np.ndarray, dict[str, list[str]]], Verbose]


@dataclass
class Request:
    """One request, as it arrived."""

    path: str
    headers: dict[str, str]
    fields: dict[str, list[str]]
    file_name: str
    samples: np.ndarray
    body: bytes


@dataclass
class Answer:
    """What to send in place of a transcript."""

    body: bytes | str | Verbose
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0  # seconds of waiting
    cut: bool = False  # announces more than it sends

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


def failure(status: int, code: str = "error", said: str = "no", **headers: str) -> Answer:
    """An error in OpenAI's form; the SDK's pauses are made short."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    error = {"message": said, "type": "invalid_request_error", "param": None, "code": code}
    return Answer({"error": error}, status, {"retry-after-ms": "1"} | names)


class SpeechServer(ThreadingHTTPServer):
    """`transcribe` answers what `script` leaves over; `key` None lets everyone in."""

    daemon_threads = True

    def __init__(self, transcribe: Transcribe, key: str | None = KEY) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.transcribe, self.key = transcribe, key
        self.requests: list[Request] = []
        self.script: deque[Answer] = deque()
        self.over = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: Any) -> None:
        """A client that gave up waiting is meant."""


@contextmanager
def speech_server(transcribe: Transcribe, key: str | None = KEY) -> Iterator[SpeechServer]:
    server = SpeechServer(transcribe, key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SpeechServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        request = _parsed(self.path, dict(self.headers), body)
        self.server.requests.append(request)
        if self.server.script:
            self._send(self.server.script.popleft())
        else:
            self._send(self._refusal(request) or self._answer(request))

    def _refusal(self, request: Request) -> Answer | None:
        key, fields = self.server.key, request.fields
        if key and self.headers.get("authorization") != f"Bearer {key}":
            return failure(401, "invalid_api_key", "Incorrect API key provided")
        if request.path != "/v1/audio/transcriptions" or fields["model"] != [MODEL]:
            return failure(404, "model_not_found")
        granularities = fields.get("timestamp_granularities[]", [])
        if fields["response_format"] != ["verbose_json"] or "word" not in granularities:
            return failure(400, "unsupported_value")
        if not re.fullmatch("[a-z]{2}", fields.get("language", ["en"])[0]):
            return failure(400, "invalid_language_format")
        if len(request.samples) < 1600:  # OpenAI's limit is 0.1 s
            return failure(400, "audio_too_short")
        return None

    def _answer(self, request: Request) -> Answer:
        return Answer(self.server.transcribe(request.samples, request.fields))

    def _send(self, answer: Answer) -> None:
        body = answer.encoded()
        if self.server.over.wait(answer.after):
            return
        self.send_response(answer.status)
        for name, value in ({"content-type": "application/json"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body) + (100 if answer.cut else 0)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = answer.cut

    def log_message(self, *_: Any) -> None:
        """Nothing: the output is the tests'."""


def _parsed(path: str, headers: dict[str, str], body: bytes) -> Request:
    fields: dict[str, list[str]] = {}
    files: list[tuple[str, bytes]] = []

    def keep(file: Any) -> None:
        file.file_object.seek(0)
        files.append((file.file_name.decode(), file.file_object.read()))
        file.close()

    def note(entry: Any) -> None:
        fields.setdefault(entry.field_name.decode(), []).append((entry.value or b"").decode())

    asked = {name: value.encode() for name, value in headers.items()}
    python_multipart.parse_form(asked, io.BytesIO(body), note, keep)
    ((name, content),) = files
    return Request(
        path, {k.lower(): v for k, v in headers.items()}, fields, name, _read(content), body
    )


def _read(content: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return cast(np.ndarray, data.astype(np.float32) / 32768)


@cache
def whisper(folder: Path) -> Transcribe:
    """Transcribes as OpenAI's Whisper does: with the model of the folder, its figures, words without punctuation."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder.resolve()), device="cpu", compute_type="int8", cpu_threads=2)

    def transcribe(samples: np.ndarray, fields: dict[str, list[str]]) -> Verbose:
        language = fields.get("language", [None])[0]
        prompt = fields.get("prompt", [None])[0]
        found, info = model.transcribe(
            samples, language=language, initial_prompt=prompt, word_timestamps=True
        )
        return _verbose(list(found), info)

    return transcribe


def _verbose(segments: list[Any], info: Any) -> Verbose:
    words = [word for segment in segments for word in segment.words]
    return {
        "task": "transcribe",
        "language": NAMES.get(info.language, info.language),
        "duration": info.duration,
        "text": "".join(segment.text for segment in segments).strip(),
        "words": [
            {"word": bare, "start": word.start, "end": word.end}
            for word in words
            if (bare := re.sub(r"^\W+|\W+$", "", word.word))
        ],
        "segments": [
            {
                "id": at,
                "seek": segment.seek,
                "start": segment.start,
                "end": segment.end,
                "text": segment.text,
                "tokens": segment.tokens,
                "temperature": segment.temperature,
                "avg_logprob": segment.avg_logprob,
                "compression_ratio": segment.compression_ratio,
                "no_speech_prob": segment.no_speech_prob,
            }
            for at, segment in enumerate(segments)
        ],
    }
