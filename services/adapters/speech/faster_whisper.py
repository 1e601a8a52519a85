"""faster-whisper (CTranslate2) from a model folder on disk. It never asks a model hub."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any

from services.adapters import weights
from services.adapters.audio import Samples
from services.adapters.errors import IntegrationError, WeightsMissing
from services.adapters.speech import Recognition, Span, Word
from services.adapters.speech.hallucination import SpokenSegment, believable
from services.adapters.speech.packing import Packed, pack
from services.adapters.speech.quick_pass import quick_recognition
from services.adapters.speech.second_hearing import ONCE_MORE, is_doubtful, surer

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment, TranscriptionInfo

FILES = ("config.json", "model.bin", "tokenizer.json")
TAIL = 0.3  # seconds before the end of speech by which the last word may seem to end


class FasterWhisper:
    """SpeechRecogniser on a CTranslate2 Whisper model; loaded at the first passage, then kept.

    `passages` are recognised beside each other, in one thread each: the steps of a small model are too short to be
    shared between threads (docs/decisions/0032). A caption waits for none of them. All share the weights.
    """

    def __init__(
        self,
        weights_dir: Path,
        *,
        passages: int = 2,
        compute_type: str = "int8",
        beam_size: int = 5,
    ) -> None:
        self._folder, self._passages = Path(weights_dir), passages
        self._turn = BoundedSemaphore(passages)
        self._compute_type, self._beam_size = compute_type, beam_size
        self._loaded: WhisperModel | None = None
        self._lock = Lock()

    def recognise(
        self,
        samples: Samples,
        speech: Sequence[Span],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
        quick: bool = False,
        hurried: bool = False,
    ) -> Recognition:
        try:
            if quick:
                return quick_recognition(self._model(), samples, speech, language=language)
            packed = pack(samples, speech)
            with self._turn:
                heard, info = self._heard(packed, language, hotwords)
                if is_doubtful(heard) and not hurried:
                    again, _ = self._heard(packed, info.language, hotwords, **ONCE_MORE)
                    heard = surer(heard, again)
        except RuntimeError as error:  # CTranslate2's only exception
            raise IntegrationError("the speech model failed", retryable=True) from error
        words = [
            packed.placed(word)
            for segment in believable([_segment(segment) for segment in heard])
            for word in segment.words
            if word.text
        ]
        return Recognition(info.language, float(info.language_probability), tuple(words))

    def _heard(
        self, packed: Packed, language: str | None, hotwords: Sequence[str], **how: Any
    ) -> tuple["Sequence[Segment]", "TranscriptionInfo"]:
        segments, info = self._model().transcribe(
            packed.samples,
            language=language,
            word_timestamps=True,
            condition_on_previous_text=True,
            hotwords=", ".join(hotwords) or None,
            beam_size=self._beam_size,
            **how,
        )
        return list(_until(packed.speech_end, segments)), info

    def _model(self) -> "WhisperModel":
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> "WhisperModel":
        weights.check(self._folder, FILES)
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from services.adapters.speech.short_windows import ShortWindows

        try:
            return ShortWindows(
                str(self._folder.resolve()),
                device="cpu",
                compute_type=self._compute_type,
                cpu_threads=1,
                num_workers=self._passages + 1,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise WeightsMissing(
                f"The speech model in {self._folder} cannot be loaded. It must be a Whisper model "
                "converted for CTranslate2."
            ) from error


def _until(end: float, segments: "Iterable[Segment]") -> "Iterator[Segment]":
    """Segments up to the one that ends with the speech. Each window of 30 s is decoded as it is asked for, and
    the one behind the last word holds nothing but a short silence, on which Whisper may spend 20 s."""
    for segment in segments:
        yield segment
        if segment.end >= end - TAIL:
            return


def _segment(segment: "Segment") -> SpokenSegment:
    return SpokenSegment(
        words=tuple(
            Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
            for word in segment.words or ()
        ),
        no_speech=float(segment.no_speech_prob),
        log_probability=float(segment.avg_logprob),
        compression=float(segment.compression_ratio),
    )
