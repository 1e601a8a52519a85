"""faster-whisper (CTranslate2) from a model folder on disk. It never asks a model hub."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from services.adapters import weights
from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.errors import IntegrationError, WeightsMissing
from services.adapters.speech import Recognition, Span, Word
from services.adapters.speech.hallucination import SpokenSegment, believable
from services.adapters.speech.silence import widened

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

FILES = ("config.json", "model.bin", "tokenizer.json")
PAD, JOIN = (
    0.4,
    2.0,
)  # seconds around speech that Whisper hears; pauses below JOIN stay in (its VAD filter's defaults)


class FasterWhisper:
    """SpeechRecogniser on a CTranslate2 Whisper model; loaded at the first passage, then kept."""

    def __init__(
        self, weights_dir: Path, *, threads: int = 2, compute_type: str = "int8", beam_size: int = 5
    ) -> None:
        self._folder, self._threads = Path(weights_dir), threads
        self._compute_type, self._beam_size = compute_type, beam_size
        self._loaded: WhisperModel | None = None

    def recognise(
        self,
        samples: Samples,
        speech: Sequence[Span],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Recognition:
        from faster_whisper.vad import SpeechTimestampsMap

        heard = widened(speech, pad=PAD, join=JOIN, end=len(samples) / SAMPLE_RATE)
        chunks = [
            {"start": round(start * SAMPLE_RATE), "end": round(end * SAMPLE_RATE)}
            for start, end in heard
        ]
        packed = np.concatenate([samples[chunk["start"] : chunk["end"]] for chunk in chunks])
        try:
            segments, info = self._model().transcribe(
                packed,
                language=language,
                beam_size=self._beam_size,
                word_timestamps=True,
                condition_on_previous_text=True,
                hotwords=", ".join(hotwords) or None,
            )
            found = [_segment(segment) for segment in segments]
        except RuntimeError as error:  # CTranslate2's only exception
            raise IntegrationError("the speech model failed", retryable=True) from error
        times = SpeechTimestampsMap(chunks, SAMPLE_RATE, time_precision=3)
        words = [
            _placed(word, times)
            for segment in believable(found)
            for word in segment.words
            if word.text
        ]
        return Recognition(info.language, float(info.language_probability), tuple(words))

    def _model(self) -> "WhisperModel":
        if self._loaded is None:
            weights.check(self._folder, FILES)
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            from faster_whisper import WhisperModel

            try:
                self._loaded = WhisperModel(
                    str(self._folder.resolve()),
                    device="cpu",
                    compute_type=self._compute_type,
                    cpu_threads=self._threads,
                    local_files_only=True,
                )
            except (RuntimeError, ValueError) as error:
                raise WeightsMissing(
                    f"The speech model in {self._folder} cannot be loaded. It must be a Whisper model "
                    "converted for CTranslate2."
                ) from error
        return self._loaded


def _segment(segment: Any) -> SpokenSegment:
    return SpokenSegment(
        words=tuple(
            Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
            for word in segment.words or ()
        ),
        no_speech=float(segment.no_speech_prob),
        log_probability=float(segment.avg_logprob),
        compression=float(segment.compression_ratio),
    )


def _placed(word: Word, times: Any) -> Word:
    """The word at its time in the passage, silences put back; both ends in the same stretch of speech."""
    chunk = times.get_chunk_index((word.start + word.end) / 2)
    start = times.get_original_time(word.start, chunk)
    end = max(start, times.get_original_time(word.end, chunk))
    return Word(word.text, start, end, round(word.probability, 3))
