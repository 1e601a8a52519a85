"""A Whisper model whose answers are given: rules about decoding are proven on the same words on every processor."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from faster_whisper.transcribe import Segment, TranscriptionInfo, Word

from services.adapters.speech.faster_whisper import FasterWhisper


def segment(
    *words: tuple[str, float], start: float = 0.0, seek: int = 0, mean: float = -0.2
) -> Segment:
    """`words` are (text, probability), half a second each; `seek` names the window, `mean` is the log probability."""
    spoken = [
        Word(start + at / 2, start + at / 2 + 0.5, f" {text}", probability)
        for at, (text, probability) in enumerate(words)
    ]
    return Segment(
        id=1,
        seek=seek,
        start=start,
        end=start + len(words) / 2,
        text="".join(word.word for word in spoken),
        tokens=[1] * len(words),
        avg_logprob=mean,
        compression_ratio=1.5,
        no_speech_prob=0.0,
        words=spoken,
        temperature=0.0,
    )


class ScriptedWhisper:
    """Stands where `WhisperModel` does. Answers each call with the next of `answers` and keeps what it was asked."""

    def __init__(self, *answers: Sequence[Segment], language: str = "en") -> None:
        self.answers, self.language = list(answers), language
        self.asked: list[dict[str, Any]] = []

    def transcribe(
        self, samples: object, **options: Any
    ) -> tuple[Sequence[Segment], TranscriptionInfo]:
        self.asked.append(options)
        info = TranscriptionInfo(
            language=options["language"] or self.language,
            language_probability=0.9,
            duration=0.0,
            duration_after_vad=0.0,
            all_language_probs=None,
            transcription_options=None,
            vad_options=None,
        )
        return self.answers.pop(0), info


class ScriptedRecogniser(FasterWhisper):
    """The product's recogniser on a model whose answers are given."""

    def __init__(self, model: ScriptedWhisper) -> None:
        super().__init__(Path("no-such-folder"))
        self.model = model

    def _load(self) -> ScriptedWhisper:  # type: ignore[override]
        return self.model
