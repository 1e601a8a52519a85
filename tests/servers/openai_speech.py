"""A transcription server that speaks OpenAI's protocol over real HTTP, for the real SDK: it parses the form, checks
the key, reads the audio and answers `verbose_json` as OpenAI fills it; or it fails in the way a test asks for."""

import io
import re
import wave
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import python_multipart

from tests.servers.openai_http import OpenAIServer, Reply, failure, running

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


class SpeechServer(OpenAIServer[Request]):
    def __init__(self, transcribe: Transcribe, key: str | None) -> None:
        super().__init__(key)
        self.transcribe = transcribe

    def parsed(self, path: str, headers: dict[str, str], body: bytes) -> Request:
        fields, name, content = _form(headers["content-type"], body)
        return Request(path, headers, fields, name, _read(content), body)

    def reply(self, request: Request) -> Reply:
        fields = request.fields
        if request.path != "/v1/audio/transcriptions" or fields["model"] != [MODEL]:
            return failure(404, "model_not_found")
        granularities = fields.get("timestamp_granularities[]", [])
        if fields["response_format"] != ["verbose_json"] or "word" not in granularities:
            return failure(400, "unsupported_value")
        if not re.fullmatch("[a-z]{2}", fields.get("language", ["en"])[0]):
            return failure(400, "invalid_language_format")
        if len(request.samples) < 1600:  # OpenAI's limit is 0.1 s
            return failure(400, "audio_too_short")
        return Reply(self.transcribe(request.samples, fields))


def speech_server(
    transcribe: Transcribe, key: str | None = KEY
) -> AbstractContextManager[SpeechServer]:
    return running(SpeechServer(transcribe, key))


def _form(content_type: str, body: bytes) -> tuple[dict[str, list[str]], str, bytes]:
    """The fields, and the one file's name and content."""
    fields: dict[str, list[str]] = {}
    files: list[tuple[str, bytes]] = []

    def keep(file: Any) -> None:
        file.file_object.seek(0)
        files.append((file.file_name.decode(), file.file_object.read()))
        file.close()

    def note(entry: Any) -> None:
        fields.setdefault(entry.field_name.decode(), []).append((entry.value or b"").decode())

    asked = {"Content-Type": content_type.encode()}
    python_multipart.parse_form(asked, io.BytesIO(body), note, keep)
    ((name, content),) = files
    return fields, name, content


def _read(content: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return cast(np.ndarray, data.astype(np.float32) / 32768)


SAID = "it took forty minutes and tuesday was the hardest one".split()
PACE, LOUD = 0.5, 0.01  # seconds a word; the mean amplitude from which half a second is speech


def told(samples: np.ndarray, fields: dict[str, list[str]]) -> Verbose:
    """Given words, one for each half second that is not quiet: the same on every processor, and at once."""
    size = round(PACE * 16_000)
    loud = [
        at * PACE
        for at in range(len(samples) // size)
        if np.abs(samples[at * size : (at + 1) * size]).mean() > LOUD
    ]
    words = [
        {"word": SAID[n % len(SAID)], "start": at, "end": at + PACE} for n, at in enumerate(loud)
    ]
    text = " ".join(word["word"] for word in words)
    whole = {"id": 0, "start": 0.0, "end": len(samples) / 16_000, "text": text}
    return {
        "task": "transcribe",
        "language": "english",
        "text": text,
        "words": words,
        "segments": [whole],
    }


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
